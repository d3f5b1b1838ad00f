//! The grammar of `kouan clear`.

use clap::{Arg, Command};

use crate::arguments::{Words, flag, leaf, value};

/// `kouan clear`.
pub fn grammar(t: Words) -> Command {
    leaf(
        "clear",
        t,
        "一个文件夹走完五步：摸底、判定、备案、放行、记账",
        "all five steps on a folder: scan, decide, file, release, account",
    )
    .arg(Arg::new("folder").value_name("FOLDER").required_unless_present("schema").help(t.say(
        "公司的文件夹：数据、申报单、回答和clear.toml；不在其中写任何文件",
        "the folder of a company: data, declaration, answers and clear.toml; nothing is written there",
    )))
    .args([
        value(
            "out",
            "DIR",
            t,
            "结果放在哪里（默认cleared/文件夹名）；再次运行不会重复计数、不会重复记录",
            "where the results go (cleared/NAME by default); running it again counts nobody twice",
        ),
        value(
            "ledger",
            "DIR",
            t,
            "账册文件夹（默认在结果中的ledger）；密钥在其旁的DIR-secrets",
            "the folder of the ledger (ledger among the results); its secrets are in DIR-secrets",
        ),
        value(
            "at",
            "INSTANT",
            t,
            "一切发生的时刻，如2026-11-22T04:00:00Z（默认clear.toml所写，否则现在）",
            "the moment of everything, such as 2026-11-22T04:00:00Z (from clear.toml, or now)",
        ),
        value(
            "actor",
            "ID",
            t,
            "操作者的代号，不得是人名（默认operator）",
            "an id of who acts, never a person’s name (operator)",
        ),
        flag(
            "template",
            t,
            "不运行，写出该文件夹的clear.toml供填写",
            "run nothing: write a clear.toml for the folder, to be filled in",
        ),
        flag("schema", t, "输出clear.toml的JSON Schema", "print the JSON Schema of clear.toml"),
    ])
}
