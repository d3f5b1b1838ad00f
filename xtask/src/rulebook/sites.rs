//! Where mutants go: every rule, notion and edition of the book, and the book with one swapped.

use kouan_rulebook::{Book, Edition, ListRule, Notion, Rule, Selector};
use kouan_terms::{DaySpan, EditionId};

use super::EVERY_SECTOR;
use super::mutants::{Step, of_condition, of_edition, of_rule, of_span};

/// One mutant of the book.
pub(super) struct Mutant {
    /// The file it would be written in.
    pub file: String,
    pub bytes: std::ops::Range<usize>,
    /// The entry, and what changed.
    pub what: String,
    /// The days on which it can show.
    pub days: DaySpan,
    /// The edition it belongs to; `None`: a national rule.
    pub edition: Option<EditionId>,
    /// The only sector of the edition that it can concern.
    pub sector: Option<String>,
    /// It takes away a selector that names rules of lists.
    pub reaches_lists: bool,
    swap: Swap,
}

/// An entry and what takes its place; nothing: it is deleted.
enum Swap {
    Notion(usize, Option<Box<Notion>>),
    Rule(usize, Option<Box<Rule>>),
    Listed([usize; 3], Option<Box<ListRule>>),
    Edition(usize, Box<Edition>),
}

impl Mutant {
    /// Puts the mutant into a book.
    pub fn apply(&self, book: &mut Book) {
        match &self.swap {
            Swap::Notion(place, changed) => put(&mut book.notions, *place, changed),
            Swap::Rule(place, changed) => put(&mut book.rules, *place, changed),
            Swap::Edition(place, changed) => {
                put(&mut book.editions, *place, &Some(changed.clone()));
            }
            Swap::Listed([edition, sector, place], changed) => {
                let edition = book.editions.get_mut(*edition);
                if let Some(sector) = edition.and_then(|e| e.sectors.get_mut(*sector)) {
                    put(&mut sector.rules, *place, changed);
                }
            }
        }
    }
}

fn put<T: Clone>(entries: &mut Vec<T>, place: usize, changed: &Option<Box<T>>) {
    entries.splice(place..=place, changed.as_deref().cloned());
}

/// Takes out the rules that only inform, which no case can show, and says how many there were.
pub(super) fn without_informing(book: &mut Book) -> usize {
    let sectors = book.editions.iter_mut().flat_map(|edition| &mut edition.sectors);
    let mut silent = 0;
    for sector in sectors {
        let all = sector.rules.len();
        sector.rules.retain(|rule| !rule.informs);
        silent += all - sector.rules.len();
    }
    silent
}

/// Every mutant of the book.
pub(super) fn every_mutant(book: &Book) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (place, notion) in book.notions.iter().enumerate() {
        mutants.extend(of_notion(book, place, notion));
    }
    for (place, rule) in book.rules.iter().enumerate() {
        let national = |what: &str, bytes, changed: Option<Box<Rule>>| Mutant {
            file: rule.standing.file.to_string(),
            bytes,
            what: format!("{} · {what}", rule.id),
            days: one_more(rule.span),
            edition: None,
            sector: None,
            reaches_lists: changed
                .as_deref()
                .is_none_or(|changed| of_lists(book, rule) != of_lists(book, changed)),
            swap: Swap::Rule(place, changed),
        };
        for step in of_rule(book, rule, true) {
            mutants.push(national(&step.what, step.bytes, Some(Box::new(step.changed))));
        }
        mutants.push(national("deleted", rule.standing.bytes.clone(), None));
    }
    for (place, edition) in book.editions.iter().enumerate() {
        of_list(book, place, edition, &mut mutants);
    }
    mutants
}

