//! `clear.toml`: what a company's folder says beside its declaration.
//!
//! Which sources feed which flow, which filings are on record, what becomes of the columns, and
//! the moment at which all of it happens. Nothing in it decides anything.

use std::path::{Component, Path};

use jiff::Timestamp;
use kouan_ledger::entry::FilingKind;
use kouan_terms::{Day, Diagnostic, Place, parse_day};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::value::Datetime;

use crate::files;

/// The name of the file.
pub const FILE: &str = "clear.toml";

/// The format that is read.
const FORMAT: u32 = 1;

/// `clear.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(description = "一条命令走完五步：数据在哪里、备案号是什么、何时放行\n\
    the five steps in one command: where the data is, under which filing it leaves, when")]
pub struct Plan {
    /// Always 1.
    #[schemars(range(min = 1, max = 1), description = "格式，现为1\nthe format, 1")]
    format: u32,
    /// The declaration.
    #[serde(default = "declaration")]
    #[schemars(with = "String", description = "申报单\nthe declaration")]
    pub transfer: Spanned<String>,
    /// The files of answers.
    #[serde(default)]
    #[schemars(
        with = "Vec<String>",
        description = "回答文件，单位的在前\nfiles of answers, the profile first"
    )]
    pub answers: Vec<Spanned<String>>,
    /// When everything happens; the present moment where nothing is said.
    #[serde(default, deserialize_with = "instant")]
    #[schemars(
        with = "Option<InstantText>",
        description = "一切发生的时刻，带时差；不写即现在\n\
            the moment of everything, with its offset; now where it is left out"
    )]
    pub at: Option<Timestamp>,
    /// The file of credentials.
    #[schemars(description = "数据库和对象存储的凭据文件\n\
        the file of credentials for databases and object stores")]
    pub credentials: Option<String>,
    /// The scans.
    #[serde(default)]
    #[schemars(description = "摸底：每份清查表一节\nscans: a section for each inventory")]
    pub scan: Vec<Scan>,
    /// The filings on record.
    #[serde(default)]
    #[schemars(description = "已经备案、通过或者取得的，记入账册\n\
        what was filed, passed or granted, to be recorded in the ledger")]
    pub filing: Vec<Filing>,
    /// The releases.
    #[serde(default)]
    #[schemars(description = "放行：每个数据流一节\nreleases: a section for each flow")]
    pub release: Vec<Release>,
}

/// What is scanned into an inventory.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// The inventory, as the declaration names it.
    #[serde(default = "inventory")]
    #[schemars(
        with = "String",
        description = "清查表，名称与申报单所写一致；文件夹里已有的，改判照旧\n\
            the inventory as the declaration names it; what people settled in one that is there stays"
    )]
    pub inventory: Spanned<String>,
    /// Files, folders, databases, object stores.
    #[schemars(
        with = "Vec<String>",
        length(min = 1),
        description = "文件、文件夹、数据库或者对象存储\nfiles, folders, databases or object stores"
    )]
    pub sources: Vec<Spanned<String>>,
    /// The handler's sector.
    #[schemars(description = "行业\nthe sector")]
    pub sector: Option<String>,
    /// The scenario of a list.
    #[schemars(
        description = "清单场景：版本:行业/场景\na scenario of a list: EDITION:SECTOR/SCENARIO"
    )]
    pub scenario: Option<String>,
}

