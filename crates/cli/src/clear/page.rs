//! The five results, one below the other, for people; and as JSON.

use kouan_decide::permit::{Permit, Transform};
use kouan_decide::route_name;
use kouan_ledger::Checkpoint;
use kouan_terms::{Bilingual, Diagnostic, PersonCount, Route};
use serde_json::{Value, json};

use super::Course;
use super::plan::FILE;
use super::steps::{Account, Left, Passed, Recorded};
use crate::account::filing::{KINDS, Kept};
use crate::account::{at_shown, drift, people};
use crate::file::{Filed, Given};
use crate::inventories::Named;
use crate::language::words;
use crate::outcome::{Outcome, Told};
use crate::page::{Line, Page, Section};
use crate::permit::becomes;
use crate::{decision_json, decision_page, messages, release, scan};

/// What every step came to.
pub struct Steps<'a> {
    /// Step 1.
    pub scanned: &'a [Named],
    /// Step 2.
    pub given: &'a Given,
    /// Step 3.
    pub filed: &'a Filed,
    /// Step 4.
    pub left: &'a Passed<'a>,
    /// Step 5.
    pub account: &'a Account,
}

impl Course<'_> {
    /// The five results together.
    pub fn told(&self, steps: &Steps<'_>, handler: &str) -> Told {
        let mut page = Page {
            title: title(steps),
            subtitle: self.subtitle(steps),
            sections: vec![
                self.places(),
                self.scan_section(steps),
                self.decide_section(steps),
                self.file_section(steps, handler),
                self.release_section(steps, handler),
                self.account_section(steps),
                rest(steps),
            ],
        };
        if self.settings.quiet > 1 {
            page.sections.clear();
        }
        for line in page.sections.iter_mut().flat_map(|s| &mut s.rows).flat_map(|r| &mut r.lines) {
            line.key = line.key.as_deref().map(|key| self.out.show(key));
            let said = &line.words;
            line.words = words(&self.out.show(&said.zh), &self.out.show(&said.en));
        }
        let mut document = self.document(steps, handler);
        self.out.show_all(&mut document);
        Told { page, document, outcome: outcome(steps) }
    }

    fn subtitle(&self, steps: &Steps<'_>) -> Bilingual {
        let at = at_shown(self.time);
        let book = &steps.given.decision.rulebook.edition;
        let name = steps.given.transfer.handler.name.as_ref();
        let name = |pick: fn(&Bilingual) -> &str| name.map_or("", pick).to_owned();
        words(
            &format!("{} · {at} · 规则手册{book}", name(|n| &n.zh)),
            &format!("{} · {at} · rulebook {book}", name(|n| &n.en)),
        )
    }

    fn places(&self) -> Section {
        let mut section = Section::default();
        let folder = words("单独运行的命令在此处运行", "commands “by itself” run here");
        section.row(words("文件夹", "folder"), vec![Line::keyed(&self.source.shown, folder)]);
        let out = words("文件夹里未写任何文件", "nothing is written into the folder");
        section.row(words("结果", "results"), vec![Line::keyed(&self.out.shown, out)]);
        section
    }

    fn scan_section(&self, steps: &Steps<'_>) -> Section {
        let mut section = Section::default();
        let mut said = words("", "");
        for named in steps.scanned {
            said = joined(&said, &scan::page::title(named.inventory()));
            section.row(words("数据", "data"), scan::page::brief(named.inventory()));
            let path = self.out.shown(super::plan::file_name(named.name()));
            section
                .row(words("清查表", "inventory"), vec![Line::keyed(path, Bilingual::default())]);
        }
        if steps.scanned.is_empty() {
            said = words(
                "没有要清查的数据，依申报单所写",
                "nothing to scan; the declaration is taken as it is",
            );
        }
        headed(section, ("1 摸底", "1 scan"), &said, self.scan_commands())
    }

    fn decide_section(&self, steps: &Steps<'_>) -> Section {
        let decision = &steps.given.decision;
        let section = Section { heading: None, rows: decision_page::brief(decision) };
        let title = decision_page::title(decision);
        headed(section, ("2 判定", "2 decide"), &title, self.decide_commands())
    }

    fn file_section(&self, steps: &Steps<'_>, handler: &str) -> Section {
        let mut section = Section { heading: None, rows: steps.filed.brief.clone() };
        let lines = steps.left.recorded.iter().flat_map(recorded_lines);
        section.row(words("备案记录", "on record"), lines.collect());
        let id = steps.given.transfer.id.as_str();
        let commands = self.file_commands(id, handler);
        headed(section, ("3 备案", "3 file"), &steps.filed.told.page.title, commands)
    }

    fn release_section(&self, steps: &Steps<'_>, handler: &str) -> Section {
        let mut section = Section::default();
        for left in &steps.left.flows {
            let flow = left.release.flow.get_ref().as_str();
            section.row(words(flow, flow), left_lines(left, steps));
        }
        for flow in &steps.given.transfer.flows {
            let is_asked =
                steps.left.flows.iter().any(|left| *left.release.flow.get_ref() == *flow.id);
            if !is_asked {
                let said = words(
                    &format!("{FILE}没有为它写`[[release]]`，未放行"),
                    &format!("{FILE} has no `[[release]]` for it: nothing left"),
                );
                section.row(words(&flow.id, &flow.id), vec![Line::words(said)]);
            }
        }
        let commands = self.release_commands(handler);
        headed(section, ("4 放行", "4 release"), &counts(steps), commands)
    }

    fn account_section(&self, steps: &Steps<'_>) -> Section {
        let account = steps.account;
        let mut section = Section::default();
        let mut lines = Vec::new();
        for counted in account.people.iter().filter(|counted| counted.is_whole_or_lane()) {
            let label = people::label(counted);
            lines.extend(people::lines(&counted.persons).into_iter().map(|line| {
                Line::words(words(
                    &format!("{}：{}", label.zh, line.words.zh),
                    &format!("{}: {}", label.en, line.words.en),
                ))
            }));
        }
        lines.push(Line::below(words(
            "未经本账册出境的人不在其中",
            "persons who left without this ledger are not in these figures",
        )));
        section.row(words("人数", "persons"), lines);
        let size = account.checked.head.as_ref().map_or(0, Checkpoint::size);
        let whole = match account.checked.is_whole {
            true => words("完整，未被改动", "whole: nothing was changed"),
            false => words("不完整", "not whole"),
        };
        let said =
            words(&format!("{size}条，{}", whole.zh), &format!("{size} entries, {}", whole.en));
        section.row(words("账册", "ledger"), vec![Line::words(said)]);
        let mut lines: Vec<Line> = account.drift.iter().map(drift::line).collect();
        if lines.is_empty() {
            lines.push(Line::words(words("与备案一致", "what left is what was filed")));
        }
        section.row(words("差异", "drift"), lines);
        let title = year_title(account);
        headed(section, ("5 记账", "5 account"), &title, self.account_commands())
    }

    fn document(&self, steps: &Steps<'_>, handler: &str) -> Value {
        let given = steps.given;
        let scans = steps.scanned.iter().map(|named| {
            let text = kouan_scan::inventory::to_json(named.inventory()).unwrap_or_default();
            json!({
                "inventory": self.out.shown(super::plan::file_name(named.name())),
                "found": serde_json::from_str::<Value>(&text).unwrap_or_default(),
            })
        });
        let account = steps.account;
        json!({
            "schema": "kouan.clear/1",
            "transfer": given.transfer.id.as_str(),
            "handler": handler,
            "at": at_shown(self.time),
            "out": self.out.shown,
            "scan": {
                "inventories": scans.collect::<Vec<_>>(),
                "commands": self.scan_commands(),
            },
            "decide": {
                "decision": decision_json::document(&given.decision, &given.adopted),
                "commands": self.decide_commands(),
            },
            "file": {
                "filed": steps.filed.told.document,
                "recorded": steps.left.recorded.iter().map(recorded).collect::<Vec<_>>(),
                "commands": self.file_commands(given.transfer.id.as_str(), handler),
            },
            "release": {
                "flows": steps.left.flows.iter().map(left).collect::<Vec<_>>(),
                "commands": self.release_commands(handler),
            },
            "account": {
                "year": account.year.number(),
                "counts": account.people.iter().map(people::document).collect::<Vec<_>>(),
                "drift": account.drift.iter().map(drift::document).collect::<Vec<_>>(),
                "verified": account.verified,
                "commands": self.account_commands(),
            },
        })
    }
}

