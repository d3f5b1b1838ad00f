//! Tables, columns, comments, keys and estimates, out of `pg_catalog`.

use std::collections::{BTreeMap, BTreeSet};

use kouan_table::{Column, Declared, Key, Table, TableKind};
use kouan_terms::Diagnostic;
use tokio_postgres::Error;

use super::super::selection::Selection;
use super::copy::Written;
use super::rows::Reading;
use super::session::Session;

/// The tables that are looked at, and how to read them.
pub(super) struct Catalogue {
    pub(super) tables: Vec<Table>,
    pub(super) readings: Vec<Reading>,
    pub(super) notes: Vec<Diagnostic>,
}

const RELATIONS: &str = "
SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, c.reltuples::float8,
       c.relpages::int8, pg_catalog.obj_description(c.oid, 'pg_class'),
       pg_catalog.has_schema_privilege(n.oid, 'USAGE'), pg_catalog.row_security_active(c.oid),
       n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                           WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                             AND d.objid = c.oid AND d.deptype = 'e')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY n.nspname::text COLLATE \"C\", c.relname::text COLLATE \"C\"";

const PARENTS: &str = "SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits";

// A domain stands for the type below it.
const COLUMNS: &str = "
SELECT a.attrelid, a.attnum, a.attname::text, b.typname::text, b.typcategory::text,
       CASE WHEN t.typbasetype <> 0 THEN t.typtypmod ELSE a.atttypmod END,
       a.attgenerated <> '', pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
       pg_catalog.col_description(a.attrelid, a.attnum)
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_type b
  ON b.oid = CASE WHEN t.typbasetype <> 0 THEN t.typbasetype ELSE t.oid END
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY($1)
ORDER BY a.attrelid, a.attnum";

const CONSTRAINTS: &str = "
SELECT conrelid, contype::text, conkey, confrelid, confkey
FROM pg_catalog.pg_constraint
WHERE contype IN ('p', 'f') AND conrelid = ANY($1) AND conparentid = 0
ORDER BY conrelid, conname::text COLLATE \"C\"";

const UNIQUE_INDEXES: &str = "
SELECT indrelid, indkey[0]
FROM pg_catalog.pg_index
WHERE indisunique AND indnkeyatts = 1 AND indpred IS NULL AND indexprs IS NULL
  AND indrelid = ANY($1)";

/// One relation as `pg_class` has it.
struct Relation {
    oid: u32,
    schema: String,
    name: String,
    kind: String,
    tuples: f64,
    pages: i64,
    comment: Option<String>,
    usable: bool,
    filtered: bool,
    of_users: bool,
}

/// One column, and whether and how it is read.
struct Attribute {
    number: i16,
    column: Column,
    written: Written,
    generated: bool,
    readable: bool,
}

/// Reads what the database says of its tables.
pub(super) fn read(
    session: &Session,
    input: &str,
    schemas: &[String],
    selection: &Selection,
) -> Result<Catalogue, Error> {
    let relations = relations(session)?;
    let tree = Tree::read(session, &relations)?;
    let taken: Vec<&Relation> = relations
        .iter()
        .filter(|one| one.of_users && (schemas.is_empty() || schemas.contains(&one.schema)))
        .filter(|one| selection.takes(&one.schema, &one.name))
        .collect();
    let every: Vec<u32> = relations.iter().map(|one| one.oid).collect();
    let mut attributes = attributes(session, &every)?;
    let folded = tree.folded(&relations, &attributes);
    let oids: Vec<u32> = taken.iter().map(|one| one.oid).collect();
    set_keys(session, &oids, &relations, &mut attributes)?;
    let mut catalogue = Catalogue { tables: Vec::new(), readings: Vec::new(), notes: Vec::new() };
    for relation in taken {
        if !folded.contains(&relation.oid) {
            let attributes = attributes.remove(&relation.oid).unwrap_or_default();
            catalogue.add(input, relation, &tree, &folded, attributes);
        }
    }
    Ok(catalogue)
}