/// A filing on record.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filing {
    /// Its number.
    #[schemars(with = "String", description = "备案号、受理号或者证书号\nits number")]
    pub number: Spanned<String>,
    /// What was filed.
    #[schemars(description = "种类\nwhat was filed")]
    pub kind: FilingKind,
    /// The authority.
    #[schemars(with = "String", description = "机关或者机构\nthe authority or body")]
    pub authority: Spanned<String>,
    /// The day it was handed in.
    #[serde(deserialize_with = "day")]
    #[schemars(with = "DayText", description = "提交日\nthe day it was handed in")]
    pub filed: Day,
    /// The day it was accepted or passed.
    #[serde(default, deserialize_with = "day_or_none")]
    #[schemars(
        with = "Option<DayText>",
        description = "受理、通过或者取得之日；没有即尚不能放行\n\
            the day it was accepted, passed or granted; without it nothing leaves yet"
    )]
    pub accepted: Option<Day>,
    /// The first day on which it is not valid.
    #[serde(default, deserialize_with = "day_or_none")]
    #[schemars(
        with = "Option<DayText>",
        description = "失效日\nthe first day on which it is not valid"
    )]
    pub valid_until: Option<Day>,
    /// The flows that it covers; all where nothing is said.
    #[serde(default)]
    #[schemars(
        with = "Vec<String>",
        description = "所涉数据流，不写即全部：字段和接收方由申报单取得\n\
            the flows it covers, all where it is left out: fields and recipients are theirs"
    )]
    pub flows: Vec<Spanned<String>>,
    /// Persons with general personal information.
    #[schemars(description = "所备案的一般个人信息人数\npersons filed with general PI")]
    pub general: Option<u64>,
    /// Persons with sensitive personal information.
    #[schemars(description = "所备案的敏感个人信息人数\npersons filed with sensitive PI")]
    pub sensitive: Option<u64>,
    /// How often data leaves.
    #[schemars(
        with = "Option<String>",
        regex(pattern = r"^(continuous|once|(month|year):[0-9]+)$"),
        description = "出境频率：continuous、once、month:N、year:N\n\
            how often: continuous, once, month:N or year:N"
    )]
    pub frequency: Option<Spanned<String>>,
    /// The pack that was handed in, by its id.
    #[schemars(
        with = "Option<String>",
        description = "所提交的材料包，例如 standard-contract：其摘要值记入账册\n\
            the pack handed in, such as standard-contract: its digest goes into the ledger"
    )]
    pub pack: Option<Spanned<String>>,
}

/// A flow that is to leave.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The flow of the declaration.
    #[schemars(with = "String", description = "申报单中的数据流\nthe flow of the declaration")]
    pub flow: Spanned<String>,
    /// Where its data is.
    #[schemars(with = "Vec<String>", length(min = 1), description = "数据来源\nwhere its data is")]
    pub sources: Vec<Spanned<String>>,
    /// The name of the output.
    #[schemars(
        with = "String",
        description = "输出的名称，以.csv、.jsonl、.parquet或者.arrow结尾；以/结尾的为分卷文件夹\n\
            the name of the output, ending in .csv, .jsonl, .parquet or .arrow; with / at its end a \
            folder of parts"
    )]
    pub to: Spanned<String>,
    /// The file of choices.
    #[schemars(
        with = "Option<String>",
        description = "选择文件：各列作何处理（`kouan explain AC126`）；没有则照申报放行\n\
            the file of choices: what becomes of each column (`kouan explain AC126`); without it \
            columns leave as declared"
    )]
    pub choices: Option<Spanned<String>>,
    /// The file of those who withdrew their consent.
    #[schemars(
        with = "Option<String>",
        description = "撤回同意者的名单\nthose who withdrew their consent"
    )]
    pub withdrawn: Option<Spanned<String>>,
    /// The filing it rests on.
    #[schemars(
        with = "Option<String>",
        description = "依据哪份备案（只有一份时可省）\n\
            the filing it rests on, where there are several"
    )]
    pub filing: Option<Spanned<String>>,
}

/// A day, for the schema.
#[derive(JsonSchema)]
#[schemars(transparent, inline)]
#[expect(dead_code, reason = "it only says in the schema what a day looks like")]
struct DayText(#[schemars(extend("format" = "date"))] String);

/// A moment, for the schema.
#[derive(JsonSchema)]
#[schemars(transparent, inline)]
#[expect(dead_code, reason = "it only says in the schema what a moment looks like")]
struct InstantText(#[schemars(extend("format" = "date-time"))] String);

fn declaration() -> Spanned<String> {
    Spanned::new(0..0, "transfer.toml".to_owned())
}

fn inventory() -> Spanned<String> {
    Spanned::new(0..0, "inventory.toml".to_owned())
}

fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Day, D::Error> {
    let text = Datetime::deserialize(from)?.to_string();
    parse_day(&text).map_err(|_| D::Error::custom("not a day"))
}

fn day_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Day>, D::Error> {
    day(from).map(Some)
}

fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Datetime::deserialize(from)?.to_string();
    text.parse().map(Some).map_err(|_| D::Error::custom("not a moment"))
}

/// The JSON Schema of `clear.toml`.
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(Plan);
    let mut value = schema.to_value();
    if let Some(object) = value.as_object_mut() {
        object.insert("$id".to_owned(), "urn:kouan:schema:clear:1".into());
        object.insert("title".to_owned(), "kouan clear".into());
    }
    format!("{value:#}\n")
}

