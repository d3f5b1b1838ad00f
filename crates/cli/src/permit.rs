//! `kouan decide … --permit FILE`: a decision that lets data leave becomes a permit.

use clap::{Arg, ArgMatches};
use kouan_decide::declaration::Flow;
use kouan_decide::permit::{Choice, ChoicesText, FieldChoice, Form, Permit, Transform};
use kouan_decide::{Request, route_name};
use kouan_flow::Granted;
use kouan_flow::office::Office;
use kouan_ledger::entry::{Name, Time};
use kouan_rulebook::Book;
use kouan_scan::inventory::full_name;
use kouan_terms::{Bilingual, Diagnostic, Place as At, Route};
use serde_json::json;

use crate::account::{Place, actor, moment, office_arguments, one};
use crate::adopted::{self, Adopted};
use crate::arguments::{Words, value};
use crate::declarations::{self, One};
use crate::inventories::Named;
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};
use crate::{files, rulebook_source};

/// The flags with which `kouan decide` makes a permit.
pub fn arguments(t: Words) -> Vec<Arg> {
    let mut all = vec![
        value(
            "permit",
            "PATH",
            t,
            "出具放行许可，写入该文件并记入账册",
            "make a permit, write it to this file and record it in the ledger",
        ),
        value("flow", "ID", t, "许可哪个数据流（只有一个时可省）", "for which flow")
            .requires("permit"),
        value(
            "choices",
            "PATH",
            t,
            "选择文件（TOML）：各列作何处理，见`kouan explain AC126`；没有则各列照申报放行",
            "a file of choices (TOML), see `kouan explain AC126`; without it columns leave as \
             declared",
        )
        .requires("permit"),
        value("filing", "NUMBER", t, "依据哪份备案", "the filing it rests on").requires("permit"),
    ];
    all.extend(office_arguments(t).map(|arg| arg.requires("permit")));
    all
}

/// Makes a permit.
pub fn run(
    matches: &ArgMatches,
    settings: &Settings,
    path: &str,
) -> Result<Output, Vec<Diagnostic>> {
    let book = rulebook_source::load(settings.rulebook.as_deref())?;
    let paths: Vec<&String> = matches.get_many("paths").into_iter().flatten().collect();
    let ([declaration], None) = (paths.as_slice(), matches.get_one::<String>("fact")) else {
        return Err(one(Diagnostic::error("PM116")));
    };
    let declared = declarations::read_one(&book, declaration)?;
    let office = Place::of(matches, settings).office()?;
    let (time, actor) = (moment(matches, settings)?, actor(matches)?);
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let wanted = Wanted {
        file: declaration,
        declared: &declared,
        flow: text("flow"),
        choices: text("choices"),
        filing: text("filing"),
        adopted: &adopted::read(matches).map_err(one)?,
        held: None,
    };
    let granted = granted(&office, &book, &wanted, (time, &actor))?;
    files::write(path, &granted.text).map_err(one)?;
    Ok(Output { text: shown(&granted, path, settings), outcome: Outcome::Done })
}

/// A permit that is asked for.
pub struct Wanted<'a> {
    /// What findings call the declaration.
    pub file: &'a str,
    /// The declaration.
    pub declared: &'a One,
    /// Which flow of it; the only one where nothing is said.
    pub flow: Option<&'a str>,
    /// The file of choices.
    pub choices: Option<&'a str>,
    /// The filing it shall rest on.
    pub filing: Option<&'a str>,
    /// The readings that somebody answers for.
    pub adopted: &'a [Adopted],
    /// An earlier permit, which goes on where it still stands and says the same.
    pub held: Option<&'a str>,
}