impl Catalogue {
    fn add(
        &mut self,
        input: &str,
        relation: &Relation,
        tree: &Tree,
        folded: &BTreeSet<u32>,
        attributes: Vec<Attribute>,
    ) {
        let name = format!("{}.{}", relation.schema, relation.name);
        let children = tree.folded_below(relation.oid, folded);
        let estimate = tree.estimate(relation, &children);
        self.tables.push(Table {
            name: name.as_str().into(),
            kind: if relation.kind == "v" { TableKind::View } else { TableKind::Table },
            comment: relation.comment.as_deref().map(Into::into),
            rows_estimate: estimate,
            columns: attributes.iter().map(|one| one.column.clone()).collect(),
        });
        let mut note = |found: Diagnostic| {
            self.notes.push(found.with("input", input).with("table", &name));
        };
        let hidden: Vec<&str> =
            attributes.iter().filter(|one| !one.readable).map(|one| &*one.column.name).collect();
        if !relation.usable || (!attributes.is_empty() && hidden.len() == attributes.len()) {
            return note(Diagnostic::warning("SC149"));
        }
        if !hidden.is_empty() {
            note(Diagnostic::warning("SC154").with("columns", hidden.join(", ")));
        }
        if relation.filtered {
            note(Diagnostic::warning("SC155"));
        }
        let (columns, rest): (Vec<Column>, Vec<(Written, bool)>) = attributes
            .into_iter()
            .filter(|one| one.readable)
            .map(|one| (one.column, (one.written, one.generated)))
            .unzip();
        self.readings.push(Reading {
            oid: relation.oid,
            schema: relation.schema.clone(),
            table: relation.name.clone(),
            name: name.as_str().into(),
            columns,
            written: rest.iter().map(|(written, _)| *written).collect(),
            // COPY of a table itself is quicker than of a query, but knows neither generated
            // columns nor rows below.
            direct: relation.kind == "r"
                && children.is_empty()
                && rest.iter().all(|(written, generated)| {
                    !generated && matches!(written, Written::Text | Written::Boolean)
                }),
            only: relation.kind == "r" && children.is_empty(),
            can_sample: matches!(relation.kind.as_str(), "r" | "p" | "m"),
            estimate,
            pages: relation.pages + tree.pages(&children),
        });
    }
}

fn relations(session: &Session) -> Result<Vec<Relation>, Error> {
    let rows = session.query(RELATIONS, &[])?;
    rows.iter()
        .map(|row| {
            Ok(Relation {
                oid: row.try_get(0)?,
                schema: row.try_get(1)?,
                name: row.try_get(2)?,
                kind: row.try_get(3)?,
                tuples: row.try_get(4)?,
                pages: row.try_get(5)?,
                comment: row.try_get(6)?,
                usable: row.try_get::<_, Option<bool>>(7)?.unwrap_or(false),
                filtered: row.try_get::<_, Option<bool>>(8)?.unwrap_or(false),
                of_users: row.try_get(9)?,
            })
        })
        .collect()
}

fn attributes(session: &Session, oids: &[u32]) -> Result<BTreeMap<u32, Vec<Attribute>>, Error> {
    let mut tables: BTreeMap<u32, Vec<Attribute>> = BTreeMap::new();
    for row in session.query(COLUMNS, &[&oids])? {
        let base: String = row.try_get(3)?;
        let category: String = row.try_get(4)?;
        let modifier: i32 = row.try_get(5)?;
        let list = tables.entry(row.try_get(0)?).or_default();
        let limited = matches!(base.as_str(), "varchar" | "bpchar");
        let position = u32::try_from(list.len()).unwrap_or(u32::MAX);
        list.push(Attribute {
            number: row.try_get(1)?,
            column: Column {
                name: row.try_get::<_, String>(2)?.into(),
                position,
                declared: declared(&base, &category),
                comment: row.try_get::<_, Option<String>>(8)?.map(Into::into),
                key: None,
                // The modifier of a text type counts four bytes more than characters.
                length_max: u32::try_from(modifier - 4).ok().filter(|_| limited),
            },
            written: written(&base),
            generated: row.try_get(6)?,
            readable: row.try_get::<_, Option<bool>>(7)?.unwrap_or(false),
        });
    }
    Ok(tables)
}

fn declared(base: &str, category: &str) -> Declared {
    match base {
        "int2" | "int4" | "int8" | "oid" => Declared::Integer,
        "float4" | "float8" | "numeric" | "money" => Declared::Number,
        "bool" => Declared::Boolean,
        "date" => Declared::Day,
        "timestamp" | "timestamptz" => Declared::Instant,
        "bytea" => Declared::Binary,
        "uuid" | "inet" | "cidr" | "macaddr" | "macaddr8" => Declared::Text,
        // Strings and enumerations, those of extensions (`citext`) among them.
        _ if matches!(category, "S" | "E") => Declared::Text,
        _ => Declared::Other,
    }
}

fn written(base: &str) -> Written {
    match base {
        "bool" => Written::Boolean,
        "bytea" => Written::Hex,
        // Shapes in a code of their own, and words that stand in another column already.
        "geometry" | "geography" | "raster" | "tsvector" | "tsquery" => Written::Nothing,
        _ => Written::Text,
    }
}

