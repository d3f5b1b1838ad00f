//! A decision as a page that a lawyer reads from top to bottom.

use kouan_decide::decision::{Cheaper, Deadline, Decision, FlowDecision, ListStanding, Reason};
use kouan_decide::{route_name, route_names};
use kouan_terms::{Bilingual, Confidence, Route};

use crate::adopted::{self, Adopted};
use crate::language::words;
use crate::page::{Line, Page, Row, Section};
use crate::settings::Settings;

/// Rules that fail and are shown unless `--verbose` asks for all.
const MISSES_SHOWN: usize = 6;

/// The page of a decision.
pub fn page(decision: &Decision, adopted: &[Adopted], settings: &Settings) -> Page {
    let mut page =
        Page { title: title(decision), subtitle: subtitle(decision), sections: Vec::new() };
    if settings.quiet > 1 {
        return page;
    }
    let several = decision.flows.len() > 1;
    for flow in &decision.flows {
        let heading = several.then(|| {
            let route = route_name(flow.route);
            words(
                &format!("流 {}：{}", flow.id, route.zh),
                &format!("flow {}: {}", flow.id, route.en),
            )
        });
        page.sections.push(flow_section(flow, heading, settings));
    }
    let mut rest = Section::default();
    rest.row(words("采用的理解", "adopted"), adopted::lines(adopted));
    rest.row(
        words("假定", "assumed"),
        decision
            .assumed
            .iter()
            .map(|line| Line::keyed(&line.fact, joined(&line.name, &line.value)))
            .collect(),
    );
    if settings.quiet == 0 {
        follow_up(decision, settings, &mut rest);
    }
    rest.row(
        words("请注意", "note"),
        decision
            .warnings
            .iter()
            .map(|warning| Line::keyed(&warning.about, warning.says.clone()))
            .collect(),
    );
    rest.notice();
    page.sections.push(rest);
    page
}

/// The route of each flow and what it rests on, in a few lines.
pub fn brief(decision: &Decision) -> Vec<Row> {
    let mut section = Section::default();
    for flow in &decision.flows {
        let mut lines = vec![Line::words(route_name(flow.route))];
        let held = if flow.because.is_empty() { &flow.either } else { &flow.because };
        for reason in held.iter().filter(|reason| reason.route == flow.route) {
            lines.push(Line::below(reason.says.clone()));
            lines.extend(facts(reason));
            lines.extend(cites(reason));
        }
        let needs = flow.needs.iter().map(|need| Line::below(need.asks.clone()));
        lines.extend(needs);
        if let Some(standing) = &flow.list {
            let id = &standing.edition;
            lines.push(Line::below(words(
                &format!("清单{id}：{}", standing.says.zh),
                &format!("list {id}: {}", standing.says.en),
            )));
        }
        section.row(words(&flow.id, &flow.id), lines);
    }
    section.rows
}

/// The route, in a sentence.
pub fn title(decision: &Decision) -> Bilingual {
    if decision.route != Route::Undetermined {
        let name = route_name(decision.route);
        let open = decision.flows.iter().any(|flow| !flow.unsettled.is_empty());
        let list = decision.flows.iter().filter_map(|flow| flow.list.as_ref());
        let listed = list.into_iter().any(|list| !list.could_be.is_empty());
        let (mut zh, mut en) = (name.zh, name.en);
        if open {
            zh.push_str("（所依问题法律上尚无定论）");
            en.push_str(", resting on an open point of law");
        }
        if listed {
            zh.push_str("（按国家规定；所主张的清单未全部收入，可能另有规定）");
            en.push_str(
                ", on the national rules; it depends on the zone's list, which is held in part",
            );
        }
        return words(&zh, &en);
    }
    let names = route_names(decision.possible);
    let unknown: std::collections::BTreeSet<&str> = decision
        .flows
        .iter()
        .flat_map(|flow| flow.needs.iter().map(|need| need.fact.as_str()))
        .collect();
    let routes = decision.possible.len();
    match unknown.len() {
        0 => words(
            &format!("未定：手册本身的疑点使{routes}种结论均有可能：{}", names.zh),
            &format!(
                "undetermined: a doubt of the rulebook leaves {routes} routes open: {}",
                names.en
            ),
        ),
        1 => words(
            &format!("未定：一项事实未知，尚有{routes}种可能：{}", names.zh),
            &format!("undetermined: one unknown fact leaves {routes} routes open: {}", names.en),
        ),
        n => words(
            &format!("未定：{n}项事实未知，尚有{routes}种可能：{}", names.zh),
            &format!("undetermined: {n} unknown facts leave {routes} routes open: {}", names.en),
        ),
    }
}

