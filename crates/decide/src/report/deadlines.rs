//! Time limits as days, and changes that call for a new filing.

use kouan_rulebook::format::{Direction, Unit};
use kouan_rulebook::{Book, Limit, WorkDays};
use kouan_terms::{Bilingual, Day, Route, RouteSet};

use super::citation::cite_line;
use super::wording::both;
use crate::decision::{ChangeLine, Deadline};
use crate::diagram::TRUE;
use crate::request::Request;
use crate::verdict::{Question, Verdict};

/// What follows by when.
pub(crate) struct Following {
    pub limits: Vec<Deadline>,
    pub changes: Vec<ChangeLine>,
}

/// The limits and change triggers of the routes still possible for any flow.
pub(crate) fn deadlines(
    book: &Book,
    request: &Request<'_>,
    questions: &[&Question<'_>],
    verdicts: &[Verdict],
) -> Following {
    let mut routes = RouteSet::EMPTY;
    for verdict in verdicts {
        routes = routes.union(verdict.possible);
        if verdict.options.iter().any(|(_, certain)| *certain) {
            routes.insert(Route::GbaContract);
        }
    }
    let calendar = WorkDays::new(&book.calendars);
    let mut limits = Vec::new();
    for (place, limit) in book.limits.iter().enumerate() {
        let reached =
            limit.routes.is_empty() || limit.routes.iter().any(|route| routes.contains(*route));
        let none_only = routes.iter().all(|route| route == Route::None);
        if !limit.span.contains(request.on) || !reached || none_only {
            continue;
        }
        if questions.iter().any(|question| may_hold(question, place)) {
            limits.push(deadline(book, limit, request, &calendar));
        }
    }
    // Dates first, the nearest of them on top; the rest in the order of the book.
    limits.sort_by_key(|limit| (limit.due.is_none(), limit.due));
    let changes = book
        .changes
        .iter()
        .filter(|change| change.span.contains(request.on))
        .filter(|change| change.routes.iter().any(|route| routes.contains(*route)))
        .map(|change| ChangeLine {
            change: change.id.as_str().to_owned(),
            says: change.says.clone(),
            leads_to: change.leads_to.clone(),
            cite: cite_line(book, &change.cite),
        })
        .collect();
    Following { limits, changes }
}

fn may_hold(question: &Question<'_>, limit: usize) -> bool {
    question
        .compiled
        .consequences
        .limits
        .iter()
        .any(|(place, condition)| *place == limit && question.leaves(*condition) & (1 << TRUE) != 0)
}

fn deadline(book: &Book, limit: &Limit, request: &Request<'_>, calendar: &WorkDays) -> Deadline {
    let anchor_day = request
        .transfer
        .dates
        .iter()
        .find(|(anchor, _)| **anchor == *limit.anchor)
        .map(|(_, day)| *day);
    let counted = anchor_day.map(|day| end_of(limit, day, calendar));
    let mut line = Deadline {
        limit: limit.id.as_str().to_owned(),
        number: limit.number.as_deref().map(str::to_owned),
        step: limit.step.clone(),
        span: span(limit),
        who: who(&limit.who),
        anchor: limit.anchor.to_string(),
        anchor_day,
        opens: None,
        due: None,
        calendar_missing: None,
        cite: cite_line(book, &limit.cite),
        confidence: limit.standing.confidence,
        note: limit.note.clone(),
    };
    match (counted, limit.direction) {
        (Some(Ok(day)), Direction::After | Direction::Before) => line.due = Some(day),
        (Some(Ok(day)), Direction::WithinBefore) => {
            line.opens = Some(day);
            line.due = anchor_day;
        }
        (Some(Err(year)), _) => line.calendar_missing = year,
        (None, _) => {}
    }
    line
}

/// The day on which a limit of that length ends, counted from its anchor; of a window, the day on
/// which it opens. `None` when a calendar of the years between is not held, and for hours.
#[must_use]
pub fn reckoned(
    book: &Book,
    amount: u32,
    unit: Unit,
    direction: Direction,
    anchor: Day,
) -> Option<Day> {
    counted(amount, unit, direction, anchor, &WorkDays::new(&book.calendars)).ok()
}

/// The day a limit ends on (or a window opens on); the year whose calendar is missing otherwise.
pub(crate) fn end_of(limit: &Limit, anchor: Day, calendar: &WorkDays) -> Result<Day, Option<i16>> {
    counted(limit.amount, limit.unit, limit.direction, anchor, calendar)
}

fn counted(
    amount: u32,
    unit: Unit,
    direction: Direction,
    anchor: Day,
    calendar: &WorkDays,
) -> Result<Day, Option<i16>> {
    let back = direction != Direction::After;
    let span = match unit {
        Unit::WorkingDays => {
            let counted =
                if back { calendar.subtract(anchor, amount) } else { calendar.add(anchor, amount) };
            return counted.map_err(|outside| Some(outside.year));
        }
        // A clock of hours cannot be turned into a day: it ends on the day itself or the next.
        Unit::Hours => return Err(None),
        Unit::Days => jiff_span(amount.into(), 0, 0),
        Unit::Months => jiff_span(0, amount.into(), 0),
        Unit::Years => jiff_span(0, 0, amount.into()),
    };
    let span = span.ok_or(None)?;
    let moved = if back { anchor.checked_sub(span) } else { anchor.checked_add(span) };
    moved.map_err(|_| None)
}

fn jiff_span(days: i64, months: i64, years: i64) -> Option<jiff::Span> {
    jiff::Span::new().try_days(days).ok()?.try_months(months).ok()?.try_years(years).ok()
}

/// A limit in words: how long, counted from what.
fn span(limit: &Limit) -> Bilingual {
    let amount = limit.amount;
    let (zh_unit, en_unit) = match limit.unit {
        Unit::WorkingDays => ("个工作日", "working day"),
        Unit::Days => ("日", "day"),
        Unit::Months => ("个月", "month"),
        Unit::Years => ("年", "year"),
        Unit::Hours => ("小时", "hour"),
    };
    let plural = if amount == 1 { "" } else { "s" };
    let anchor = anchor(&limit.anchor);
    match limit.direction {
        Direction::After => both(
            format!("{}之后{amount}{zh_unit}内", anchor.zh),
            format!("within {amount} {en_unit}{plural} after {}", anchor.en),
        ),
        Direction::Before => both(
            format!("{}的{amount}{zh_unit}之前", anchor.zh),
            format!("at least {amount} {en_unit}{plural} before {}", anchor.en),
        ),
        Direction::WithinBefore => both(
            format!("{}之前的{amount}{zh_unit}内", anchor.zh),
            format!("inside the last {amount} {en_unit}{plural} before {}", anchor.en),
        ),
    }
}

/// What an anchor is called.
fn anchor(id: &str) -> Bilingual {
    let (zh, en) = match id {
        "application-received" => ("收到申报材料", "the application is received"),
        "acceptance-notice" => ("发出受理通知书", "the notice of acceptance"),
        "result-received" => ("收到评估结果", "the result is received"),
        "assessment-result" => ("评估结果出具", "the assessment result"),
        "assessment-expiry" => ("评估有效期届满", "the assessment expires"),
        "filing-submitted" => ("提交备案（申报）材料", "the filing is submitted"),
        "supplement-requested" => ("要求补充材料", "supplements are requested"),
        "contract-effective" => ("标准合同生效", "the standard contract takes effect"),
        "gba-contract-effective" => ("大湾区标准合同生效", "the GBA contract takes effect"),
        "certificate-issued" => ("证书颁发", "the certificate is issued"),
        "certificate-expiry" => ("证书到期", "the certificate expires"),
        "sector-rule-issued" => ("行业规则或者通知发布", "a sector rule or notice is issued"),
        "reached-one-million" => ("处理人数达到一百万", "one million persons are reached"),
        "officer-changed" => ("负责人信息变更", "the officer's details change"),
        "incident" => ("事件发生", "the incident"),
        "qualification-obtained" => ("取得认证资质", "the qualification is obtained"),
        "self-assessment-finished" => ("自评估（影响评估）完成", "the self-assessment is finished"),
        "transfer-start" => ("出境开始", "the transfer starts"),
        "transfer-done" => ("出境完成", "the transfer is done"),
        other => (other, other),
    };
    both(zh, en)
}

fn who(id: &str) -> Bilingual {
    match id {
        "authority" => both("主管部门", "the authority"),
        "recipient" => both("境外接收方", "the recipient"),
        "certification-body" => both("认证机构", "the certification body"),
        _ => both("处理者", "the handler"),
    }
}
