//! The grammar of `kouan release`.

use clap::{Arg, ArgAction, Command};

use crate::account::office_arguments;
use crate::arguments::{Words, flag, leaf, value};

/// `kouan release`.
pub fn grammar(t: Words) -> Command {
    leaf(
        "release",
        t,
        "放行：只让许可的字段、许可的人出境，逐人计数，先入账后出现",
        "let out the permitted fields of the permitted persons, counted, recorded before they appear",
    )
    .arg(Arg::new("sources").value_name("SOURCE").num_args(1..).required(true).help(t.say(
        "文件、文件夹、通配符、数据库或者对象存储",
        "files, folders, globs, databases or object stores",
    )))
    .arg(value("permit", "PATH", t, "放行许可", "the permit").required(true))
    .arg(
        value(
            "to",
            "PATH",
            t,
            "输出：文件（.csv、.jsonl、.parquet、.arrow），或者以/结尾的文件夹；也可为s3://桶/键",
            "the output: a file (.csv, .jsonl, .parquet, .arrow), or a folder with / at its end; \
             s3://bucket/key for a store",
        )
        .required(true),
    )
    .arg(
        value("form", "FORM", t, "格式：csv、jsonl、parquet、arrow", "csv, jsonl, parquet or arrow")
            .value_parser(["csv", "jsonl", "parquet", "arrow"]),
    )
    .arg(
        value(
            "part-rows",
            "ROWS",
            t,
            "文件夹中一个分卷满多少行即止（默认5000000）",
            "rows at which a part of a folder ends (5000000)",
        )
        .value_parser(clap::value_parser!(u64)),
    )
    .arg(value(
        "recipient",
        "NAME",
        t,
        "交给谁；与许可不符即拒绝",
        "who shall receive; refused where the permit says another",
    ))
    .arg(value(
        "withdrawn",
        "PATH",
        t,
        "撤回同意者的名单，每行一个标识；不留存",
        "those who withdrew their consent, one identifier a line; not kept",
    ))
    .arg(
        value("table", "GLOB", t, "只放行这些数据表，可重复", "only these tables; repeatable")
            .action(ArgAction::Append),
    )
    .arg(value(
        "credentials",
        "PATH",
        t,
        "来源和输出的凭据文件（TOML），-为标准输入",
        "a file of credentials for the source and the output (TOML); - for standard input",
    ))
    .arg(
        flag("dry-run", t, "只显示将放行什么，不写任何文件", "show what would leave, write nothing")
            .short('n'),
    )
    .args(office_arguments(t))
}