fn subtitle(decision: &Decision) -> Bilingual {
    let book = &decision.rulebook;
    let version = book.version.as_deref().unwrap_or("—");
    let digest = book.digest.get(..12).unwrap_or(&book.digest);
    let title = decision.title.as_ref();
    let name = |text: Option<&String>| text.map_or(String::new(), |text| format!(" {text}"));
    words(
        &format!(
            "{}{}，按{}的法律（制度版本{version}），规则手册{}（{digest}）",
            decision.transfer,
            name(title.map(|t| &t.zh)),
            decision.on,
            book.edition
        ),
        &format!(
            "{}{}, by the law of {} (regime {version}), rulebook {} ({digest})",
            decision.transfer,
            name(title.map(|t| &t.en)),
            decision.on,
            book.edition
        ),
    )
}

fn flow_section(flow: &FlowDecision, heading: Option<Bilingual>, settings: &Settings) -> Section {
    let mut section = Section { heading, rows: Vec::new() };
    let leading: Vec<&Reason> = flow.because.iter().filter(|r| r.route == flow.route).collect();
    let others: Vec<&Reason> = flow.because.iter().filter(|r| r.route != flow.route).collect();
    section.row(words("理由", "because"), reasons(&leading));
    section.row(words("或者因", "either"), reasons(&flow.either.iter().collect::<Vec<_>>()));
    let beside = if flow.route == Route::Undetermined {
        words("已成立", "holds")
    } else {
        words("另有", "also holds")
    };
    section.row(beside, reasons(&others));
    section.row(words("退让", "steps back"), flow.aside.iter().map(short).collect());
    section.row(words("清单", "list"), flow.list.as_ref().map(list).unwrap_or_default());
    needs(flow, &mut section);
    doubts_and_points(flow, &mut section);
    section.row(words("未成立", "not"), misses(flow, settings));
    section.row(
        words("余量", "headroom"),
        flow.headroom
            .iter()
            .map(|line| {
                let routes = route_names(line.routes);
                let more = kouan_terms::PersonCount(line.more);
                let at = kouan_terms::PersonCount(line.changes_at);
                Line::keyed(
                    &line.fact,
                    words(
                        &format!("再增加{more}人（到{at}人）即变为：{}", routes.zh),
                        &format!("{more} more persons (at {at}) and it becomes: {}", routes.en),
                    ),
                )
            })
            .collect(),
    );
    section.row(words("更轻的路", "lighter"), flow.cheaper.iter().flat_map(lighter).collect());
    section.row(
        words("可选", "option"),
        flow.options
            .iter()
            .flat_map(|option| {
                let name = route_name(option.route);
                let unsure = words("（条件尚未全部确认）", " (not every condition is confirmed)");
                let tail = if option.certain { Bilingual::default() } else { unsure };
                let mut lines = vec![Line::keyed(
                    &option.reason.rule,
                    words(&format!("{}{}", name.zh, tail.zh), &format!("{}{}", name.en, tail.en)),
                )];
                lines.extend(cites(&option.reason));
                lines
            })
            .collect(),
    );
    section.row(words("字段", "fields"), fields(flow));
    section
}

