//! An office, permits and sources for tests. Everybody and everything in them is invented.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use kouan_decide::permit::{
    AtLimit, Choice, FieldChoice, Form, Permit, RowRules, Standing, Transform, open,
};
use kouan_decide::{Request, declaration};
use kouan_disk::Disk;
use kouan_disk::sim::Simulated;
use kouan_flow::office::{Office, Secrets};
use kouan_flow::release::{
    Order, Outcome, Shape, Source, SourceRequest, Target, look, release, standing,
};
use kouan_flow::{Granted, Options, permit};
use kouan_ledger::entry::{Change, Field, Filed, FilingKind, LegalDay, Name, Released, Time, What};
use kouan_rulebook::Book;
use kouan_rulebook::classes::Classes;
use kouan_terms::{Day, Diagnostic, parse_day};

pub const RECIPIENT: &str = "Example Loyalty Services Ltd.";
const HANDLER: &str = "91440101EXAMPLE11P";

pub fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| {
        kouan_rulebook::load_without_cases(kouan_rulebook::EMBEDDED.iter().copied()).unwrap()
    })
}

fn classes() -> &'static Classes {
    static CLASSES: OnceLock<Classes> = OnceLock::new();
    CLASSES.get_or_init(|| Classes::load(kouan_rulebook::EMBEDDED.iter().copied()).unwrap())
}

pub fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

pub fn at(text: &str) -> Time {
    Time(text.parse().unwrap())
}

/// 12:00 in Shanghai on the day of the tests.
pub fn noon() -> Time {
    at("2026-11-22T04:00:00Z")
}

pub fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// Whether the full size was asked for, as `cargo xtask reliability` does.
pub fn is_full() -> bool {
    std::env::var_os("KOUAN_TEST_SIZE").is_some_and(|size| size == "full")
}

/// A figure of the table of reliability.
#[expect(clippy::disallowed_macros, reason = "figures are read from what tests print")]
pub fn figure(name: &str, count: u64) {
    println!("figure: {name} = {count}");
}

