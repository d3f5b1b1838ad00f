//! The grammar of `kouan label`.

use clap::{Arg, ArgAction, Command};

use super::standard::KINDS;
use crate::arguments::{Words, flag, leaf, value};

/// `kouan label` and its subcommands.
pub fn grammar(t: Words) -> Command {
    leaf(
        "label",
        t,
        "标识：写入、读取并核对人工智能生成合成内容的标识",
        "write, read and check labels of AI-generated content",
    )
    .after_help(t.say(
        "格式：PNG、JPEG、WebP、GIF、TIFF、HEIF、AVIF；MP4、MOV、M4A、MKV、WebM、FLV、AVI；WAV、MP3、FLAC、OGG、Opus；\
         DOCX、PPTX、XLSX及其模板；PDF；Markdown。不提供删除标识的功能。",
        "Formats: PNG, JPEG, WebP, GIF, TIFF, HEIF, AVIF; MP4, MOV, M4A, MKV, WebM, FLV, AVI; WAV, MP3, FLAC, \
         OGG, Opus; DOCX, PPTX, XLSX and their templates; PDF; Markdown. There is no way to remove a label.",
    ))
    .subcommand_required(true)
    .arg_required_else_help(true)
    .subcommand(add(t))
    .subcommand(check(t))
    .subcommand(code(t))
}

fn add(t: Words) -> Command {
    let add = said(
        t,
        leaf(
            "add",
            t,
            "写入隐式标识，读回核对，媒体内容不动",
            "write the implicit label, read it back, leave the media alone",
        ),
    );
    add.arg(paths(
        t,
        "文件或文件夹；`-`为标准输入，写到标准输出",
        "files or folders; `-` reads standard input and writes standard output",
    ))
    .arg(
        value(
            "producer",
            "CODE",
            t,
            "生成服务提供者的编码或名称",
            "code or name of the provider that generated it",
        )
        .required_unless_present("propagator"),
    )
    .arg(
        value(
            "propagator",
            "CODE",
            t,
            "传播平台的编码或名称：只补写传播要素",
            "code or name of the platform: only its own part is written",
        )
        .conflicts_with("producer"),
    )
    .arg(value(
        "reserved",
        "TEXT",
        t,
        "写入保留字段的防护数据",
        "protection data for the reserved field",
    ))
    .arg(value(
        "source-type",
        "URI",
        t,
        "同时写入的IPTC数字来源类型（仅XMP格式）",
        "IPTC digital source type to write as well (formats with XMP)",
    ))
    .arg(flag("replace", t, "替换已有的另一标识", "put it in the place of another label"))
    .arg(value(
        "into",
        "DIR",
        t,
        "写到另一个文件夹，不改原文件",
        "write into another folder, leave the files",
    ))
    .arg(
        flag("dry-run", t, "不写任何文件，只显示结果", "show the result, write nothing").short('n'),
    )
}

/// What the label says besides who wrote it.
fn said(t: Words, add: Command) -> Command {
    add.arg(
        value(
            "content-id",
            "ID",
            t,
            "内容的唯一编号；多个文件时为各文件编号的前缀",
            "the unique number of the content; the prefix of numbers, for several files",
        )
        .required(true),
    )
    .arg(
        value(
            "kind",
            "KIND",
            t,
            "generated（是）、possible（可能）、suspected（疑似）",
            "generated, possible or suspected",
        )
        .value_parser(KINDS.map(|(word, _)| word)),
    )
}

fn check(t: Words) -> Command {
    leaf("check", t, "读取并核对标识", "read and check labels")
        .arg(paths(t, "文件或文件夹；`-`为标准输入", "files or folders; `-` is standard input"))
        .arg(flag("lint", t, "提醒也算作问题", "warnings are findings, too"))
        .arg(
            value("as", "FORMAT", t, "输出格式：text、json、sarif", "text, json or sarif")
                .value_parser(["text", "json", "sarif"]),
        )
}

fn code(t: Words) -> Command {
    leaf("code", t, "27位服务提供者编码", "the provider's code of 27 characters")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            leaf(
                "make",
                t,
                "由统一社会信用代码编出编码",
                "make a code from a unified social credit code",
            )
            .arg(
                Arg::new("credit-code").value_name("USCC").required(true).help(
                    t.say("18位统一社会信用代码", "unified social credit code, 18 characters"),
                ),
            )
            .arg(
                value(
                    "service",
                    "KIND",
                    t,
                    "generation（生成）或propagation（传播）",
                    "generation or propagation",
                )
                .value_parser(["generation", "propagation"]),
            )
            .arg(
                value(
                    "extension",
                    "TEXT",
                    t,
                    "模型或应用，至多4位",
                    "model or application, up to four characters",
                )
                .requires("service"),
            ),
        )
        .subcommand(
            leaf("check", t, "核对编码，含校验码", "check a code, its check character included")
                .arg(
                    Arg::new("code")
                        .value_name("CODE")
                        .required(true)
                        .help(t.say("27位编码", "a code of 27 characters")),
                ),
        )
}

fn paths(t: Words, zh: &'static str, en: &'static str) -> Arg {
    Arg::new("paths")
        .value_name("PATH")
        .num_args(1..)
        .required(true)
        .action(ArgAction::Append)
        .help(t.say(zh, en))
}