fn of_notion(book: &Book, place: usize, notion: &Notion) -> Vec<Mutant> {
    let own = &notion.standing.bytes;
    let conditions = of_condition(book, &notion.when).into_iter();
    let conditions = conditions.map(|Step { what, bytes, changed }| {
        (what, bytes, Some(Notion { when: changed, ..notion.clone() }))
    });
    let days = of_span(notion.span).into_iter();
    let days =
        days.map(|(what, span)| (what, own.clone(), Some(Notion { span, ..notion.clone() })));
    conditions
        .chain(days)
        .chain([("deleted".to_owned(), own.clone(), None)])
        .map(|(what, bytes, changed)| Mutant {
            file: notion.standing.file.to_string(),
            bytes,
            what: format!("{} from {} · {what}", notion.id, notion.span.from),
            days: one_more(notion.span),
            edition: None,
            sector: None,
            reaches_lists: false,
            swap: Swap::Notion(place, changed.map(Box::new)),
        })
        .collect()
}

/// The mutants of an edition and its rules.
fn of_list(book: &Book, place: usize, edition: &Edition, mutants: &mut Vec<Mutant>) {
    let days = one_more(DaySpan {
        from: edition.from.earliest,
        until: edition.until.map(|until| until.latest),
    });
    let of = |file: &str, bytes, what: String, swap| Mutant {
        file: file.to_owned(),
        bytes,
        what,
        days,
        edition: Some(edition.id.clone()),
        sector: sector_of(edition, &swap),
        reaches_lists: true,
        swap,
    };
    for step in of_edition(edition) {
        let what = format!("{} · {}", edition.id, step.what);
        let swap = Swap::Edition(place, Box::new(step.changed));
        mutants.push(of(&edition.standing.file, step.bytes, what, swap));
    }
    for (sector_place, sector) in edition.sectors.iter().enumerate() {
        for (rule_place, listed) in sector.rules.iter().enumerate() {
            let at = [place, sector_place, rule_place];
            let rule = &listed.rule;
            let file = &*rule.standing.file;
            let steps = of_rule(book, rule, false).into_iter().map(|step| {
                let changed = ListRule { rule: step.changed, ..listed.clone() };
                (step.what, step.bytes, Some(Box::new(changed)))
            });
            let turned = ListRule { listed: !listed.listed, ..listed.clone() };
            let own = || rule.standing.bytes.clone();
            let turned = ("listed: turned round".to_owned(), own(), Some(Box::new(turned)));
            let gone = ("deleted".to_owned(), own(), None);
            for (what, bytes, changed) in steps.chain([turned, gone]) {
                let what = format!("{} · {what}", rule.id);
                mutants.push(of(file, bytes, what, Swap::Listed(at, changed)));
            }
        }
    }
}

/// The sector that a changed rule belongs to, unless its sector stands for all of them.
fn sector_of(edition: &Edition, swap: &Swap) -> Option<String> {
    let Swap::Listed([_, sector, _], _) = swap else { return None };
    let name = edition.sectors.get(*sector)?.text.sector.id.as_ref();
    (*name != EVERY_SECTOR).then(|| name.clone())
}

/// How many selectors of a rule may name rules of lists: by the article lists are made under, or by
/// the beginning of their ids.
fn of_lists(book: &Book, rule: &Rule) -> usize {
    let reaches = |selector: &&Selector| match selector {
        Selector::Article(article) => book.editions.iter().any(|edition| {
            edition.made_under.split_once('#').is_some_and(|(law, at)| {
                law == rule.cite.law.as_str() && at.starts_with(&**article)
            })
        }),
        Selector::Rule(id) => book.rules.iter().all(|national| national.id != *id),
        Selector::Prefix(prefix) => book
            .editions
            .iter()
            .flat_map(|edition| &edition.sectors)
            .flat_map(|sector| &sector.rules)
            .any(|listed| listed.rule.id.as_str().starts_with(&**prefix)),
    };
    rule.yields_to.iter().chain(&rule.overrides).filter(reaches).count()
}

/// The interval with a day more at either end, as a moved boundary needs it.
fn one_more(span: DaySpan) -> DaySpan {
    DaySpan {
        from: span.from.yesterday().unwrap_or(span.from),
        until: span.until.map(|until| until.tomorrow().unwrap_or(until)),
    }
}