/// A section with its step, what it came to, and how to do it by itself.
fn headed(
    mut section: Section,
    (zh, en): (&str, &str),
    said: &Bilingual,
    commands: Vec<String>,
) -> Section {
    section.heading = Some(words(&format!("{zh}：{}", said.zh), &format!("{en}: {}", said.en)));
    let lines = commands.into_iter().map(|command| Line::keyed(command, Bilingual::default()));
    section.row(words("单独运行", "by itself"), lines.collect());
    section
}

fn joined(one: &Bilingual, other: &Bilingual) -> Bilingual {
    if one.zh.is_empty() {
        return other.clone();
    }
    words(&format!("{}；{}", one.zh, other.zh), &format!("{}; {}", one.en, other.en))
}

/// How many persons left in the year.
fn year_title(account: &Account) -> Bilingual {
    let (year, all) = (account.year, kouan_meter::Measure::All);
    let (least, most) = account.people.first().map_or((0, 0), |counted| {
        (counted.persons.at_least.of(all), counted.persons.at_most.of(all))
    });
    let (least, most) = (PersonCount(least), PersonCount(most));
    if least == most {
        words(&format!("{year}年已出境{most}人"), &format!("{most} persons left in {year}"))
    } else {
        words(
            &format!("{year}年已出境{least}至{most}人"),
            &format!("{least} to {most} persons left in {year}"),
        )
    }
}

