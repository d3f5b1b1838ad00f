//! What a table as a whole says of its columns: whose rows they are, which columns stand together.

use kouan_rulebook::classes::{Class, Nature};

use super::evidence::{Evidence, Place, Relation};
use super::score::{Found, LIKELY, SURE, UNSURE, Weighed, weigh};
use super::values::Voice;
use super::{Classifier, ColumnClass, ColumnSeen, Flags, Level, TableSeen, key_kind};
use crate::lexicon::{Owner, Reading, Script, Support, Turned};
use crate::observe::Shape;

/// Classes of a name of a person.
const NAME: &str = "person-name";

/// Members of staff who acted.
const OPERATOR: &str = "operator";

/// Classes of running text.
const FREE_TEXT: &str = "free-text";

/// Columns written in initials from which the whole table is read so.
const INITIALS_MIN: usize = 3;

pub(super) fn classify(classifier: &Classifier<'_>, table: &TableSeen<'_>) -> Vec<ColumnClass> {
    let mut columns: Vec<Weighed<'_>> =
        table.columns.iter().map(|seen| weigh(classifier, seen)).collect();
    let owner = classifier.lexicon.table(table.name, table.comment);
    let rows = Rows {
        owner,
        persons: holds_persons(classifier, &columns),
        profiled: profiled(classifier, &columns),
        treated: treated(classifier, &columns),
    };
    for column in &mut columns {
        by_head(classifier, column);
        by_table(classifier, column, &rows);
        titled(classifier, column, owner);
    }
    money(classifier, table, &mut columns);
    taxed(classifier, &mut columns, owner);
    by_writing(table, &mut columns);
    taken(classifier, &mut columns);
    let identifying = identifying(classifier, &columns);
    for (at, column) in columns.iter_mut().enumerate() {
        beside_identifiers(classifier, table, column, at, &identifying, owner);
    }
    positions(classifier, table, &mut columns);
    let time = columns.iter().position(|column| {
        column.values.is_time() && !column.found.keys().any(|&at| classifier.is_personal(at))
    });
    let seen = table.columns.iter().zip(columns);
    let mut classes: Vec<ColumnClass> =
        seen.map(|(seen, column)| settle(classifier, seen, column)).collect();
    tracks(table, time, &mut classes);
    classes
}

/// What the rows of a table are about.
struct Rows {
    /// By its name and comment.
    owner: Owner,
    /// Whether some column identifies or names persons.
    persons: bool,
    /// Whether several columns describe persons.
    profiled: bool,
    /// Whether it is of treatment.
    treated: bool,
}

/// A head that is a person (`created_by`, 经办人) may hold that person's name.
fn by_head(classifier: &Classifier<'_>, column: &mut Weighed<'_>) {
    let is_person = |reading: &Reading| reading.head == Owner::Person && !reading.keyed;
    let by_name = is_person(&column.name) && column.name.turned.is_none();
    let by_comment = column.comment.as_ref().is_some_and(is_person);
    let turned = column.name.turned.is_some() && !column.name.opaque;
    let name = classifier.place(NAME);
    let personal = column.found.iter().any(|(&place, found)| {
        let settled = found.named > Some(Support::Weak) || Some(place) == name;
        classifier.is_personal(place) && settled && found.named.is_some()
    });
    let said = by_name || by_comment && !turned && !column.name.keyed;
    let doubtful = column.ranking(classifier).first().is_none_or(|&(_, points)| points < LIKELY);
    let by = if by_name { Place::Name } else { Place::Comment };
    if said && doubtful && !column.values.known() && by_staff(classifier, column, by) {
        return;
    }
    if !said || personal {
        return;
    }
    let owner = Evidence::Owner { place: by, owner: Owner::Person };
    let Some(place) = name else { return };
    let Some((_, kind)) = classifier.class(place) else { return };
    let says = column.values.of(kind, Some(Support::Weak));
    let found = column.found.entry(place).or_default();
    let silent = column.values.known() && says.voice.is_none();
    // `sa_nm`, 服务顾问: a name, and of a person.
    let called = (column.name.called || column.name.initials) && by_comment;
    let agree = if (by_name || called) && by_comment && !silent { 15 } else { 0 };
    found.points = (UNSURE + says.points + agree).min(if silent { UNSURE + 5 } else { i32::MAX });
    found.named = Some(Support::Weak);
    found.evidence.push(owner);
    found.evidence.extend(says.evidence.iter().cloned());
    found.says = says;
}

