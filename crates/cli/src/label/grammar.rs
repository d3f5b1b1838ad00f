//! The grammar of `kouan label`.

use clap::{Arg, ArgAction, Command};

use super::grammar_explicit;
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
    .subcommand(notice(t))
    .subcommand(wording(t))
    .subcommand(mark(t))
    .subcommand(grammar_explicit::snippet(t))
    .subcommand(code(t))
    .subcommand(copies(t))
    .subcommand(manifest(t))
}

fn add(t: Words) -> Command {
    let add = leaf(
        "add",
        t,
        "写入隐式标识，读回核对；加`--explicit`同时写入显式标识",
        "write the implicit label and read it back; with `--explicit` the one to be seen or heard, too",
    );
    let add = add
        .arg(paths(
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
        .arg(
            value(
                "content-id",
                "ID",
                t,
                "内容的唯一编号；多个文件时为各文件编号的前缀",
                "the unique number of the content; the prefix of numbers, for several files",
            )
            .required(true),
        );
    grammar_explicit::explicit(written(add, t), t)
}

/// What is written, and where.
fn written(command: Command, t: Words) -> Command {
    command
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
        .arg(value(
            "reserved",
            "TEXT",
            t,
            "写入保留字段的防护数据",
            "protection data for the reserved field",
        ))
        .arg(
            value(
                "sign",
                "FILE",
                t,
                "SM2私钥文件（64位十六进制数）：签名写入自己的保留字段（生成者1、传播平台2）",
                "file of an SM2 private key (64 hexadecimal digits): signs into one's own reserved field",
            )
            .conflicts_with("reserved"),
        )
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
            flag("dry-run", t, "不写任何文件，只显示结果", "show the result, write nothing")
                .short('n'),
        )
}

fn check(t: Words) -> Command {
    leaf("check", t, "读取并核对标识", "read and check labels")
        .arg(paths(t, "文件或文件夹；`-`为标准输入", "files or folders; `-` is standard input"))
        .arg(flag("lint", t, "提醒也算作问题", "warnings are findings, too"))
        .args(grammar_explicit::looked_for(t))
        .arg(
            value(
                "key",
                "FILE",
                t,
                "公钥文件（DER或十六进制数），可重复：签名须出自其中之一",
                "file of a public key (DER or hexadecimal digits); repeatable: a signature has to be by one of them",
            )
            .action(ArgAction::Append),
        )
        .arg(
            value("as", "FORMAT", t, "输出格式：text、json、sarif", "text, json or sarif")
                .value_parser(["text", "json", "sarif"]),
        )
}

fn notice(t: Words) -> Command {
    leaf(
        "notice",
        t,
        "平台应作的提示：确认、可能、疑似",
        "what a platform has to show: confirmed, possible or suspected",
    )
    .arg(paths(t, "文件或文件夹", "files or folders"))
    .arg(flag("declared", t, "用户声明为生成合成内容", "the user declares it"))
    .arg(flag(
        "traces",
        t,
        "检测到显式标识或者其他痕迹",
        "a visible label or other traces were found",
    ))
}

fn wording(t: Words) -> Command {
    leaf(
        "words",
        t,
        "核对显式标识的用语，算出最小字高",
        "check the words of a label to be seen, and how high they have to be",
    )
    .arg(
        Arg::new("text")
            .value_name("TEXT")
            .required(true)
            .help(t.say("显式标识的文字", "the words of the label")),
    )
    .arg(value(
        "size",
        "WxH",
        t,
        "画面大小，如1920x1080",
        "the size of the picture, such as 1920x1080",
    ))
}

fn mark(t: Words) -> Command {
    leaf(
        "mark",
        t,
        "写出音频的节奏标识（短长 短短）",
        "write the audio mark (short long, short short)",
    )
    .arg(
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .help(t.say("写到哪个WAV文件", "the WAV file to write")),
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

fn manifest(t: Words) -> Command {
    leaf(
        "manifest",
        t,
        "最后一步：用已安装的c2patool加C2PA清单，再读回标识",
        "the last step: a manifest of C2PA by an installed c2patool, and the label read back",
    )
    .arg(
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .help(t.say("已加标识的文件", "a file that has its label")),
    )
    .arg(
        value(
            "definition",
            "FILE",
            t,
            "清单定义（JSON），须含`private_key`和`sign_cert`",
            "the definition of the manifest (JSON), with `private_key` and `sign_cert`",
        )
        .required(true),
    )
    .arg(value("into", "DIR", t, "写到哪个文件夹", "the folder to write into").required(true))
    .arg(flag("run", t, "运行；不加则只显示命令", "run it; otherwise it is only shown"))
}

fn copies(t: Words) -> Command {
    let log = || value("log", "FILE", t, "记录所在的文件", "the file of the log").required(true);
    let recipient = |zh, en| value("recipient", "ID", t, zh, en);
    leaf(
        "copies",
        t,
        "应用户要求提供的未加显式标识的副本：逐条记录，只增不改",
        "copies handed out without a label to be seen or heard: recorded one by one, only added to",
    )
    .subcommand_required(true)
    .arg_required_else_help(true)
    .subcommand(
        leaf("add", t, "记录提供了哪些副本、给谁", "record which copies were handed out, to whom")
            .arg(paths(t, "已带隐式标识的文件或文件夹", "files or folders with their implicit label"))
            .arg(log())
            .arg(
                recipient(
                    "接收者在本服务的账号编号，不写姓名、电话、证件号",
                    "the account of whoever got it, by the service's own number; no name, no telephone",
                )
                .required(true),
            )
            .arg(
                value(
                    "agreement",
                    "ID",
                    t,
                    "明确用户标识义务的协议的编号",
                    "the agreement that fixes the user's duty to label, by its number",
                )
                .required(true),
            )
            .arg(value(
                "at",
                "INSTANT",
                t,
                "记录的时刻，如2026-11-22T04:00:00Z（默认现在）",
                "the moment that is recorded, such as 2026-11-22T04:00:00Z (now)",
            )),
    )
    .subcommand(
        leaf("list", t, "列出记录，以及至少保存到哪天", "show the log, and until when it is kept")
            .arg(log())
            .arg(recipient("只看这个账号的", "only those of this account")),
    )
    .subcommand(
        leaf("verify", t, "核对记录是否被改动", "tell whether the log was changed")
            .arg(log())
            .arg(value(
                "head",
                "DIGEST",
                t,
                "另处留存的末条摘要：应仍在记录之中",
                "the last line as it was noted elsewhere: it has to be in the log",
            )),
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