/// A scratch folder of one test.
pub fn scratch(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("flow-{test}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A file of members with these numbers: two rows a person, a remark with a number in one of them.
pub fn members(folder: &Path, file: &str, numbers: std::ops::Range<u32>) -> String {
    let mut text = "name,mobile,remark,grade\n".to_owned();
    for number in numbers {
        text.push_str(&format!("例{number},1390000{number:04},=1+1,gold\n"));
        text.push_str(&format!("例{number},1390000{number:04},致电13900009999,silver\n"));
    }
    let path = folder.join(file);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

pub fn fields() -> Vec<FieldChoice> {
    let field = |column: &str, class: Option<&str>, transform| FieldChoice {
        table: None,
        column: column.into(),
        form: Form::Nothing,
        class: class.map(Into::into),
        transform,
    };
    vec![
        field("name", Some("person-name"), Transform::Drop {}),
        field("mobile", Some("mobile"), Transform::Mask { first: 3, last: 2 }),
        field("remark", None, Transform::SafeCopy {}),
        field("grade", None, Transform::Keep {}),
    ]
}

/// An office on a simulated disk, on which outputs appear, too.
#[derive(Clone)]
pub struct Stand {
    pub disk: Simulated,
}

impl Stand {
    pub fn new(seed: u64) -> Stand {
        let disk = Simulated::new(seed);
        let shared: Arc<dyn Disk> = Arc::new(disk.clone());
        Office::create(shared, secrets(), HANDLER).unwrap();
        Stand { disk }
    }

    pub fn office(&self) -> Office {
        self.try_office().unwrap()
    }

    pub fn try_office(&self) -> Result<Office, Diagnostic> {
        Office::open(Arc::new(self.disk.clone()), secrets())
    }

    /// A permit that is recorded, for a transfer of so many persons.
    pub fn grant(&self, general: u64, at_limit: AtLimit, until: Option<Day>) -> Granted {
        self.try_grant(general, at_limit, until).unwrap()
    }

    pub fn try_grant(
        &self,
        general: u64,
        at_limit: AtLimit,
        until: Option<Day>,
    ) -> Result<Granted, Vec<Diagnostic>> {
        let mut text = include_str!("declaration.toml").replace("GENERAL", &general.to_string());
        for (field, kind) in [
            ("name", "general-pi"),
            ("mobile", "general-pi"),
            ("remark", "general-pi"),
            ("grade", "not-personal"),
        ] {
            text.push_str(&format!("\n[[flow.field]]\nname = \"{field}\"\nkind = \"{kind}\"\n"));
        }
        let transfer = declaration::read("flow.toml", &text, &book().facts).unwrap();
        let on = noon().day().0;
        let request =
            Request { file: "flow.toml", transfer: &transfer, on, adopted: &[], assumed: &[] };
        let rows = RowRules::default();
        let choice = Choice { flow: None, fields: fields(), at_limit, rows, until };
        permit(&self.office(), book(), &request, &choice, None, (noon(), &name("operator-1")))
    }

    /// Records a standard contract for so many persons.
    pub fn file(&self, number: &str, general: u64, change: Change) {
        let field = |column: &str| Field { table: None, column: name(column), transform: None };
        let what = What::Filing(Filed {
            number: name(number),
            kind: FilingKind::StandardContract,
            authority: name("例省网信办"),
            change,
            filed: LegalDay(day("2026-06-01")),
            accepted: Some(LegalDay(day("2026-06-20"))),
            valid_until: None,
            fields: ["name", "mobile", "remark", "grade"].map(field).into(),
            general: Some(general),
            sensitive: Some(0),
            recipients: vec![name(RECIPIENT)],
            frequency: None,
            pack: None,
        });
        self.office().record(noon(), &name("operator-1"), what).unwrap();
    }

    pub fn target(&self, path: &str) -> Target {
        Target {
            disk: Arc::new(self.disk.clone()),
            path: path.to_owned(),
            name: name(path),
            shape: if path.ends_with(".csv") { Shape::File } else { Shape::Parts { rows: 3 } },
            form: kouan_gate::Form::Csv,
        }
    }

    /// What lies at a path.
    pub fn text(&self, path: &str) -> String {
        String::from_utf8(self.disk.read(path).unwrap()).unwrap()
    }

    /// The releases of the ledger.
    pub fn releases(&self) -> Vec<Released> {
        let office = self.office();
        let history = office.history().unwrap();
        history.releases().map(|(_, released)| released.clone()).collect()
    }

    /// The whole release: the permit is read and asked again, the source looked at.
    pub fn release(
        &self,
        permit: &str,
        source: &str,
        to: &str,
    ) -> Result<Outcome, Vec<Diagnostic>> {
        self.release_at(permit, source, to, noon())
    }

    pub fn release_at(
        &self,
        permit: &str,
        source: &str,
        to: &str,
        clock: Time,
    ) -> Result<Outcome, Vec<Diagnostic>> {
        let office = self.try_office().map_err(|finding| vec![finding])?;
        let (_, trusted) = office.signing_key();
        let permit = open(permit, &[trusted]).map_err(|finding| vec![finding])?;
        let stands = standing(&office, &permit, book(), clock, None)?;
        let source = looked(&permit, source, clock.day().0)?;
        Run { office: &office, stands: &stands, source: &source, clock: &|| clock }
            .release(&self.target(to))
    }
}

/// What does not change from one run of a release to the next.
pub struct Run<'a> {
    pub office: &'a Office,
    pub stands: &'a Standing<'a>,
    pub source: &'a Source,
    pub clock: &'a dyn Fn() -> Time,
}

impl Run<'_> {
    pub fn release(&self, target: &Target) -> Result<Outcome, Vec<Diagnostic>> {
        release(&Order {
            office: self.office,
            standing: self.stands,
            source: self.source,
            target,
            withdrawn: None,
            book: book(),
            actor: &name("operator-1"),
            clock: self.clock,
            is_dry: false,
        })
    }
}

pub fn looked(permit: &Permit, source: &str, on: Day) -> Result<Source, Vec<Diagnostic>> {
    let request = SourceRequest {
        addresses: &[source.to_owned()],
        options: &Options::default(),
        book: book(),
        classes: classes(),
        on,
    };
    look(permit, &request)
}

pub fn secrets() -> Secrets {
    Secrets::of([1; 32], [2; 16], [3; 32])
}

pub fn codes<T>(result: Result<T, Vec<Diagnostic>>) -> Vec<&'static str> {
    result.err().unwrap_or_default().iter().map(|finding| finding.code.0).collect()
}
