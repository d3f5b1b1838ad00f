//! What filing came to, for people.

use kouan_decide::{route_meaning, route_name};
use kouan_dossier::assess::weight;
use kouan_dossier::pack::{OFFICIAL_FORM, Prefilled};
use kouan_dossier::values::{PartState, PartView};
use kouan_rulebook::format::PackText;
use kouan_rulebook::papers::Entry;
use kouan_terms::{Bilingual, Day, PersonCount, Route};

use super::choose::Standing;
use super::{Filing, Made};
use crate::language::words;
use crate::outcome::Outcome;
use crate::page::{Line, Page, Row, Section};
use crate::settings::Settings;
use crate::{adopted, decision_page};

/// Gaps and fixes that are shown unless `--verbose` asks for all.
const SHOWN: usize = 12;

/// The page of a run.
pub fn page(filing: &Filing<'_>, settings: &Settings) -> Page {
    let mut page = Page { title: title(filing), subtitle: subtitle(filing), sections: Vec::new() };
    if settings.quiet > 1 {
        return page;
    }
    if filing.packs.is_empty() {
        page.sections.extend(no_pack(filing, settings));
    }
    let several = filing.packs.len() > 1;
    for made in &filing.packs {
        let heading = several.then(|| made.pack.view.title.clone());
        page.sections.push(pack(filing, made, heading, settings));
    }
    let mut rest = Section::default();
    rest.row(words("采用的理解", "adopted"), adopted::lines(filing.adopted));
    rest.row(words("未收入", "not held"), short(filing).into_iter().collect());
    rest.row(words("尚无定论", "unsettled"), unsettled(filing));
    rest.row(words("另可选", "or else"), others(filing));
    rest.row(words("下一步", "next"), next(filing));
    rest.notice();
    page.sections.push(rest);
    page
}

/// The packs, in a few lines.
pub fn brief(filing: &Filing<'_>) -> Vec<Row> {
    let mut section = Section::default();
    let several = filing.packs.len() > 1;
    let mut lines = Vec::new();
    for made in &filing.packs {
        let title = &made.pack.view.title;
        let verdict = verdict(filing, made);
        let count = made.pack.files.len();
        let said = words(
            &format!("{}：{}；{count}个文件", title.zh, verdict.zh),
            &format!("{}: {}; {}", title.en, verdict.en, counted(count, "file")),
        );
        // A single pack has said its title already.
        let alone = words(&format!("{count}个文件"), &counted(count, "file"));
        lines.push(Line::keyed(&*made.pack.view.id, if several { said } else { alone }));
        lines.push(Line::below(words(&made.placed.folder, &made.placed.folder)));
        lines.push(Line::below(share(&made.pack.prefilled)));
        if let Some(day) = made.pack.assessment.file_by {
            let said = words(&format!("最迟{day}提交"), &format!("file by {day}"));
            lines.push(Line::below(said));
        }
    }
    section.row(words("材料包", "pack"), lines);
    section.row(words("未收入", "not held"), short(filing).into_iter().collect());
    section.rows
}

/// What is still to be done, a sentence for each pack that is not ready; the title of a run that
/// gave none.
pub fn open(filing: &Filing<'_>) -> Vec<Bilingual> {
    if super::outcome(filing) == Outcome::Done {
        return Vec::new();
    }
    let packs = filing.packs.iter().filter(|made| super::outcome_of(made) != Outcome::Done);
    let said = packs.map(|made| {
        let (title, verdict) = (&made.pack.view.title, verdict(filing, made));
        words(&format!("{}：{}", title.zh, verdict.zh), &format!("{}: {}", title.en, verdict.en))
    });
    let said: Vec<Bilingual> = said.chain(short(filing).map(|line| line.words)).collect();
    if said.is_empty() { vec![title(filing)] } else { said }
}

fn title(filing: &Filing<'_>) -> Bilingual {
    let route = filing.sources.decision.route;
    match filing.packs.as_slice() {
        [] => match route {
            Route::None | Route::Exempt => {
                let name = route_name(route);
                words(
                    &format!("{}：不需要申报或者备案", name.zh),
                    &format!("{}: no filing is due", name.en),
                )
            }
            Route::Undetermined => words(
                "未定：路径尚未判定，未生成材料",
                "undetermined: the route is not decided yet, no paper was made",
            ),
            _ => {
                let name = route_name(route);
                words(
                    &format!("{}：手册中没有对应的材料包", name.zh),
                    &format!("{}: the rulebook has no pack for it", name.en),
                )
            }
        },
        [one] => {
            let (title, verdict) = (&one.pack.view.title, verdict(filing, one));
            words(
                &format!("{}：{}", title.zh, verdict.zh),
                &format!("{}: {}", title.en, verdict.en),
            )
        }
        several => words(
            &format!("须办{}项", several.len()),
            &format!("{} filings are due", several.len()),
        ),
    }
}

