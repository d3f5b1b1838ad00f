//! What a later filing takes from an earlier one: its answers, and the files that served it.

use kouan_decide::declaration::Transfer;
use kouan_terms::{Diagnostic, Place};
use serde_json::Value as Json;

use crate::answers::{Answers, Asked, read_fitting};
use crate::docx::Member;
use crate::pack::{ANSWERS_FILE, PACK_SCHEMA};

/// The name of a pack's manifest.
const MANIFEST: &str = "manifest.json";

/// An earlier filing, as far as a later one takes it over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Earlier {
    /// SHA-256 of the pack's manifest, or of the answers of a filing that is given by its
    /// declaration.
    pub digest: Box<str>,
    /// Its answers, those that fit the present declaration.
    pub answers: Answers,
    /// How many did not fit.
    pub unfit: usize,
    /// SHA-256 of every file that was attached.
    pub files: Vec<Box<str>>,
}

impl Earlier {
    /// Takes over from a filing that is at hand with its declaration and answers.
    #[must_use]
    pub fn of(answers: &Answers) -> Earlier {
        let files = answers.evidence.iter().map(|file| file.sha256.clone()).collect();
        Earlier { digest: answers.digest.clone(), answers: answers.clone(), unfit: 0, files }
    }

    /// Reads a pack that this program made: its manifest, and its answers.
    ///
    /// # Errors
    ///
    /// `FL155` no pack with answers · `FL156` the answers are not those that the manifest names ·
    /// `FL157` a pack of another handler; what an answers file can be found to be.
    pub fn read(
        file: &str,
        members: &[Member],
        transfer: &Transfer,
        asked: &Asked<'_>,
    ) -> Result<Earlier, Diagnostic> {
        let find = |code| Diagnostic::error(code).at(Place::file(file));
        let member = |name: &str| members.iter().find(|member| member.name == name);
        let manifest = member(MANIFEST).ok_or_else(|| find("FL155"))?;
        let json: Json = serde_json::from_slice(&manifest.bytes).map_err(|_| find("FL155"))?;
        let text = |value: &Json, key: &str| {
            value.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
        };
        let list = |key: &str| json.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
        if text(&json, "schema") != PACK_SCHEMA {
            return Err(find("FL155"));
        }
        let entry = list("files").into_iter().find(|held| text(held, "name") == ANSWERS_FILE);
        let entry = entry.ok_or_else(|| find("FL155"))?;
        let held = member(ANSWERS_FILE).ok_or_else(|| find("FL156"))?;
        if crate::digest(&held.bytes) != text(&entry, "sha256") {
            return Err(find("FL156"));
        }
        if !is_same_handler(&json, transfer) {
            return Err(find("FL157"));
        }
        let answers = std::str::from_utf8(&held.bytes).map_err(|_| find("FL156"))?;
        let (answers, unfit) = read_fitting(&format!("{file}/{ANSWERS_FILE}"), answers, asked)?;
        let attached = list("attached");
        let files = attached.iter().map(|file| text(file, "sha256").into()).collect();
        Ok(Earlier { digest: crate::digest(&manifest.bytes).into(), answers, unfit, files })
    }
}