/// Words that no value of another section may take.
struct Once<'a>(Vec<&'a str>);

impl<'a> Once<'a> {
    fn is_new(&mut self, word: &'a str) -> bool {
        let is_new = !self.0.contains(&word);
        self.0.push(word);
        is_new
    }
}

impl Plan {
    /// Reads the file of a folder.
    ///
    /// # Errors
    ///
    /// CL151 where it is not there, CL152 to CL155 for what it may not say, CL158 for what it says
    /// twice, CL163 for an output that would stand elsewhere.
    pub fn read() -> Result<Plan, Vec<Diagnostic>> {
        if !Path::new(FILE).is_file() {
            return Err(vec![Diagnostic::error("CL151")]);
        }
        let text = files::read(FILE).map_err(|finding| vec![finding])?;
        let plan = Plan::parse(&text).map_err(|finding| vec![finding])?;
        let findings = plan.findings();
        if findings.is_empty() { Ok(plan) } else { Err(findings) }
    }

    /// Understands its text.
    ///
    /// # Errors
    ///
    /// CL152 to CL155.
    pub fn parse(text: &str) -> Result<Plan, Diagnostic> {
        let plan: Plan = toml::from_str(text).map_err(|error| misread(&error))?;
        if plan.format == FORMAT {
            return Ok(plan);
        }
        let finding = Diagnostic::error("CL155").at(Place::file(FILE)).with("key", "format");
        Err(finding.with("allowed", FORMAT))
    }

    fn findings(&self) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let (mut numbers, mut flows, mut names) = (Once(vec![]), Once(vec![]), Once(vec![]));
        let mut inventories = Once(vec![]);
        let mut twice = |seen: bool, key: &'static str, at: &Spanned<String>| {
            if !seen {
                findings.push(Diagnostic::error("CL158").at(at_of(at)).with("key", key));
            }
        };
        for scan in &self.scan {
            twice(
                inventories.is_new(file_name(scan.inventory.get_ref())),
                "inventory",
                &scan.inventory,
            );
        }
        for filing in &self.filing {
            twice(numbers.is_new(filing.number.get_ref()), "number", &filing.number);
        }
        for release in &self.release {
            twice(flows.is_new(release.flow.get_ref()), "flow", &release.flow);
            let name = release.to.get_ref().trim_end_matches('/');
            twice(names.is_new(name), "to", &release.to);
        }
        for release in &self.release {
            let name = Path::new(release.to.get_ref());
            let parts: Vec<Component<'_>> = name.components().collect();
            if !matches!(parts.as_slice(), [Component::Normal(_)]) {
                findings.push(Diagnostic::error("CL163").at(at_of(&release.to)));
            }
        }
        findings.extend(
            self.files()
                .filter(|file| is_missing(file.get_ref()))
                .map(|file| Diagnostic::error("CL157").at(at_of(file))),
        );
        findings
    }

    /// Everything that has to be there.
    fn files(&self) -> impl Iterator<Item = &Spanned<String>> {
        let scanned = self.scan.iter().flat_map(|scan| &scan.sources);
        let released = self.release.iter().flat_map(|release| {
            release.sources.iter().chain(&release.choices).chain(&release.withdrawn)
        });
        [&self.transfer].into_iter().chain(&self.answers).chain(scanned).chain(released)
    }

    /// What it says of flows that the declaration does not have.
    pub fn unknown_flows(&self, known: &[&str]) -> Vec<Diagnostic> {
        let filed = self.filing.iter().flat_map(|filing| &filing.flows);
        let released = self.release.iter().map(|release| &release.flow);
        let unknown =
            filed.chain(released).filter(|flow| !known.contains(&flow.get_ref().as_str()));
        let finding = |flow: &Spanned<String>| {
            Diagnostic::error("CL156").at(at_of(flow)).with("flows", known.join(", "))
        };
        unknown.map(finding).collect()
    }
}

/// Where something stands in the file.
pub fn at_of(text: &Spanned<String>) -> Place {
    let bytes = text.span();
    if bytes.is_empty() { Place::file(FILE) } else { Place::at(FILE, bytes) }
}

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}