/// The verdict of the pre-assessment, with what stands against it.
fn verdict(filing: &Filing<'_>, made: &Made<'_>) -> Bilingual {
    let assessment = &made.pack.assessment;
    let word = assessment.verdict.as_str();
    let mut said =
        filing.sources.papers.phrase("verdict", word).unwrap_or_else(|| words(word, word));
    let blockers = assessment.blockers().count() + assessment.parts_open;
    if blockers > 0 {
        said.zh.push_str(&format!("，{blockers}项阻碍"));
        said.en.push_str(&format!(", {}", counted(blockers, "blocker")));
    }
    if made.pack.view.gaps > 0 {
        let gaps = made.pack.view.gaps;
        said.zh.push_str(&format!("，{gaps}处待补充"));
        said.en.push_str(&format!(", {}", counted(gaps, "gap")));
    }
    said
}

fn counted(count: usize, what: &str) -> String {
    let many = if count == 1 { "" } else { "s" };
    format!("{count} {what}{many}")
}

fn subtitle(filing: &Filing<'_>) -> Bilingual {
    let (sources, decision) = (&filing.sources, filing.sources.decision);
    let (route, on) = (route_name(decision.route), sources.on);
    let (id, book) = (sources.transfer().id.as_str(), &decision.rulebook.edition);
    words(
        &format!("{id}，按{on}的法律：{}，规则手册{book}", route.zh),
        &format!("{id}, by the law of {on}: {}, rulebook {book}", route.en),
    )
}

fn pack(
    filing: &Filing<'_>,
    made: &Made<'_>,
    heading: Option<Bilingual>,
    settings: &Settings,
) -> Section {
    let mut section = Section { heading, rows: Vec::new() };
    let (view, assessment) = (&made.pack.view, &made.pack.assessment);
    section.row(
        words("材料包", "pack"),
        vec![Line::keyed(&*view.id, standing(filing, made.chosen.standing))],
    );
    let receiver = &made.chosen.pack.text.receiver;
    section
        .row(words("受理机关", "authority"), vec![Line::words(words(&receiver.zh, &receiver.en))]);
    section.row(words("写入", "written"), written(filing, made));
    section.row(words("材料", "parts"), parts(filing, made, settings));
    section.row(words("变更", "changes"), changes(filing, made));
    section.row(words("待补充", "gaps"), gaps(made, settings));
    let checked = !assessment.results.is_empty();
    let checked = checked.then(|| Line::words(counts(filing, made)));
    section.row(words("预评估", "pre-assessment"), checked.into_iter().collect());
    let blockers = assessment.blockers().map(|found| Line::keyed(&*found.id, found.title.clone()));
    let parts = view.parts.iter().filter(|p| p.required && p.upload && p.state.is_open());
    let parts = parts.map(|part| Line::keyed(&*part.folder, named_state(filing, part)));
    section.row(words("阻碍", "blockers"), blockers.chain(parts).collect());
    let fixes = assessment.fixes();
    let all = settings.verbose > 0;
    let shown = if all { fixes.len() } else { SHOWN };
    let mut lines: Vec<Line> = fixes
        .iter()
        .take(shown)
        .map(|found| {
            Line::keyed(format!("{} {}", found.id, weight(found.severity)), found.fix.clone())
        })
        .collect();
    lines.extend(more(fixes.len(), shown));
    section.row(words("如何改正", "fixes"), lines);
    section.row(words("预填", "prefilled"), vec![Line::words(share(&made.pack.prefilled))]);
    let day =
        |day: Option<Day>| day.map(|day| Line::words(words(&day.to_string(), &day.to_string())));
    section.row(words("最迟提交", "file by"), day(assessment.file_by).into_iter().collect());
    section
}

fn standing(filing: &Filing<'_>, standing: Standing) -> Bilingual {
    let route = route_name(filing.sources.decision.route);
    match standing {
        Standing::OfRoute => Bilingual::default(),
        Standing::Ahead => words(
            "判定之前先行准备：路径未定，不得据此提交",
            "prepared ahead of the decision: the route is open, do not file it yet",
        ),
        Standing::Beside => words(
            &format!("判定为“{}”，并不要求此包", route.zh),
            &format!("the decision is “{}”, which does not ask for this pack", route.en),
        ),
    }
}

fn written(filing: &Filing<'_>, made: &Made<'_>) -> Vec<Line> {
    let placed = &made.placed;
    let count = made.pack.files.len();
    let state = if filing.is_dry {
        words("未写入（--dry-run）", "not written (--dry-run)")
    } else if placed.unchanged {
        words("与原有的相同，未改动", "the same as before, left as it was")
    } else {
        words(&format!("{count}个文件"), &counted(count, "file"))
    };
    let mut lines = vec![Line::keyed(&placed.folder, state)];
    if !filing.is_dry {
        lines.push(Line::keyed(&placed.zip, Bilingual::default()));
    }
    if let Some(kept) = &placed.kept {
        lines.push(Line::keyed(kept, words("原有的包，保留", "the pack that stood there, kept")));
    }
    lines
}