/// Makes a permit and records it.
///
/// # Errors
///
/// What is wrong with the choices, and why the decision gives no permit.
pub fn granted(
    office: &Office,
    book: &Book,
    wanted: &Wanted<'_>,
    recorder: (Time, &Name),
) -> Result<Granted, Vec<Diagnostic>> {
    let readings = adopted::readings(wanted.adopted);
    let transfer = &wanted.declared.transfer;
    let on = recorder.0.day().0;
    let request = Request { file: wanted.file, transfer, on, adopted: &readings, assumed: &[] };
    let mut flows = transfer.flows.iter();
    let flow = flows.find(|flow| wanted.flow.is_none_or(|id| *flow.id == *id));
    let choice = choice(flow, wanted.flow, &wanted.declared.inventories, wanted.choices)?;
    if let Some(held) = wanted.held {
        let history = office.history().map_err(one)?;
        let now = kouan_flow::asked(&history, book, &request, &choice, wanted.filing)?;
        if let Some(permit) = kouan_flow::still_said(office, book, held, &now, recorder.0) {
            return Ok(Granted { permit, text: held.to_owned(), entry: None });
        }
    }
    kouan_flow::permit(office, book, &request, &choice, wanted.filing, recorder)
}

/// What is chosen for every column of the tables of a flow.
fn choice(
    flow: Option<&Flow>,
    named: Option<&str>,
    inventories: &[Named],
    path: Option<&str>,
) -> Result<Choice, Vec<Diagnostic>> {
    let chosen = path.map(read).transpose().map_err(one)?;
    let mut fields = flow.map(|flow| columns(flow, inventories)).unwrap_or_default();
    let mut findings = Vec::new();
    if let Some(chosen) = &chosen {
        // What the file does not name stays at home.
        fields.iter_mut().for_each(|field| field.transform = Transform::Drop {});
        for one in &chosen.field {
            let matches = |field: &&mut FieldChoice| {
                let table = one.table.as_deref();
                *field.column == *one.column
                    && (table.is_none() || field.table.is_none() || field.table.as_deref() == table)
            };
            let mut found: Vec<&mut FieldChoice> = fields.iter_mut().filter(matches).collect();
            match found.as_mut_slice() {
                [field] => field.transform = one.transform.clone(),
                _ => findings.push(Diagnostic::error("AC127").with("column", &one.column)),
            }
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let chosen = chosen.unwrap_or_default();
    Ok(Choice {
        flow: named.map(Into::into),
        fields,
        at_limit: chosen.at_limit,
        rows: chosen.rows,
        until: chosen.until.map(|day| day.0),
    })
}

fn read(path: &str) -> Result<ChoicesText, Diagnostic> {
    let text = files::read(path)?;
    let wrong = |at: At| Diagnostic::error("AC126").at(at);
    let chosen: ChoicesText = toml::from_str(&text).map_err(|error| {
        wrong(error.span().map_or_else(|| At::file(path), |bytes| At::at(path, bytes)))
    })?;
    if chosen.is_known() { Ok(chosen) } else { Err(wrong(At::file(path))) }
}

/// Every column of the tables of a flow, those that are not declared dropped. Without an inventory
/// the declared fields are all that is known.
fn columns(flow: &Flow, inventories: &[Named]) -> Vec<FieldChoice> {
    let used = flow.inventory.as_ref();
    let inventory = inventories.iter().find(|one| used.is_some_and(|u| *u.file == *one.name()));
    let Some(inventory) = inventory else {
        let field = |name: &str| FieldChoice {
            table: None,
            column: name.into(),
            form: Form::Nothing,
            class: None,
            transform: as_declared(Form::Nothing),
        };
        return flow.fields.iter().map(|field_| field(&field_.name)).collect();
    };
    let declared = |table: &str, column: &str| {
        let full = full_name(table, column);
        flow.fields.iter().any(|field| *field.name == *full || *field.name == *column)
    };
    let tables: Vec<_> = inventory
        .tables()
        .iter()
        .filter(|table| table.columns.iter().any(|column| declared(&table.name, &column.name)))
        .collect();
    let is_only = tables.len() == 1;
    let mut fields = Vec::new();
    for table in tables {
        for column in &table.columns {
            let form = form(column.declared.as_deref());
            let leaves = declared(&table.name, &column.name);
            fields.push(FieldChoice {
                // Files of later months have other names and the same columns.
                table: (!is_only).then(|| table.name.as_str().into()),
                column: column.name.as_str().into(),
                form,
                class: column.class.as_deref().map(Into::into),
                transform: if leaves { as_declared(form) } else { Transform::Drop {} },
            });
        }
    }
    fields
}

/// Text leaves so that no spreadsheet takes it for a formula, anything else as it is.
fn as_declared(form: Form) -> Transform {
    match form {
        Form::Nothing | Form::Text => Transform::SafeCopy {},
        Form::Other => Transform::Drop {},
        _ => Transform::Keep {},
    }
}

fn form(declared: Option<&str>) -> Form {
    match declared {
        None => Form::Nothing,
        Some("text") => Form::Text,
        Some("integer") => Form::Integer,
        Some("number") => Form::Number,
        Some("boolean") => Form::Boolean,
        Some("day") => Form::Day,
        Some("instant") => Form::Instant,
        Some("binary") => Form::Binary,
        Some(_) => Form::Other,
    }
}

fn shown(granted: &Granted, path: &str, settings: &Settings) -> String {
    let body = granted.permit.body();
    match settings.format {
        Format::Json | Format::Jsonl => {
            let document = json!({
                "schema": "kouan.permitted/1",
                "file": path,
                "entry": granted.entry,
                "permit": body,
            });
            format!("{document:#}\n")
        }
        Format::Text | Format::Markdown => {
            page(&granted.permit, path).render(settings.speech, settings.format.shape())
        }
    }
}

/// What becomes of a column.
pub fn becomes(transform: &Transform) -> Bilingual {
    match transform {
        Transform::Drop {} => words("不放行", "stays at home"),
        Transform::Keep {} | Transform::SafeCopy {} => words("原样", "as it is"),
        Transform::Mask { .. } => words("遮盖", "masked"),
        Transform::Hash { .. } => words("加密钥散列", "hashed under a key"),
        Transform::Tokenise {} => words("换成替代值", "replaced by tokens"),
        Transform::Generalise { .. } => words("放粗", "made coarser"),
        Transform::Truncate { .. } => words("少留小数", "fewer decimals"),
        Transform::Constant { .. } => words("换成常数", "a constant"),
    }
}

fn page(permit: &Permit, path: &str) -> Page {
    let body = permit.body();
    let plain = |text: &str| vec![Line::words(words(text, text))];
    let mut section = Section::default();
    section.row(words("文件", "file"), plain(path));
    section.row(words("接收方", "recipient"), plain(&body.recipient.name));
    let route = Route::parse(&body.route).map(route_name);
    section.row(words("路径", "route"), route.map(Line::words).into_iter().collect());
    if let Some(filing) = &body.filing {
        section.row(words("备案", "filing"), plain(&filing.number));
    }
    let fields =
        body.fields.iter().map(|field| Line::keyed(&field.column, becomes(&field.transform)));
    section.row(words("字段", "fields"), fields.collect());
    let people = body.people.iter().map(|people| {
        let most = people.at_most;
        Line::keyed(&people.count, words(&format!("至多{most}人"), &format!("at most {most}")))
    });
    section.row(words("人数", "persons"), people.collect());
    let from = body.valid.from.0;
    let valid = match body.valid.until {
        Some(until) => words(
            &format!("自{from}起，{}前", until.0),
            &format!("from {from}, before {}", until.0),
        ),
        None => words(&format!("自{from}起"), &format!("from {from}")),
    };
    section.row(words("有效", "valid"), vec![Line::words(valid)]);
    let title = words(&format!("放行许可 {}", permit.id()), &format!("permit {}", permit.id()));
    Page { title, subtitle: words("", ""), sections: vec![section] }
}