/// Each rule: what it asks, the facts it rests on, the provisions.
fn reasons(reasons: &[&Reason]) -> Vec<Line> {
    reasons
        .iter()
        .flat_map(|reason| {
            let mut lines = vec![Line::keyed(&reason.rule, reason.says.clone())];
            lines.extend(facts(reason));
            lines.extend(cites(reason));
            lines.extend(reason.note.iter().map(|note| Line::below(note.clone())));
            lines
        })
        .collect()
}

/// The facts a rule compares itself; where it compares none, those behind its notions.
fn facts(reason: &Reason) -> Option<Line> {
    let shown = if reason.facts.is_empty() { &reason.background } else { &reason.facts };
    if shown.is_empty() {
        return None;
    }
    let part = |pick: fn(&Bilingual) -> &str, stop: &str, between: &str| {
        let parts: Vec<String> = shown
            .iter()
            .map(|line| format!("{}{stop}{}", pick(&line.name), pick(&line.value)))
            .collect();
        parts.join(between)
    };
    Some(Line::below(words(&part(|text| &text.zh, "：", "；"), &part(|text| &text.en, ": ", "; "))))
}

fn cites(reason: &Reason) -> Option<Line> {
    let zh: Vec<&str> = reason.cites.iter().map(|cite| cite.words.zh.as_str()).collect();
    let en: Vec<&str> = reason.cites.iter().map(|cite| cite.words.en.as_str()).collect();
    (!zh.is_empty()).then(|| Line::below(words(&zh.join("、"), &en.join("; "))))
}

fn short(reason: &Reason) -> Line {
    Line::keyed(&reason.rule, reason.says.clone())
}

fn joined(name: &Bilingual, value: &Bilingual) -> Bilingual {
    words(&format!("{}：{}", name.zh, value.zh), &format!("{}: {}", name.en, value.en))
}

/// The facts that decide, and what each answer would leave.
pub fn needs(flow: &FlowDecision, section: &mut Section) {
    let mut lines = Vec::new();
    for need in &flow.needs {
        lines.push(Line::keyed(&need.fact, need.asks.clone()));
        for (value, routes) in &need.outcomes {
            lines.push(Line::below(joined(value, &route_names(*routes))));
        }
    }
    section.row(words("还需要", "needs"), lines);
    if let (Route::Undetermined, Some(first)) = (flow.route, flow.needs.first()) {
        section.row(
            words("无关", "no matter"),
            vec![Line::words(words(
                &format!("另有{}项未知事实不影响结论", flow.no_matter),
                &format!("{} other unknown facts change nothing", flow.no_matter),
            ))],
        );
        section.row(
            words("提示", "hint"),
            vec![Line::words(words(
                &format!("先补这一项：写入申报单，或者 `--fact {}=…`", first.fact),
                &format!(
                    "settle this one first: in the declaration, or with `--fact {}=…`",
                    first.fact
                ),
            ))],
        );
    }
    let told = |lines: &[kouan_decide::decision::WitnessLine; 2]| {
        lines.iter().any(|line| !line.facts.is_empty())
    };
    if let Some([one, other]) = flow.witness.as_ref().filter(|lines| told(lines)) {
        let lines = [one, other].map(|line| {
            let part = |pick: fn(&Bilingual) -> &str, stop: &str, between: &str| {
                let facts: Vec<String> = line
                    .facts
                    .iter()
                    .map(|fact| format!("{}{stop}{}", pick(&fact.name), pick(&fact.value)))
                    .collect();
                facts.join(between)
            };
            let route = route_name(line.route);
            Line::words(words(
                &format!("{} → {}", part(|t| &t.zh, "：", "；"), route.zh),
                &format!("{} → {}", part(|t| &t.en, ": ", "; "), route.en),
            ))
        });
        section.row(words("例如", "witness"), lines.into());
    }
}

