//! Points of one column for every class that something speaks for.

use std::collections::BTreeMap;

use kouan_table::Key;

use super::evidence::{Evidence, Place, Turn};
use super::values::{Says, Values, Voice};
use super::{Classifier, ColumnSeen};
use crate::lexicon::{NameHit, Owner, Reading, Script, Support, Turned, TurnedTo};
use crate::observe::Shape;

/// Points from which a class is sure.
pub(super) const SURE: i32 = 80;

/// Points from which a class is likely.
pub(super) const LIKELY: i32 = 45;

/// Points from which a class is unsure; below, nothing is said.
pub(super) const UNSURE: i32 = 30;

/// Share of numbers that may pass a check of one character by chance, an eleventh, with room for
/// short columns.
const BY_CHANCE: f64 = 0.3;

/// Share of a comment, in percent, that has to be known for it to be righter than a name.
const HALF: u32 = 50;

/// One column, weighed by itself.
#[derive(Clone, Debug)]
pub(super) struct Weighed<'a> {
    pub(super) name: Reading,
    pub(super) comment: Option<Reading>,
    pub(super) values: Values<'a>,
    pub(super) full_width: bool,
    /// By place of the class.
    pub(super) found: BTreeMap<usize, Found>,
}

/// What speaks for one class.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) points: i32,
    /// How loudly the words speak, `None` when only values do.
    pub(super) named: Option<Support>,
    pub(super) says: Says,
    pub(super) evidence: Vec<Evidence>,
}

fn points(support: Support) -> i32 {
    match support {
        Support::Strong => 60,
        Support::Medium => 45,
        Support::Weak => 30,
    }
}

/// Weighs a column by its own name, comment and values.
pub(super) fn weigh<'a>(classifier: &Classifier<'_>, seen: &ColumnSeen<'a>) -> Weighed<'a> {
    let name = classifier.lexicon.name(&seen.column.name);
    let comment = seen
        .column
        .comment
        .as_deref()
        .filter(|comment| !comment.trim().is_empty())
        .map(|comment| classifier.lexicon.comment(comment));
    let values = Values::new(seen.observed, seen.column.declared);
    let full_width = seen.observed.is_some_and(|seen| seen.writings.full_width > 0);
    let mut weighed = Weighed { name, comment, values, full_width, found: BTreeMap::new() };
    weighed.words(classifier);
    weighed.shapes(classifier, seen);
    weighed
}

