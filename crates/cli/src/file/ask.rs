//! `kouan file ask`: what is still to be answered.

use std::path::Path;

use clap::ArgMatches;
use kouan_dossier::ask::{Open, open};
use kouan_dossier::assess::assess;
use kouan_dossier::pack::{Draft, draft};
use kouan_dossier::{Concerned, Sources};
use kouan_rulebook::format::PackText;
use kouan_terms::{Bilingual, Diagnostic, Place, Route};
use serde_json::{Value, json};

use super::choose::{Choice, choose};
use super::given::{Given, Law};
use super::{filing, template, words_of};
use crate::decision_json::pair;
use crate::decision_page;
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// The schema of the document.
const SCHEMA: &str = "kouan.file-ask/1";

/// Things that one question is asked of, shown unless `--verbose` asks for all.
const OFS_SHOWN: usize = 4;

/// One pack, and what is open about it.
pub struct Asked {
    /// Its id.
    pub pack: Box<str>,
    /// Its title.
    pub title: Bilingual,
    /// What is open.
    pub open: Vec<Open>,
    /// Its papers as they are now.
    pub draft: Draft,
    /// Attachments that are not there, or not in order: kinds of evidence, and the part.
    pub attachments: Vec<(String, Bilingual)>,
}

/// Lists what is open, or writes an answers file.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    if let Some(path) = settings.output.as_ref().filter(|path| Path::new(path).exists())
        && matches.get_flag("template")
    {
        // What stands there may be answers that somebody wrote.
        return Err(vec![Diagnostic::error("CL142").at(Place::file(path))]);
    }
    let law = Law::read(settings)?;
    let (given, old) = filing(matches, &law, settings)?;
    let (lent, old) = (given.lend(&law), old.as_ref().map(|old| old.lend(&law)));
    let old = old.as_ref().map(|old| old.sources());
    let sources = Sources { earlier: old.as_ref(), ..lent.sources() };
    let named = matches.get_one::<String>("pack").map(String::as_str);
    let choice = choose(&sources, named).map_err(|finding| vec![finding])?;
    let asked: Vec<Asked> = choice
        .packs
        .iter()
        .map(|chosen| {
            let concerned = Concerned::of(&sources, &chosen.pack.text);
            let sources = concerned.sources(&sources);
            let draft = draft(&sources, chosen.pack);
            let assessment = assess(&sources, &draft);
            let open = open(&sources, &draft, &assessment);
            let title = words(&chosen.pack.text.zh, &chosen.pack.text.en);
            let attachments = attachments(&chosen.pack.text, &draft);
            Asked { pack: chosen.pack.id.clone(), title, open, draft, attachments }
        })
        .collect();
    let text = if matches.get_flag("template") {
        template::write(&sources, &asked)
    } else {
        match settings.format {
            Format::Json => format!("{:#}\n", document(&law, &given, &asked)),
            Format::Jsonl => format!("{}\n", document(&law, &given, &asked)),
            Format::Text | Format::Markdown => {
                let page = page(&given, &choice, &asked, &words_of(matches), settings);
                page.render(settings.speech, settings.format.shape())
            }
        }
    };
    Ok(Output { text, outcome: outcome(&given, &asked) })
}

/// The parts that the user has to attach and that are missing, expired or changed.
fn attachments(pack: &PackText, draft: &Draft) -> Vec<(String, Bilingual)> {
    let open = draft.view.parts.iter().filter(|part| part.required && part.state.is_open());
    let kinds = open.map(|part| {
        let text = pack.part.iter().find(|text| **text.id.as_ref() == *part.id);
        let kinds = text.map(|text| {
            let kinds = text.evidence.iter().chain(&text.evidences);
            kinds.map(|kind| kind.as_ref().clone()).collect::<Vec<String>>()
        });
        (kinds.unwrap_or_default().join(" | "), part.name.clone())
    });
    kinds.collect()
}

/// 0: nothing is open; 1: something is; 3: the route is not decided.
fn outcome(given: &Given, asked: &[Asked]) -> Outcome {
    if asked.is_empty() && given.decision.route == Route::Undetermined {
        Outcome::CannotTell
    } else if asked.iter().any(|one| !one.open.is_empty() || !one.attachments.is_empty()) {
        Outcome::Act
    } else {
        Outcome::Done
    }
}

fn page(
    given: &Given,
    choice: &Choice<'_>,
    asked: &[Asked],
    repeated: &str,
    settings: &Settings,
) -> Page {
    let count: usize = asked.iter().map(|one| one.open.len()).sum();
    let title = match (asked.is_empty(), count) {
        (true, _) => words("没有要准备的材料包", "there is no pack to prepare"),
        (false, 0) => words("没有待回答的事项", "nothing is open"),
        (false, count) => {
            let (is, many) = if count == 1 { ("is", "") } else { ("are", "s") };
            words(
                &format!("{count}项待回答，最能推进的在前"),
                &format!("{count} question{many} {is} open, what unblocks most first"),
            )
        }
    };
    let mut page = Page { title, ..Page::default() };
    if asked.is_empty() {
        for flow in &given.decision.flows {
            let mut section = Section::default();
            decision_page::needs(flow, &mut section);
            page.sections.push(section);
        }
    }
    for one in asked {
        let mut section = Section { heading: Some(one.title.clone()), rows: Vec::new() };
        for (index, open) in one.open.iter().enumerate() {
            let number = (index + 1).to_string();
            section.row(words(&number, &number), question(open, settings.verbose > 0));
        }
        let attach = one.attachments.iter().map(|(kinds, name)| Line::keyed(kinds, name.clone()));
        section.row(words("待附", "to attach"), attach.collect());
        page.sections.push(section);
    }
    let mut rest = Section::default();
    let others = choice.others.iter().map(|pack| {
        Line::keyed(format!("--pack {}", pack.id), words(&pack.text.zh, &pack.text.en))
    });
    rest.row(words("另可选", "or else"), others.collect());
    if count > 0 {
        rest.row(
            words("下一步", "next"),
            vec![Line::keyed(
                format!(
                    "kouan file ask {repeated} --template -o answers-{}.toml",
                    given.transfer.id.as_str()
                ),
                words("写成可填的回答文件", "writes an answers file to fill in"),
            )],
        );
    }
    page.sections.push(rest);
    page
}

