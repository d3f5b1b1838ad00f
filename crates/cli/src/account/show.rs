//! `kouan account show`: the entries of the ledger, one after the other.

use clap::ArgMatches;
use kouan_ledger::entry::{Entry, What};
use kouan_terms::{Bilingual, Diagnostic};
use serde_json::json;

use super::office::{Place, at_shown, one};
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// Shows the ledger.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let records = Place::of(matches, settings).records()?;
    let history = records.history().map_err(one)?;
    let last = matches.get_one::<u64>("last").copied().unwrap_or(u64::MAX);
    let first = history.head().size().saturating_sub(last);
    let entries: Vec<&Entry> =
        history.entries().iter().filter(|entry| entry.number >= first).collect();
    let text = match settings.format {
        Format::Json => {
            let document = json!({
                "schema": "kouan.ledger/1",
                "handler": records.handler(),
                "size": history.head().size(),
                "root": history.head().root().to_string(),
                "entries": entries,
            });
            format!("{document:#}\n")
        }
        Format::Jsonl => entries.iter().map(|entry| format!("{}\n", json!(entry))).collect(),
        Format::Text | Format::Markdown => {
            let mut section = Section::default();
            for entry in entries {
                let at = format!("{} {}", entry.number, at_shown(entry.time));
                section.row(words(&at, &at), lines(entry));
            }
            let title = words(
                &format!("账册：{}", records.handler()),
                &format!("ledger of {}", records.handler()),
            );
            let size = history.head().size();
            let subtitle = words(&format!("共{size}条"), &format!("{size} entries"));
            let page = Page { title, subtitle, sections: vec![section] };
            page.render(settings.speech, settings.format.shape())
        }
    };
    Ok(Output { text, outcome: Outcome::Done })
}

/// What an entry says, for people.
fn lines(entry: &Entry) -> Vec<Line> {
    let kind = match &entry.what {
        What::Permit(_) => words("许可", "permit"),
        What::Revoke(_) => words("撤回许可", "permit taken back"),
        What::Filing(_) => words("备案", "filing"),
        What::Release(_) => words("放行", "release"),
        What::Withdrawn(_) => words("未出现", "withdrawn"),
        What::Note(_) => words("备注", "note"),
    };
    let (first, more): (Bilingual, Option<Bilingual>) = match &entry.what {
        What::Permit(permit) => {
            let route = kouan_decide::route_name(permit.route);
            (
                words(permit.id.as_str(), permit.id.as_str()),
                Some(words(
                    &format!("{}，接收方{}", route.zh, permit.recipient),
                    &format!("{}, to {}", route.en, permit.recipient),
                )),
            )
        }
        What::Revoke(revoked) => (words(revoked.id.as_str(), revoked.id.as_str()), None),
        What::Filing(filed) => (words(filed.number.as_str(), filed.number.as_str()), None),
        What::Release(released) => {
            let general = released.people.year.general;
            let sensitive = released.people.year.sensitive;
            let (out, rows, held) = (&released.output.name, released.rows, released.rows_held_back);
            (
                words(
                    &format!("{out}：{rows}行，未放行{held}行，接收方{}", released.recipient),
                    &format!("{out}: {rows} rows, {held} held back, to {}", released.recipient),
                ),
                Some(words(
                    &format!(
                        "本年累计一般{}人（新增{}），敏感{}人（新增{}）",
                        general.total, general.new, sensitive.total, sensitive.new
                    ),
                    &format!(
                        "this year general {} ({} new), sensitive {} ({} new)",
                        general.total, general.new, sensitive.total, sensitive.new
                    ),
                )),
            )
        }
        What::Withdrawn(withdrawn) => {
            let number = withdrawn.entry;
            (
                words(
                    &format!("条目{number}的输出未出现"),
                    &format!("the output of entry {number} never appeared"),
                ),
                None,
            )
        }
        What::Note(note) => (words(note.code.as_str(), note.code.as_str()), None),
    };
    let mut lines = vec![Line::words(words(
        &format!("{} {}", kind.zh, first.zh),
        &format!("{} {}", kind.en, first.en),
    ))];
    lines.extend(more.map(Line::below));
    lines
}