fn doubts_and_points(flow: &FlowDecision, section: &mut Section) {
    section.row(
        words("手册疑点", "doubts"),
        flow.doubts.iter().map(|doubt| Line::keyed(&doubt.about, doubt.says.clone())).collect(),
    );
    let mut lines = Vec::new();
    for point in &flow.unsettled {
        let number = point.number.as_deref().map_or(String::new(), |n| format!("（{n}）"));
        let number_en = point.number.as_deref().map_or(String::new(), |n| format!(" ({n})"));
        lines.push(Line::keyed(
            &point.point,
            words(
                &format!("{}{number}", point.question.zh),
                &format!("{}{number_en}", point.question.en),
            ),
        ));
        for reading in &point.readings {
            let routes = route_names(reading.routes);
            let mark = if reading.decides {
                words("，本判定从此", "; the decision stands on it")
            } else {
                Bilingual::default()
            };
            lines.push(Line::below(words(
                &format!("{}（{}）：{}{}", reading.says.zh, reading.reading, routes.zh, mark.zh),
                &format!("{} ({}): {}{}", reading.says.en, reading.reading, routes.en, mark.en),
            )));
        }
    }
    section.row(words("尚无定论", "unsettled"), lines);
    section.row(
        words("并请留意", "see also"),
        flow.mentioned
            .iter()
            .map(|point| Line::keyed(&point.point, point.question.clone()))
            .collect(),
    );
    section.row(words("须自问", "ask yourself"), flow.raised.iter().map(short).collect());
}

fn misses(flow: &FlowDecision, settings: &Settings) -> Vec<Line> {
    let all = settings.verbose > 0;
    let wanted = flow.not.iter().filter(|miss| all || (miss.near && !miss.unclaimed));
    let limit = if all { usize::MAX } else { MISSES_SHOWN };
    wanted
        .take(limit)
        .map(|miss| {
            let why = miss.fails_at.clone().unwrap_or_else(|| {
                words("各项条件合起来不成立", "its conditions do not hold together")
            });
            Line::keyed(&miss.rule, why)
        })
        .collect()
}

fn lighter(change: &Cheaper) -> Vec<Line> {
    let routes = route_names(change.routes);
    let tail = if change.routes.is_empty() {
        Bilingual::default()
    } else {
        words(&format!(" → {}", routes.zh), &format!(" → {}", routes.en))
    };
    let mut lines = vec![Line::words(words(
        &format!("{}{}", change.says.zh, tail.zh),
        &format!("{}{}", change.says.en, tail.en),
    ))];
    for need in &change.needs {
        let now = if need.contradicted {
            words("（申报单现在所写相反）", " (the declaration says otherwise now)")
        } else {
            Bilingual::default()
        };
        lines.push(Line::below(words(
            &format!("须证明：{}＝{}{}", need.name.zh, need.value.zh, now.zh),
            &format!("to be shown: {} = {}{}", need.name.en, need.value.en, now.en),
        )));
    }
    if change.splitting {
        lines.push(Line::below(words(
            "只有确实少提供才算；为低于门槛而拆分人数、主体或者时间属于违法拆分",
            "only by really providing fewer; dividing people, entities or time to stay below is unlawful splitting",
        )));
    }
    lines
}

fn list(list: &ListStanding) -> Vec<Line> {
    let mut lines =
        vec![Line::keyed(&list.edition, list.title.clone()), Line::below(list.says.clone())];
    let part = |pick: fn(&Bilingual) -> &str, between: &str| {
        let counts: Vec<String> = list
            .counts
            .iter()
            .map(|(name, held, official)| {
                let official = official.map_or("?".to_owned(), |n| n.to_string());
                format!("{} {held}/{official}", pick(name))
            })
            .collect();
        counts.join(between)
    };
    lines.push(Line::below(words(
        &format!("已收入/官方公布：{}", part(|t| &t.zh, "，")),
        &format!("held/official: {}", part(|t| &t.en, ", ")),
    )));
    if !list.could_be.is_empty() {
        let names = route_names(list.could_be);
        lines.push(Line::below(words(
            &format!("未收入的部分可能给出：{}", names.zh),
            &format!("the part not held could still give: {}", names.en),
        )));
    }
    lines.extend(list.steps.iter().map(|step| Line::below(step.clone())));
    lines
}

