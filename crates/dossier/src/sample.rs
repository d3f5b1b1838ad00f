//! What the tests of this crate share: the shipped rulebook, an example, invented answers.

use std::sync::LazyLock;

use kouan_decide::decision::Decision;
use kouan_decide::declaration::{InventoryUse, Transfer, read};
use kouan_decide::{Decider, Request};
use kouan_rulebook::format::{AnswerKind, Per};
use kouan_rulebook::papers::Papers;
use kouan_rulebook::{Book, EMBEDDED, load_without_cases};
use kouan_terms::Day;

use crate::answers::{Answers, Asked, read as read_answers};
use crate::inventory::{ColumnView, InventoryView, TableView};
use crate::sources::{Declared, Sources};
use crate::{ask, assess, pack};

pub(crate) const TRAVEL: &str = include_str!("../../../examples/travel-platform/transfer.toml");
pub(crate) const STAFF: &str = include_str!("../../../examples/hr-headquarters/transfer.toml");

pub(crate) static BOOK: LazyLock<Book> =
    LazyLock::new(|| load_without_cases(EMBEDDED.iter().copied()).unwrap());
pub(crate) static PAPERS: LazyLock<Papers> =
    LazyLock::new(|| Papers::load(EMBEDDED.iter().copied()).unwrap());

/// One example, decided, with its answers.
pub(crate) struct Sample {
    pub(crate) digest: String,
    pub(crate) transfer: Transfer,
    pub(crate) decision: Decision,
    pub(crate) on: Day,
}

pub(crate) static ASSESSED: LazyLock<Sample> = LazyLock::new(|| {
    let said = "[[flow]]\nminors = false\nonward = false\n";
    Sample::new(&TRAVEL.replace("[[flow]]\n", said))
});
pub(crate) static FILED: LazyLock<Sample> = LazyLock::new(|| {
    let said = "[[flow]]\nminors = false\nonward = false\n";
    Sample::new(&STAFF.replace("[[flow]]\n", said))
});

/// Two flows to two recipients, and a third to the first of them.
pub(crate) static SEVERAL: LazyLock<Sample> = LazyLock::new(|| {
    let said = "[[flow]]\nminors = false\nonward = false\n";
    let text = STAFF.replace("[[flow]]\n", said);
    let (before, flow) = text.split_once("[[flow]]").unwrap();
    let (flow, dates) = flow.split_once("[dates]").unwrap();
    let second = flow.replace("\"payroll\"", "\"training\"").replace("GmbH", "Pte Ltd");
    let third = flow.replace("\"payroll\"", "\"travel\"");
    let all = [flow, &second.replace("\"DE\"", "\"SG\""), &third].join("[[flow]]");
    Sample::new(&format!("{before}[[flow]]{all}[dates]{dates}"))
});

/// One flow of many fields, taken from an inventory.
pub(crate) static LARGE: LazyLock<(Sample, InventoryView)> = LazyLock::new(|| {
    use std::fmt::Write as _;
    let mut fields = String::new();
    let mut columns = Vec::new();
    for index in 0..600 {
        let kind = if index % 5 == 0 { "sensitive-pi" } else { "general-pi" };
        let _ =
            write!(fields, "[[flow.field]]\nname = \"staff.csv:c{index}\"\nkind = \"{kind}\"\n\n");
        let class = format!("class-{}", index % 7);
        let name = kouan_terms::Bilingual { zh: format!("第{}类", index % 7), en: class.clone() };
        columns.push(ColumnView {
            name: format!("c{index}").into(),
            comment: None,
            class: Some((class.into(), name)),
            level: "sure".into(),
            personal: Some(true),
            sensitive: Some(index % 5 == 0),
            grade: Some(2),
        });
    }
    let text = STAFF.replace("[[flow]]\n", "[[flow]]\nminors = false\nonward = false\n");
    let (before, rest) = text.split_once("[[flow.field]]").unwrap();
    let (_, dates) = rest.split_once("[dates]").unwrap();
    let mut sample = Sample::new(&format!("{before}{fields}[dates]{dates}"));
    let digest: Box<str> = crate::digest(b"inventory").into();
    for flow in &mut sample.transfer.flows {
        let file = "inventory.toml".into();
        flow.inventory = Some(InventoryUse { file, digest: digest.clone() });
    }
    let tables = vec![TableView { name: "staff.csv".into(), rows: 10, columns }];
    let file = "inventory.toml".into();
    let (mode, on) = ("full".into(), sample.on);
    let view = InventoryView { file, digest, on, mode, persons: None, tables };
    (sample, view)
});

impl Sample {
    pub(crate) fn new(text: &str) -> Sample {
        let on: Day = "2026-11-22".parse().unwrap();
        let transfer = read("transfer.toml", text, &BOOK.facts).unwrap();
        let request =
            Request { file: "transfer.toml", transfer: &transfer, on, adopted: &[], assumed: &[] };
        let decision = Decider::new(&BOOK).decide(&request).unwrap();
        Sample { digest: crate::digest(text.as_bytes()), transfer, decision, on }
    }

    pub(crate) fn sources<'a>(&'a self, answers: &'a Answers) -> Sources<'a> {
        Sources {
            book: &BOOK,
            papers: &PAPERS,
            declared: Declared {
                file: "transfer.toml",
                digest: &self.digest,
                transfer: &self.transfer,
            },
            decision: &self.decision,
            decision_digest: "d0",
            inventories: &[],
            answers,
            files: None,
            earlier: None,
            on: self.on,
        }
    }