/// Whether a source is no address of a store and no pattern, and is not there.
fn is_missing(source: &str) -> bool {
    let scheme = source.split_once(':').map(|(scheme, _)| scheme);
    let is_store =
        matches!(scheme, Some("postgres" | "postgresql" | "mysql" | "mariadb" | "sqlite" | "s3"));
    !is_store && !source.contains(['*', '?', '[', '{']) && !Path::new(source).exists()
}

/// What is wrong with the file, in words of ours; it never shows a value.
fn misread(error: &toml::de::Error) -> Diagnostic {
    let at = error.span().map_or_else(|| Place::file(FILE), |bytes| Place::at(FILE, bytes));
    let said = error.message().lines().next().unwrap_or_default();
    let mut quoted = said.split('`').skip(1).step_by(2);
    let first = quoted.next().unwrap_or_default();
    let rest: Vec<&str> = quoted.collect();
    let finding = |code: &'static str| Diagnostic::error(code).at(at.clone());
    if said.starts_with("unknown field") {
        // A key is no secret, but it may be anything that somebody pasted.
        let key: String = first.chars().filter(|c| !c.is_control()).take(64).collect();
        finding("CL153").with("key", key).with("allowed", rest.join(", "))
    } else if said.starts_with("missing field") {
        finding("CL154").with("key", first)
    } else if said.starts_with("unknown variant") {
        finding("CL155").with("key", "kind").with("allowed", rest.join(", "))
    } else {
        finding("CL152")
    }
}

#[cfg(test)]
mod tests {
    use super::Plan;

    fn code(text: &str) -> (&'static str, Option<String>) {
        let finding = Plan::parse(text).unwrap_err();
        let bytes = finding.place.and_then(|place| place.bytes);
        (finding.code.0, bytes.and_then(|bytes| text.get(bytes)).map(str::to_owned))
    }

    #[test]
    fn what_it_may_not_say_is_found_where_it_stands() {
        assert_eq!(code("format = 2").0, "CL155");
        assert_eq!(code("format ="), ("CL152", Some(String::new())));
        assert_eq!(code("format = 1\nfoo = 2"), ("CL153", Some("foo".to_owned())));
        assert_eq!(code("transfer = 'x'").0, "CL154");
        assert_eq!(code("format = 1\n[[release]]\nto = 'x'").0, "CL154");
        assert_eq!(code("format = 1\nat = '2026'"), ("CL152", Some("'2026'".to_owned())));
        assert_eq!(code("format = 1\nat = 2026-11-22").0, "CL152");
        let filing = "format = 1\n[[filing]]\nnumber = 'x'\nauthority = 'y'\n";
        let kind = format!("{filing}filed = 2026-11-18\nkind = 'z'");
        assert_eq!(code(&kind), ("CL155", Some("'z'".to_owned())));
        let day = format!("{filing}kind = 'report'\nfiled = 2026-11-18T10:00:00Z");
        assert_eq!(code(&day).0, "CL152");
    }

    #[test]
    fn any_text_is_read_or_refused() {
        let whole = "format = 1\nat = 2026-11-22T12:00:00+08:00\n[[release]]\nflow = 'a'\n\
                     sources = ['b.csv']\nto = 'c.csv'\n";
        assert!(Plan::parse(whole).is_ok());
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            let (head, tail) = whole.split_at(end);
            let _ = Plan::parse(head);
            let _ = Plan::parse(&format!("{head}\u{0}{tail}"));
        }
    }

    #[test]
    fn nothing_is_said_twice_and_no_output_stands_elsewhere() {
        let release =
            |to: &str| format!("[[release]]\nflow = 'a'\nsources = ['s3://x/y']\nto = '{to}'\n");
        let codes = |text: &str| -> Vec<&str> {
            let plan = Plan::parse(&format!("format = 1\ntransfer = 's3://x'\n{text}")).unwrap();
            plan.findings().iter().map(|finding| finding.code.0).collect()
        };
        assert_eq!(codes(&release("a.csv")), Vec::<&str>::new());
        assert_eq!(codes(&[release("a.csv"), release("a.csv")].concat()), ["CL158", "CL158"]);
        for elsewhere in ["../a.csv", "/a.csv", "a/b.csv", ".."] {
            assert_eq!(codes(&release(elsewhere)), ["CL163"], "{elsewhere}");
        }
        assert_eq!(codes(&release("parts/")), Vec::<&str>::new());
    }
}