/// Subjects that are members of staff.
const STAFF: &[&str] = &["doctor", "employee"];

/// A member of staff, by name, number or account: nothing tells by which. Whether it was so.
fn by_staff(classifier: &Classifier<'_>, column: &mut Weighed<'_>, place: Place) -> bool {
    let said = if place == Place::Name { Some(&column.name) } else { column.comment.as_ref() };
    let subject = said.and_then(|said| classifier.subject(said.subject?));
    let Some(operator) = classifier.place(OPERATOR) else { return false };
    if !subject.is_some_and(|subject| STAFF.contains(&subject)) {
        return false;
    }
    let found = column.found.entry(operator).or_default();
    found.points = found.points.max(LIKELY);
    found.evidence.push(Evidence::Owner { place, owner: Owner::Person });
    true
}

/// Columns that clearly are of persons from which the rows are.
const PROFILED_MIN: usize = 3;

/// Whether the rows of a table describe persons: several columns clearly do.
fn profiled(classifier: &Classifier<'_>, columns: &[Weighed<'_>]) -> bool {
    let clear = |column: &&Weighed<'_>| {
        matches!(column.owner(), Owner::Person | Owner::Unknown)
            && column.ranking(classifier).first().is_some_and(|&(place, points)| {
                let named = column.found.get(&place).and_then(|found| found.named);
                points >= LIKELY
                    && named == Some(Support::Strong)
                    && classifier.class(place).is_some_and(|(class, _)| describes(class))
            })
    };
    columns.iter().filter(clear).count() >= PROFILED_MIN
}

/// Leaves of what describes a person.
const DESCRIBING: &[&str] = &["1", "5.state", "6.work", "14", "16"];

/// Whether a class describes a person, rather than naming or reaching one.
fn describes(class: &Class) -> bool {
    class.nature == Nature::Personal
        && class.key.is_none()
        && class.id.as_str() != NAME
        && class.leaf.as_deref().is_some_and(|leaf| DESCRIBING.contains(&leaf))
}

/// Whether the rows of a table are about persons, whatever its name says.
fn holds_persons(classifier: &Classifier<'_>, columns: &[Weighed<'_>]) -> bool {
    profiled(classifier, columns)
        || columns.iter().any(|column| {
            column.ranking(classifier).first().is_some_and(|&(place, points)| {
                points >= LIKELY
                    && classifier.class(place).is_some_and(|(class, kind)| {
                        let number = class.key.is_some() && !kind.shapes.is_empty() || kind.person;
                        let own = matches!(column.owner(), Owner::Person | Owner::Unknown);
                        class.nature == Nature::Personal && own && (number || kind.handler)
                    })
            })
        })
}

/// Whose rows the table holds, for columns that do not say themselves whose they are.
fn by_table(classifier: &Classifier<'_>, column: &mut Weighed<'_>, rows: &Rows) {
    let &Rows { owner, persons, profiled, treated } = rows;
    if column.owner() == Owner::Organisation {
        bodies_contact(classifier, column);
        return;
    }
    if !matches!(column.owner(), Owner::Unknown | Owner::Event) {
        return;
    }
    let otherwise: Vec<usize> =
        column.found.keys().copied().filter(|&place| column.named_otherwise(place)).collect();
    for (&place, found) in &mut column.found {
        let Some((class, kind)) = classifier.class(place) else { continue };
        if class.nature != Nature::Personal {
            continue;
        }
        let guessed = found.named.is_none() && otherwise.contains(&place)
            || found.named == Some(Support::Weak) && column.name.guesses(place)
            || kind.person && strange(&column.name);
        let strong = found.named == Some(Support::Strong);
        let points = match owner {
            _ if medical(class) && found.named == Some(Support::Weak) && !treated => continue,
            Owner::Person if guessed || column.name.turned == Some(Turned::UnknownHead) => continue,
            Owner::Person if found.named < Some(Support::Strong) => 15,
            Owner::Thing if kind.formed => continue,
            // Whoever made or keeps a thing is no less a person for that.
            Owner::Thing if class.id.as_str() == OPERATOR && strong => continue,
            Owner::Thing if !persons => -60,
            // A seat of a flight with passengers is somebody's.
            Owner::Thing if travels(class) && record(class, found) && !guessed => 10,
            Owner::Thing if found.named < Some(Support::Strong) => -15,
            Owner::Organisation if kind.person && found.named < Some(Support::Strong) => -35,
            Owner::Event | Owner::Unknown
                if profiled
                    && !guessed
                    && found.named == Some(Support::Weak)
                    && describes(class) =>
            {
                15
            }
            Owner::Event | Owner::Unknown if persons && !guessed && record(class, found) => 10,
            Owner::Organisation if !persons && placed(class) => -60,
            Owner::Organisation if !kind.formed && owned(class) => -40,
            Owner::Organisation if kind.contact && kind.words => -35,
            Owner::Organisation if kind.contact => -20,
            _ => continue,
        };
        found.points += points;
        found.evidence.push(Evidence::Owner { place: Place::Table, owner });
    }
}