fn title(steps: &Steps<'_>) -> Bilingual {
    let (id, said) = (steps.given.transfer.id.as_str(), counts(steps));
    words(&format!("{id}：{}", said.zh), &format!("{id}: {}", said.en))
}

/// How many flows left.
fn counts(steps: &Steps<'_>) -> Bilingual {
    let flows = &steps.left.flows;
    let all = steps.given.transfer.flows.len();
    let out = flows.iter().filter(|left| left.ran.is_some()).count();
    let refused = flows.iter().filter(|left| !left.refused.is_empty()).count();
    let mut said =
        words(&format!("{all}个数据流放行{out}个"), &format!("{out} of {all} flows left"));
    if refused > 0 {
        said.zh.push_str(&format!("，拒绝{refused}个"));
        said.en.push_str(&format!(", {refused} refused"));
    }
    said
}

/// A filing and the entry that says it.
fn recorded_lines(recorded: &Recorded) -> Vec<Line> {
    let entered = &recorded.entered;
    let (zh, en) = match recorded.kept {
        Kept::Now(entry) => (format!("现记为条目{entry}"), format!("recorded as entry {entry}")),
        Kept::Before(entry) => (
            format!("此前已记为条目{entry}，未再记录"),
            format!("on record as entry {entry} already"),
        ),
        Kept::Ended(entry) => {
            (format!("条目{entry}记明已经终止"), format!("ended, as entry {entry} says"))
        }
    };
    let kind = KINDS.iter().find(|(_, kind)| *kind == entered.kind).map_or("", |(word, _)| *word);
    let accepted = entered.accepted.map_or("—".to_owned(), |day| day.to_string());
    let authority = &entered.authority;
    let mut lines = vec![Line::keyed(
        entered.number.as_str(),
        words(
            &format!("{kind}，{authority}，{accepted}受理或者通过；{zh}"),
            &format!("{kind}, {authority}, accepted {accepted}; {en}"),
        ),
    )];
    if let Some(pack) = entered.pack {
        let said = if recorded.is_other_pack {
            words(
                &format!("所提交的材料包：{pack}；现在生成的与之不同"),
                &format!("pack handed in: {pack}; the one made now is another"),
            )
        } else {
            words(&format!("所提交的材料包：{pack}"), &format!("pack handed in: {pack}"))
        };
        lines.push(Line::below(said));
    }
    lines
}

