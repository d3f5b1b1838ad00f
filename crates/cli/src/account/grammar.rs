//! The grammar of `kouan account`.

use clap::{Arg, ArgAction, Command};

use crate::arguments::{Words, flag, leaf, value};

/// `kouan account` and its subcommands.
pub fn grammar(t: Words) -> Command {
    let account = leaf(
        "account",
        t,
        "账务：放行了什么、涉及多少人、依据哪份备案，并可证明未被改动",
        "what left, how many persons, under which filing, and the proof that nothing was changed",
    );
    account
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(init(t))
        .subcommand(filing(t))
        .subcommand(revoke(t))
        .subcommand(
            leaf("show", t, "列出账册中的条目", "list the entries of the ledger")
                .arg(number("last", "N", t, "只列最后几条", "only the last ones"))
                .args(office_arguments(t)),
        )
        .subcommand(people(t))
        .subcommand(forecast(t))
        .subcommand(drift(t))
        .subcommand(
            leaf(
                "report",
                t,
                "某年的记录：人数、放行、备案、许可和差异",
                "the record of a year: persons, releases, filings, permits and drift",
            )
            .arg(
                place("year", "YEAR", t, "哪一年", "which year")
                    .value_parser(clap::value_parser!(u16)),
            )
            .args(office_arguments(t)),
        )
        .subcommand(verify(t))
        .subcommand(
            leaf(
                "witnessed",
                t,
                "留存见证人签过的检查点",
                "keep a checkpoint that witnesses have signed",
            )
            .arg(place(
                "checkpoint",
                "PATH",
                t,
                "见证人签回的检查点",
                "the checkpoint as witnesses gave it back",
            ))
            .arg(witness(t).required(true))
            .args(office_arguments(t)),
        )
        .subcommand(
            leaf("prove", t, "证明一条目在账册之中", "prove that an entry stands in the ledger")
                .arg(place("entry", "ENTRY", t, "条目的编号", "the number of the entry"))
                .args(office_arguments(t)),
        )
        .subcommand(
            leaf("export", t, "导出一段条目及其证明", "export a range of entries with its proof")
                .arg(number("from", "ENTRY", t, "自哪一条（默认0）", "the first one (0)"))
                .arg(number("until", "ENTRY", t, "至哪一条之前", "before which one (all)"))
                .args(office_arguments(t)),
        )
}

/// Where the ledger is, the moment that is recorded, and who records.
pub fn office_arguments(t: Words) -> [Arg; 3] {
    [
        value(
            "ledger",
            "DIR",
            t,
            "账册文件夹（默认kouan.toml旁的kouan-ledger）；密钥在其旁的DIR-secrets",
            "the folder of the ledger (kouan-ledger beside kouan.toml); its secrets are in \
             DIR-secrets",
        ),
        value(
            "at",
            "INSTANT",
            t,
            "记录的时刻，如2026-11-22T04:00:00Z（默认现在）",
            "the moment that is recorded, such as 2026-11-22T04:00:00Z (now)",
        ),
        value(
            "actor",
            "ID",
            t,
            "操作者的代号，不得是人名（默认operator）",
            "an id of who acts, never a person’s name (operator)",
        ),
    ]
}

fn place(
    name: &'static str,
    shown: &'static str,
    t: Words,
    zh: &'static str,
    en: &'static str,
) -> Arg {
    Arg::new(name).value_name(shown).required(true).help(t.say(zh, en))
}

fn number(
    name: &'static str,
    shown: &'static str,
    t: Words,
    zh: &'static str,
    en: &'static str,
) -> Arg {
    value(name, shown, t, zh, en).value_parser(clap::value_parser!(u64))
}

fn init(t: Words) -> Command {
    leaf(
        "init",
        t,
        "建立一个处理者的账册和密钥",
        "make the ledger and the secrets of a data handler",
    )
    .arg(
        value(
            "handler",
            "WORD",
            t,
            "处理者：申报单中的统一社会信用代码，或者不含空格的名称",
            "the handler: the credit code of its declarations, or a name without a space",
        )
        .required(true),
    )
    .arg(flag("sm2", t, "许可另加SM2签名", "sign permits with SM2, too"))
    .args(office_arguments(t))
}