/// Classes that only a bank account has.
const BANKING: &[&str] = &["account-status-data", "bank-account", "bank-branch", "bank-card"];

/// What happens on accounts.
const TRANSACTION: &str = "transaction";

/// A balance beside the number of a bank account is that account's; so is the amount of a
/// transaction, in a journal of such accounts.
fn money(classifier: &Classifier<'_>, table: &TableSeen<'_>, columns: &mut [Weighed<'_>]) {
    let banking =
        |place: usize| classifier.id(place).is_some_and(|id| BANKING.contains(&id.as_str()));
    let found_in: Vec<usize> = (0..columns.len())
        .filter(|&at| {
            columns
                .get(at)
                .and_then(|column| column.ranking(classifier).first().copied())
                .is_some_and(|(place, points)| points >= LIKELY && banking(place))
        })
        .collect();
    for (at, column) in columns.iter_mut().enumerate() {
        let Some(&other) = found_in.iter().find(|&&other| other != at) else { continue };
        for (&place, found) in &mut column.found {
            let weak = found.named.is_some_and(|named| named < Support::Strong);
            let booked = found_in.len() > 1
                && classifier.id(place).is_some_and(|id| id.as_str() == TRANSACTION);
            if weak && (banking(place) || booked) {
                found.points += if booked { 50 } else { 15 };
                found.evidence.push(neighbour(table, other, Relation::IdentifiesPersons));
            }
        }
    }
}

/// The tax number in a row about a person is that person's, unless it has the form of a body's.
fn taxed(classifier: &Classifier<'_>, columns: &mut [Weighed<'_>], owner: Owner) {
    let (Some(body), Some(person)) = (classifier.place(USCC), classifier.place(PERSONAL_TAX))
    else {
        return;
    };
    if owner != Owner::Person {
        return;
    }
    for column in columns {
        if !column.found.contains_key(&person) {
            continue;
        }
        if let Some(found) = column.found.get_mut(&body)
            && found.says.voice < Some(Voice::Loud)
        {
            found.points -= 50;
            if let Some(found) = column.found.get_mut(&person) {
                found.points += 30;
                found.evidence.push(Evidence::Owner { place: Place::Table, owner });
            }
        }
    }
}

/// Numbers of bodies and of persons for taxes.
const USCC: &str = "uscc";
const PERSONAL_TAX: &str = "personal-tax-id";

/// Whether a class is of treatment.
fn medical(class: &Class) -> bool {
    class.leaf.as_deref().is_some_and(|leaf| leaf == "5.medical")
}

/// Whether a table is of treatment: some column says so clearly.
fn treated(classifier: &Classifier<'_>, columns: &[Weighed<'_>]) -> bool {
    columns.iter().any(|column| {
        let care = |reading: &Reading| {
            let subject = reading.subject.and_then(|at| classifier.subject(at));
            subject.is_some_and(|subject| ["patient", "doctor"].contains(&subject))
        };
        care(&column.name)
            || column.comment.as_ref().is_some_and(care)
            || column.found.iter().any(|(&place, found)| {
                found.named == Some(Support::Strong)
                    && classifier.class(place).is_some_and(|(class, _)| medical(class))
            })
    })
}

