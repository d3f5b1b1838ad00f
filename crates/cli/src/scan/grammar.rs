//! The grammar of `kouan scan`.

use clap::{Arg, ArgAction, Command, value_parser};

use crate::arguments::{Words, flag, leaf, value};

/// Where the inventory lies unless another place is named.
pub const INVENTORY: &str = "inventory.toml";

/// `kouan scan` and its subcommands.
pub fn grammar(t: Words) -> Command {
    let scan = leaf(
        "scan",
        t,
        "摸底：数据里有什么、涉及多少人",
        "find personal information in files and databases, and count people",
    )
    .args_conflicts_with_subcommands(true)
    .subcommand_required(false)
    .arg_required_else_help(true)
    .arg(Arg::new("addresses").value_name("ADDRESS").num_args(1..).required(true).help(t.say(
        "文件、文件夹、通配符、数据库地址（postgres、mysql、sqlite）或者 s3 地址",
        "files, folders, globs, database addresses (postgres, mysql, sqlite) or s3 addresses",
    )))
    .arg(inventory(t));
    let scan = how(scan, t);
    scan.subcommand(settle(t)).subcommand(diff(t)).subcommand(export(t)).subcommand(import(t))
}

fn inventory(t: Words) -> Arg {
    value(
        "inventory",
        "PATH",
        t,
        "清查表文件（默认 inventory.toml）；已有的改判会保留",
        "the inventory file (inventory.toml by default); what people settled in it is kept",
    )
}

fn how(scan: Command, t: Words) -> Command {
    law(scan, t)
    .arg(
        value(
            "sample",
            "ROWS",
            t,
            "每表只看约这么多行；不计人数",
            "look at about so many rows of each table; persons are not counted",
        )
        .value_parser(value_parser!(u64).range(1..)),
    )
    .arg(flag(
        "metadata-only",
        t,
        "只看表名、列名、注释、类型，不读数据",
        "look at names, comments and types only; read no row",
    ))
    .arg(
        value(
            "table",
            "GLOB",
            t,
            "只看名称符合的表，可重复",
            "only tables whose name matches; repeatable",
        )
        .action(ArgAction::Append),
    )
    .arg(value(
        "credentials",
        "PATH",
        t,
        "密码和密钥的文件（TOML），- 为标准输入；命令行上不写密码",
        "a file of passwords and keys (TOML), - for standard input; never on the command line",
    ))
    .arg(
        value("threads", "COUNT", t, "线程数（默认全部核）", "threads (all cores by default)")
            .value_parser(value_parser!(u16).range(1..=256)),
    )
    .arg(
        value(
            "scratch",
            "FOLDER",
            t,
            "人数极多时暂存的文件夹（默认系统临时目录）；只存加密钥的散列",
            "where keys go when they are too many for memory (the system’s by default); keyed hashes only",
        ),
    )
}

/// What is asked of the columns, however they are read.
fn law(command: Command, t: Words) -> Command {
    command.arg(
        flag("dry-run", t, "不写清查表，只显示结果", "show the result, write no inventory").short('n'),
    )
    .arg(value(
        "scenario",
        "EDITION:SECTOR/SCENARIO",
        t,
        "与该清单场景的字段对照，例如 cn-bj/2024-08-30:automotive/ota-upgrade",
        "match columns to the fields of a list’s scenario, such as cn-bj/2024-08-30:automotive/ota-upgrade",
    ))
    .arg(value(
        "sector",
        "SECTOR",
        t,
        "行业，例如 banking：并列出行业分级",
        "the sector, such as banking: its own grading is shown too",
    ))
}

fn signed(command: Command, t: Words) -> Command {
    command
        .arg(value("by", "NAME", t, "谁决定", "who decides").required(true))
        .arg(value("why", "TEXT", t, "理由", "why").required(true))
}

fn settle(t: Words) -> Command {
    let settle = leaf(
        "settle",
        t,
        "由人认定一列是什么，写明姓名和理由",
        "record what a person decides about a column, with name and reason",
    )
    .arg(Arg::new("column").value_name("COLUMN").required(true).help(t.say(
        "`表:列`；只有一表有此列时可只写列名",
        "`table:column`, or the column alone where only one table has it",
    )))
    .arg(value(
        "as",
        "CLASS",
        t,
        "类别编号；other 表示不是个人信息",
        "the id of a class; other for not personal",
    ))
    .arg(value(
        "listed-as",
        "FIELD",
        t,
        "确认它是清单的哪个字段",
        "confirm which field of the list it is",
    ))
    .arg(inventory(t));
    signed(settle, t).group(
        clap::ArgGroup::new("decided").args(["as", "listed-as"]).required(true).multiple(false),
    )
}

fn diff(t: Words) -> Command {
    leaf(
        "diff",
        t,
        "比较两份清查表：新增或者变敏感的列；用于合并请求的预检",
        "compare two inventories for columns that were added or became sensitive; for pull requests",
    )
    .arg(Arg::new("old").value_name("OLD").required(true).help(t.say("原来的", "the old one")))
    .arg(Arg::new("new").value_name("NEW").required(true).help(t.say("现在的", "the new one")))
    .arg(value(
        "against",
        "PATH",
        t,
        "申报单：新增的列须在其字段之内，路径不得变严",
        "a declaration: what was added must be among its fields, and its route must still do",
    ))
    .arg(format_of(t, &["text", "sarif"]))
}

fn format_of(t: Words, formats: &'static [&'static str]) -> Arg {
    value("as", "FORMAT", t, "输出格式", "the format of the output").value_parser(formats.to_vec())
}

fn export(t: Words) -> Command {
    leaf(
        "export",
        t,
        "把清查表转成其他工具的格式",
        "write the inventory in the format of another tool",
    )
    .arg(
        value(
            "as",
            "FORMAT",
            t,
            "odcs（数据合约3.1，YAML）、sarif（2.1.0）、csv（一列一行）、markdown，或者 schema（清查表的JSON Schema）",
            "odcs (data contract 3.1, YAML), sarif (2.1.0), csv (one line a column), markdown, or schema (the JSON Schema of inventories)",
        )
        .value_parser(["odcs", "sarif", "csv", "markdown", "schema"])
        .required(true),
    )
    .arg(inventory(t))
}

fn import(t: Words) -> Command {
    let import = leaf(
        "import",
        t,
        "读入数据合约（ODCS）或者dbt的manifest.json，按名称、注释和类型清查",
        "make an inventory of data contracts (ODCS) or dbt’s manifest.json, by names, comments and types",
    )
    .arg(Arg::new("files").value_name("FILE").num_args(1..).required(true).help(t.say(
        "ODCS 3.0至3.2（YAML或JSON）；dbt的manifest.json",
        "ODCS 3.0 to 3.2 (YAML or JSON); dbt’s manifest.json",
    )))
    .arg(inventory(t));
    law(import, t)
}
