//! The grammar of `kouan file`.

use clap::{Arg, ArgAction, Command};

use crate::arguments::{Words, flag, leaf, readings, value};

/// `kouan file` and its subcommands.
pub fn grammar(t: Words) -> Command {
    let file = leaf(
        "file",
        t,
        "备案：按判定的路径写出全套申报材料，每个数字可溯源",
        "write the papers for a filing, every figure traced",
    )
    .args_conflicts_with_subcommands(true)
    .subcommand_required(false)
    .arg_required_else_help(true);
    given(file, t)
        .arg(value(
            "out",
            "DIR",
            t,
            "材料包写在哪个文件夹下（默认当前文件夹）",
            "the folder the packs go into (the current one by default)",
        ))
        .arg(value(
            "fonts",
            "DIR",
            t,
            "PDF所用字体的文件夹：其中有仿宋、黑体等字体的，替代随附字体",
            "a folder of fonts for the PDF; one named FangSong or SimHei takes the place of ours",
        ))
        .arg(
            flag("dry-run", t, "不写任何文件，只显示结果", "show the result, write nothing")
                .short('n'),
        )
        .subcommand(ask(t))
        .subcommand(check(t))
        .subcommand(leaf(
            "schema",
            t,
            "输出回答文件的JSON Schema",
            "print the JSON Schema of answers",
        ))
}

/// What papers are made from.
fn given(command: Command, t: Words) -> Command {
    command
        .arg(Arg::new("transfer").value_name("TRANSFER").required(true).help(t.say(
            "一份申报单（TOML或JSON）；其中写明的清查表一并读取",
            "one declaration (TOML or JSON); the inventories it names are read too",
        )))
        .arg(value(
            "pack",
            "ID",
            t,
            "指定材料包，例如 standard-contract、certification（默认随判定）",
            "the pack, such as standard-contract or certification (from the decision by default)",
        ))
        .arg(answers(t))
        .arg(earlier(t))
        .arg(ledger(t))
        .args(readings(t))
        .arg(value(
            "change",
            "OLD",
            t,
            "原申报、备案所依的申报单：写明有何变更、如何办理",
            "the declaration of the earlier filing: what changed, and what has to be done",
        ))
        .arg(
            value(
                "change-answers",
                "FILE",
                t,
                "原来的回答文件，可重复",
                "the answers of the earlier filing; repeatable",
            )
            .action(ArgAction::Append)
            .requires("change"),
        )
}

fn answers(t: Words) -> Arg {
    value(
        "answers",
        "FILE",
        t,
        "回答文件（TOML或JSON），可重复：单位的在前，本次的在后",
        "answers (TOML or JSON); repeatable: the profile first, then those of this filing",
    )
    .action(ArgAction::Append)
}

fn ledger(t: Words) -> Arg {
    value(
        "ledger",
        "DIR",
        t,
        "账册文件夹：原备案的号码、日期、人数和此后的出境，回答文件没有说的，从中带入",
        "the folder of the ledger: numbers, days and persons of what was filed, and what left since, \
         are taken from it where the answers do not say them",
    )
}

fn earlier(t: Words) -> Arg {
    value(
        "earlier",
        "PACK",
        t,
        "以前的材料包（文件夹或zip）：回答文件没有说的，从中带入",
        "an earlier pack (folder or zip): what the answers do not say is taken from it",
    )
}

fn ask(t: Words) -> Command {
    let ask = leaf(
        "ask",
        t,
        "列出尚待回答的事项，最能推进的在前",
        "what is still to be answered, what unblocks most first",
    );
    given(ask, t).arg(flag(
        "template",
        t,
        "写成可填的回答文件（TOML）：问题作注释，已知的列出",
        "as an answers file to fill in (TOML): questions as comments, what is known beside",
    ))
}

fn check(t: Words) -> Command {
    leaf(
        "check",
        t,
        "核对材料包或者单份文书：溯源、一致、齐全、时效、格式、条款",
        "check packs or papers: traces, consistency, completeness, age, typography, clauses",
    )
    .arg(Arg::new("paths").value_name("PATH").num_args(1..).required(true).help(t.say(
        "材料包文件夹、zip，或者DOCX；他人制作的也可以",
        "a pack’s folder or zip, or DOCX files; those made by others too",
    )))
    .arg(value(
        "against",
        "TRANSFER",
        t,
        "申报单：逐一核对溯源与现在的来源是否相符",
        "a declaration: every trace is held against its source as it is now",
    ))
    .arg(answers(t).requires("against"))
    .arg(earlier(t).requires("against"))
    .arg(ledger(t).requires("against"))
    .args(readings(t).map(|reading| reading.requires("against")))
    .arg(
        value("as", "FORMAT", t, "输出格式：text、json、sarif", "text, json or sarif")
            .value_parser(["text", "json", "sarif"]),
    )
}