fn question(open: &Open, verbose: bool) -> Vec<Line> {
    let asks = open.asks.clone().unwrap_or_else(|| open.name.clone());
    let mut lines = vec![Line::keyed(&*open.path, asks)];
    if open.kind.is_none() {
        lines.push(Line::below(words(
            "由申报单写明；字段是什么，用`kouan scan settle`认定",
            "the declaration has to say it; `kouan scan settle` says what a column holds",
        )));
    }
    if !open.of.is_empty() {
        let shown = if verbose { open.of.len() } else { OFS_SHOWN };
        let of = open.of.iter().take(shown).map(|of| format!("`{of}`"));
        let of = of.collect::<Vec<_>>().join(", ");
        let left = open.of.len().saturating_sub(shown);
        let (more, more_en) = if left > 0 {
            (format!("等{}项", open.of.len()), format!(" and {left} more"))
        } else {
            Default::default()
        };
        let (each, each_en) = if open.of.len() > 1 {
            ("分别回答：", "one for each of ")
        } else {
            ("对象：", "of ")
        };
        lines.push(Line::below(words(
            &format!("{each}{of}{more}"),
            &format!("{each_en}{of}{more_en}"),
        )));
        if open.of.iter().any(|of| of.starts_with("field:")) && open.kind.is_some() {
            lines.push(Line::below(words(
                "同一类别的字段可以一并回答：`of = \"class:类别编号\"`",
                "fields of one class may be answered together: `of = \"class:ID\"`",
            )));
        }
    }
    if !open.choices.is_empty() {
        let part = |pick: fn(&Bilingual) -> &str| {
            let choices = open.choices.iter();
            choices.map(|(word, says)| format!("{word} {}", pick(says))).collect::<Vec<_>>()
        };
        lines.push(Line::below(words(
            &format!("选项：{}", part(|says| &says.zh).join("；")),
            &format!("choices: {}", part(|says| &says.en).join("; ")),
        )));
    }
    if let Some(help) = open.help.as_ref().filter(|_| verbose) {
        lines.push(Line::below(help.clone()));
    }
    if verbose {
        let evidence = open.evidence.join(", ");
        let (zh, en) = if evidence.is_empty() {
            (String::new(), String::new())
        } else {
            (format!("；证明材料：{evidence}"), format!("; evidence: {evidence}"))
        };
        lines.push(Line::below(words(
            &format!("推进{}处，工作量{}（1最易，5最难）{zh}", open.unblocks, open.effort),
            &format!("unblocks {}, effort {} (1 least, 5 most){en}", open.unblocks, open.effort),
        )));
    }
    lines
}

fn document(law: &Law, given: &Given, asked: &[Asked]) -> Value {
    let packs = asked.iter().map(|one| {
        json!({
            "pack": &*one.pack,
            "title": pair(&one.title),
            "open": one.open.iter().map(|open| entry(law, open)).collect::<Vec<_>>(),
            "attachments": one.attachments.iter().map(|(kinds, name)| json!({
                "evidence": kinds.split(" | ").collect::<Vec<_>>(),
                "name": pair(name),
            })).collect::<Vec<_>>(),
        })
    });
    json!({
        "schema": SCHEMA,
        "transfer": given.transfer.id.as_str(),
        "route": given.decision.route.as_str(),
        "packs": packs.collect::<Vec<_>>(),
    })
}

fn entry(law: &Law, open: &Open) -> Value {
    let question = law.papers.question(&open.path).map(|entry| &entry.text);
    let columns = question.map(|text| text.columns.as_slice()).unwrap_or_default();
    let columns = columns.iter().map(|column| {
        json!({
            "id": column.id.as_ref(),
            "type": column.r#type,
            "required": column.required,
            "name": { "zh": column.zh, "en": column.en },
            "choices": column.choices.iter().map(|c| c.id.as_ref().as_str()).collect::<Vec<_>>(),
        })
    });
    let choices =
        open.choices.iter().map(|(word, says)| json!({ "id": &**word, "says": pair(says) }));
    json!({
        "question": &*open.path,
        "of": open.of.iter().map(|of| &**of).collect::<Vec<_>>(),
        "name": pair(&open.name),
        "asks": open.asks.as_ref().map(pair),
        "help": open.help.as_ref().map(pair),
        "type": open.kind,
        "choices": choices.collect::<Vec<_>>(),
        "columns": columns.collect::<Vec<_>>(),
        "evidence": open.evidence.iter().map(|kind| &**kind).collect::<Vec<_>>(),
        "effort": open.effort,
        "unblocks": open.unblocks,
    })
}