/// Puts the keys where they belong. A foreign key says more than a primary one, and that more
/// than uniqueness; the last to be set stays.
fn set_keys(
    session: &Session,
    oids: &[u32],
    relations: &[Relation],
    attributes: &mut BTreeMap<u32, Vec<Attribute>>,
) -> Result<(), Error> {
    for row in session.query(UNIQUE_INDEXES, &[&oids])? {
        set(attributes, row.try_get(0)?, row.try_get(1)?, Key::Unique);
    }
    let constraints = session.query(CONSTRAINTS, &[&oids])?;
    for row in &constraints {
        if row.try_get::<_, String>(1)? == "p" {
            for column in row.try_get::<_, Vec<i16>>(2)? {
                set(attributes, row.try_get(0)?, column, Key::Primary);
            }
        }
    }
    for row in &constraints {
        if row.try_get::<_, String>(1)? != "f" {
            continue;
        }
        let target: u32 = row.try_get(3)?;
        let Some(table) = relations.iter().find(|one| one.oid == target) else { continue };
        let (from, to): (Vec<i16>, Vec<i16>) = (row.try_get(2)?, row.try_get(4)?);
        for (from, to) in from.into_iter().zip(to) {
            let column = attributes
                .get(&target)
                .and_then(|list| list.iter().find(|one| one.number == to))
                .map(|one| one.column.name.clone());
            if let Some(column) = column {
                let place = format!("{}.{}.{column}", table.schema, table.name);
                set(attributes, row.try_get(0)?, from, Key::Foreign(place.into()));
            }
        }
    }
    Ok(())
}

fn set(attributes: &mut BTreeMap<u32, Vec<Attribute>>, table: u32, number: i16, key: Key) {
    let column =
        attributes.get_mut(&table).and_then(|list| list.iter_mut().find(|a| a.number == number));
    if let Some(attribute) = column {
        attribute.column.key = Some(key);
    }
}

/// Which tables are parts of which, by partition or inheritance.
struct Tree {
    children: BTreeMap<u32, Vec<u32>>,
    /// Kind, rows and pages of each relation.
    sizes: BTreeMap<u32, (bool, f64, i64)>,
}

impl Tree {
    fn read(session: &Session, relations: &[Relation]) -> Result<Tree, Error> {
        let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for row in session.query(PARENTS, &[])? {
            children.entry(row.try_get(1)?).or_default().push(row.try_get(0)?);
        }
        let sizes = relations
            .iter()
            .map(|one| (one.oid, (one.kind == "p", one.tuples, one.pages)))
            .collect();
        Ok(Tree { children, sizes })
    }

    /// The tables that are read through their parent: all partitions, and the children of a parent
    /// none of whose children has a column of its own.
    fn folded(
        &self,
        relations: &[Relation],
        attributes: &BTreeMap<u32, Vec<Attribute>>,
    ) -> BTreeSet<u32> {
        let width = |oid: &u32| attributes.get(oid).map_or(0, Vec::len);
        let mut folded = BTreeSet::new();
        for relation in relations {
            let Some(children) = self.children.get(&relation.oid) else { continue };
            let same = children.iter().all(|child| width(child) == width(&relation.oid));
            if relation.kind == "p" || same {
                folded.extend(children.iter().copied());
            }
        }
        folded
    }

    /// Every relation whose rows come with those of `parent`.
    fn folded_below(&self, parent: u32, folded: &BTreeSet<u32>) -> Vec<u32> {
        let mut found = Vec::new();
        let mut open = vec![parent];
        while let Some(one) = open.pop() {
            for child in self.children.get(&one).into_iter().flatten() {
                if folded.contains(child) {
                    found.push(*child);
                    open.push(*child);
                }
            }
        }
        found
    }

    /// The server's own estimate; `None` when some part was never counted.
    fn estimate(&self, relation: &Relation, children: &[u32]) -> Option<u64> {
        if matches!(relation.kind.as_str(), "v" | "f") {
            return None;
        }
        let mut sum = 0.0;
        for oid in std::iter::once(&relation.oid).chain(children) {
            match self.sizes.get(oid) {
                // The parent of partitions has no rows of its own.
                Some((true, ..)) => {}
                Some((false, tuples, _)) if *tuples >= 0.0 => sum += tuples,
                _ => return None,
            }
        }
        Some(whole(sum))
    }

    fn pages(&self, children: &[u32]) -> i64 {
        children.iter().filter_map(|oid| self.sizes.get(oid)).map(|(_, _, pages)| pages).sum()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate that is not negative; beyond u64 it saturates"
)]
fn whole(estimate: f64) -> u64 {
    estimate.round() as u64
}