fn filing(t: Words) -> Command {
    let add = leaf(
        "add",
        t,
        "记录一份备案、申报、认证，或者其结果和变更",
        "record a filing, its result or a change of it",
    )
    .arg(place("number", "NUMBER", t, "备案号", "its number"))
    .args([
        value("kind", "KIND", t, "种类", "what it is").required(true).value_parser([
            "standard-contract",
            "security-assessment",
            "certification",
            "gba-contract",
            "list-use",
            "report",
        ]),
        value("authority", "NAME", t, "机关", "the authority").required(true),
        value(
            "change",
            "WORD",
            t,
            "new、updated、amended或者ended",
            "new, updated, amended or ended",
        )
        .value_parser(["new", "updated", "amended", "ended"])
        .default_value("new")
        .hide_default_value(true),
        value("filed", "DATE", t, "提交日", "the day it was handed in").required(true),
        value("accepted", "DATE", t, "受理、通过或者取得之日", "the day it was accepted or passed"),
        value("valid-until", "DATE", t, "失效日", "the first day on which it is not valid"),
        value(
            "transfer",
            "PATH",
            t,
            "所备案的申报单：字段和接收方由此取得",
            "the declaration that was filed: fields and recipients are taken from it",
        ),
        value("flow", "ID", t, "申报单中的数据流，可重复", "a flow of it; repeatable")
            .action(ArgAction::Append)
            .requires("transfer"),
        value(
            "pack",
            "PATH",
            t,
            "提交的材料包（文件夹、zip或者文件），记其摘要值",
            "the pack handed in (folder, zip or a file); its digest is kept",
        ),
        value(
            "frequency",
            "WORD",
            t,
            "出境频率：continuous、once、month:N、year:N",
            "how often: continuous, once, month:N or year:N",
        ),
    ])
    .arg(number("general", "PERSONS", t, "一般个人信息的人数", "persons with general PI"))
    .arg(number("sensitive", "PERSONS", t, "敏感个人信息的人数", "persons with sensitive PI"))
    .args(office_arguments(t));
    leaf("filing", t, "备案的记录", "filings on record")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(add)
        .subcommand(
            leaf("list", t, "列出备案及其现状", "list the filings as they stand")
                .args(office_arguments(t)),
        )
}

fn revoke(t: Words) -> Command {
    leaf("revoke", t, "撤销一份放行许可", "take a permit back")
        .arg(place("permit", "PERMIT", t, "许可的编号", "the id of the permit"))
        .arg(
            value("because", "WORD", t, "理由", "why")
                .value_parser([
                    "decided",
                    "replaced",
                    "rulebook-changed",
                    "filing-ended",
                    "mistake",
                ])
                .default_value("decided")
                .hide_default_value(true),
        )
        .args(office_arguments(t))
}

fn people(t: Words) -> Command {
    leaf(
        "people",
        t,
        "某年已出境的人数：按路径和场景，带上下界",
        "the persons who left in a year, by route and scenario, with bounds",
    )
    .arg(
        value("year", "YEAR", t, "哪一年（默认今年）", "which year (this one)")
            .value_parser(clap::value_parser!(u16)),
    )
    .arg(
        value(
            "with",
            "DIR",
            t,
            "集团内另一处理者的账册，合并计数，可重复（须用同一密钥）",
            "the ledger of another handler of the group, counted together; repeatable (same secret)",
        )
        .action(ArgAction::Append),
    )
    .args(office_arguments(t))
}

fn forecast(t: Words) -> Command {
    leaf(
        "forecast",
        t,
        "按账册的实际进度，预测今年各条数量线何时达到",
        "when each line will be reached this year, from how people left so far",
    )
    .args([
        value("svg", "FILE", t, "另写一份SVG图", "write the plot as an SVG file, too"),
        value(
            "width",
            "COLUMNS",
            t,
            "终端图的宽度（默认随终端，否则80）",
            "the width of the plot (the terminal’s, else 80)",
        )
        .value_parser(clap::value_parser!(u16).range(40..=400)),
    ])
    .args(office_arguments(t))
}

fn drift(t: Words) -> Command {
    leaf(
        "drift",
        t,
        "核对备案与实际：字段、人数、接收方、频率",
        "hold what was filed against what left: fields, persons, recipients, frequency",
    )
    .arg(
        value(
            "sample",
            "SOURCE",
            t,
            "另核对一份抽样：在接收方或者途中取得的数据，可重复",
            "hold a sample against it, too: data as it arrived, or on its way; repeatable",
        )
        .action(ArgAction::Append),
    )
    .args([
        value("recipient", "NAME", t, "抽样的接收方", "who received the samples")
            .requires("sample"),
        value(
            "filing",
            "NUMBER",
            t,
            "抽样只与这份备案核对",
            "hold the samples against this filing alone",
        )
        .requires("sample"),
    ])
    .args(office_arguments(t))
}

fn witness(t: Words) -> Arg {
    value(
        "witness",
        "PATH",
        t,
        "见证人公钥文件，可重复：必须有其签名",
        "the public key of a witness, who must have signed; repeatable",
    )
    .action(ArgAction::Append)
}

fn verify(t: Words) -> Command {
    leaf("verify", t, "核对整个账册", "check the whole ledger")
        .arg(
            value(
                "checkpoint",
                "PATH",
                t,
                "另处留存的检查点，可重复：据此发现截短和分叉",
                "a checkpoint kept elsewhere; repeatable: a cut or forked ledger is found by it",
            )
            .action(ArgAction::Append),
        )
        .arg(witness(t))
        .arg(flag("check-meter", t, "连同计数段一并核对", "check the segments of the meter, too"))
        .args(office_arguments(t))
}
