//! The grammar of the command line, in the language of the person who asks.

use clap::{Arg, ArgAction, Command};
use kouan_terms::Language;

/// The whole grammar.
pub fn grammar(language: Language) -> Command {
    let t = Words(language);
    let command = Command::new("kouan")
        .bin_name("kouan")
        .version(env!("CARGO_PKG_VERSION"))
        .about(t.say(
            "口岸：数据出境前，逐项算清该走哪条路、凭哪一条",
            "Kouan clears data before it leaves China: which route, why, by which article",
        ))
        .after_help(t.say(
            "本程序协助准备和核对，不构成法律意见；以法律的中文文本为准。",
            "Kouan helps to prepare and check; it is not legal advice; the Chinese text of the law governs.",
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .args(global(t))
        .subcommands(steps(t))
        .subcommand(crate::label::grammar(t))
        .subcommand(rulebook(t))
        .subcommand(
            leaf(
                "explain",
                t,
                "解释一个错误代码、规则、未决问题或者术语",
                "the page for an error code, a rule, an open point or a term",
            )
            .arg(positional(
                "what",
                t,
                "代码、规则编号、未决问题编号或者术语",
                "a code, a rule id, a point id or a term",
            )),
        )
        .subcommand(
            leaf(
                "init",
                t,
                "写出一份带注释的申报单模板",
                "write a commented template of a declaration",
            )
            .arg(Arg::new("path").value_name("PATH").help(t.say(
                "写到哪里（默认标准输出）",
                "where to write it (standard output by default)",
            ))),
        )
        .subcommand(
            leaf(
                "completions",
                t,
                "输出命令行补全脚本",
                "print a completion script for a shell",
            )
            .arg(Arg::new("shell").required(true).value_name("SHELL").value_parser([
                "bash",
                "zsh",
                "fish",
                "elvish",
                "powershell",
            ])),
        )
        .subcommand(leaf("version", t, "版本与所用规则手册", "the version and the rulebook in use").arg(
            flag("settings", t, "列出各项设置及其来源", "show every setting and where it comes from"),
        ));
    localised(command, t)
}

/// The five steps, and all of them at once.
fn steps(t: Words) -> [Command; 6] {
    [
        crate::clear::grammar(t),
        crate::scan::grammar(t),
        decide(t),
        crate::file::grammar(t),
        crate::release::grammar(t),
        crate::account::grammar(t),
    ]
}

/// The language of the help.
#[derive(Clone, Copy)]
pub struct Words(Language);

impl Words {
    /// The sentence in that language.
    pub fn say(self, zh: &'static str, en: &'static str) -> &'static str {
        match self.0 {
            Language::Zh => zh,
            Language::En => en,
        }
    }
}

/// A command without arguments.
pub fn leaf(name: &'static str, t: Words, zh: &'static str, en: &'static str) -> Command {
    Command::new(name).about(t.say(zh, en))
}

fn positional(name: &'static str, t: Words, zh: &'static str, en: &'static str) -> Arg {
    Arg::new(name)
        .required(true)
        .value_name(match name {
            "what" => "WHAT",
            "id" => "ID",
            "from" => "DAY",
            "to" => "DAY",
            _ => "PATH",
        })
        .help(t.say(zh, en))
}

/// A flag without a value.
pub fn flag(name: &'static str, t: Words, zh: &'static str, en: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(t.say(zh, en))
}

/// A flag with a value.
pub fn value(
    name: &'static str,
    shown: &'static str,
    t: Words,
    zh: &'static str,
    en: &'static str,
) -> Arg {
    // The words it takes stand in its help, in the right language.
    Arg::new(name).long(name).value_name(shown).help(t.say(zh, en)).hide_possible_values(true)
}

/// Flags that every command takes.
fn global(t: Words) -> Vec<Arg> {
    let heading = t.say("通用选项", "Global options");
    let args = [
        value(
            "on",
            "DATE",
            t,
            "按哪一天的法律（默认北京时间今天）",
            "the day whose law counts (today in Asia/Shanghai)",
        ),
        value(
            "rulebook",
            "PATH",
            t,
            "改用该目录的规则手册（默认内置）",
            "use the rulebook in this folder (the embedded one otherwise)",
        ),
        value(
            "lang",
            "LANG",
            t,
            "输出语言：zh、en 或 both（默认随系统）",
            "language: zh, en or both (from the locale)",
        )
        .value_parser(["zh", "en", "both"]),
        value(
            "output-format",
            "FORMAT",
            t,
            "输出格式：text、json、jsonl 或 markdown",
            "text, json, jsonl or markdown",
        )
        .value_parser(["text", "json", "jsonl", "markdown"]),
        value(
            "output",
            "PATH",
            t,
            "写入文件，不写标准输出",
            "write to a file instead of standard output",
        )
        .short('o'),
        value("color", "WHEN", t, "颜色：auto、always 或 never", "colour: auto, always or never")
            .value_parser(["auto", "always", "never"]),
        flag("exit-zero", t, "退出码1改为0（2和3不变）", "turn exit code 1 into 0 (2 and 3 stay)"),
        Arg::new("quiet").long("quiet").short('q').action(ArgAction::Count).help(t.say(
            "少说：省去义务、期限；再加一个只给结论",
            "say less: no duties and deadlines; twice: the verdict alone",
        )),
        Arg::new("verbose")
            .long("verbose")
            .short('v')
            .action(ArgAction::Count)
            .help(t.say("多说：列出全部未成立的规则", "say more: every rule that fails")),
        Arg::new("config").long("config").value_name("PATH").help(t.say(
            "设置文件（默认当前目录的 kouan.toml，如有）",
            "settings file (kouan.toml here, if there is one)",
        )),
    ];
    args.into_iter().map(|arg| arg.global(true).help_heading(heading)).collect()
}

fn decide(t: Words) -> Command {
    leaf(
        "decide",
        t,
        "判定一次出境该走哪条路、理由何在、缺什么事实",
        "say which route a transfer needs, why, and what is missing",
    )
    .arg(Arg::new("paths").value_name("PATH").num_args(0..).help(t.say(
        "申报单（TOML、JSON）、每行一份的 .jsonl，或者目录",
        "declarations (TOML or JSON), a .jsonl with one a line, or folders",
    )))
    .arg(
        value(
            "fact",
            "ID=VALUE",
            t,
            "给出或改写一项事实，可重复",
            "give or change a fact; repeatable",
        )
        .action(ArgAction::Append),
    )
    .arg(value(
        "base",
        "NAME",
        t,
        "只给事实时的起点；none 表示什么都不假定",
        "where facts alone start from; none assumes nothing",
    ))
    .args(readings(t))
    .args(crate::permit::arguments(t))
}

/// The adoption of readings of open points.
pub fn readings(t: Words) -> [Arg; 3] {
    [
        value(
            "reading",
            "POINT:READING",
            t,
            "采用未决问题的一种理解，可重复",
            "adopt a reading of an open point; repeatable",
        )
        .action(ArgAction::Append),
        value("by", "NAME", t, "谁决定采用", "who adopts it"),
        value("why", "TEXT", t, "为何采用", "why"),
    ]
}

fn rulebook(t: Words) -> Command {
    let command = leaf(
        "rulebook",
        t,
        "查看、核对、比较和证明规则手册",
        "look at, check, compare and prove the rulebook",
    )
    .subcommand_required(true)
    .arg_required_else_help(true)
    .subcommand(
        leaf(
            "show",
            t,
            "显示一条规则、清单、文件、未决问题或者事实",
            "show a rule, list, instrument, open point or fact",
        )
        .arg(positional("id", t, "编号", "its id")),
    )
    .subcommand(
        leaf("list", t, "列出手册中的条目", "list the entries of the book")
            .arg(
                Arg::new("what")
                    .value_name("WHAT")
                    .value_parser([
                        "rules",
                        "facts",
                        "instruments",
                        "lists",
                        "unsettled",
                        "duties",
                        "limits",
                        "changes",
                        "versions",
                        "missing",
                        "sources",
                        "terms",
                    ])
                    .help(t.say("哪一类（默认 rules）", "which kind (rules by default)")),
            )
            .arg(flag("all", t, "不限当日有效的", "of every day, not only the day asked about")),
    )
    .subcommand(leaf(
        "check",
        t,
        "核对引用、日期、用语、清单计数、时效",
        "check citations, days, words, counts of lists, freshness",
    ))
    .subcommand(leaf(
        "test",
        t,
        "运行规则旁边的表格和案例",
        "run the tables and cases beside the rules",
    ))
    .subcommand(leaf(
        "prove",
        t,
        "逐日穷举：无空档、无冲突、无死规则、单调",
        "enumerate every boundary day: no gap, no conflict, no dead rule, monotone",
    ));
    comparing(command, t)
}

/// The subcommands that compare days, and the readable book.
fn comparing(command: Command, t: Words) -> Command {
    command
        .subcommand(
            leaf(
                "diff",
                t,
                "两天之间哪些答案变了、因哪一条而变",
                "which answers changed between two days, and by which provision",
            )
            .arg(positional("from", t, "前一天", "the earlier day"))
            .arg(positional("to", t, "后一天", "the later day")),
        )
        .subcommand(
            leaf(
                "impact",
                t,
                "两天之间哪些出境的路径变了、自何日起",
                "which transfers change route between two days, and from when",
            )
            .arg(positional("from", t, "前一天", "the earlier day"))
            .arg(positional("to", t, "后一天", "the later day"))
            .arg(
                Arg::new("paths")
                    .required(true)
                    .value_name("PATH")
                    .num_args(1..)
                    .help(t.say("申报单、.jsonl 或者目录", "declarations, a .jsonl, or folders")),
            ),
        )
        .subcommand(leaf(
            "render",
            t,
            "把手册写成可读的书",
            "write the rulebook as a readable book",
        ))
}

/// Replaces clap's own headings.
fn localised(command: Command, t: Words) -> Command {
    let template = match t.0 {
        Language::En => "{about-with-newline}\n{usage-heading} {usage}\n\n{all-args}{after-help}",
        Language::Zh => "{about-with-newline}\n用法： {usage}\n\n{all-args}{after-help}",
    };
    let names: Vec<String> =
        command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let mut command = command
        .help_template(template)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .subcommand_help_heading(t.say("命令", "Commands"))
        .next_help_heading(t.say("选项", "Options"))
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .help_heading(t.say("通用选项", "Global options"))
                .help(t.say("显示帮助", "print help")),
        );
    if command.get_name() == "kouan" {
        command = command.arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help_heading(t.say("通用选项", "Global options"))
                .help(t.say("显示版本", "print the version")),
        );
    }
    command = command.mut_args(|arg| match (arg.get_help_heading(), arg.is_positional()) {
        (None, true) => arg.help_heading(t.say("参数", "Arguments")),
        (None, false) => arg.help_heading(t.say("选项", "Options")),
        _ => arg,
    });
    for name in names {
        command = command.mut_subcommand(name, |sub| localised(sub, t));
    }
    command
}
