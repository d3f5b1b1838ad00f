//! Finds the head of a name, and what the words before it make of it.

use kouan_rulebook::classes::{Position, Strength};

use super::Lexicon;
use super::atoms::{Atom, Script as AtomScript, atoms, clauses, is_han};
use super::closed::{
    BOUNDS, CONTACTS, FLAG_WORDS, NAMELESS, NOT_ACTS, PART_STEPS, PERSON_ENDINGS, STAFF_ENDINGS,
    STOPS, STOPS_ZH, TREE, UNITS,
};
use super::dictionary::{Means, Script, Sense};
use super::reading::{
    ClassFacts, DeflectorFacts, NameHit, Owner, Reading, Support, Turned, TurnedTo,
};
use super::split::{Part, parts, parts_of};
use super::words::Role;

pub(super) fn of_name(lexicon: &Lexicon, name: &str) -> Reading {
    // The last step of a path is the name; the steps before say whose it is.
    let mut steps = steps(name);
    let Some(last) = steps.pop() else {
        return Reading { opaque: true, ..Reading::default() };
    };
    let found = clauses(last);
    let mut reading = of_atoms(lexicon, &found.main);
    marks_of_asides(lexicon, &found.asides, &mut reading);
    if reading.opaque
        && let Some(aside) = found.asides.first().filter(|aside| !is_unit(aside))
    {
        reading = of_atoms(lexicon, aside);
    }
    if let Some(step) = steps.last() {
        of_step(lexicon, step, last, &mut reading);
    }
    for step in steps.into_iter().rev() {
        let outer = of_atoms(lexicon, &atoms(step));
        if reading.called && outer.hits.is_empty() && outer.turned.is_some() {
            // `traffic_source.name`
            reading.hits.clear();
            reading.turned = Some(Turned::Other);
        }
        reading.subject = reading.subject.or(outer.subject);
        if reading.owner == Owner::Unknown {
            reading.owner = if outer.head == Owner::Unknown { outer.owner } else { outer.head };
            if reading.owner == Owner::Person {
                reading.hits.iter_mut().for_each(raise);
            }
        }
    }
    reading
}

/// Whether what stands in brackets is a unit: 年, 万元, cm.
fn is_unit(aside: &[Atom]) -> bool {
    let text: String = aside.iter().map(|atom| atom.text.as_str()).collect();
    UNITS.contains(&text.as_str())
}