/// A bare title in rows about persons is a post, not the title of a thing.
fn titled(classifier: &Classifier<'_>, column: &mut Weighed<'_>, owner: Owner) {
    let (Some(goods), Some(post)) = (classifier.place(GOODS), classifier.place(POST)) else {
        return;
    };
    if owner == Owner::Person
        && matches!(column.name.owner, Owner::Unknown | Owner::Person)
        && column.found.contains_key(&post)
        && let Some(found) = column.found.get_mut(&goods)
    {
        found.points -= 60;
        found.evidence.push(Evidence::Owner { place: Place::Table, owner });
    }
}

/// Titles of things and of persons.
const GOODS: &str = "goods-name";
const POST: &str = "job-position";

/// Leaves of what is recorded about persons: treatment, journeys.
const RECORDS: &[&str] = &["5.medical", "13."];

/// Whether a weak word is of a record that is about somebody where persons are named beside it:
/// a bed, a seat.
fn record(class: &Class, found: &Found) -> bool {
    let leaf = class.leaf.as_deref().unwrap_or_default();
    found.named == Some(Support::Weak) && RECORDS.iter().any(|start| leaf.starts_with(start))
}

/// Whether a class is of property: bodies have accounts, credit and income too.
fn owned(class: &Class) -> bool {
    class.leaf.as_deref().is_some_and(|leaf| leaf.starts_with("7."))
}

/// Whether a class is of places: a hotel, a shop is somewhere too.
fn placed(class: &Class) -> bool {
    class.leaf.as_deref().is_some_and(|leaf| leaf.starts_with("13."))
}

/// Whether a class is of journeys and nights: they are somebody's where persons are named.
fn travels(class: &Class) -> bool {
    class.leaf.as_deref() == Some("13.lodging-travel")
}

/// The telephone and address of a body are its own.
fn bodies_contact(classifier: &Classifier<'_>, column: &mut Weighed<'_>) {
    for (&place, found) in &mut column.found {
        let positions = |class: &Class| {
            class.leaf.as_deref().is_some_and(|leaf| ["13.track", "13.coarse"].contains(&leaf))
        };
        if classifier.class(place).is_some_and(|(class, kind)| kind.contact || positions(class)) {
            found.points -= 80;
            let owner = Owner::Organisation;
            found.evidence.push(Evidence::Owner { place: Place::Name, owner });
        }
    }
}

/// Initials of pinyin are believed where the table is written so.
fn by_writing(table: &TableSeen<'_>, columns: &mut [Weighed<'_>]) {
    let written = |column: &Weighed<'_>| column.name.initials && !column.name.hits.is_empty();
    let count = columns.iter().filter(|column| written(column)).count();
    if count < INITIALS_MIN {
        let english =
            |column: &Weighed<'_>| column.name.hits.iter().any(|hit| hit.script == Script::English);
        if columns.iter().filter(|column| english(column)).count() > count {
            english_table(columns);
        }
        return;
    }
    for (at, column) in columns.iter_mut().enumerate() {
        if !written(column) {
            continue;
        }
        let weak: Vec<usize> = column
            .name
            .hits
            .iter()
            .filter(|hit| hit.support == Support::Medium || hit.listed)
            .map(|hit| hit.class)
            .collect();
        for (place, found) in &mut column.found {
            if found.named < Some(Support::Strong) && weak.contains(place) {
                found.points += 15;
                found.evidence.push(neighbour(table, at, Relation::SameWriting));
            }
        }
    }
}

/// Among English names a few letters are hardly the initials of Chinese words: `scr_w`.
fn english_table(columns: &mut [Weighed<'_>]) {
    for column in columns.iter_mut().filter(|column| !column.values.striking()) {
        let name = &column.name;
        let guesses: Vec<usize> = name
            .hits
            .iter()
            .filter(|hit| name.guesses(hit.class) && hit.support < Support::Strong)
            .map(|hit| hit.class)
            .collect();
        for place in guesses {
            if let Some(found) = column.found.get_mut(&place) {
                found.points -= 30;
            }
        }
    }
}

/// Initials that may name several classes: not the one another column clearly is.
fn taken(classifier: &Classifier<'_>, columns: &mut [Weighed<'_>]) {
    let best: Vec<Option<usize>> = columns
        .iter()
        .map(|column| match column.ranking(classifier).as_slice() {
            [(place, points), rest @ ..] if *points >= LIKELY => {
                let next = rest.first().map_or(0, |&(_, next)| next);
                (next < *points).then_some(*place)
            }
            _ => None,
        })
        .collect();
    let name = classifier.place(NAME);
    for (at, column) in columns.iter_mut().enumerate() {
        if !column.name.initials || column.found.len() < 2 {
            continue;
        }
        for (place, found) in &mut column.found {
            let elsewhere = best
                .iter()
                .enumerate()
                .any(|(other, best)| other != at && best.as_ref() == Some(place));
            if elsewhere {
                // Names are drawn to where persons are; `mz` beside `xm` is hardly one more.
                found.points -= if Some(*place) == name { 25 } else { 5 };
            }
        }
    }
}

