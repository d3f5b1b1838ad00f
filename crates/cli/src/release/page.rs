//! What a release came to, for people and as JSON.

use kouan_decide::permit::Permit;
use kouan_flow::release::{Outcome, TablePassed};
use serde_json::{Value, json};

use crate::language::words;
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// The outcome in the format that is asked for.
pub fn shown(outcome: &Outcome, permit: &Permit, to: &str, settings: &Settings) -> String {
    match settings.format {
        Format::Json | Format::Jsonl => format!("{:#}\n", document(outcome, permit, to)),
        Format::Text | Format::Markdown => {
            page(outcome, permit, to).render(settings.speech, settings.format.shape())
        }
    }
}

/// It as JSON.
pub fn document(outcome: &Outcome, permit: &Permit, to: &str) -> Value {
    let limits = outcome.standings.iter().map(|one| {
        json!({
            "count": one.limit.name,
            "at_most": one.limit.most,
            "before": one.before,
            "after": one.after,
        })
    });
    let year = outcome.year.map(|(before, after)| {
        json!({
            "general": {
                "new": after.general.saturating_sub(before.general), "total": after.general,
            },
            "sensitive": {
                "new": after.sensitive.saturating_sub(before.sensitive), "total": after.sensitive,
            },
        })
    });
    json!({
        "schema": "kouan.released/1",
        "permit": permit.id(),
        "entry": outcome.entry,
        "before": outcome.before,
        "completed": outcome.completed,
        "output": outcome.output.filter(|_| !outcome.before).map(|(bytes, digest)| json!({
            "name": to, "bytes": bytes, "digest": digest.to_string(),
        })),
        "tables": outcome.tables.iter().map(table).collect::<Vec<_>>(),
        "persons": outcome.sealed.as_ref().map(|sealed| json!({
            "all": sealed.released.all,
            "general": sealed.released.general,
            "sensitive": sealed.released.sensitive,
            "held_back": sealed.held_persons,
        })),
        "year": year,
        "limits": limits.collect::<Vec<_>>(),
        "warnings": outcome.warnings.iter().map(|one| one.code.0).collect::<Vec<_>>(),
    })
}

fn table(passed: &TablePassed) -> Value {
    let report = &passed.report;
    let fields = report.fields.iter().map(|field| {
        json!({
            "column": field.column,
            "withheld": field.withheld,
            "unreadable": field.unreadable,
            "mended": field.mended,
        })
    });
    json!({
        "table": passed.table,
        "rows_in": report.rows_in,
        "rows_out": report.rows_out,
        "minors": report.minors,
        "age_unknown": report.age_unknown,
        "withdrawn": report.withdrawn,
        "consent_unknown": report.consent_unknown,
        "not_admitted": report.not_admitted,
        "fields": fields.collect::<Vec<_>>(),
    })
}

fn page(outcome: &Outcome, permit: &Permit, to: &str) -> Page {
    let mut section = Section::default();
    let plain = |text: &str| vec![Line::words(words(text, text))];
    section.row(words("输出", "output"), plain(to));
    section.row(words("许可", "permit"), plain(permit.id()));
    section.row(words("接收方", "recipient"), plain(&permit.body().recipient.name));
    if let Some(entry) = outcome.entry {
        section.row(words("账册条目", "entry"), plain(&entry.to_string()));
    }
    let tables = outcome.tables.iter().flat_map(lines);
    section.row(words("数据表", "tables"), tables.collect());
    if let (Some(sealed), Some((before, after))) = (&outcome.sealed, outcome.year) {
        let now = sealed.released.all;
        let new = after.all.saturating_sub(before.all);
        let (general, sensitive) = (after.general, after.sensitive);
        section.row(words("人数", "persons"), vec![Line::words(words(
            &format!(
                "本次{now}人，本年首次出境{new}人；本年累计一般{general}人，敏感{sensitive}人"
            ),
            &format!(
                "{now} in this release, {new} of them new this year; this year general {general}, \
                 sensitive {sensitive}"
            ),
        ))]);
    }
    let limits = outcome.standings.iter().map(|one| {
        let (after, most) = (one.after, one.limit.most);
        let used = words(&format!("{after}／{most}"), &format!("{after} of {most}"));
        Line::keyed(&one.limit.name, used)
    });
    section.row(words("限额", "limits"), limits.collect());
    let title = match (outcome.before, outcome.entry) {
        (true, _) => words("此前已经放行，未再处理", "released before; nothing was done"),
        (false, None) => words("试运行：未写任何文件", "dry run: nothing was written"),
        (false, Some(_)) => words("已放行", "released"),
    };
    Page { title, subtitle: words("", ""), sections: vec![section] }
}

fn lines(passed: &TablePassed) -> Vec<Line> {
    let report = &passed.report;
    let (rows, held) = (report.rows_out, report.rows_held());
    let mut lines = vec![Line::keyed(
        &passed.table,
        words(
            &format!("放行{rows}行，未放行{held}行"),
            &format!("{rows} rows left, {held} held back"),
        ),
    )];
    let fields = report.fields.iter().filter(|field| field.withheld + field.unreadable > 0);
    lines.extend(fields.map(|field| {
        let (column, withheld, unreadable) = (&field.column, field.withheld, field.unreadable);
        Line::below(words(
            &format!("{column}：扣下{withheld}个含标识的值，{unreadable}个无法处理的值"),
            &format!(
                "{column}: {withheld} values with identifiers and {unreadable} unreadable ones \
                 held back"
            ),
        ))
    }));
    lines
}