/// The steps of a path; what stands in brackets is not cut: `性别(男/女)`.
fn steps(name: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    let cut = name.split(|letter: char| {
        match letter {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(letter, '.' | '/')
    });
    cut.filter(|step| !step.is_empty()).collect()
}

/// `maritalStatus.text` is a marital status, `address.line` an address.
fn of_step(lexicon: &Lexicon, step: &str, last: &str, reading: &mut Reading) {
    let is_part = atoms(last)
        .iter()
        .all(|atom| atom.script == AtomScript::Digits || PART_STEPS.contains(&atom.text.as_str()));
    if !is_part {
        return;
    }
    let outer = of_atoms(lexicon, &atoms(step));
    let facts = &lexicon.facts;
    if outer.hits.iter().any(|hit| facts.class(hit.class).is_some_and(|class| class.personal)) {
        reading.hits = outer.hits;
        reading.hits.iter_mut().for_each(raise);
        reading.turned = None;
        reading.opaque = false;
    }
}

pub(super) fn of_comment(lexicon: &Lexicon, comment: &str) -> Reading {
    let comment = STOPS_ZH.iter().fold(comment, |text, stop| {
        text.split_once(stop)
            .map_or(text, |(before, _)| if before.is_empty() { text } else { before })
    });
    let found = clauses(comment);
    let stop = found
        .main
        .iter()
        .skip(1)
        .position(|atom| STOPS.contains(&atom.text.as_str()))
        .map_or(found.main.len(), |place| place + 1);
    let main: Vec<Atom> = found.main.into_iter().take(stop).collect();
    let mut reading = of_atoms(lexicon, &main);
    marks_of_asides(lexicon, &found.asides, &mut reading);
    let script = |script| main.iter().filter(|atom| atom.script == script).count();
    reading.chinese = script(AtomScript::Han) > 2;
    reading.english = script(AtomScript::Latin) > 1 && script(AtomScript::Han) == 0;
    reading
}

pub(super) fn of_table(lexicon: &Lexicon, name: &str, comment: Option<&str>) -> Owner {
    // `public.customer`, `export.zip/customers.csv`, `book.xlsx#Sheet1`
    let name = name.rsplit_once('.').map_or(name, |(before, after)| {
        let is_file = [
            "csv", "tsv", "txt", "json", "jsonl", "parquet", "arrow", "xlsx", "xls", "ods", "xpt",
            "gz", "zst",
        ]
        .contains(&after.to_ascii_lowercase().as_str());
        if is_file { before } else { after }
    });
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let by_name = about(lexicon, &atoms(name));
    let by_comment = comment.map(|comment| about(lexicon, &clauses(comment).main));
    match (by_name, by_comment) {
        (Owner::Unknown | Owner::Event, Some(said)) if said != Owner::Unknown => said,
        _ => by_name,
    }
}

/// What rows are about: the last word that is a person, a body or a thing, else something that
/// happens: `customer_info`, `patient_visit`.
fn about(lexicon: &Lexicon, atoms: &[Atom]) -> Owner {
    let told = |part: &&Part| !guessed(part);
    let is_word = |sense: &Sense| matches!(sense.means, Means::Word(_) | Means::Subject { .. });
    let parts = parts_of(atoms, &lexicon.dictionary, is_word);
    let mut owners = parts
        .iter()
        .rev()
        .filter(|part| !part.glued || part.length > 2)
        .filter(told)
        .filter_map(owner_of);
    let last = owners.clone().next().unwrap_or_default();
    match owners.find(|owner| *owner != Owner::Event) {
        // `hospital_visit`, `bank_loan`: what happens at a body happens to persons.
        Some(Owner::Organisation) if last == Owner::Event => last,
        owner => owner.unwrap_or(last),
    }
}

fn marks_of_asides(lexicon: &Lexicon, asides: &[Vec<Atom>], reading: &mut Reading) {
    for part in asides.iter().flat_map(|aside| parts(aside, &lexicon.dictionary)) {
        reading.masked |= has_role(&part, Role::Masked);
        reading.hashed |= has_role(&part, Role::Hashed);
    }
}

fn has_role(part: &Part, role: Role) -> bool {
    part.senses.iter().any(|sense| sense.means == Means::Word(role))
}

fn has_class(part: &Part) -> bool {
    part.senses.iter().any(|sense| matches!(sense.means, Means::Class { .. }))
}

fn deflector(part: &Part) -> Option<usize> {
    part.senses.iter().find_map(|sense| match sense.means {
        Means::Deflector(at) => Some(at),
        _ => None,
    })
}

/// Whether a part is a few letters that may be the initials of many words.
fn guessed(part: &Part) -> bool {
    let initials = |sense: &Sense| sense.derived && sense.script == Script::Initials;
    part.length < 4 && part.senses.iter().all(initials)
}

fn owner_of(part: &Part) -> Option<Owner> {
    let told =
        |sense: &&Sense| part.length > 3 || !(sense.derived && sense.script == Script::Initials);
    part.senses.iter().filter(told).find_map(|sense| match sense.means {
        Means::Word(role) => Owner::of(role),
        Means::Subject { weak: false, .. } => Some(Owner::Person),
        _ => None,
    })
}

fn of_atoms(lexicon: &Lexicon, atoms: &[Atom]) -> Reading {
    let mut found = parts(atoms, &lexicon.dictionary);
    // `address of customer` is read as `customer address`.
    if let Some(of) = found.iter().position(|part| part.text == "of" || part.text == "by")
        && of > 0
        && of + 1 < found.len()
        && found.get(of).is_some_and(|part| part.text == "of")
    {
        let mut turned = found.split_off(of + 1);
        found.pop();
        turned.append(&mut found);
        found = turned;
    }
    let mut reading = Reading::default();
    measure(&found, &mut reading);
    let letters: Vec<&Part> = found.iter().filter(|part| !part.digits).collect();
    let mut reading = Head { lexicon, parts: &letters, reading }.read();
    if reading.owner == Owner::Unknown && !reading.hits.is_empty() {
        reading.owner = inner_owner(lexicon, atoms);
    }
    reading
}

/// Whose something is by the words inside the phrase of a class: `patient_name`.
fn inner_owner(lexicon: &Lexicon, atoms: &[Atom]) -> Owner {
    let is_word = |sense: &Sense| matches!(sense.means, Means::Word(_) | Means::Subject { .. });
    let parts = parts_of(atoms, &lexicon.dictionary, is_word);
    let person = parts.iter().any(|part| {
        owner_of(part) == Some(Owner::Person) && (part.length > 2 || part.text.chars().any(is_han))
    });
    if person { Owner::Person } else { Owner::Unknown }
}

fn measure(found: &[Part], reading: &mut Reading) {
    let length = |known: bool| -> usize {
        found
            .iter()
            .filter(|part| !part.digits && (!known || !part.senses.is_empty()))
            .map(|part| {
                // A Chinese character says as much as two letters.
                part.length + part.text.chars().filter(|&letter| is_han(letter)).count()
            })
            .sum()
    };
    let (known, all) = (length(true), length(false));
    reading.known_percent = u32::try_from(known * 100 / all.max(1)).unwrap_or(100);
    let says = |part: &&Part| {
        part.senses.iter().any(|sense| {
            !matches!(
                sense.means,
                Means::Word(
                    Role::Qualifier | Role::Suffix | Role::Number | Role::Key | Role::Whole
                )
            )
        })
    };
    reading.opaque = !found.iter().any(|part| says(&part));
    reading.initials = found.iter().any(|part| {
        !part.senses.is_empty() && part.senses.iter().all(|sense| sense.script == Script::Initials)
    });
}

struct Head<'a> {
    lexicon: &'a Lexicon,
    parts: &'a [&'a Part],
    reading: Reading,
}