fn fields(flow: &FlowDecision) -> Vec<Line> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for field in &flow.fields {
        let routes = route_names(field.routes);
        let key = format!("{}\u{1f}{}\u{1f}{}", field.kind, routes.zh, routes.en);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, names)) => names.push(&field.name),
            None => groups.push((key, vec![&field.name])),
        }
    }
    groups
        .into_iter()
        .map(|(key, names)| {
            let mut parts = key.split('\u{1f}');
            let kind = parts.next().unwrap_or_default().to_owned();
            let (zh, en) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let zh_names = names.join("、");
            let en_names = names.join(", ");
            Line::keyed(kind, words(&format!("{zh_names}：{zh}"), &format!("{en_names}: {en}")))
        })
        .collect()
}

/// The duties that stay, the time limits, and with `--verbose` the changes.
pub fn follow_up(decision: &Decision, settings: &Settings, section: &mut Section) {
    let mut duties: Vec<Line> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for duty in decision.flows.iter().flat_map(|flow| &flow.duties) {
        if (duty.certain || settings.verbose > 0) && seen.insert(&duty.duty) {
            let number = duty.number.clone().unwrap_or_default();
            let unsure = if duty.certain {
                Bilingual::default()
            } else {
                words("（视未给出的事实而定）", " (depends on facts not given)")
            };
            duties.push(Line::keyed(
                number,
                words(
                    &format!("{}{}（{}）", duty.says.zh, unsure.zh, duty.cite.words.zh),
                    &format!("{}{} ({})", duty.says.en, unsure.en, duty.cite.words.en),
                ),
            ));
        }
    }
    section.row(words("仍须履行", "duties"), duties);
    let limits: Vec<Line> = decision.deadlines.iter().map(deadline).collect();
    section.row(words("期限", "deadlines"), limits);
    if settings.verbose > 0 {
        section.row(
            words("变更即须重办", "changes"),
            decision
                .changes
                .iter()
                .map(|change| {
                    Line::keyed(
                        &change.change,
                        words(
                            &format!("{}→{}", change.says.zh, change.leads_to.zh),
                            &format!("{} → {}", change.says.en, change.leads_to.en),
                        ),
                    )
                })
                .collect(),
        );
    }
}

fn deadline(line: &Deadline) -> Line {
    let number = line.number.clone().unwrap_or_default();
    let when = match (line.opens, line.due, line.calendar_missing) {
        (Some(opens), Some(due), _) => {
            words(&format!("{opens}至{due}"), &format!("{opens} to {due}"))
        }
        (_, Some(due), _) => words(&format!("{due}"), &format!("{due}")),
        (_, _, Some(year)) => words(
            &format!("未收入{year}年工作日历，不能算出日期"),
            &format!("no working-day calendar for {year}, so no date"),
        ),
        _ => Bilingual::default(),
    };
    let dated = |text: &str| if text.is_empty() { String::new() } else { format!("{text} ") };
    let weak = if line.confidence == Confidence::Low {
        words("（来源薄弱，仅供参考）", " (weak source, for information)")
    } else {
        Bilingual::default()
    };
    Line::keyed(
        number,
        words(
            &format!(
                "{}{}：{}，{}{}（{}）",
                dated(&when.zh),
                line.who.zh,
                line.step.zh,
                line.span.zh,
                weak.zh,
                line.cite.words.zh
            ),
            &format!(
                "{}{}: {}, {}{} ({})",
                dated(&when.en),
                line.who.en,
                line.step.en,
                line.span.en,
                weak.en,
                line.cite.words.en
            ),
        ),
    )
}