fn neighbour(table: &TableSeen<'_>, at: usize, relation: Relation) -> Evidence {
    let column = table.columns.get(at).map_or("", |seen| &*seen.column.name);
    Evidence::Neighbour { column: column.into(), relation }
}

/// The columns that identify persons by themselves.
fn identifying(classifier: &Classifier<'_>, columns: &[Weighed<'_>]) -> Vec<usize> {
    let identifies = |column: &Weighed<'_>| {
        column.ranking(classifier).first().is_some_and(|&(place, points)| {
            points >= LIKELY
                && classifier.class(place).is_some_and(|(class, kind)| {
                    class.nature == Nature::Personal
                        && (class.key.is_some() || kind.vocabulary)
                        && !kind.name
                })
        })
    };
    let found = columns.iter().enumerate().filter(|(_, column)| identifies(column));
    found.map(|(at, _)| at).collect()
}

/// `xyz_name`: what xyz is, nobody knows.
fn strange(reading: &Reading) -> bool {
    reading.known_percent < 100 && !reading.opaque
}

/// A bare name in rows that identify persons is a person's.
fn beside_identifiers(
    classifier: &Classifier<'_>,
    table: &TableSeen<'_>,
    column: &mut Weighed<'_>,
    at: usize,
    identifying: &[usize],
    owner: Owner,
) {
    let Some(&other) = identifying.iter().find(|&&other| other != at) else { return };
    if matches!(column.owner(), Owner::Thing | Owner::Organisation)
        || matches!(owner, Owner::Thing | Owner::Organisation)
    {
        return;
    }
    let Some(place) = classifier.place(NAME) else { return };
    let otherwise = column.named_otherwise(place);
    let known = column.values.known();
    if strange(&column.name) || column.comment.as_ref().is_some_and(strange) {
        return;
    }
    if let Some(found) = column.found.get_mut(&place)
        && found.named < Some(Support::Strong)
        && (found.named.is_some() || !otherwise)
        && (known
            || found.evidence.iter().any(|evidence| matches!(evidence, Evidence::Words { .. })))
    {
        found.points += 20;
        found.evidence.push(neighbour(table, other, Relation::IdentifiesPersons));
    }
}

/// A latitude is one beside a longitude.
fn positions(classifier: &Classifier<'_>, table: &TableSeen<'_>, columns: &mut [Weighed<'_>]) {
    let halves = [(Shape::Latitude, Shape::Longitude), (Shape::Longitude, Shape::Latitude)];
    let holds = |column: &Weighed<'_>, shape: Shape| {
        column.found.iter().any(|(&place, found)| {
            found.named.is_some()
                && classifier.class(place).is_some_and(|(_, kind)| kind.shapes.contains(&shape))
        })
    };
    let found: Vec<(Shape, Option<usize>)> = halves
        .iter()
        .map(|&(half, other)| (half, columns.iter().position(|column| holds(column, other))))
        .collect();
    for (at, column) in columns.iter_mut().enumerate() {
        for &(half, other) in &found {
            let Some(other) = other.filter(|&other| other != at) else { continue };
            for (&place, found) in &mut column.found {
                let Some((_, kind)) = classifier.class(place) else { continue };
                if kind.shapes.contains(&half) && found.named.is_some() {
                    found.points += 10;
                    found.evidence.push(neighbour(table, other, Relation::OtherCoordinate));
                }
            }
        }
    }
}

