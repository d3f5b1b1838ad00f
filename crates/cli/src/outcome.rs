//! What a command comes to: text for standard output, talk for standard error, and an exit code.

use std::io::Write as _;
use std::process::ExitCode;

use kouan_terms::Diagnostic;
use serde_json::Value;

use crate::language::Speech;
use crate::page::Page;
use crate::settings::{Format, Settings};
use crate::{declarations, files, messages, rulebook_source};

/// The result of a command that was carried out.
pub struct Output {
    /// What goes to standard output or to the file named with `--output`.
    pub text: String,
    /// What it means.
    pub outcome: Outcome,
}

/// What a result means; the numbers are the exit codes of every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing to act on.
    Done = 0,
    /// Something to act on.
    Act = 1,
    /// Some of it was not done; the output tells which.
    NotDone = 2,
    /// Cannot tell.
    CannotTell = 3,
}

/// What a step came to, in the forms in which it is shown.
pub struct Told {
    /// For people.
    pub page: Page,
    /// For programs: a contract, with a `schema` field.
    pub document: Value,
    /// What it means.
    pub outcome: Outcome,
}

impl Told {
    /// The output in the form that is asked for.
    pub fn output(&self, settings: &Settings) -> Output {
        let text = match settings.format {
            Format::Json => format!("{:#}\n", self.document),
            Format::Jsonl => format!("{}\n", self.document),
            Format::Text | Format::Markdown => {
                self.page.render(settings.speech, settings.format.shape())
            }
        };
        Output { text, outcome: self.outcome }
    }
}

/// Writes the output, or the findings, and gives the exit code.
pub fn finish(result: Result<Output, Vec<Diagnostic>>, settings: &Settings) -> ExitCode {
    let sources = |name: &str| {
        declarations::text_of(name)
            .or_else(|| rulebook_source::text_of(settings.rulebook.as_deref(), name))
    };
    match result {
        Err(findings) => report(&findings, settings.speech, settings.colour, &sources),
        Ok(output) => {
            match &settings.output {
                None => print(&output.text),
                Some(path) => {
                    if let Err(finding) = files::write(path, &output.text) {
                        return report(&[finding], settings.speech, settings.colour, &sources);
                    }
                }
            }
            match output.outcome {
                Outcome::Act if settings.exit_zero => ExitCode::SUCCESS,
                outcome => ExitCode::from(outcome as u8),
            }
        }
    }
}

/// Prints findings on standard error; exit code 2: not done.
pub fn report(
    findings: &[Diagnostic],
    speech: Speech,
    colour: bool,
    source: &dyn Fn(&str) -> Option<String>,
) -> ExitCode {
    for language in speech.languages() {
        talk(&messages::render(findings, *language, colour, source));
    }
    ExitCode::from(2)
}

/// Standard output; a reader that has gone away is no error.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Standard error.
pub fn talk(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
