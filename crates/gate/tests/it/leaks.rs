//! For any source schema, order and nesting: what leaves is within the permit, and refused means no
//! byte.

use std::collections::BTreeSet;

use kouan_decide::permit::{Coarse, FieldText, Form, HashFunction, Permit, RowRules, Transform};
use kouan_gate::{Form as Out, Gate, Outlet};
use kouan_table::{Batch, Cells, Column, ColumnCells, Declared, Span};

use crate::fixture::{column, everybody, handed, permit, standing};

/// A small generator of numbers, the same for the same seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }

    fn pick<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len() as u64) as usize]
    }
}

const TABLES: [&str; 3] = ["t.json", "t.json#items[]", "t.json#items.parts[]"];

const NAMES: [&str; 16] = [
    "a",
    "a.b",
    "a.b.c",
    "b",
    "b.a",
    "A",
    "a ",
    "客户",
    "客户.姓名",
    "客户.姓名.拼音",
    "c",
    "c.d",
    "id",
    "ID",
    "_",
    "x.y.z",
];

const FORMS: [(Form, Declared); 9] = [
    (Form::Nothing, Declared::Nothing),
    (Form::Text, Declared::Text),
    (Form::Integer, Declared::Integer),
    (Form::Number, Declared::Number),
    (Form::Boolean, Declared::Boolean),
    (Form::Day, Declared::Day),
    (Form::Instant, Declared::Instant),
    (Form::Binary, Declared::Binary),
    (Form::Other, Declared::Other),
];

fn transform(dice: &mut Dice, form: Form) -> Transform {
    let keep = if form == Form::Other { Transform::Drop {} } else { Transform::Keep {} };
    let text = [
        Transform::Drop {},
        Transform::Keep {},
        Transform::SafeCopy {},
        Transform::Mask { first: 1, last: 1 },
        Transform::Hash { with: HashFunction::Sha256 },
        Transform::Tokenise {},
        Transform::Generalise { to: Coarse::Year },
        Transform::Generalise { to: Coarse::City },
        Transform::Constant { value: "fixed".into() },
    ];
    match form {
        Form::Nothing | Form::Text => dice.pick(&text).clone(),
        _ => dice.pick(&[Transform::Drop {}, keep]).clone(),
    }
}

fn random_permit(dice: &mut Dice) -> Permit {
    let mut known = BTreeSet::new();
    let mut fields = vec![(Some(TABLES[0]), "always", Form::Nothing, Transform::Keep {})];
    for _ in 0..=dice.below(14) {
        let (table, name) = (*dice.pick(&TABLES), *dice.pick(&NAMES));
        let form = dice.pick(&FORMS).0;
        if known.insert((table, name)) {
            fields.push((Some(table), name, form, transform(dice, form)));
        }
    }
    permit(&fields, RowRules::default())
}

/// A schema near the permitted one: often the same in another order, often not quite.
fn random_schema(dice: &mut Dice, fields: &[&FieldText]) -> Vec<Column> {
    let declared = |form: Form| FORMS.iter().find(|(known, _)| *known == form).unwrap().1;
    let mut columns: Vec<Column> =
        fields.iter().map(|field| column(&field.column, declared(field.form))).collect();
    for place in (1..columns.len()).rev() {
        columns.swap(place, dice.below(place as u64 + 1) as usize);
    }
    for _ in 0..[0, 0, 0, 1, 1, 2, 5][dice.below(7) as usize] {
        let at = dice.below(columns.len().max(1) as u64) as usize;
        let name = columns.get(at).map_or_else(|| "a".into(), |column| column.name.clone());
        let name = match dice.below(7) {
            0 => dice.pick(&NAMES).to_string(),
            1 => format!("{name}.x"),
            2 => name.to_uppercase(),
            3 => format!(" {name}"),
            4 => name.split('.').next().unwrap().to_owned(),
            5 => format!("{name}\u{200b}"),
            _ => name.to_string(),
        };
        match dice.below(3) {
            0 if at < columns.len() => drop(columns.remove(at)),
            1 if at < columns.len() => columns[at].declared = dice.pick(&FORMS).1,
            _ => columns.insert(at, column(&name, dice.pick(&FORMS).1)),
        }
    }
    columns
}

