//! `init`, `completions` and `version`.

use clap::ArgMatches;
use kouan_decide::declaration;
use kouan_terms::{Diagnostic, Language, Place};
use serde_json::json;

use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};
use crate::{arguments, files, rulebook_source};

/// Writes a commented template; a file that is there already is left alone.
pub fn init(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let book = rulebook_source::load(settings.rulebook.as_deref())?;
    let text = declaration::template(&book.facts, settings.speech.first());
    match matches.get_one::<String>("path") {
        None => Ok(Output { text, outcome: Outcome::Done }),
        Some(path) if std::path::Path::new(path).exists() => {
            Err(vec![Diagnostic::error("CL142").at(Place::file(path))])
        }
        Some(path) => {
            files::write(path, &text).map_err(|finding| vec![finding])?;
            let said = match settings.speech.first() {
                Language::Zh => format!("已写入{path}；填好后运行 `kouan decide {path}`\n"),
                Language::En => format!("wrote {path}; fill it in, then `kouan decide {path}`\n"),
            };
            Ok(Output { text: said, outcome: Outcome::Done })
        }
    }
}

/// Prints a completion script.
pub fn completions(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let shell = matches.get_one::<String>("shell").map_or("", String::as_str);
    let shell: clap_complete::Shell = shell.parse().map_err(|_| {
        vec![Diagnostic::error("CL121").with("word", "SHELL").with("allowed", "bash")]
    })?;
    let mut grammar = arguments::grammar(settings.speech.first());
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut grammar, "kouan", &mut script);
    let text = String::from_utf8_lossy(&script).into_owned();
    Ok(Output { text, outcome: Outcome::Done })
}

/// The version, the rulebook in use, and with `--settings` where each setting came from.
pub fn version(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let book = rulebook_source::load(settings.rulebook.as_deref())?;
    let version = env!("CARGO_PKG_VERSION");
    let from = settings.rulebook.as_deref().unwrap_or("embedded");
    if matches!(settings.format, Format::Json | Format::Jsonl) {
        let document = json!({
            "schema": "kouan.version/1",
            "kouan": version,
            "rulebook": {
                "edition": book.manifest.edition,
                "digest": format!("sha256:{}", book.digest),
                "from": from,
            },
            "settings": settings.origins.iter().map(|(name, value, origin)| json!({
                "name": name, "value": value, "from": origin,
            })).collect::<Vec<_>>(),
        });
        return Ok(Output { text: format!("{document:#}\n"), outcome: Outcome::Done });
    }
    let mut section = Section::default();
    let embedded = words("内置", "embedded");
    let place = if settings.rulebook.is_none() { embedded } else { words(from, from) };
    section.row(
        words("规则手册", "rulebook"),
        vec![
            Line::keyed(&book.manifest.edition, place),
            Line::words(words(&book.digest, &book.digest)),
        ],
    );
    if matches.get_flag("settings") {
        let lines = settings.origins.iter().map(|(name, value, origin)| {
            let text = format!("{value} ({origin})");
            Line::keyed(*name, words(&text, &text))
        });
        section.row(words("设置", "settings"), lines.collect());
    }
    let title = format!("kouan {version}");
    let page =
        Page { title: words(&title, &title), subtitle: words("", ""), sections: vec![section] };
    Ok(Output {
        text: page.render(settings.speech, settings.format.shape()),
        outcome: Outcome::Done,
    })
}
