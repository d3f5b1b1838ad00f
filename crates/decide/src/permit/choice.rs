//! What a user chooses when asking for a permit; everything else follows from the decision.

use kouan_terms::{Day, Diagnostic};

use super::format::{AtLimit, Coarse, FieldText, Form, RowRules, Transform};
use super::limits;
use crate::declaration::{Field, FieldKind, Flow};

/// What a user chooses.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The flow of the declaration: one recipient, one purpose. `None` takes the only one.
    pub flow: Option<Box<str>>,
    /// Every field of the source, those that stay at home with [`Transform::Drop`].
    pub fields: Vec<FieldChoice>,
    /// What happens where a count is reached.
    pub at_limit: AtLimit,
    /// Rows that are left out.
    pub rows: RowRules,
    /// The first day on which it does not stand any more, when it shall end before it must.
    pub until: Option<Day>,
}

/// A field of the source and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChoice {
    /// The table; `None` where the source has one.
    pub table: Option<Box<str>>,
    /// The column; a nested path is written `a.b.c`.
    pub column: Box<str>,
    /// What the source says it holds.
    pub form: Form,
    /// The class of the rulebook that the scan found or a person settled.
    pub class: Option<Box<str>>,
    /// What becomes of it.
    pub transform: Transform,
}

/// The fields of a permit, or everything that is wrong with the choice.
pub(super) fn fields(choice: &Choice, flow: &Flow) -> Result<Vec<FieldText>, Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let mut texts: Vec<FieldText> = Vec::new();
    if choice.fields.len() > limits::FIELDS {
        return Err(vec![Diagnostic::error("PM118").with("limit", limits::FIELDS)]);
    }
    for one in &choice.fields {
        let again = |known: &FieldText| {
            known.table.as_deref() == one.table.as_deref() && known.column == *one.column
        };
        if texts.iter().any(again) {
            findings.push(Diagnostic::error("PM114").with("field", &one.column));
            continue;
        }
        match field(one, flow) {
            Ok(text) => texts.push(text),
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() && !texts.iter().any(FieldText::leaves) {
        findings.push(Diagnostic::error("PM115"));
    }
    findings.extend(row_rules(&choice.rows, &texts));
    if findings.is_empty() { Ok(texts) } else { Err(findings) }
}

/// The field of the declaration that a column is: by its full name, or by the column's own; a
/// column of the only table also by that of the one field that ends in it, `table:column`.
pub(super) fn declared<'f>(
    table: Option<&str>,
    column: &str,
    fields: &'f [Field],
) -> Option<&'f Field> {
    let full = table.map(|table| format!("{table}:{column}"));
    let is_full = |field: &&Field| full.as_deref() == Some(&*field.name);
    let ends = |field: &&Field| {
        let own = field.name.rsplit_once(':').map(|(_, own)| own);
        table.is_none() && own == Some(column)
    };
    let only = || {
        let mut all = fields.iter().filter(ends);
        all.next().filter(|_| all.next().is_none())
    };
    let own = || fields.iter().find(|field| *field.name == *column);
    fields.iter().find(is_full).or_else(own).or_else(only)
}

fn field(one: &FieldChoice, flow: &Flow) -> Result<FieldText, Diagnostic> {
    let wrong = |code: &'static str| Diagnostic::error(code).with("field", &one.column);
    let mut text = FieldText {
        table: one.table.as_deref().map(str::to_owned),
        column: one.column.to_string(),
        form: one.form,
        kind: None,
        class: one.class.as_deref().map(str::to_owned),
        transform: one.transform.clone(),
    };
    if !text.leaves() {
        return Ok(text);
    }
    let declared = declared(one.table.as_deref(), &one.column, &flow.fields);
    let declared = declared.ok_or_else(|| wrong("PM112"))?;
    // Unknown is never no: a field nobody knows may be important data.
    if declared.kind == FieldKind::Unknown {
        return Err(wrong("PM113"));
    }
    if !fits(&one.transform, one.form) {
        return Err(wrong("PM117"));
    }
    text.kind = Some(declared.kind.word().to_owned());
    Ok(text)
}

/// Whether a transform can be made of what the source holds, with these parameters.
pub(super) fn fits(transform: &Transform, form: Form) -> bool {
    let written = matches!(form, Form::Nothing | Form::Text);
    let number = matches!(form, Form::Nothing | Form::Text | Form::Integer | Form::Number);
    let dated = written || matches!(form, Form::Day | Form::Instant);
    match transform {
        Transform::Drop {} => true,
        Transform::Keep {} | Transform::Constant { .. } if form == Form::Other => false,
        Transform::Keep {} => true,
        Transform::Constant { value } => value.len() <= limits::CONSTANT_BYTES,
        Transform::SafeCopy {} => written,
        Transform::Mask { first, last } => {
            (written || form == Form::Integer) && first.max(last) <= &limits::MASK_LEFT
        }
        Transform::Hash { .. } | Transform::Tokenise {} => written || form == Form::Integer,
        Transform::Generalise { to: Coarse::Month | Coarse::Year } => dated,
        Transform::Generalise { to: Coarse::District | Coarse::City } => written,
        Transform::Generalise { to: Coarse::Band(width) } => {
            number && (1..=u64::from(u32::MAX)).contains(width)
        }
        Transform::Truncate { decimals } => {
            (written || form == Form::Number) && *decimals <= limits::DECIMALS
        }
    }
}

/// A rule about rows reads columns of the source, and reads at least one.
fn row_rules(rows: &RowRules, fields: &[FieldText]) -> Vec<Diagnostic> {
    let known = |column: &&String| fields.iter().any(|field| field.column == **column);
    let mut findings = Vec::new();
    let mut columns = |rule: &'static str, named: Vec<&String>| {
        if named.is_empty() {
            findings.push(Diagnostic::error("PM119").with("rule", rule));
        }
        for column in named.iter().filter(|column| !known(column)) {
            findings.push(Diagnostic::error("PM120").with("field", column).with("rule", rule));
        }
    };
    if let Some(minors) = &rows.minors {
        columns("minors", minors.resident_id.iter().chain(&minors.birth).collect());
    }
    if let Some(withdrawn) = &rows.withdrawn {
        columns("withdrawn", withdrawn.columns.iter().collect());
    }
    findings
}
