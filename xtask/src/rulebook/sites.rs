//! Where mutants go: every rule, notion and edition of the book, and the book with one swapped.

use kouan_rulebook::{Book, Edition, ListRule, Notion, Rule};
use kouan_terms::{DaySpan, EditionId};

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
    /// It changes what other rules set aside, or which rules there are.
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

/// Every mutant of the book, and how many rules only inform and so cannot show in a case.
pub(super) fn every_mutant(book: &Book) -> (Vec<Mutant>, usize) {
    let mut mutants = Vec::new();
    for (place, notion) in book.notions.iter().enumerate() {
        mutants.extend(of_notion(book, place, notion));
    }
    for (place, rule) in book.rules.iter().enumerate() {
        let national = |what: &str, bytes, changed| Mutant {
            file: rule.standing.file.to_string(),
            bytes,
            what: format!("{} · {what}", rule.id),
            days: one_more(rule.span),
            edition: None,
            swap: Swap::Rule(place, changed),
        };
        for step in of_rule(book, rule, true) {
            mutants.push(national(&step.what, step.bytes, Some(Box::new(step.changed))));
        }
        mutants.push(national("deleted", rule.standing.bytes.clone(), None));
    }
    let mut silent = 0;
    for (place, edition) in book.editions.iter().enumerate() {
        silent += of_list(book, place, edition, &mut mutants);
    }
    (mutants, silent)
}

fn of_notion(book: &Book, place: usize, notion: &Notion) -> Vec<Mutant> {
    let own = &notion.standing.bytes;
    let conditions = of_condition(book, &notion.when).into_iter();
    let conditions = conditions.map(|Step { what, bytes, changed }| {
        (what, bytes, Some(Notion { when: changed, ..notion.clone() }))
    });
    let days = of_span(notion.span).into_iter();
    let days = days.map(|(what, span)| (what, own.clone(), Some(Notion { span, ..notion.clone() })));
    conditions
        .chain(days)
        .chain([("deleted".to_owned(), own.clone(), None)])
        .map(|(what, bytes, changed)| Mutant {
            file: notion.standing.file.to_string(),
            bytes,
            what: format!("{} from {} · {what}", notion.id, notion.span.from),
            days: one_more(notion.span),
            edition: None,
            swap: Swap::Notion(place, changed.map(Box::new)),
        })
        .collect()
}

/// The mutants of an edition and its rules; returns how many rules only inform.
fn of_list(book: &Book, place: usize, edition: &Edition, mutants: &mut Vec<Mutant>) -> usize {
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
        swap,
    };
    for step in of_edition(edition) {
        let what = format!("{} · {}", edition.id, step.what);
        let swap = Swap::Edition(place, Box::new(step.changed));
        mutants.push(of(&edition.standing.file, step.bytes, what, swap));
    }
    let mut silent = 0;
    for (sector_place, sector) in edition.sectors.iter().enumerate() {
        for (rule_place, listed) in sector.rules.iter().enumerate() {
            if listed.informs {
                silent += 1;
                continue;
            }
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
    silent
}

/// The interval with a day more at either end, as a moved boundary needs it.
fn one_more(span: DaySpan) -> DaySpan {
    DaySpan {
        from: span.from.yesterday().unwrap_or(span.from),
        until: span.until.map(|until| until.tomorrow().unwrap_or(until)),
    }
}
