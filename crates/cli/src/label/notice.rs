//! `kouan label notice`, `words` and `mark`: what a platform has to show, and what is seen or
//! heard.

use std::io::{BufReader, Write as _};
use std::path::Path;

use clap::ArgMatches;
use kouan_label::explicit::{Lack, lacks, least_height, mark_file};
use kouan_label::platform::{Besides, State, state};
use kouan_label::{Kind, Standard};
use kouan_rulebook::labels::LabelStandard;
use kouan_terms::{Bilingual, Diagnostic, Place};
use serde_json::json;

use super::files;
use super::standard::{KINDS, standard};
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// The schema of the document of notices.
const SCHEMA: &str = "kouan.label-notice/1";

/// Says what a platform has to show around files.
///
/// # Errors
///
/// The findings of files that cannot be read.
pub fn notice(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let (law, used) = standard(settings)?;
    let paths: Vec<&String> = matches.get_many::<String>("paths").into_iter().flatten().collect();
    let besides = Besides {
        is_declared: matches.get_flag("declared"),
        has_traces: matches.get_flag("traces"),
    };
    let mut states = Vec::new();
    let mut findings = Vec::new();
    for file in files::named(&paths)? {
        match judged(&file.path, besides, &used) {
            Ok(state) => states.push((file.path, state)),
            Err(finding) => findings.push(finding.at(Place::file(&file.path))),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let text = match settings.format {
        Format::Json | Format::Jsonl => format!("{}\n", document(&states, &law)),
        Format::Text | Format::Markdown => {
            page(&states, &law).render(settings.speech, settings.format.shape())
        }
    };
    let has = |wanted: fn(&State) -> bool| states.iter().any(|(_, state)| wanted(state));
    let outcome = if has(|state| matches!(state, State::Notice(_))) {
        Outcome::Act
    } else if states.is_empty() || has(|state| *state == State::CannotTell) {
        Outcome::CannotTell
    } else {
        Outcome::Done
    };
    Ok(Output { text, outcome })
}

fn judged(path: &str, besides: Besides, standard: &Standard) -> Result<State, Diagnostic> {
    let mut source = BufReader::new(files::open(path.as_ref())?);
    let format = files::format_of(&mut source, Some(path))?;
    let report = kouan_label::check(&mut source, format, standard)?;
    Ok(state(&report, besides, standard))
}

fn kind_word(kind: Kind) -> &'static str {
    KINDS.iter().find(|(_, of)| *of == kind).map(|(word, _)| *word).unwrap_or_default()
}

fn shown(state: State, law: &LabelStandard) -> Bilingual {
    match state {
        State::Plain => words("无须提示", "no notice is due"),
        State::CannotTell => words("无法判断", "cannot tell"),
        State::Notice(kind) => law.notice(kind_word(kind)).unwrap_or_default(),
    }
}

fn document(states: &[(String, State)], law: &LabelStandard) -> serde_json::Value {
    let files = states.iter().map(|(path, state)| {
        let (word, notice) = match state {
            State::Plain => ("plain", None),
            State::CannotTell => ("cannot-tell", None),
            State::Notice(kind) => (kind_word(*kind), law.notice(kind_word(*kind))),
        };
        let notice = notice.map(|words| json!({ "zh": words.zh, "en": words.en }));
        json!({ "path": path, "state": word, "notice": notice })
    });
    json!({ "schema": SCHEMA, "files": files.collect::<Vec<_>>() })
}

fn page(states: &[(String, State)], law: &LabelStandard) -> Page {
    let mut section = Section::default();
    for (path, state) in states {
        section.row(words(path, path), vec![Line::words(shown(*state, law))]);
    }
    Page {
        title: words("平台的提示", "what the platform shows"),
        subtitle: words(&law.id, &law.id),
        sections: vec![section],
    }
}

/// Checks the words of a label to be seen, and says how high they have to be.
///
/// # Errors
///
/// LB138 for a size that is none.
pub fn wording(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let (_, used) = standard(settings)?;
    let one = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let lacking = lacks(one("text").unwrap_or_default(), &used.explicit);
    let size = one("size").map(|text| size(text).ok_or(Diagnostic::error("LB138"))).transpose();
    let size = size.map_err(|finding| vec![finding])?;
    let mut section = Section::default();
    let said = match lacking.as_slice() {
        [] => words("两个要素都有", "both elements are there"),
        [Lack::Ai] => words("缺少人工智能要素", "the AI element is missing"),
        [Lack::Made] => words("缺少生成合成要素", "the generation element is missing"),
        _ => words("两个要素都缺", "both elements are missing"),
    };
    section.row(words("用语", "words"), vec![Line::words(said)]);
    if let Some((width, height)) = size {
        let least = least_height(width, height, &used.explicit);
        let line = words(&format!("至少{least}像素"), &format!("at least {least} pixels"));
        section.row(words("字高", "height"), vec![Line::words(line)]);
    }
    let seconds = used.explicit.video_seconds;
    let line = words(&format!("视频至少{seconds}秒"), &format!("at least {seconds} s in a video"));
    section.row(words("时长", "shown"), vec![Line::words(line)]);
    let page = Page {
        title: words("显式标识", "a label to be seen"),
        subtitle: Bilingual::default(),
        sections: vec![section],
    };
    let text = page.render(settings.speech, settings.format.shape());
    let outcome = if lacking.is_empty() { Outcome::Done } else { Outcome::Act };
    Ok(Output { text, outcome })
}

/// Width and height, as `1920x1080`.
fn size(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once(['x', '×'])?;
    let side = |text: &str| text.parse().ok().filter(|side| *side > 0);
    Some((side(width)?, side(height)?))
}

/// Writes the audio mark as a WAV file, where there is none yet.
///
/// # Errors
///
/// LB116 for a file that is there, LB101 when it cannot be written.
pub fn mark(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let (_, used) = standard(settings)?;
    let path = matches.get_one::<String>("file").map(String::as_str).unwrap_or_default();
    if Path::new(path).exists() {
        return Err(vec![Diagnostic::error("LB116").with("file", path)]);
    }
    let written = std::fs::File::create_new(path)
        .and_then(|mut file| file.write_all(&mark_file(&used.explicit)).and(file.sync_all()));
    written.map_err(|error| vec![files::failed(error).at(Place::file(path))])?;
    Ok(Output { text: format!("{path}\n"), outcome: Outcome::Done })
}