    /// Reads answers; what is asked of is there.
    pub(crate) fn answers(&self, text: &str) -> Answers {
        let none = Answers::default();
        let sources = self.sources(&none);
        let flows: Vec<&str> = self.transfer.flows.iter().map(|flow| &*flow.id).collect();
        let fields: Vec<&str> =
            self.transfer.flows.iter().flat_map(|f| &f.fields).map(|field| &*field.name).collect();
        let recipients = sources.recipients();
        let asked = Asked {
            papers: &PAPERS,
            flows: &flows,
            recipients: &recipients,
            fields: &fields,
            on: self.on,
        };
        let read = read_answers("answers.toml", text, &asked);
        read.unwrap_or_else(|found| panic!("{found:#?}\n{text}")).0
    }

    /// Answers to everything that a pack asks, invented.
    pub(crate) fn full_answers(&self, id: &str) -> String {
        let mut text = String::from("format = 1\n");
        for kind in PAPERS.every_evidence() {
            let extension = kind.text.formats.first().map_or("pdf", String::as_str);
            text.push_str(&format!(
                "[[evidence]]\nkind = \"{0}\"\nfile = \"{0}.{extension}\"\nsha256 = \"{1}\"\n\
                 on = 2026-11-01\n",
                kind.id,
                crate::digest(kind.id.as_bytes()),
            ));
        }
        // An answer can bring up further questions.
        for _ in 0..6 {
            let answers = self.answers(&text);
            let sources = self.sources(&answers);
            let entry = PAPERS.pack(id, self.on).unwrap();
            let draft = pack::draft(&sources, entry);
            let assessment = assess::assess(&sources, &draft);
            let open = ask::open(&sources, &draft, &assessment);
            let before = text.len();
            for held in &open {
                let Some(question) = PAPERS.question(&held.path) else { continue };
                let all = crate::values::Scope::default().each(&sources, question.text.per);
                for of in all.iter().filter_map(|s| s.of(&sources, question.text.per)) {
                    // One name in two flows is one field.
                    let answer = invented(&held.path, &of, held);
                    if answers.get(&question.id, &of).is_none() && !text.contains(&answer) {
                        text.push_str(&answer);
                    }
                }
            }
            if text.len() == before {
                break;
            }
        }
        text
    }
}

fn invented(path: &str, of: &crate::answers::Of, open: &ask::Open) -> String {
    let of_line =
        if of.per == Per::Handler { String::new() } else { format!("of = \"{}\"\n", of.label()) };
    let content = match open.kind.unwrap() {
        AnswerKind::List if path == "review.confirmed" => {
            let checks = PAPERS.checks().iter();
            let people =
                checks.filter(|c| c.text.test == kouan_rulebook::format::CheckTest::Person);
            let rows = people.map(|check| {
                format!("{{ check = \"{}\", by = \"例某\", on = \"2026-11-01\" }}", check.id)
            });
            format!("value = [ {} ]", rows.collect::<Vec<_>>().join(", "))
        }
        AnswerKind::List => {
            let columns = &PAPERS.question(path).unwrap().text.columns;
            let row = |year: u32| {
                let cells: Vec<String> = columns
                    .iter()
                    .map(|column| {
                        let id = column.id.as_ref();
                        let choice = column.choices.first().map_or("", |c| c.id.as_ref().as_str());
                        format!("{id} = {}", scalar(column.r#type, id, year, choice))
                    })
                    .collect();
                format!("{{ {} }}", cells.join(", "))
            };
            format!("value = [ {}, {}, {} ]", row(2026), row(2027), row(2028))
        }
        kind => {
            let choice = open.choices.first().map_or("", |(word, _)| word);
            format!("value = {}", scalar(kind, path, 2026, choice))
        }
    };
    format!(
        "[[answer]]\nquestion = \"{path}\"\n{of_line}{content}\nby = \"例某\"\non = 2026-11-01\n"
    )
}

fn scalar(kind: AnswerKind, name: &str, year: u32, choice: &str) -> String {
    match kind {
        AnswerKind::YesNo => {
            let no = ["has_penalties", "has_incidents", "is_group", "has_third", "earlier"];
            (!no.iter().any(|word| name.contains(word))).to_string()
        }
        AnswerKind::Date => "2026-11-01".to_owned(),
        AnswerKind::Number | AnswerKind::Year if name.contains("year") => year.to_string(),
        AnswerKind::Number | AnswerKind::Persons | AnswerKind::Percent | AnswerKind::Year => {
            "1250".to_owned()
        }
        AnswerKind::Choice => format!("\"{choice}\""),
        AnswerKind::Email => "\"li@example.com\"".to_owned(),
        AnswerKind::Phone => "\"010-5550 0000\"".to_owned(),
        AnswerKind::Country => "\"SG\"".to_owned(),
        AnswerKind::CreditCode => "\"91110105EXAMPLE01X\"".to_owned(),
        _ if name == "handler.province" => "\"北京市\"".to_owned(),
        _ if name == "handler.registered_address" => {
            "{ zh = \"北京市示例区一号\", en = \"1 Example District, Beijing\" }".to_owned()
        }
        _ => format!("{{ zh = \"关于{name}的说明\", en = \"what is said of {name}\" }}"),
    }
}