fn parts(filing: &Filing<'_>, made: &Made<'_>, settings: &Settings) -> Vec<Line> {
    let parts = made.pack.view.parts.iter();
    let shown = parts.filter(|part| settings.verbose > 0 || part.state != PartState::NotNeeded);
    shown
        .map(|part| {
            let mut said = named_state(filing, part);
            if part.gaps > 0 {
                said.zh.push_str(&format!("，{}处待补充", part.gaps));
                said.en.push_str(&format!(", {}", counted(part.gaps, "gap")));
            }
            Line::keyed(&*part.folder, said)
        })
        .collect()
}

/// A part and what is there of it.
fn named_state(filing: &Filing<'_>, part: &PartView) -> Bilingual {
    let word = part.state.as_str();
    let state = filing.sources.papers.phrase("state", word).unwrap_or_else(|| words(word, word));
    words(&format!("{}：{}", part.name.zh, state.zh), &format!("{}: {}", part.name.en, state.en))
}

/// What differs from the earlier filing, and what follows; in a pack on a change alone.
fn changes(filing: &Filing<'_>, made: &Made<'_>) -> Vec<Line> {
    let is_change = made.chosen.pack.text.occasion.is_some();
    if filing.sources.earlier.is_none() || !is_change {
        return Vec::new();
    }
    let named = |name: &str| {
        let held = made.pack.view.rows.iter().find(|(held, _)| **held == *name);
        held.map(|(_, rows)| rows.as_slice()).unwrap_or_default()
    };
    let mut lines: Vec<Line> = Vec::new();
    for row in named("changes") {
        let cell = |name: &str| row.cell(name).map(|value| value.words).unwrap_or_default();
        let (what, before) = (cell("change.what"), cell("change.before"));
        let (after, trigger) = (cell("change.after"), cell("change.trigger"));
        let (basis, leads_to) = (cell("change.basis"), cell("change.leads_to"));
        lines.push(Line::words(words(
            &format!("{}：{} → {}", what.zh, before.zh, after.zh),
            &format!("{}: {} → {}", what.en, before.en, after.en),
        )));
        lines.push(Line::below(words(
            &format!("{}（{}）：{}", trigger.zh, basis.zh, leads_to.zh),
            &format!("{} ({}): {}", trigger.en, basis.en, leads_to.en),
        )));
    }
    if lines.is_empty() {
        lines.push(Line::words(words(
            "与原申报、备案相比没有需要重新办理的变更",
            "nothing that calls for a new filing changed since the earlier one",
        )));
    }
    lines
}

fn gaps(made: &Made<'_>, settings: &Settings) -> Vec<Line> {
    let open = &made.pack.view.open;
    let shown = if settings.verbose > 0 { open.len() } else { SHOWN };
    let mut lines: Vec<Line> = open
        .iter()
        .take(shown)
        .enumerate()
        .map(|(index, (gap, paper))| {
            let (zh, en) = (&gap.name.zh, &gap.name.en);
            let of = if gap.of.is_empty() { String::new() } else { format!(" [{}]", gap.of) };
            Line::keyed(
                format!("{}", index + 1),
                words(
                    &format!("{zh}{of}（`{}`，《{}》）", gap.path, paper.zh),
                    &format!("{en}{of} (`{}`, {})", gap.path, paper.en),
                ),
            )
        })
        .collect();
    lines.extend(more(open.len(), shown));
    lines
}

fn more(count: usize, shown: usize) -> Option<Line> {
    let left = count.checked_sub(shown).filter(|left| *left > 0)?;
    Some(Line::words(words(
        &format!("另有{left}项，用 -v 全部列出"),
        &format!("{left} more, shown with -v"),
    )))
}

fn counts(filing: &Filing<'_>, made: &Made<'_>) -> Bilingual {
    let counted = made.pack.assessment.counts();
    let parts = counted.iter().filter(|(_, count)| *count > 0).filter_map(|(path, count)| {
        let name = filing.sources.papers.name_of(path)?;
        Some((format!("{}{count}", name.zh), format!("{}: {count}", name.en)))
    });
    let (zh, en): (Vec<String>, Vec<String>) = parts.unzip();
    words(&zh.join("，"), &en.join(", "))
}