impl Weighed<'_> {
    /// Points for words.
    fn words(&mut self, classifier: &Classifier<'_>) {
        // A Chinese comment says what the initials of a name stand for.
        let spelt_out = self.name.initials
            && self.comment.as_ref().is_some_and(|comment| {
                !comment.opaque && !comment.initials && comment.known_percent >= 50
            });
        // Columns with English comments have English names.
        let english = self.comment.as_ref().is_some_and(|comment| comment.english);
        if (spelt_out || english) && self.name.hits.iter().all(|hit| hit.script == Script::Initials)
        {
            self.name.hits.clear();
        }
        // A Chinese comment that does not say what guessed initials might: 电子监管码 of `DZJGM`.
        if let Some(comment) = &self.comment
            && comment.chinese
        {
            let said: Vec<usize> = comment.mentioned.clone();
            self.name.hits.retain(|hit| {
                hit.script != Script::Initials || hit.listed || said.contains(&hit.class)
            });
        }
        let by_name = self.name.hits.clone();
        let silent = self.name.hits.is_empty() && self.name.turned.is_none();
        for hit in &by_name {
            self.heard(classifier, hit, Place::Name, points(hit.support));
        }
        let Some(comment) = self.comment.clone() else { return };
        for hit in &comment.hits {
            let full = points(hit.support);
            match self.found.get_mut(&hit.class) {
                Some(found) => {
                    let both_weak = found.named.max(Some(hit.support)) == Some(Support::Weak);
                    found.points = found.points.max(full) + if both_weak { 5 } else { 15 };
                    found.named = found.named.max(Some(hit.support));
                }
                None if silent || self.name.opaque => {
                    self.heard(classifier, hit, Place::Comment, full.min(55));
                    continue;
                }
                None => {
                    // A word at the end of words nobody knows: 局域网地址.
                    let known = comment.known_percent >= HALF;
                    let full = if known { full - 5 } else { full - 15 };
                    self.heard(classifier, hit, Place::Comment, full);
                    continue;
                }
            }
            self.note(classifier, hit, Place::Comment);
        }
        if comment.hits.iter().any(|hit| hit.support == Support::Strong)
            && comment.known_percent >= HALF
        {
            // A comment that is clear about another class is righter than the name.
            for (place, found) in &mut self.found {
                if !comment.hits.iter().any(|hit| hit.class == *place) {
                    found.points -= 10;
                }
            }
        }
        self.disagree(classifier, &comment);
    }

    fn heard(&mut self, classifier: &Classifier<'_>, hit: &NameHit, place: Place, points: i32) {
        let found = self.found.entry(hit.class).or_default();
        if points > found.points {
            found.points = points;
            found.named = found.named.max(Some(hit.support));
        }
        self.note(classifier, hit, place);
    }

    fn note(&mut self, classifier: &Classifier<'_>, hit: &NameHit, place: Place) {
        let Some((class, _)) = classifier.class(hit.class) else { return };
        if let Some(found) = self.found.get_mut(&hit.class) {
            found.evidence.push(Evidence::Words {
                place,
                class: class.id.clone(),
                support: hit.support,
                script: hit.script,
            });
        }
    }

    /// What the comment takes back of the name, and the name of the comment.
    fn disagree(&mut self, classifier: &Classifier<'_>, comment: &Reading) {
        // `subject_name`, 科目名称: the comment says whose name it is.
        if matches!(comment.owner, Owner::Thing | Owner::Organisation) {
            let thing = comment.owner == Owner::Thing;
            for (&place, found) in &mut self.found {
                let mentioned = comment.mentioned.contains(&place);
                let personal = classifier.is_personal(place) && !mentioned;
                if classifier.class(place).is_some_and(|(_, kind)| {
                    comment.called && kind.person || personal && thing && !kind.formed
                }) {
                    found.points -= 40;
                    let turned = Evidence::Turned { place: Place::Comment, turn: Turn::Other };
                    found.evidence.push(turned);
                }
            }
        }
        self.comment_heads(classifier, comment);
        for class in &comment.turned_from {
            if let Some(found) = self.found.get_mut(class) {
                found.points -= 40;
                let turn = turn(comment.turned);
                found.evidence.push(Evidence::Turned { place: Place::Comment, turn });
            }
        }
        // `TAX_RSDT_FLG`, 税收居民标识: the name says which of its two meanings 标识 has here.
        if comment.keyed
            && matches!(self.name.turned, Some(Turned::Deflector { .. } | Turned::Flag))
        {
            let keys: Vec<usize> = comment.hits.iter().map(|hit| hit.class).collect();
            for (_, found) in self.found.iter_mut().filter(|(place, _)| keys.contains(place)) {
                found.points -= 40;
                let turn = turn(self.name.turned);
                found.evidence.push(Evidence::Turned { place: Place::Name, turn });
            }
        }
        for class in &self.name.turned_from {
            if let Some(found) = self.found.get_mut(class) {
                found.points -= 20;
                let turn = turn(self.name.turned);
                found.evidence.push(Evidence::Turned { place: Place::Name, turn });
            }
        }
    }

    /// What the comment calls the column itself: a thing, a body, a person.
    fn comment_heads(&mut self, classifier: &Classifier<'_>, comment: &Reading) {
        // `room`, 教室: what the comment calls a thing is not somebody's room.
        if matches!(comment.head, Owner::Thing | Owner::Organisation) && comment.hits.is_empty() {
            for (&place, found) in &mut self.found {
                let formed = classifier.class(place).is_some_and(|(_, kind)| kind.formed);
                if classifier.is_personal(place) && found.named == Some(Support::Weak) && !formed {
                    found.points -= 20;
                    let turned = Evidence::Turned { place: Place::Comment, turn: Turn::Other };
                    found.evidence.push(turned);
                }
            }
        }
        // `agent_name`, 申报单位: the agent is a body.
        if comment.head == Owner::Organisation {
            for (&place, found) in &mut self.found {
                let mentioned = comment.hits.iter().any(|hit| hit.class == place);
                if classifier.class(place).is_some_and(|(_, kind)| kind.person) && !mentioned {
                    found.points -= 30;
                    let turned = Evidence::Turned { place: Place::Comment, turn: Turn::Other };
                    found.evidence.push(turned);
                }
            }
        }
        if comment.head == Owner::Person {
            for (&place, found) in &mut self.found {
                if !classifier.is_personal(place) {
                    found.points -= 25;
                }
            }
        }
    }

    /// Points for values, for every class that is named and every class whose shapes were seen.
    fn shapes(&mut self, classifier: &Classifier<'_>, seen: &ColumnSeen<'_>) {
        let striking = self.values.striking();
        for place in 0..classifier.kinds.len() {
            let named = self.found.contains_key(&place);
            if !named && !striking {
                continue;
            }
            let Some((class, kind)) = classifier.class(place) else { continue };
            let named_as = self.found.get(&place).and_then(|found| found.named);
            let says = self.values.of(kind, named_as);
            if !named
                && (class.needs_name || says.points < UNSURE || says.voice <= Some(Voice::Quiet))
            {
                continue;
            }
            let turned = !named && self.name.turned_from.contains(&place);
            // Numbers that only look the part and fail their checks, under a name that says
            // something else: an order number that begins with a region and a date.
            let checked = kind.shapes.contains(&Shape::ResidentId18);
            let unproven = !named && checked && says.voice > Some(Voice::Quiet);
            let unproven = unproven && !self.name.opaque && says.pass < BY_CHANCE;
            let found = self.found.entry(place).or_default();
            found.points += says.points;
            // Weak words of a class without a form of its own need something else beside them.
            if found.named == Some(Support::Weak)
                && says.voice <= Some(Voice::Quiet)
                && !kind.person
                && !kind.formed
            {
                found.points = found.points.min(UNSURE + 10);
            }
            if turned {
                found.points -= 40;
            }
            if unproven {
                found.points = found.points.min(UNSURE + 5);
            }
            found.evidence.extend(says.evidence.iter().cloned());
            found.says = says;
        }
        self.long_numbers(classifier);
        self.foreign(classifier, seen);
    }

    /// An account of 15 to 21 digits is a bank's, where words leave that open.
    fn long_numbers(&mut self, classifier: &Classifier<'_>) {
        let (Some(bank), Some(account)) =
            (classifier.place("bank-account"), classifier.place("account"))
        else {
            return;
        };
        let open = self.found.get(&bank).is_some_and(|found| found.named == Some(Support::Weak));
        if open && self.values.digits_of(15, 21) {
            if let Some(found) = self.found.get_mut(&bank) {
                found.points += 25;
            }
            if let Some(found) = self.found.get_mut(&account) {
                found.points -= 25;
            }
        }
    }

    /// A key that points elsewhere holds a code, unless people are known by it.
    fn foreign(&mut self, classifier: &Classifier<'_>, seen: &ColumnSeen<'_>) {
        if !matches!(seen.column.key, Some(Key::Foreign(_))) {
            return;
        }
        for (&place, found) in &mut self.found {
            if classifier.class(place).is_some_and(|(class, _)| class.key.is_none()) {
                found.points -= 10;
            }
        }
    }

    /// Whether words name another class clearly.
    pub(super) fn named_otherwise(&self, place: usize) -> bool {
        self.found
            .iter()
            .any(|(&other, found)| other != place && found.named == Some(Support::Strong))
    }

    /// Whose the column is, by its own words.
    pub(super) fn owner(&self) -> Owner {
        let own = |reading: &Reading| match reading.owner {
            _ if reading.head == Owner::Person => Owner::Person,
            Owner::Unknown | Owner::Event => reading.head,
            owner => owner,
        };
        match own(&self.name) {
            Owner::Unknown | Owner::Event => self.comment.as_ref().map_or(Owner::Unknown, own),
            owner => owner,
        }
    }

    /// The classes with their points, best first; personal ones first among equals.
    pub(super) fn ranking(&self, classifier: &Classifier<'_>) -> Vec<(usize, i32)> {
        let mut ranking: Vec<(usize, i32)> =
            self.found.iter().map(|(&place, found)| (place, found.points)).collect();
        ranking.sort_by_key(|&(place, points)| {
            (std::cmp::Reverse(points), !classifier.is_personal(place), place)
        });
        ranking
    }
}

/// What a name was turned to, as evidence.
pub(super) fn turn(turned: Option<Turned>) -> Turn {
    match turned {
        Some(Turned::Deflector { effect: TurnedTo::Count, .. }) => Turn::Count,
        Some(Turned::Deflector { effect: TurnedTo::Time, .. }) => Turn::Time,
        Some(Turned::Deflector { effect: TurnedTo::About, .. }) | None => Turn::About,
        Some(Turned::Flag) => Turn::Flag,
        Some(Turned::Key) => Turn::Key,
        Some(Turned::Other) => Turn::Other,
        Some(Turned::UnknownHead) => Turn::UnknownHead,
    }
}