/// Cells that say whether they may leave: `LEAK` and 987654321 may not.
fn cells(declared: Declared, may_leave: bool) -> Cells<'static> {
    static BYTES: &[u8] = b"okLEAK";
    static KEEP: &[Span] = &[Span { start: 0, end: 2 }];
    static LEAK: &[Span] = &[Span { start: 2, end: 6 }];
    let spans = if may_leave { KEEP } else { LEAK };
    match declared {
        Declared::Nothing | Declared::Text => Cells::Text { bytes: BYTES, spans },
        Declared::Binary => Cells::Binary { bytes: BYTES, spans },
        Declared::Integer if may_leave => Cells::Integers(&[Some(1)]),
        Declared::Integer => Cells::Integers(&[Some(987_654_321)]),
        Declared::Number if may_leave => Cells::Floats(&[Some(0.5)]),
        Declared::Number => Cells::Floats(&[Some(987_654_321.0)]),
        Declared::Boolean => Cells::Booleans(&[Some(true)]),
        Declared::Day => Cells::Days(&[Some(1)]),
        Declared::Instant => Cells::Instants(&[Some(1)]),
        Declared::Other => Cells::Opaque,
    }
}

/// Tries one schema; says whether the gate opened.
fn tried(dice: &mut Dice, permit: &Permit, at: &kouan_decide::permit::Standing<'_>) -> bool {
    let table = *dice.pick(&TABLES);
    let fields: Vec<&FieldText> = permit.fields_of(table).collect();
    let columns = random_schema(dice, &fields);
    // The plain reading of "the permitted source": the same names, each once, of the same form.
    let form = |column: &Column| FORMS.iter().find(|(_, kind)| *kind == column.declared).unwrap().0;
    let named = |column: &Column| (column.name.to_string(), form(column) as u8);
    let shown: BTreeSet<_> = columns.iter().map(named).collect();
    let wanted: BTreeSet<_> =
        fields.iter().map(|field| (field.column.clone(), field.form as u8)).collect();
    let same = shown == wanted && columns.len() == fields.len();
    let leaving: BTreeSet<&str> =
        fields.iter().filter(|field| field.leaves()).map(|field| field.column.as_str()).collect();

    // A source that declares its columns, and one that shows them row by row.
    let declares = dice.below(2) == 0;
    let known: &[Column] = if declares { &columns } else { &[] };
    let Ok(gate) = Gate::open(at, table, known, handed()) else {
        assert!(leaving.is_empty() || (declares && !same), "refused: {columns:?}");
        return false;
    };
    let schema = gate.schema();
    assert!(schema.fields().iter().all(|field| leaving.contains(field.name().as_str())));
    let cells_of: Vec<ColumnCells<'_>> = columns
        .iter()
        .map(|column| {
            let may_leave = leaving.contains(&*column.name);
            ColumnCells { column, cells: cells(column.declared, may_leave) }
        })
        .collect();
    let batch = Batch { table, columns: &cells_of, rows: 1 };
    let mut outlet = Outlet::new(&gate, Out::JsonLines, Vec::new());
    let finished = match gate.pass(&batch, &mut everybody) {
        Err(_) => Err(Vec::new()),
        Ok(passed) => {
            outlet.write(&passed).unwrap();
            outlet.finish(&gate, &passed.report, 0)
        }
    };
    let Ok((bytes, written)) = finished else {
        assert!(!same, "refused: {columns:?}");
        return false;
    };
    assert!(same || (columns.is_empty() && !declares), "let through: {columns:?}");
    assert!(written.columns.iter().all(|name| leaving.contains(name.as_str())));
    let line: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&bytes).unwrap();
    assert!(line.keys().all(|name| leaving.contains(name.as_str())), "{line:?}");
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.contains("LEAK") && !text.contains("987654321"), "{text}");
    true
}

fn run(permits: u64, schemas: u64) -> u64 {
    let mut opened = 0;
    for seed in 0..permits {
        let mut dice = Dice(seed);
        let permit = random_permit(&mut dice);
        let at = standing(&permit);
        opened += (0..schemas).filter(|_| tried(&mut dice, &permit, &at)).count() as u64;
    }
    opened
}

/// A million schemas where the full size is asked for, as `cargo xtask reliability` does.
#[test]
#[expect(clippy::disallowed_macros, reason = "figures are read from what tests print")]
fn of_any_schema_only_permitted_fields_leave() {
    let is_full = std::env::var_os("KOUAN_TEST_SIZE").is_some_and(|size| size == "full");
    let (permits, schemas) = if is_full { (200, 5_000) } else { (20, 500) };
    let opened = run(permits, schemas);
    println!("figure: gate-schemas = {}", permits * schemas);
    println!("figure: gate-schemas-let-through = {opened}");
    assert!(opened * 10 > permits * schemas, "the gate opened for {opened}");
}
