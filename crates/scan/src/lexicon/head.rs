//! Finds the head of a name, and what the words before it make of it.

use kouan_rulebook::classes::{Position, Strength};

use super::Lexicon;
use super::atoms::{Atom, atoms, clauses};
use super::dictionary::{Means, Script, Sense};
use super::reading::{NameHit, Owner, Reading, Support, Turned, TurnedTo};
use super::split::{Part, parts};
use super::words::Role;

/// English words after which a comment no longer says what the column holds.
const STOPS: &[&str] = &[
    "used", "for", "which", "that", "when", "where", "if", "is", "are", "was", "as", "with",
    "from", "in", "on", "to", "e", "eg", "ie", "such", "like", "see", "may", "can", "must",
];

/// Chinese words after which a comment no longer says what the column holds.
const STOPS_ZH: &[&str] = &["用于", "用来", "例如", "比如", "即", "指", "参见", "见", "若", "如果"];

pub(super) fn of_name(lexicon: &Lexicon, name: &str) -> Reading {
    // The last step of a path is the name; the steps before say whose it is.
    let mut steps: Vec<&str> = name.split(['.', '/']).filter(|step| !step.is_empty()).collect();
    let Some(last) = steps.pop() else {
        return Reading { opaque: true, ..Reading::default() };
    };
    let found = clauses(last);
    let mut reading = of_atoms(lexicon, &found.main);
    marks_of_asides(lexicon, &found.asides, &mut reading);
    if reading.opaque
        && let Some(aside) = found.asides.first()
    {
        reading = of_atoms(lexicon, aside);
    }
    for step in steps.into_iter().rev() {
        let outer = of_atoms(lexicon, &atoms(step));
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
    let mut owner = about(&of_atoms(lexicon, &atoms(name)));
    if let Some(comment) = comment.filter(|_| owner == Owner::Unknown || owner == Owner::Event) {
        let says = about(&of_atoms(lexicon, &clauses(comment).main));
        if says != Owner::Unknown {
            owner = says;
        }
    }
    owner
}

/// What rows are about: the head of the table's name, or whose it is when the head is something
/// kept about others: `customer_info`, `patient_visit`.
fn about(reading: &Reading) -> Owner {
    match reading.head {
        Owner::Unknown | Owner::Event if reading.owner != Owner::Unknown => reading.owner,
        head => head,
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

fn owner_of(part: &Part) -> Option<Owner> {
    part.senses.iter().find_map(|sense| match sense.means {
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
    Head { lexicon, parts: &letters, reading }.read()
}

fn measure(found: &[Part], reading: &mut Reading) {
    let length = |known: bool| -> usize {
        found
            .iter()
            .filter(|part| !part.digits && (!known || !part.senses.is_empty()))
            .map(|part| part.length)
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
        let Some((place, numbered)) = self.head() else {
            return self.reading;
        };
        self.owner(place);
        let Some(&head) = self.parts.get(place) else {
            return self.reading;
        };
        if has_class(head) && !self.weaker_than_deflector(head, place) {
            self.class_head(head, Support::Strong);
        } else if let Some(at) = deflector(head) {
            self.deflected(at, place);
        } else if has_role(head, Role::Name) {
            self.called(place);
        } else if has_role(head, Role::Key) {
            self.keyed(place);
        } else if let Some(owner) = owner_of(head) {
            self.reading.head = owner;
            self.reading.keyed = numbered;
            self.turned_from(place);
        } else if head.senses.is_empty() {
            self.unknown_head(place);
        }
        self.flagged(place);
        self.reading.hits.sort_by_key(|hit| (std::cmp::Reverse(hit.support), hit.class));
        self.reading
    }

    /// The place of the head, and whether a word for a number followed it.
    fn head(&self) -> Option<(usize, bool)> {
        let mut numbered = false;
        for (place, part) in self.parts.iter().enumerate().rev() {
            let skip = [Role::Qualifier, Role::Suffix, Role::Masked, Role::Hashed, Role::Whole];
            let is_number = has_role(part, Role::Number);
            let plain = !has_class(part) && deflector(part).is_none();
            let skipped = plain && (is_number || skip.iter().any(|&role| has_role(part, role)));
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
        let mut owners = before.filter_map(|part| owner_of(part));
        self.reading.owner = owners
            .clone()
            .find(|owner| *owner != Owner::Event)
            .or_else(|| owners.next())
            .unwrap_or_default();
    }

    fn class_head(&mut self, head: &Part, ceiling: Support) {
        let ambiguous = head.senses.iter().any(|sense| {
            matches!(sense.means, Means::Word(Role::Thing | Role::Event | Role::Key))
                || matches!(sense.means, Means::Deflector(_))
        });
        for sense in &head.senses {
            let Means::Class { class, .. } = sense.means else { continue };
            let mut support = support(sense, head.length, ambiguous).min(ceiling);
            let Some(facts) = self.lexicon.facts.class(class) else { continue };
            match self.reading.owner {
                Owner::Thing if facts.personal && !facts.own_values => {
                    self.reading.turned = Some(Turned::Other);
                    self.reading.turned_from.push(class);
                    continue;
                }
                Owner::Organisation if facts.personal && facts.name => {
                    self.reading.turned = Some(Turned::Other);
                    self.reading.turned_from.push(class);
                    continue;
                }
                Owner::Person if facts.personal => support = support.raised(),
                _ => {}
            }
            self.reading.hits.push(NameHit { class, support, script: sense.script });
        }
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

    fn deflected(&mut self, at: usize, place: usize) {
        self.turned_from(place);
        let Some((effect, position, class)) = self.lexicon.facts.deflector(at) else { return };
        if position == Position::Start {
            self.reading.turned = Some(Turned::Flag);
            return;
        }
        let states = effect == TurnedTo::About
            && self.class_before(place).is_some_and(|part| self.is_state(part));
        if states && let Some(part) = self.class_before(place).cloned() {
            self.reading.turned_from.clear();
            self.class_head(&part, Support::Medium);
            return;
        }
        self.reading.turned = Some(Turned::Deflector { at, effect, class });
    }

    fn is_state(&self, part: &Part) -> bool {
        part.senses.iter().any(|sense| match sense.means {
            Means::Class { class, .. } => {
                self.lexicon.facts.class(class).is_some_and(|facts| facts.state)
            }
            _ => false,
        })
    }

    /// A bare `name`: of what stands before it.
    fn called(&mut self, place: usize) {
        self.reading.called = true;
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
        let own = |sense: &Sense| match sense.means {
            Means::Class { class, .. } => {
                self.lexicon.facts.class(class).is_some_and(|facts| facts.own_values || facts.name)
            }
            _ => false,
        };
        if part.senses.iter().any(own) {
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
            && self.is_state(&part)
        {
            self.reading.turned_from.clear();
            self.class_head(&part, Support::Medium);
            return;
        }
        if !self.reading.turned_from.is_empty() {
            self.reading.turned = Some(Turned::Key);
        }
    }

    /// Nothing is known about the last word; classes before it speak weakly.
    fn unknown_head(&mut self, place: usize) {
        self.reading.turned = Some(Turned::UnknownHead);
        if let Some(part) = self.class_before(place).cloned() {
            self.class_head(&part, Support::Weak);
        }
    }

    /// `is_phone`, 是否有手机: what follows is turned away from.
    fn flagged(&mut self, place: usize) {
        let is_flag = |part: &&Part| -> bool {
            has_role(part, Role::Flag)
                || deflector(part).and_then(|at| self.lexicon.facts.deflector(at)).is_some_and(
                    |(effect, at, _)| effect == TurnedTo::About && at == Position::Start,
                )
        };
        if !self.parts.iter().take(place).any(is_flag) {
            return;
        }
        let facts = &self.lexicon.facts;
        let (kept, turned): (Vec<NameHit>, Vec<NameHit>) = std::mem::take(&mut self.reading.hits)
            .into_iter()
            .partition(|hit| facts.class(hit.class).is_some_and(|class| class.state));
        self.reading.hits = kept;
        if self.reading.hits.is_empty() {
            self.reading.turned = Some(Turned::Flag);
        }
        self.reading.turned_from.extend(turned.iter().map(|hit| hit.class));
    }
}

fn raise(hit: &mut NameHit) {
    hit.support = hit.support.raised();
}

/// How loudly one sense of a phrase speaks.
fn support(sense: &Sense, length: usize, ambiguous: bool) -> Support {
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
    let initials = sense.script == Script::Initials;
    if ambiguous && initials { support.lower() } else { support }
}
