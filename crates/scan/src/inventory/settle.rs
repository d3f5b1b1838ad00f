//! What people decide about columns, and what of it a new scan keeps.

use super::{Answer, ColumnSeen, Drift, Inventory, Level, Settled, Signed, StandingSeen};

/// What a class means on the day, for a column that is settled.
#[derive(Clone, Debug)]
pub struct Meaning {
    /// Whether it is personal information.
    pub personal: Answer,
    /// Whether it is sensitive.
    pub sensitive: Answer,
    /// What the regimes say.
    pub standing: Option<StandingSeen>,
}

/// Why a column could not be settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsettled {
    /// No column has this name.
    Unknown {
        /// The nearest name that exists, when one is near.
        nearest: Option<String>,
    },
    /// Several columns have this name; these are they, with their tables.
    Several(Vec<String>),
    /// The column has no such field of the list among its candidates.
    NotListed,
}

/// How a column is named: `table:column`, or the column's name alone where only one has it.
///
/// # Errors
///
/// [`Unsettled::Unknown`] and [`Unsettled::Several`].
pub fn find(inventory: &Inventory, name: &str) -> Result<(usize, usize), Unsettled> {
    let mut found = Vec::new();
    for (place, table) in inventory.tables.iter().enumerate() {
        for (index, column) in table.columns.iter().enumerate() {
            if full_name(&table.name, &column.name) == name {
                return Ok((place, index));
            }
            if column.name == name || format!("{}.{}", table.name, column.name) == name {
                found.push((place, index));
            }
        }
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Unsettled::Unknown { nearest: nearest(inventory, name) }),
        several => Err(Unsettled::Several(
            several.iter().filter_map(|place| name_of(inventory, *place)).collect(),
        )),
    }
}

/// The name under which drift, settling and decisions speak of a column.
#[must_use]
pub fn full_name(table: &str, column: &str) -> String {
    format!("{table}:{column}")
}

fn name_of(inventory: &Inventory, (table, column): (usize, usize)) -> Option<String> {
    let table = inventory.tables.get(table)?;
    Some(full_name(&table.name, &table.columns.get(column)?.name))
}

/// The column whose name differs from the wanted one in the fewest places, when they are few.
fn nearest(inventory: &Inventory, name: &str) -> Option<String> {
    let wanted = name.rsplit([':', '.']).next().unwrap_or(name);
    let columns = inventory
        .tables
        .iter()
        .flat_map(|table| table.columns.iter().map(|column| (&table.name, &column.name)));
    columns
        .map(|(table, column)| (distance(column, wanted), full_name(table, column)))
        .filter(|(far, _)| *far <= 2)
        .min()
        .map(|(_, name)| name)
}