/// Whether a manifest names the handler of a declaration: by the credit code where both have one,
/// or else by the name. What says neither is not taken for the same.
fn is_same_handler(manifest: &Json, transfer: &Transfer) -> bool {
    let code = manifest.get("credit_code").and_then(Json::as_str);
    if let (Some(then), Some(now)) = (code, transfer.handler.credit_code.as_deref()) {
        return then == now;
    }
    let then = manifest.get("handler").and_then(|name| name.get("zh")).and_then(Json::as_str);
    let now = transfer.handler.name.as_ref().map(|name| name.zh.as_str());
    then.zip(now).is_some_and(|(then, now)| then == now && !now.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Of;
    use crate::check::{Checked, check};
    use crate::pack::{Pack, build};
    use crate::sample::{BOOK, FILED, PAPERS};
    use crate::trace::Source;
    use crate::{Sources, docx};

    const PACK: &str = "standard-contract";

    fn asked(found: &dyn Fn(&Asked<'_>)) {
        let none = Answers::default();
        let sources = FILED.sources(&none);
        let flows = &FILED.transfer.flows;
        let ids: Vec<&str> = flows.iter().map(|flow| &*flow.id).collect();
        let fields: Vec<&str> = flows.iter().flat_map(|f| &f.fields).map(|f| &*f.name).collect();
        let recipients = sources.recipients();
        found(&Asked {
            papers: &PAPERS,
            flows: &ids,
            recipients: &recipients,
            fields: &fields,
            on: FILED.on,
        });
    }

    fn made(answers: &str) -> Pack {
        let answers = FILED.answers(answers);
        build(&FILED.sources(&answers), PACK, None).unwrap()
    }

    fn code(members: &[Member]) -> &'static str {
        let found = std::cell::Cell::new("");
        asked(&|asked| {
            found.set(match Earlier::read("old", members, &FILED.transfer, asked) {
                Ok(_) => "",
                Err(finding) => finding.code.0,
            });
        });
        found.get()
    }

    #[test]
    fn every_answer_comes_back_as_it_was_given() {
        let text = FILED.full_answers(PACK);
        let given = FILED.answers(&text);
        let pack = made(&text);
        asked(&|asked| {
            let earlier = Earlier::read("old", &pack.files, &FILED.transfer, asked).unwrap();
            assert_eq!(earlier.unfit, 0);
            assert_eq!(earlier.answers.all.len(), given.all.len());
            for answer in &given.all {
                let held = earlier.answers.get(&answer.question, &answer.of).unwrap();
                assert_eq!((&held.said, &held.by, held.on), (&answer.said, &answer.by, answer.on));
            }
        });
    }

    #[test]
    fn a_later_filing_takes_over_what_is_not_said_anew() {
        let pack = made(&FILED.full_answers(PACK));
        let digest = crate::digest(b"authorisation");
        let anew = format!(
            "format = 1\n[[answer]]\nquestion = \"handler.employees\"\nvalue = 77\nby = \"例某\"\n\
             on = 2026-11-20\n[[evidence]]\nkind = \"authorisation\"\nfile = \"a.pdf\"\n\
             sha256 = \"{digest}\"\n"
        );
        asked(&|asked| {
            let earlier = Earlier::read("old", &pack.files, &FILED.transfer, asked).unwrap();
            let mut answers = FILED.answers(&anew);
            assert_eq!(answers.carry_over(&earlier, asked), 0);
            let held = |question: &str| answers.get(question, &Of::handler()).cloned();
            assert_eq!(held("handler.employees").unwrap().earlier, None, "said anew");
            let taken = held("handler.business").unwrap();
            assert_eq!(taken.earlier.as_deref(), Some(&*earlier.digest));
            assert_eq!(held("assessment.conclusion"), None, "of one filing alone");
            assert!(answers.evidence.iter().all(|file| file.reused), "the same content");

            let later = build(&FILED.sources(&answers), PACK, None).unwrap();
            assert!(later.prefilled.earlier > 50, "{:?}", later.prefilled);
            assert!(later.prefilled.known >= later.prefilled.earlier);
            assert!(later.view.gaps > 0, "the assessment is asked anew");
            let traces = later.documents.iter().flat_map(|document| &document.traces);
            let from = |trace: &&crate::trace::Trace| {
                trace.sources.iter().any(|source| {
                    matches!(source, Source::Earlier { digest, .. } if *digest == earlier.digest)
                })
            };
            assert!(traces.filter(from).count() > 50);

            let codes = |sources: &Sources<'_>| -> Vec<&'static str> {
                let checked = Checked {
                    files: &later.files,
                    book: &BOOK,
                    papers: &PAPERS,
                    sources: Some(sources),
                    on: FILED.on,
                };
                let found = check(&checked).findings;
                found
                    .iter()
                    .map(|finding| finding.code.0)
                    .filter(|c| c.starts_with("FL20") || *c == "FL210")
                    .collect()
            };
            assert_eq!(codes(&FILED.sources(&answers)), [""; 0]);
            let without = FILED.answers(&anew);
            let codes = codes(&FILED.sources(&without));
            assert!(!codes.is_empty() && codes.iter().all(|code| *code == "FL206"), "{codes:?}");
        });
    }

    #[test]
    fn what_is_too_old_or_no_longer_there_is_left_out() {
        let text = FILED.full_answers(PACK).replacen(
            "question = \"handler.business\"\n",
            "question = \"handler.business\"\nvalid_until = 2026-11-21\n",
            1,
        );
        let pack = made(&text);
        asked(&|asked| {
            let earlier = Earlier::read("old", &pack.files, &FILED.transfer, asked).unwrap();
            let mut answers = FILED.answers("format = 1\n");
            assert_eq!(answers.carry_over(&earlier, asked), 1);
            assert!(answers.get("handler.business", &Of::handler()).is_none());
            let gone = Asked { flows: &[], recipients: &[], fields: &[], ..*asked };
            let earlier = Earlier::read("old", &pack.files, &FILED.transfer, &gone).unwrap();
            assert!(earlier.unfit > 10);
            assert!(earlier.answers.all.iter().all(|answer| answer.of == Of::handler()));
        });
    }

    #[test]
    fn what_is_no_pack_or_was_changed_is_refused() {
        let pack = made(&FILED.full_answers(PACK));
        assert_eq!(code(&pack.files), "");
        assert_eq!(code(&[]), "FL155");
        let edited = |name: &str, from: &str, to: &str| {
            let mut files = pack.files.clone();
            let held = files.iter_mut().find(|file| file.name == name).unwrap();
            let text = String::from_utf8(held.bytes.clone()).unwrap();
            assert!(text.contains(from), "{from}");
            held.bytes = text.replace(from, to).into_bytes();
            files
        };
        assert_eq!(code(&edited("manifest.json", PACK_SCHEMA, "other/1")), "FL155");
        assert_eq!(code(&edited("manifest.json", ANSWERS_FILE, "data/other.json")), "FL155");
        assert_eq!(code(&edited(ANSWERS_FILE, "例某", "甲一")), "FL156");
        assert_eq!(code(&edited("manifest.json", "\"星岸", "\"甲乙")), "FL157");
        let zip = docx::pack(&pack.files).unwrap();
        assert_eq!(code(&docx::unpack("old.zip", &zip).unwrap()), "");
    }
}
