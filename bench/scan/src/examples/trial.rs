//! A clinical trial: two domains of tabulation data (CDISC SDTM: demographics, adverse events).

use super::Example;
use crate::formats::transport::{Cells, Variable, transport};
use crate::people::{Date, Dice};

const STUDY: &str = "EXAMPLE-001";
const SUBJECTS: u64 = 40;

pub(super) fn files() -> Vec<Example> {
    vec![
        Example { path: "clinical-trial/dm.xpt", bytes: dm() },
        Example { path: "clinical-trial/ae.xpt", bytes: ae() },
    ]
}

/// The demographics.
pub(super) fn dm() -> Vec<u8> {
    transport("DM", "Demographics", &demographics())
}

/// The adverse events.
pub(super) fn ae() -> Vec<u8> {
    transport("AE", "Adverse Events", &adverse_events())
}

/// Site and subject, unique in the study.
fn subject(number: u64) -> String {
    format!("{STUDY}-{:02}-{:04}", 1 + number % 4, 1 + number)
}

fn text(name: &'static str, label: &'static str, length: usize, cells: Vec<String>) -> Variable {
    Variable { name, label, cells: Cells::Text(length, cells) }
}

fn each(cell: impl Fn(u64) -> String) -> Vec<String> {
    (0..SUBJECTS).map(cell).collect()
}

fn demographics() -> Vec<Variable> {
    let mut dice = Dice::new(21);
    let born: Vec<Date> = (0..SUBJECTS).map(|_| Date::roll(&mut dice, 1948, 55)).collect();
    let treated: Vec<Date> = (0..SUBJECTS).map(|_| Date::roll(&mut dice, 2025, 1)).collect();
    let ages = born.iter().map(|born| (2025 - born.year) as f64).collect();
    let mut picked = |words: &[&'static str]| -> Vec<String> {
        (0..SUBJECTS).map(|_| dice.pick(words).to_owned()).collect()
    };
    vec![
        text("STUDYID", "Study Identifier", 12, each(|_| STUDY.to_owned())),
        text("DOMAIN", "Domain Abbreviation", 2, each(|_| "DM".to_owned())),
        text("USUBJID", "Unique Subject Identifier", 20, each(subject)),
        text("SUBJID", "Subject Identifier for the Study", 8, each(|n| format!("{:04}", n + 1))),
        text("SITEID", "Study Site Identifier", 4, each(|n| format!("{:02}", 1 + n % 4))),
        text(
            "RFSTDTC",
            "Subject Reference Start Date/Time",
            10,
            treated.into_iter().map(Date::iso).collect(),
        ),
        text("BRTHDTC", "Date/Time of Birth", 10, born.into_iter().map(Date::iso).collect()),
        Variable { name: "AGE", label: "Age", cells: Cells::Numbers(ages) },
        text("AGEU", "Age Units", 6, each(|_| "YEARS".to_owned())),
        text("SEX", "Sex", 1, picked(&["M", "F"])),
        text("RACE", "Race", 12, each(|_| "ASIAN".to_owned())),
        text("ETHNIC", "Ethnicity", 24, each(|_| "NOT HISPANIC OR LATINO".to_owned())),
        text("ARM", "Description of Planned Arm", 16, picked(&["Example 10 mg", "Placebo"])),
        text("COUNTRY", "Country", 3, each(|_| "CHN".to_owned())),
    ]
}

fn adverse_events() -> Vec<Variable> {
    let mut dice = Dice::new(22);
    let events: Vec<(u64, u64)> =
        (0..SUBJECTS).flat_map(|n| (0..dice.below(4)).map(move |event| (n, event + 1))).collect();
    let cells = |cell: &dyn Fn(u64) -> String| -> Vec<String> {
        events.iter().map(|(number, _)| cell(*number)).collect()
    };
    let fixed = [
        text("STUDYID", "Study Identifier", 12, cells(&|_| STUDY.to_owned())),
        text("DOMAIN", "Domain Abbreviation", 2, cells(&|_| "AE".to_owned())),
        text("USUBJID", "Unique Subject Identifier", 20, cells(&subject)),
    ];
    let numbers = events.iter().map(|(_, event)| *event as f64).collect();
    let mut picked = |words: &[&'static str]| -> Vec<String> {
        events.iter().map(|_| dice.pick(words).to_owned()).collect()
    };
    let mut variables = Vec::from(fixed);
    variables.extend([
        Variable { name: "AESEQ", label: "Sequence Number", cells: Cells::Numbers(numbers) },
        text(
            "AETERM",
            "Reported Term for the Adverse Event",
            24,
            picked(&["headache", "nausea", "fever", "rash", "dizziness", "cough"]),
        ),
        text(
            "AEDECOD",
            "Dictionary-Derived Term",
            24,
            picked(&["Headache", "Nausea", "Pyrexia", "Rash", "Dizziness", "Cough"]),
        ),
        text("AESEV", "Severity/Intensity", 8, picked(&["MILD", "MODERATE", "SEVERE"])),
        text("AESER", "Serious Event", 1, picked(&["N", "N", "N", "Y"])),
        text("AEOUT", "Outcome of Adverse Event", 24, picked(&["RECOVERED/RESOLVED", "UNKNOWN"])),
    ]);
    let days = events.iter().map(|_| Date::roll(&mut dice, 2025, 1).iso()).collect();
    variables.push(text("AESTDTC", "Start Date/Time of Adverse Event", 10, days));
    variables
}