/// How much was known without asking anew.
fn share(prefilled: &Prefilled) -> Bilingual {
    let share = prefilled.per_mille();
    let percent = format!("{}.{}%", share / 10, share % 10);
    let number = |count: usize| PersonCount(u64::try_from(count).unwrap_or(u64::MAX));
    let (known, answered) = (number(prefilled.known), number(prefilled.answered));
    let gaps = number(prefilled.gaps);
    let (taken, taken_en) = match prefilled.earlier {
        0 => Default::default(),
        count => (
            format!("和以前的材料{}", number(count)),
            format!(" and {} from an earlier filing", number(count)),
        ),
    };
    words(
        &format!(
            "{percent}的数值不必另问（已知{known}，含单位档案{taken}；本次回答{answered}；待补充{gaps}）"
        ),
        &format!(
            "{percent} of the values were known without asking ({known} known, the profile included{taken_en}; {answered} answered for this filing; {gaps} open)"
        ),
    )
}

/// Why there is no pack: what is missing, or what stays due.
fn no_pack(filing: &Filing<'_>, settings: &Settings) -> Vec<Section> {
    let decision = filing.sources.decision;
    let mut sections = Vec::new();
    let several = decision.flows.len() > 1;
    for flow in &decision.flows {
        let route = route_name(flow.route);
        let heading = several.then(|| {
            words(
                &format!("流 {}：{}", flow.id, route.zh),
                &format!("flow {}: {}", flow.id, route.en),
            )
        });
        let mut section = Section { heading, rows: Vec::new() };
        if flow.route == Route::Undetermined {
            decision_page::needs(flow, &mut section);
        }
        if !section.rows.is_empty() {
            sections.push(section);
        }
    }
    let mut rest = Section::default();
    rest.row(words("含义", "means"), vec![Line::words(route_meaning(decision.route))]);
    if decision.route != Route::Undetermined {
        decision_page::follow_up(decision, settings, &mut rest);
    }
    sections.push(rest);
    sections
}

fn others(filing: &Filing<'_>) -> Vec<Line> {
    let line = |pack: &&Entry<PackText>| {
        let words = words(&pack.text.zh, &pack.text.en);
        Line::keyed(format!("--pack {}", pack.id), words)
    };
    filing.choice.others.iter().map(line).collect()
}

/// Open points of law that the route rests on, each once.
fn unsettled(filing: &Filing<'_>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let points = filing.sources.decision.flows.iter().flat_map(|flow| &flow.unsettled);
    for point in points {
        if !lines.iter().any(|line| line.key.as_deref() == Some(&*point.point)) {
            lines.push(Line::keyed(&point.point, point.question.clone()));
        }
    }
    lines
}

/// That the pack of the route itself is not held for the day.
fn short(filing: &Filing<'_>) -> Option<Line> {
    let (route, on) = (route_name(filing.sources.decision.route), filing.sources.on);
    filing.choice.is_short.then(|| {
        Line::words(words(
            &format!("手册没有{on}施行的“{}”材料包，未予准备", route.zh),
            &format!(
                "the rulebook holds no pack for “{}” in force on {on}: it was not prepared",
                route.en
            ),
        ))
    })
}

/// One step that helps.
fn next(filing: &Filing<'_>) -> Vec<Line> {
    let decision = filing.sources.decision;
    if filing.packs.is_empty() {
        return match decision.route {
            Route::Undetermined => vec![Line::words(words(
                "补上所缺的事实后再运行；也可用 --pack 先行准备某一包",
                "give what is missing and run it again; --pack prepares a pack ahead",
            ))],
            _ => Vec::new(),
        };
    }
    let mut open = filing.packs.iter().flat_map(|made| &made.pack.view.open);
    let mut lines = Vec::new();
    if open.any(|(gap, _)| *gap.path != *OFFICIAL_FORM) {
        lines.push(Line::keyed(
            format!("kouan file ask {}", filing.words),
            words(
                "列出待回答的事项；--template 写成可填的文件",
                "lists what to answer; --template writes a file to fill in",
            ),
        ));
    }
    let parts = || filing.packs.iter().flat_map(|made| &made.pack.view.parts);
    if parts().any(|part| part.state == PartState::ToBeSigned) {
        lines.push(Line::words(words(
            "打印、签章、扫描后，记入回答文件的`[[evidence]]`",
            "print, sign and seal, scan, and record the scans under `[[evidence]]` of the answers",
        )));
    }
    if lines.is_empty() && !filing.is_dry {
        let folders = filing.packs.iter().map(|made| made.placed.folder.as_str());
        lines.push(Line::keyed(
            format!("kouan file check {}", folders.collect::<Vec<_>>().join(" ")),
            words("提交前再核对一次", "check it once more before it is given in"),
        ));
    }
    for made in &filing.packs {
        let channel = &made.chosen.pack.text.channel;
        if made.chosen.standing == Standing::OfRoute && made.pack.view.gaps == 0 {
            lines.push(Line::words(words(
                &format!("提交渠道：{}", channel.zh),
                &format!("channel: {}", channel.en),
            )));
        }
    }
    lines
}