/// A position beside a time and something that tells one traveller from another is a track.
fn tracks(table: &TableSeen<'_>, time: Option<usize>, classes: &mut [ColumnClass]) {
    let is = |found: &ColumnClass, ids: &[&str]| {
        found.class.as_ref().is_some_and(|class| ids.contains(&class.as_str()))
            && found.level > Level::Unsure
    };
    let told = classes.iter().any(|found| found.key.is_some() || is(found, &["vin", "plate"]));
    let Some(time) = time.filter(|_| told) else { return };
    for found in classes.iter_mut().filter(|found| is(found, &["coordinate", "track"])) {
        found.flags.track = true;
        found.evidence.push(neighbour(table, time, Relation::TimeBesidePosition));
    }
}

/// The class of a column, from its points.
fn settle(classifier: &Classifier<'_>, seen: &ColumnSeen<'_>, column: Weighed<'_>) -> ColumnClass {
    let ranking = column.ranking(classifier);
    let best = ranking.first().copied().filter(|&(_, points)| points >= UNSURE);
    let Some((place, points)) = best else {
        return without_class(classifier, seen, &column);
    };
    let Some((class, kind)) = classifier.class(place) else {
        return ColumnClass::nothing(Level::Unsure);
    };
    let Some(found) = column.found.get(&place) else {
        return ColumnClass::nothing(Level::Unsure);
    };
    let metadata_only = !column.values.known();
    let level = match points {
        SURE.. if !metadata_only => Level::Sure,
        LIKELY.. => Level::Likely,
        _ => Level::Unsure,
    };
    let mut evidence = found.evidence.clone();
    if metadata_only {
        evidence.push(Evidence::MetadataOnly);
    }
    let instead = ranking
        .get(1)
        .filter(|&&(_, next)| next >= UNSURE && next + 20 >= points)
        .and_then(|&(next, _)| classifier.class(next))
        .map(|(class, _)| class.id.clone());
    let subject = column.name.subject.or(column.comment.as_ref().and_then(|says| says.subject));
    ColumnClass {
        class: Some(class.id.clone()),
        level,
        key: key_kind(class, column.values.observed),
        subject: subject
            .and_then(|at| classifier.classes.subjects().get(at))
            .map(|subject| subject.id.clone()),
        flags: flags(&column, kind, found.says.share, found.says.pass, found.says.voice),
        evidence,
        instead,
    }
}

fn without_class(
    classifier: &Classifier<'_>,
    seen: &ColumnSeen<'_>,
    column: &Weighed<'_>,
) -> ColumnClass {
    if column.values.text < 0.4 && seen.text.is_empty() {
        return ColumnClass::nothing(Level::Likely);
    }
    let Some((class, _)) = classifier.place(FREE_TEXT).and_then(|at| classifier.class(at)) else {
        return ColumnClass::nothing(Level::Unsure);
    };
    let filled = column.values.filled;
    let rates = seen.text.iter().map(|rate| Evidence::Text {
        class: rate.class.clone(),
        cells: rate.cells,
        filled,
    });
    ColumnClass {
        class: Some(class.id.clone()),
        evidence: rates.collect(),
        ..ColumnClass::nothing(Level::Likely)
    }
}

fn flags(
    column: &Weighed<'_>,
    kind: &super::values::Kind,
    share: f64,
    pass: f64,
    voice: Option<Voice>,
) -> Flags {
    let observed = column.values.observed;
    let checked = kind.shapes.iter().any(|shape| {
        matches!(
            shape,
            Shape::ResidentId18 | Shape::BankCard | Shape::Uscc | Shape::HmtResidencePermit
        )
    });
    let days = observed.map(|observed| observed.days).unwrap_or_default();
    let births = kind.time && kind.shapes.contains(&Shape::Day) && column.values.is_time();
    let said = |pick: fn(&crate::lexicon::Reading) -> bool| {
        pick(&column.name) || column.comment.as_ref().is_some_and(pick)
    };
    Flags {
        looks_like_test_data: checked
            && column.values.filled >= 5
            && voice.is_some()
            && share >= 0.4
            && pass < 0.5,
        masked: column.values.masked >= 0.1 || said(|reading| reading.masked),
        hashed: column.values.hashed >= 0.5 || said(|reading| reading.hashed),
        float_damaged: column.values.damaged > 0.0,
        full_width: column.full_width,
        mixed: kind.formed && (0.1..0.8).contains(&share),
        under_14: days.resident_under_14 > 0 || births && days.under_14 > 0,
        track: false,
    }
}