/// What became of one flow.
fn left_lines(left: &Left<'_>, steps: &Steps<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    match &left.ran {
        Some((ran, entry)) => lines.extend(ran_lines(ran, entry.as_ref().map(|(_, it)| it))),
        None => lines.push(Line::words(words("拒绝，未放行任何数据", "refused: no byte left"))),
    }
    let recipient = left.permit.as_ref().map(|(permit, _)| permit.body().recipient.name.as_str());
    let flow = steps.given.transfer.flows.iter().find(|f| *left.release.flow.get_ref() == *f.id);
    let recipient = recipient.or_else(|| flow.and_then(|flow| flow.recipient.name.as_deref()));
    let recipient = recipient.unwrap_or("—");
    lines.push(Line::below(words(&format!("接收方：{recipient}"), &format!("to {recipient}"))));
    if left.ran.is_some() && !left.before.is_empty() {
        for finding in &left.before {
            let said = said(finding);
            let code = finding.code.0;
            lines.push(Line::below(words(
                &format!("备案记录之前：不予许可，{}（{code}）", said.zh),
                &format!("before the filing was on record: no permit, {} ({code})", said.en),
            )));
        }
    }
    if let Some((permit, entry)) = &left.permit {
        lines.extend(permit_lines(permit, *entry));
    }
    lines.extend(refused_lines(&left.refused));
    lines
}

/// Why nothing left, and what helps, each said once.
fn refused_lines(refused: &[Diagnostic]) -> Vec<Line> {
    let mut lines = Vec::new();
    for (place, finding) in refused.iter().enumerate() {
        let (said, code) = (said(finding), finding.code.0);
        lines.push(Line::below(words(
            &format!("{}（{code}）", said.zh),
            &format!("{} ({code})", said.en),
        )));
        let hint = messages::hint(finding);
        if refused.get(place + 1).map(messages::hint) != Some(hint.clone()) {
            lines.extend(hint.map(|hint| {
                Line::below(words(&format!("提示：{}", hint.zh), &format!("hint: {}", hint.en)))
            }));
        }
    }
    lines
}

/// What a finding says, with a route by its name instead of its word.
fn said(finding: &Diagnostic) -> Bilingual {
    let route = finding.values.iter().find(|(name, _)| *name == "route");
    let Some(route) = route.and_then(|(_, word)| Route::parse(word)).map(route_name) else {
        return messages::said(finding);
    };
    let named = |name: &str| {
        let mut finding = finding.clone();
        for (key, value) in &mut finding.values {
            if *key == "route" {
                value.clear();
                value.push_str(name);
            }
        }
        messages::said(&finding)
    };
    words(&named(&route.zh).zh, &named(&route.en).en)
}

fn ran_lines(ran: &release::Ran, entry: Option<&kouan_ledger::entry::Released>) -> Vec<Line> {
    let outcome = &ran.outcome;
    let number = outcome.entry.map_or("—".to_owned(), |entry| entry.to_string());
    let rows = entry.map_or(0, |entry| entry.rows);
    let held = entry.map_or(0, |entry| entry.rows_held_back);
    let name = &ran.name;
    let mut zh = format!("{name}：放行{}行，未放行{}行", PersonCount(rows), PersonCount(held));
    let mut en =
        format!("{name}: {} rows left, {} held back", PersonCount(rows), PersonCount(held));
    if let Some(sealed) = &outcome.sealed {
        let all = PersonCount(sealed.released.all);
        zh.push_str(&format!("，{all}人"));
        en.push_str(&format!(", {all} persons"));
    }
    if outcome.before {
        zh.push_str(&format!("；此前已经放行（条目{number}），未再处理，不重复计数"));
        en.push_str(&format!(
            "; left before as entry {number}: nothing was done, nobody counted twice"
        ));
    } else {
        zh.push_str(&format!("；条目{number}"));
        en.push_str(&format!("; entry {number}"));
    }
    vec![Line::words(words(&zh, &en))]
}