impl Head<'_> {
    fn read(mut self) -> Reading {
        self.mentions();
        let Some((place, numbered)) = self.head() else {
            return self.reading;
        };
        if self.acted() {
            return self.reading;
        }
        self.owner(place);
        let Some(&head) = self.parts.get(place) else {
            return self.reading;
        };
        let keys = has_role(head, Role::Key) && !self.names_personal(head);
        if keys && (self.class_before(place).is_some() || self.reading.owner == Owner::Person) {
            self.keyed(place);
        } else if has_class(head) && !self.weaker_than_deflector(head, place) {
            self.class_head(head, Support::Strong);
            if owner_of(head) == Some(Owner::Person) && !numbered {
                // 任课老师: the rows may be of a thing, this column is of a person.
                self.reading.head = Owner::Person;
            }
            if numbered {
                // A number of something that is no number itself: a code for it, or another word.
                let facts = &self.lexicon.facts;
                self.reading
                    .hits
                    .retain(|hit| facts.class(hit.class).is_some_and(|class| class.numbers));
            }
        } else if has_role(head, Role::Measure)
            && let Some(part) = self.measured(place).cloned()
        {
            self.class_head(&part, Support::Strong);
        } else if let Some(at) = deflector(head) {
            self.deflected(at, place);
        } else if has_role(head, Role::Name) {
            self.called(place);
        } else if has_role(head, Role::Key) {
            self.keyed(place);
        } else if let Some(owner) = owner_of(head).filter(|_| !guessed(head)) {
            self.reading.head = owner;
            if owner == Owner::Person && head.text == "人员" && place > 0 {
                self.reading.subject = self.reading.subject.or(self.lexicon.facts.staff);
            }
            self.reading.keyed = numbered;
            self.turned_from(place);
        } else if head.senses.is_empty() && PERSON_ENDINGS.contains(&&*head.text) {
            self.reading.head = Owner::Person;
            if STAFF_ENDINGS.contains(&&*head.text) && self.reading.subject.is_none() {
                self.reading.subject = self.lexicon.facts.staff;
            }
        } else if head.senses.is_empty() {
            self.unknown_head(place);
        }
        self.flagged(place);
        self.reading.hits.sort_by_key(|hit| (std::cmp::Reverse(hit.support), hit.class));
        self.reading
    }

    /// What the words mention, wherever they stand.
    fn mentions(&mut self) {
        for &part in self.parts {
            self.reading.masked |= has_role(part, Role::Masked);
            self.reading.hashed |= has_role(part, Role::Hashed);
            if self.reading.subject.is_none() {
                self.reading.subject = part.senses.iter().find_map(|sense| match sense.means {
                    Means::Subject { subject, .. } => Some(subject),
                    _ => None,
                });
            }
        }
        let senses = self.parts.iter().flat_map(|part| &part.senses);
        self.reading.mentioned = senses
            .filter_map(|sense| match sense.means {
                Means::Class { class, .. } => Some(class),
                _ => None,
            })
            .collect();
    }

    /// `opened_by`: whoever did what nothing else is known about.
    fn acted(&mut self) -> bool {
        let [before @ .., last] = self.parts else { return false };
        let verb = before.last().is_some_and(|part| {
            part.text.ends_with("ed") && !has_class(part) && !NOT_ACTS.contains(&&*part.text)
        });
        let (true, true, Some(class)) = (last.text == "by", verb, self.lexicon.facts.operator)
        else {
            return false;
        };
        let (support, script) = (Support::Strong, Script::English);
        self.reading.hits.push(NameHit { class, support, script, listed: true });
        self.reading.head = Owner::Person;
        true
    }

    /// The place of the head, and whether a word for a number followed it.
    fn head(&self) -> Option<(usize, bool)> {
        let mut numbered = false;
        for (place, part) in self.parts.iter().enumerate().rev() {
            let skip = [Role::Qualifier, Role::Suffix, Role::Masked, Role::Hashed, Role::Whole];
            let is_number = has_role(part, Role::Number);
            let plain = !has_class(part) && deflector(part).is_none();
            // 检验结果值: a word that adds nothing, whatever it means alone.
            let adds_nothing = has_role(part, Role::Suffix)
                && deflector(part).is_none()
                && !self.names_personal(part)
                && self.parts.iter().take(place).any(|part| self.names_personal(part));
            let skipped = adds_nothing
                || plain && (is_number || skip.iter().any(|&role| has_role(part, role)));
            let noun = owner_of(part).is_some() || has_role(part, Role::Key);
            // `phone_md5` is a phone, whatever else `md5` may be.
            let hides = (has_role(part, Role::Masked) || has_role(part, Role::Hashed))
                && self.parts.iter().take(place).any(|part| has_class(part));
            if place > 0 && (hides || skipped && (is_number || !noun)) {
                numbered |= is_number;
                continue;
            }
            return Some((place, numbered));
        }
        None
    }

    /// Whether the head names a class weakly and is a deflector too, after another class:
    /// `id_card_status`.
    fn weaker_than_deflector(&self, head: &Part, place: usize) -> bool {
        if has_role(head, Role::Measure) && self.measured(place).is_some() {
            return true;
        }
        let weak = head
            .senses
            .iter()
            .all(|sense| !matches!(sense.means, Means::Class { strength: Strength::Strong, .. }));
        weak && (deflector(head).is_some() || has_role(head, Role::Name))
            && (deflector(head).is_none()
                || self.parts.iter().take(place).any(|part| has_class(part)))
    }

    /// Whose it is: the nearest person, body or thing before the head.
    fn owner(&mut self, place: usize) {
        let before = self.parts.iter().take(place).rev();
        let mut owners = before.filter_map(|part| {
            let role = PERSON_ENDINGS.contains(&&*part.text) && part.senses.is_empty();
            owner_of(part).filter(|_| !guessed(part)).or(role.then_some(Owner::Person))
        });
        self.reading.owner = owners
            .clone()
            .find(|owner| *owner != Owner::Event)
            .or_else(|| owners.next())
            .unwrap_or_default();
    }

    fn class_head(&mut self, head: &Part, ceiling: Support) {
        let other = |sense: &Sense| {
            matches!(sense.means, Means::Word(Role::Thing | Role::Event | Role::Key))
                || matches!(sense.means, Means::Deflector(_))
        };
        let ambiguous = head.senses.iter().any(other);
        let deflects = deflector(head).is_some();
        for sense in &head.senses {
            let Means::Class { class, .. } = sense.means else { continue };
            let unclear = sense.script == Script::Initials
                && (head.length < 4 && self.beside_english()
                    || sense.derived && (ambiguous || self.ends_in_deflector(&head.text))
                    || head.length < 3 && deflects);
            let mut support = support(sense, head.length, unclear).min(ceiling);
            if head.glued && sense.script == Script::Initials {
                support = support.lower();
            }
            let Some(facts) = self.lexicon.facts.class(class) else { continue };
            if support == Support::Weak && self.torn(head) {
                self.reading.turned = Some(Turned::UnknownHead);
                continue;
            }
            // The body of something else: 接种单位 is nobody's employer.
            let another = owner_of(head) == Some(Owner::Organisation)
                && support == Support::Weak
                && self.reading.owner != Owner::Person
                && (self.reading.owner != Owner::Unknown || self.said_before(head));
            if another {
                self.reading.turned = Some(Turned::Other);
                continue;
            }
            match self.reading.owner {
                // 科目一成绩: marks are of a subject, and of a person.
                Owner::Thing if facts.marks && support == Support::Strong => {}
                Owner::Thing if facts.personal && !facts.own_values => {
                    self.reading.turned = Some(Turned::Other);
                    self.reading.turned_from.push(class);
                    continue;
                }
                // Not `company owner`: that is who owns it.
                Owner::Organisation
                    if facts.personal
                        && facts.name
                        && owner_of(head) != Some(Owner::Person)
                        && !CONTACTS.iter().any(|person| head.text.starts_with(person)) =>
                {
                    self.reading.turned = Some(Turned::Other);
                    self.reading.turned_from.push(class);
                    continue;
                }
                Owner::Person
                    if facts.personal && !unclear && !guessed(head) && !self.bounded() =>
                {
                    support = support.raised();
                }
                _ => {}
            }
            let listed = !sense.derived;
            self.reading.hits.push(NameHit { class, support, script: sense.script, listed });
        }
    }

    /// Whether the head is the end of a longer Chinese word nobody knows: 票号 of 小票号.
    fn torn(&self, head: &Part) -> bool {
        let han = |part: &Part| part.text.chars().any(is_han);
        match self.parts {
            [first, second, ..] => {
                first.senses.is_empty() && first.length == 1 && han(first) && *second == head
            }
            _ => false,
        }
    }

    /// Whether something stands before the head that is more than a qualifier.
    fn said_before(&self, head: &Part) -> bool {
        let mut before = self.parts.iter().take_while(|part| **part != head);
        before.any(|part| !has_role(part, Role::Qualifier) && !has_role(part, Role::Number))
    }

    /// Whether a bound is named: `max_user_weight` is about what carries users.
    fn bounded(&self) -> bool {
        self.parts.first().is_some_and(|part| BOUNDS.contains(&&*part.text))
    }

    /// Whether English words stand in the same name: short initials are then hardly pinyin.
    fn beside_english(&self) -> bool {
        self.parts.iter().any(|part| {
            part.length > 2 && part.senses.iter().any(|sense| sense.script == Script::English)
        })
    }

    /// Whether derived initials may be others too: those of a deflector at the end (`czsj`, an hour
    /// as well as a mobile), those of a thing and its name or code (`bzmc`).
    fn ends_in_deflector(&self, initials: &str) -> bool {
        let dictionary = &self.lexicon.dictionary;
        let ending = initials.len().checked_sub(2).and_then(|cut| {
            Some((initials.get(..cut)?, dictionary.initials(initials.get(cut..)?)))
        });
        ending.is_some_and(|(before, ending)| {
            let any = |senses: &[Sense], roles: &[Role]| {
                senses
                    .iter()
                    .any(|sense| matches!(sense.means, Means::Word(role) if roles.contains(&role)))
            };
            let things = [Role::Thing, Role::Organisation, Role::Event];
            ending.iter().any(|sense| matches!(sense.means, Means::Deflector(_)))
                || any(ending, &[Role::Name, Role::Key])
                    && any(dictionary.initials(before), &things)
        })
    }

    fn names_personal(&self, part: &Part) -> bool {
        self.is(part, |class| class.personal)
    }

    fn turned_from(&mut self, place: usize) {
        for part in self.parts.iter().take(place) {
            for sense in &part.senses {
                if let Means::Class { class, .. } = sense.means {
                    self.reading.turned_from.push(class);
                }
            }
        }
    }

    /// The part before the head that names a class, when nothing but qualifiers stands between.
    fn class_before(&self, place: usize) -> Option<&Part> {
        let before = self.parts.iter().take(place).rev();
        let mut said = before.filter(|part| {
            has_class(part) || !(has_role(part, Role::Qualifier) || has_role(part, Role::Number))
        });
        said.next().copied().filter(|part| has_class(part))
    }

    /// What a figure is of, when that is personal and no identifier: `income_amount`.
    fn measured(&self, place: usize) -> Option<&Part> {
        self.class_before(place).filter(|part| {
            self.is(part, |class| class.personal && !class.own_values && !class.name)
        })
    }

    fn deflected(&mut self, at: usize, place: usize) {
        self.turned_from(place);
        let Some(facts) = self.lexicon.facts.deflector(at) else { return };
        let DeflectorFacts { to: effect, class, .. } = facts;
        if facts.at == Position::Start {
            self.reading.turned = Some(Turned::Flag);
            return;
        }
        let bare = self.parts.get(place).is_some_and(|part| FLAG_WORDS.contains(&&*part.text));
        let states = self.class_before(place).is_some_and(|part| match effect {
            TurnedTo::About if facts.flag => bare && self.is(part, |class| class.flag),
            TurnedTo::About if facts.describes => {
                owner_of(part).is_none() && !self.is(part, |class| class.own_values || class.name)
            }
            TurnedTo::About if facts.forms => false,
            TurnedTo::About => self.is(part, |class| class.kinds),
            TurnedTo::Time => self.is(part, |class| class.time && class.personal),
            TurnedTo::Count => self.is(part, |class| class.measure),
        });
        if states && let Some(part) = self.class_before(place).cloned() {
            self.reading.turned_from.clear();
            self.class_head(&part, Support::Medium);
            return;
        }
        self.reading.turned = Some(Turned::Deflector { at, effect, class });
    }

    fn is(&self, part: &Part, what: fn(&ClassFacts) -> bool) -> bool {
        part.senses.iter().any(|sense| match sense.means {
            Means::Class { class, .. } => self.lexicon.facts.class(class).is_some_and(what),
            _ => false,
        })
    }

    /// A bare `name`: of what stands before it.
    fn called(&mut self, place: usize) {
        self.reading.called = true;
        let before = place.checked_sub(1).and_then(|at| self.parts.get(at));
        if before.is_some_and(|part| NAMELESS.contains(&&*part.text)) {
            self.reading.turned = Some(Turned::Other);
            return;
        }
        if self.reading.owner == Owner::Person
            || self.class_before(place).is_none_or(|part| owner_of(part).is_some())
        {
            let head = self.parts.get(place).copied().filter(|head| has_class(head));
            if let Some(head) = head.cloned() {
                self.class_head(&head, Support::Medium);
            }
            return;
        }
        let Some(part) = self.class_before(place).cloned() else { return };
        if self.is(&part, |class| class.own_values || class.name) {
            self.turned_from(place);
            self.reading.turned = Some(Turned::Other);
        } else {
            self.class_head(&part, Support::Strong);
        }
    }

    /// A bare `id` or `code`: of what stands before it.
    fn keyed(&mut self, place: usize) {
        self.reading.keyed = true;
        self.turned_from(place);
        if let Some(part) = self.class_before(place).cloned()
            && owner_of(&part).is_none()
            && self.is(&part, |class| class.state || class.handled)
        {
            self.reading.turned_from.clear();
            self.class_head(&part, Support::Medium);
            return;
        }
        // 客户标识: the customer may be a name by another word, here it is whose number this is.
        let whose = match self.class_before(place) {
            Some(part) => owner_of(part).is_some(),
            None => self.only_persons_before(place),
        };
        let tree = self.parts.iter().take(place).any(|part| TREE.contains(&&*part.text));
        let person = (whose || self.reading.turned_from.is_empty())
            && self.reading.owner == Owner::Person
            && !tree;
        let number = self.reading.subject.and_then(|subject| self.lexicon.facts.number(subject));
        if let Some(class) = number.or(self.lexicon.facts.account).filter(|_| person) {
            self.reading.turned_from.clear();
            let (support, script) = (Support::Medium, Script::English);
            self.reading.hits.push(NameHit { class, support, script, listed: true });
            return;
        }
        if !self.reading.turned_from.is_empty() {
            self.reading.turned = Some(Turned::Key);
        }
    }

    /// `user_pseudo_id`: beside a word nobody knows nothing but the person is named.
    fn only_persons_before(&self, place: usize) -> bool {
        let Some((last, before)) = self.parts.get(..place).and_then(<[_]>::split_last) else {
            return false;
        };
        let mut classes = before.iter().filter(|part| has_class(part));
        last.senses.is_empty() && classes.all(|part| owner_of(part) == Some(Owner::Person))
    }

    /// Nothing is known about the last word; classes before it speak weakly.
    fn unknown_head(&mut self, place: usize) {
        self.reading.turned = Some(Turned::UnknownHead);
        if let Some(part) = self.class_before(place).cloned().filter(|part| !broken_off(part)) {
            self.class_head(&part, Support::Weak);
        }
    }

    /// `is_phone`, 是否有手机: what follows is turned away from.
    fn flagged(&mut self, place: usize) {
        let starts = self.parts.iter().take(place).enumerate().find_map(|(at, part)| {
            let chinese = part.text.chars().any(is_han);
            let deflects = deflector(part).and_then(|at| self.lexicon.facts.deflector(at));
            let start = deflects.filter(|facts| facts.at == Position::Start);
            // Only in Chinese may the question stand inside: 用户是否有手机.
            let placed = at == 0 || chinese && has_role(part, Role::Flag);
            let counts = start.is_some_and(|facts| facts.to == TurnedTo::Count) && !chinese;
            let asks = has_role(part, Role::Flag)
                || start.is_some_and(|facts| facts.to == TurnedTo::About);
            (placed && (asks || counts)).then_some(asks)
        });
        let Some(asks) = starts else { return };
        let facts = &self.lexicon.facts;
        let stays = |hit: &NameHit| asks && facts.class(hit.class).is_some_and(|class| class.flag);
        let (kept, turned): (Vec<NameHit>, Vec<NameHit>) =
            std::mem::take(&mut self.reading.hits).into_iter().partition(stays);
        self.reading.hits = kept;
        if self.reading.hits.is_empty() {
            self.reading.turned = Some(Turned::Flag);
        }
        self.reading.turned_from.extend(turned.iter().map(|hit| hit.class));
    }
}

/// Whether a part is one character of a longer word nothing is known about: 市 of 市场码.
fn broken_off(part: &Part) -> bool {
    part.length == 1 && part.text.chars().any(is_han)
}

fn raise(hit: &mut NameHit) {
    hit.support = hit.support.raised();
}

/// How loudly one sense of a phrase speaks.
fn support(sense: &Sense, length: usize, unclear: bool) -> Support {
    let Means::Class { strength, .. } = sense.means else { return Support::Weak };
    let strong = match strength {
        Strength::Strong => Support::Strong,
        Strength::Weak => Support::Weak,
    };
    let support = match (sense.script, sense.derived) {
        (Script::Initials, true) if length >= 4 => strong.lower(),
        (Script::Initials, true) => Support::Weak,
        (Script::Initials, false) if length < 3 => strong.lower(),
        (Script::Pinyin, true) if length < 5 => strong.lower(),
        _ => strong,
    };
    if unclear { support.lower().lower() } else { support }
}
