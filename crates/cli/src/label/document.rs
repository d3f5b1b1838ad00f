//! What was found in files, as a document and as SARIF.

use std::collections::BTreeSet;

use kouan_label::{
    Algorithm, Carrier, Dialect, Field, Hashing, Report, Signer, Standard, Standing, Trust,
    Verdict, Verified,
};
use kouan_terms::{Diagnostic, Severity};
use serde_json::{Map, Value, json};

use super::explicit::Mark;
use super::standard::word;
use crate::{messages, sarif};

/// What became of one file.
pub struct Examined {
    /// Its path.
    pub path: String,
    /// What was found; none where the file could not be read.
    pub report: Option<Report>,
    /// What is wrong, those of the report included.
    pub findings: Vec<Diagnostic>,
    /// What became of the signatures of its label, where they were looked at.
    pub signatures: Vec<(Signer, Verified)>,
    /// What was done with it, by a word of the document; none for a mere check.
    pub done: Option<&'static str>,
    /// The label to be seen or heard, where it was wanted or looked for.
    pub mark: Option<Mark>,
}

impl Examined {
    /// The word for what it came to.
    pub fn verdict(&self) -> &'static str {
        match &self.report {
            None if self.done == Some("to-run") => "planned",
            None if self.done.is_some() => "noticed",
            None => "unread",
            Some(report) => match report.verdict {
                Verdict::Labelled => "labelled",
                Verdict::Missing => "missing",
                Verdict::Wrong => "wrong",
                Verdict::CannotTell => "cannot-tell",
            },
        }
    }
}

/// The document of files.
pub fn document(schema: &str, files: &[Examined], standard: &Standard) -> Value {
    let shown = files.iter().map(|file| one(file, standard));
    let of = |wanted: &str| files.iter().filter(|file| file.verdict() == wanted).count();
    json!({
        "schema": schema,
        "files": shown.collect::<Vec<_>>(),
        "summary": {
            "files": files.len(),
            "labelled": of("labelled"),
            "missing": of("missing"),
            "wrong": of("wrong"),
            "cannot_tell": of("cannot-tell"),
            "unread": of("unread"),
        },
    })
}

fn one(file: &Examined, standard: &Standard) -> Value {
    let report = file.report.as_ref();
    let carriers = report.map(|report| report.carriers.as_slice()).unwrap_or_default();
    let mut value = json!({
        "path": file.path,
        "format": report.map(|report| report.format.as_str()),
        "verdict": file.verdict(),
        "labels": carriers.iter().map(|carrier| label(carrier, standard)).collect::<Vec<_>>(),
        "signatures": file.signatures.iter().map(signature).collect::<Vec<_>>(),
        "findings": file.findings.iter().map(finding).collect::<Vec<_>>(),
    });
    if let (Some(done), Value::Object(object)) = (file.done, &mut value) {
        object.insert("done".to_owned(), json!(done));
    }
    if let (Some(mark), Value::Object(object)) = (&file.mark, &mut value) {
        object.insert("explicit".to_owned(), mark.value());
    }
    value
}

fn label(carrier: &Carrier, standard: &Standard) -> Value {
    let standing = match carrier.standing {
        Standing::Guide => "guide",
        Standing::Annex => "annex",
        Standing::Elsewhere => "elsewhere",
    };
    let dialect = match carrier.reading.dialect {
        Dialect::Standard => "standard",
        Dialect::Draft => "draft",
        Dialect::Tencent => "tencent",
        Dialect::ByteDance => "bytedance",
    };
    let label = carrier.reading.label.as_ref();
    let fields = label.map(|label| {
        let fields = Field::ALL.into_iter().filter(|field| label.has(*field));
        let pair = |field| (word(field).replace('-', "_"), json!(label.get(field)));
        Value::Object(fields.map(pair).collect::<Map<_, _>>())
    });
    let kind = label.and_then(|label| standard.kind(label.get(Field::Label)));
    let kind = kind.and_then(|kind| {
        super::standard::KINDS.iter().find(|(_, of)| *of == kind).map(|(word, _)| *word)
    });
    json!({
        "place": carrier.place.as_str(),
        "standing": standing,
        "dialect": dialect,
        "kind": kind,
        "fields": fields,
    })
}

fn signature((signer, verified): &(Signer, Verified)) -> Value {
    let mut value = held(verified);
    if let Value::Object(object) = &mut value {
        let of = match signer {
            Signer::Producer => "producer",
            Signer::Propagator => "propagator",
        };
        object.insert("of".to_owned(), json!(of));
    }
    value
}

fn held(verified: &Verified) -> Value {
    match verified {
        Verified::Holds(algorithm, hashing, trust) => json!({
            "state": "holds",
            "algorithm": match algorithm {
                Algorithm::Sm2 => "sm2-sm3",
                Algorithm::Rsa => "rsa-sha256",
            },
            "hashed": match hashing {
                Hashing::Once => "once",
                Hashing::Twice => "twice",
            },
            "key": match trust {
                Trust::Pinned => "pinned",
                Trust::InFile => "in-file",
            },
        }),
        Verified::OtherKey => json!({ "state": "other-key" }),
        Verified::Fails => json!({ "state": "fails" }),
        Verified::NoKey => json!({ "state": "no-key" }),
        Verified::Open => json!({ "state": "open" }),
    }
}

fn finding(found: &Diagnostic) -> Value {
    let values = found.values.iter().map(|(name, value)| (*name, value.as_str()));
    let says = messages::sentence(found.code.0, values).unwrap_or_default();
    json!({
        "code": found.code.0,
        "severity": found.severity.as_str(),
        "says": { "zh": says.zh, "en": says.en },
    })
}

/// Findings as SARIF.
pub fn log(files: &[Examined]) -> String {
    let all = files.iter().flat_map(|file| &file.findings);
    let codes: BTreeSet<(&str, Severity)> =
        all.map(|found| (found.code.0, found.severity)).collect();
    let rules = codes.iter().map(|(code, severity)| {
        let says = messages::message(code).map(|message| message.says);
        let says = says.map_or_else(String::new, |says| format!("{} · {}", says.en, says.zh));
        sarif::rule(code, &says, severity.as_str())
    });
    let results = files.iter().flat_map(|file| {
        file.findings.iter().map(|found| {
            let values = found.values.iter().map(|(name, value)| (*name, value.as_str()));
            let says = messages::sentence(found.code.0, values).unwrap_or_default();
            let place = json!({ "uri": sarif::uri(&file.path) });
            json!({
                "ruleId": found.code.0,
                "level": found.severity.as_str(),
                "message": { "text": format!("{} · {}", says.en, says.zh) },
                "locations": [{ "physicalLocation": { "artifactLocation": place } }],
            })
        })
    });
    sarif::log(rules.collect(), results.collect())
}