/// The permit and what becomes of the columns.
fn permit_lines(permit: &Permit, entry: Option<u64>) -> Vec<Line> {
    let body = permit.body();
    let id = permit.id();
    let route = Route::parse(&body.route).map(route_name).unwrap_or_default();
    let (mut zh, mut en) = (format!("许可{id}：{}", route.zh), format!("{id}: {}", route.en));
    if let Some(filing) = &body.filing {
        zh.push_str(&format!("，依据{}", filing.number));
        en.push_str(&format!(", under {}", filing.number));
    }
    if let Some(entry) = entry {
        zh.push_str(&format!("；条目{entry}"));
        en.push_str(&format!("; entry {entry}"));
    }
    let mut lines = vec![Line::below(words(&zh, &en))];
    let (kept, changed) = (words("原样", "as they are"), words("处理后", "transformed"));
    let dropped = words("不放行", "stay at home");
    // Tables of one release have columns of the same names.
    let mut parts: [(Bilingual, Vec<Bilingual>); 3] =
        [kept, changed, dropped].map(|label| (label, Vec::new()));
    for field in &body.fields {
        let place = match &field.transform {
            Transform::Drop {} => 2,
            Transform::Keep {} | Transform::SafeCopy {} => 0,
            _ => 1,
        };
        let name = field_words(&field.column, &field.transform);
        if let Some((_, names)) = parts.get_mut(place)
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    for (label, names) in parts.into_iter().filter(|(_, names)| !names.is_empty()) {
        let zh: Vec<&str> = names.iter().map(|name| name.zh.as_str()).collect();
        let en: Vec<&str> = names.iter().map(|name| name.en.as_str()).collect();
        lines.push(Line::below(words(
            &format!("{}：{}", label.zh, zh.join("、")),
            &format!("{}: {}", label.en, en.join(", ")),
        )));
    }
    lines
}

/// A column and what becomes of it.
fn field_words(column: &str, transform: &Transform) -> Bilingual {
    match transform {
        Transform::Drop {} | Transform::Keep {} | Transform::SafeCopy {} => words(column, column),
        _ => {
            let Bilingual { zh, en } = becomes(transform);
            words(&format!("{column}（{zh}）"), &format!("{column} ({en})"))
        }
    }
}

/// What is left to act on.
fn rest(steps: &Steps<'_>) -> Section {
    let mut section = Section::default();
    let mut lines = Vec::new();
    for open in &steps.filed.open {
        lines.push(Line::words(words(
            &format!("第3步，{}", open.zh),
            &format!("step 3, {}", open.en),
        )));
    }
    for left in steps.left.flows.iter().filter(|left| !left.refused.is_empty()) {
        let flow = left.release.flow.get_ref();
        let codes: Vec<&str> = left.refused.iter().map(|found| found.code.0).collect();
        let first = left.refused.first().map(said).unwrap_or_default();
        let key = format!("kouan explain {}", codes.first().copied().unwrap_or_default());
        lines.push(Line::keyed(
            key,
            words(
                &format!("第4步，{flow}：{}", first.zh),
                &format!("step 4, {flow}: {}", first.en),
            ),
        ));
    }
    if !steps.account.drift.is_empty() {
        lines.push(Line::words(words(
            "第5步：实际与备案不符",
            "step 5: what left is not what was filed",
        )));
    }
    section.row(words("尚须处理", "to act on"), lines);
    section.notice();
    section
}

/// What can be acted on comes before what a person has to judge.
fn outcome(steps: &Steps<'_>) -> Outcome {
    let mut all: Vec<Outcome> = steps.left.flows.iter().map(Left::outcome).collect();
    all.push(steps.filed.told.outcome);
    if !steps.account.drift.is_empty() || !steps.account.checked.is_whole {
        all.push(Outcome::Act);
    }
    let found = |wanted| all.contains(&wanted).then_some(wanted);
    let order = [Outcome::NotDone, Outcome::Act, Outcome::CannotTell];
    order.into_iter().find_map(found).unwrap_or(Outcome::Done)
}

fn recorded(recorded: &Recorded) -> Value {
    let (entry, state) = match recorded.kept {
        Kept::Now(entry) => (entry, "recorded"),
        Kept::Before(entry) => (entry, "on-record"),
        Kept::Ended(entry) => (entry, "ended"),
    };
    json!({
        "entry": entry,
        "state": state,
        "filing": recorded.entered,
        "pack_is_another": recorded.is_other_pack,
    })
}

fn left(left: &Left<'_>) -> Value {
    let findings =
        |found: &[Diagnostic]| -> Vec<Value> { found.iter().map(drift::document).collect() };
    let ran = left.ran.as_ref().map(|(ran, entry)| {
        let said = entry.as_ref().map(|(_, released)| {
            json!({ "rows": released.rows, "rows_held_back": released.rows_held_back })
        });
        json!({
            "released": release::page::document(&ran.outcome, &ran.permit, &ran.name),
            "entry": said,
        })
    });
    let permit = left
        .permit
        .as_ref()
        .map(|(permit, entry)| json!({ "entry": entry, "permit": permit.body() }));
    json!({
        "flow": left.release.flow.get_ref(),
        "before_filing": findings(&left.before),
        "permit": permit,
        "left": ran,
        "refused": findings(&left.refused),
    })
}
