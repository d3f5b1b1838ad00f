//! The grammar of labels to be seen or heard.

use clap::{Arg, Command, value_parser};

use super::standard::KINDS;
use crate::arguments::{Words, flag, leaf, value};

/// Where a label stands: in a picture, or in time.
const PLACES: [&str; 9] = [
    "bottom-right",
    "bottom-left",
    "top-right",
    "top-left",
    "bottom",
    "top",
    "start",
    "middle",
    "end",
];

/// What `kouan label add` takes for a label to be seen or heard.
pub fn explicit(command: Command, t: Words) -> Command {
    let command = through_ffmpeg(command, t);
    command
        .arg(flag(
            "explicit",
            t,
            "同时写入显式标识：画在图片上，放进声音或者文本",
            "put in a label to be seen or heard as well: drawn, spoken or written",
        ))
        .arg(words(t).requires("explicit"))
        .arg(
            value(
                "at",
                "PLACE",
                t,
                "位置：画面四角、top、bottom；声音和文本用start、middle、end。不写则由本程序选择",
                "where: a corner, top or bottom; start, middle or end in sound and text; chosen, if not said",
            )
            .value_parser(PLACES)
            .requires("explicit"),
        )
        .arg(height(t).requires("explicit"))
        .arg(font(t).requires("explicit"))
        .arg(
            value(
                "voice",
                "FILE",
                t,
                "WAV文件，其中有人说出提示；不写则用节奏标识（短长 短短）",
                "WAV file in which somebody speaks the notice; without it, the rhythm (short long, short short)",
            )
            .requires("explicit"),
        )
}

/// What else it takes where FFmpeg does the work.
fn through_ffmpeg(command: Command, t: Words) -> Command {
    command
        .arg(
            value(
                "seconds",
                "N",
                t,
                "视频中显示的秒数；不写则为标准所定的最小值",
                "seconds for which a film shows it; the least of the standard, if not said",
            )
            .value_parser(value_parser!(u32).range(1..=86_400))
            .requires("explicit"),
        )
        .arg(
            value(
                "encoder",
                "NAME",
                t,
                "FFmpeg的编码器；不写则按原来的编码选择",
                "encoder of FFmpeg; chosen by the codec, if not said",
            )
            .requires("explicit"),
        )
        .arg(
            flag(
                "run",
                t,
                "视频和打包的声音：运行FFmpeg；不加则只显示命令行",
                "films and packed sound: run FFmpeg; without it, the command is shown",
            )
            .requires("explicit"),
        )
}

/// What `kouan label check` takes to look for a label to be seen or heard.
pub fn looked_for(t: Words) -> [Arg; 5] {
    [
        flag(
            "explicit",
            t,
            "同时寻找本程序写的显式标识并测量；没有找到不等于没有",
            "look for the label to be seen or heard that this program writes, and measure it; none found does not mean none there",
        ),
        words(t).requires("explicit"),
        height(t).requires("explicit"),
        font(t).requires("explicit"),
        value("voice", "FILE", t, "要找的语音（WAV）", "the spoken clip to look for (WAV)")
            .requires("explicit"),
    ]
}

/// `kouan label snippet`.
pub fn snippet(t: Words) -> Command {
    leaf(
        "snippet",
        t,
        "写出交互界面用的双语提示（HTML片段）",
        "a bilingual notice for the interface, as a piece of HTML",
    )
    .arg(
        value(
            "kind",
            "KIND",
            t,
            "generated（是）、possible（可能）、suspected（疑似）",
            "generated, possible or suspected",
        )
        .value_parser(KINDS.map(|(word, _)| word))
        .default_value("generated"),
    )
    .arg(words(t))
}

fn words(t: Words) -> Arg {
    value(
        "words",
        "TEXT",
        t,
        "显式标识的用语，须含人工智能和生成合成两个要素；不写则用规则手册里的用语",
        "the words, with both elements, AI and generation; those of the rulebook, if not said",
    )
}

fn height(t: Words) -> Arg {
    value(
        "height",
        "PERCENT",
        t,
        "字高占最短边的百分比；不写则为标准所定的最小值",
        "height of the letters in per cent of the shortest side; the least of the standard, if not said",
    )
    .value_parser(value_parser!(u32).range(1..=50))
}

fn font(t: Words) -> Arg {
    value("font", "FILE", t, "字体文件（TrueType、OpenType）", "font (TrueType, OpenType)")
}
