//! What a handler’s own ledger says of earlier filings and of what left, taken over as answers.

use kouan_terms::Day;

use crate::answers::{Answer, Answers, Asked, Of, Said};

/// Something that a ledger answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    /// The question, of the handler.
    pub question: Box<str>,
    /// What the ledger says.
    pub said: Said,
    /// The day of the last entry that says it.
    pub on: Day,
    /// The entries that say it.
    pub entries: Vec<Entered>,
}

/// An entry of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Its number.
    pub number: u64,
    /// SHA-256 of its JSON, as the ledger is exported.
    pub digest: Box<str>,
}

impl Answers {
    /// Takes what nobody answered now from the handler’s ledger.
    pub fn take_ledger(&mut self, stated: &[Stated], asked: &Asked<'_>) {
        for one in stated {
            let is_asked = asked.papers.question(&one.question).is_some();
            if !is_asked || self.get(&one.question, &Of::handler()).is_some() {
                continue;
            }
            for entered in &one.entries {
                if !self.ledger.contains(&entered.digest) {
                    self.ledger.push(entered.digest.clone());
                }
            }
            self.all.push(Answer {
                question: one.question.clone(),
                of: Of::handler(),
                said: one.said.clone(),
                by: None,
                on: Some(one.on),
                evidence: Vec::new(),
                valid_until: None,
                profile: false,
                earlier: None,
                ledger: one.entries.clone(),
            });
        }
        self.index();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Checked, check};
    use crate::pack::{Pack, build};
    use crate::sample::{BOOK, FILED, PAPERS};
    use crate::trace::Source;

    const PACK: &str = "standard-contract";

    fn stated(employees: u64) -> Vec<Stated> {
        let number = 4;
        let digest = crate::digest(format!("entry of {employees}").as_bytes()).into();
        let entries = vec![Entered { number, digest }];
        let said = Said::Whole(employees);
        vec![Stated { question: "handler.employees".into(), said, on: FILED.on, entries }]
    }

    /// Answers that leave out what the ledger says.
    fn answers(stated: &[Stated]) -> Answers {
        let full = FILED.full_answers(PACK);
        let parts = full.split("[[answer]]\n");
        let kept = parts.filter(|part| !part.starts_with("question = \"handler.employees\"\n"));
        let mut answers = FILED.answers(&kept.collect::<Vec<_>>().join("[[answer]]\n"));
        let flows = &FILED.transfer.flows;
        let ids: Vec<&str> = flows.iter().map(|flow| &*flow.id).collect();
        let fields: Vec<&str> = flows.iter().flat_map(|f| &f.fields).map(|f| &*f.name).collect();
        let none = Answers::default();
        let recipients = FILED.sources(&none).recipients();
        let asked = Asked {
            papers: &PAPERS,
            flows: &ids,
            recipients: &recipients,
            fields: &fields,
            on: FILED.on,
        };
        answers.take_ledger(stated, &asked);
        answers
    }

    fn codes(pack: &Pack, answers: &Answers) -> Vec<&'static str> {
        let sources = FILED.sources(answers);
        let checked = Checked {
            files: &pack.files,
            book: &BOOK,
            papers: &PAPERS,
            sources: Some(&sources),
            on: FILED.on,
        };
        let found = check(&checked).findings;
        let codes = found.iter().map(|finding| finding.code.0);
        codes.filter(|code| code.starts_with("FL20") || *code == "FL210").collect()
    }

    #[test]
    fn what_the_ledger_says_is_traced_to_its_entry_and_held_against_it() {
        let held = answers(&stated(77));
        assert!(held.get("handler.employees", &Of::handler()).is_some());
        let pack = build(&FILED.sources(&held), PACK, None).unwrap();
        let traces = pack.documents.iter().flat_map(|document| &document.traces);
        let from = |source: &Source| matches!(source, Source::Ledger { entry: 4, .. });
        assert!(traces.flat_map(|trace| &trace.sources).any(from));
        assert_eq!(codes(&pack, &held), [""; 0]);
        // Another entry, or no ledger at hand: the value cannot be looked up again.
        let other = codes(&pack, &answers(&stated(78)));
        assert!(!other.is_empty() && other.iter().all(|code| *code == "FL206"), "{other:?}");
        let without = codes(&pack, &answers(&[]));
        assert!(!without.is_empty() && without.iter().all(|code| *code == "FL206"), "{without:?}");
        // The same entry that says something else: it was tampered with.
        let mut forged = stated(77);
        forged[0].said = Said::Whole(78);
        assert!(codes(&pack, &answers(&forged)).contains(&"FL210"));
    }
}