/// The number of letters to change, add or drop to get from one word to the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(line + 1);
        for ((index, wanted), pair) in other.iter().enumerate().zip(row.windows(2)) {
            let [diagonal, above] = pair else { continue };
            let left = next.get(index).copied().unwrap_or(usize::MAX - 1);
            let change = diagonal + usize::from(letter != *wanted);
            next.push(change.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

/// Records a person's decision on a column.
///
/// Where the decision makes a column personal or sensitive that was counted as neither, or the
/// other way round, the counts may no longer hold and say so.
///
/// # Errors
///
/// The column is not there, or its name fits several.
pub fn settle(
    inventory: &mut Inventory,
    name: &str,
    settled: Settled,
    meaning: Meaning,
) -> Result<(), Unsettled> {
    let place = find(inventory, name)?;
    let Some(table) = inventory.tables.get_mut(place.0) else { return Ok(()) };
    let Some(column) = table.columns.get_mut(place.1) else { return Ok(()) };
    let recount = counted_otherwise(column, &meaning);
    put(column, settled, meaning);
    if recount {
        let all = table.persons.iter_mut().chain(inventory.persons.iter_mut());
        all.for_each(|persons| persons.recount = true);
    }
    Ok(())
}

/// A count made with `unsure` holds both answers within its bounds; any other change does not.
fn counted_otherwise(column: &ColumnSeen, meaning: &Meaning) -> bool {
    let outside = |was: Answer, is: Answer| was != Answer::Unsure && was != is;
    outside(column.personal, meaning.personal)
        || outside(column.sensitive, meaning.sensitive)
        || column.key.is_some() && meaning.personal == Answer::No
}

fn put(column: &mut ColumnSeen, settled: Settled, meaning: Meaning) {
    let other = settled.class == "other";
    column.class = (!other).then(|| settled.class.clone());
    column.level = Level::Settled;
    column.personal = meaning.personal;
    column.sensitive = meaning.sensitive;
    column.standing = meaning.standing;
    column.settled = Some(settled);
}

/// Records that a person confirmed which field of the list a column is.
///
/// # Errors
///
/// The column is not there, or the field is not among its candidates.
pub fn confirm(
    inventory: &mut Inventory,
    name: &str,
    field: &str,
    signed: Signed,
) -> Result<(), Unsettled> {
    let place = find(inventory, name)?;
    let column = inventory.tables.get_mut(place.0).and_then(|table| table.columns.get_mut(place.1));
    let listed = column.and_then(|column| column.listed.iter_mut().find(|one| one.field == field));
    let listed = listed.ok_or(Unsettled::NotListed)?;
    listed.confirmed = Some(signed);
    Ok(())
}

/// What people settled before, by full name: what a scan keeps.
#[must_use]
pub fn settled_before(before: &Inventory) -> Vec<(String, Settled)> {
    let columns = before.tables.iter().flat_map(|table| {
        let name = |column: &ColumnSeen| full_name(&table.name, &column.name);
        table.columns.iter().filter_map(move |column| Some((name(column), column.settled.clone()?)))
    });
    columns.collect()
}

/// Keeps confirmations of the inventory before and says what differs from it.
pub fn compare(before: &Inventory, now: &mut Inventory) {
    keep_confirmations(before, now);
    let old = columns(before);
    let new = columns(now);
    let mut drift = Drift::default();
    for (name, column) in &new {
        match find_sorted(&old, name) {
            None => drift.new.push(name.clone()),
            Some(known) if differs(known, column) => drift.changed.push(name.clone()),
            Some(_) => {}
        }
    }
    let gone = old.iter().filter(|(name, _)| find_sorted(&new, name).is_none());
    drift.gone = gone.map(|(name, _)| name.clone()).collect();
    now.drift = Some(drift);
}

fn columns(inventory: &Inventory) -> Vec<(String, ColumnSeen)> {
    let columns = inventory.tables.iter().flat_map(|table| {
        table.columns.iter().map(|column| (full_name(&table.name, &column.name), column.clone()))
    });
    let mut columns: Vec<_> = columns.collect();
    columns.sort_by(|(one, _), (other, _)| one.cmp(other));
    columns
}

fn find_sorted<'c>(columns: &'c [(String, ColumnSeen)], name: &str) -> Option<&'c ColumnSeen> {
    let place = columns.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
    columns.get(place).map(|(_, column)| column)
}

fn differs(one: &ColumnSeen, other: &ColumnSeen) -> bool {
    one.class != other.class
        || one.personal != other.personal
        || one.sensitive != other.sensitive
        || one.level != other.level
}

fn keep_confirmations(before: &Inventory, now: &mut Inventory) {
    for table in &mut now.tables {
        let Some(old) = before.tables.iter().find(|known| known.name == table.name) else {
            continue;
        };
        for column in &mut table.columns {
            let Some(old) = old.columns.iter().find(|known| known.name == column.name) else {
                continue;
            };
            for listed in &mut column.listed {
                let known = old.listed.iter().find(|known| known.field == listed.field);
                if let Some(known) = known {
                    listed.confirmed.clone_from(&known.confirmed);
                }
            }
        }
    }
}
