//! Settings: flags before `KOUAN_*` before `kouan.toml` before defaults.

use clap::ArgMatches;
use kouan_terms::{Day, Diagnostic, Place, parse_day};
use serde::Deserialize;

use crate::files;
use crate::language::Speech;
use crate::page::Shape;

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One document.
    Json,
    /// One line each.
    Jsonl,
    /// For a document.
    Markdown,
}

impl Format {
    /// How a page is printed in it.
    pub fn shape(self) -> Shape {
        if self == Format::Markdown { Shape::Markdown } else { Shape::Text }
    }
}

/// What a command runs with.
#[derive(Clone)]
pub struct Settings {
    /// The day whose law counts.
    pub on: Day,
    /// Whether that day was asked for.
    pub is_on_given: bool,
    /// The folder of the ledger.
    pub ledger: String,
    /// The folder of another rulebook.
    pub rulebook: Option<String>,
    /// The languages.
    pub speech: Speech,
    /// The form of the output.
    pub format: Format,
    /// Where the output goes.
    pub output: Option<String>,
    /// Whether findings are coloured.
    pub colour: bool,
    /// Whether exit code 1 becomes 0.
    pub exit_zero: bool,
    /// How much less to say.
    pub quiet: u8,
    /// How much more to say.
    pub verbose: u8,
    /// Each setting, its value and where it came from.
    pub origins: Vec<(&'static str, String, &'static str)>,
}

/// The folder of the ledger where nothing else is said.
const LEDGER: &str = "kouan-ledger";

/// `kouan.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    lang: Option<String>,
    rulebook: Option<String>,
    ledger: Option<String>,
    output_format: Option<String>,
    color: Option<String>,
}

impl Settings {
    /// Puts the settings together.
    ///
    /// # Errors
    ///
    /// CL102 for a day that cannot be, CL103 for a setting that is not one of its words, CL104 for
    /// a settings file that cannot be read.
    pub fn new(matches: &ArgMatches, speech: Speech) -> Result<Settings, Diagnostic> {
        let file = settings_file(matches)?;
        // What the file names stands beside it.
        let beside = matches.get_one::<String>("config").map(std::path::Path::new);
        let beside = beside.and_then(std::path::Path::parent).map(std::path::Path::to_path_buf);
        let beside = beside.unwrap_or_default();
        let mut origins = Vec::new();
        let mut pick = |name: &'static str, env: &str, filed: Option<&String>, default: &str| {
            let flag = matches.get_one::<String>(name).cloned();
            let (value, origin) = match (flag, std::env::var(env).ok(), filed) {
                (Some(value), _, _) => (value, "flag"),
                (None, Some(value), _) => (value, "environment"),
                (None, None, Some(value)) => (value.clone(), "kouan.toml"),
                (None, None, None) => (default.to_owned(), "default"),
            };
            origins.push((name, value.clone(), origin));
            value
        };
        let on = pick("on", "KOUAN_ON", None, "");
        let ledger = file.ledger.as_deref().unwrap_or(LEDGER);
        let ledger = beside.join(ledger).to_string_lossy().into_owned();
        let rulebook = pick("rulebook", "KOUAN_RULEBOOK", file.rulebook.as_ref(), "");
        let lang = pick("lang", "KOUAN_LANG", file.lang.as_ref(), "");
        let format =
            pick("output-format", "KOUAN_OUTPUT_FORMAT", file.output_format.as_ref(), "text");
        let colour = pick("color", "KOUAN_COLOR", file.color.as_ref(), "auto");
        let wrong = |name: &str, allowed: &str| {
            Diagnostic::error("CL103").with("name", name).with("allowed", allowed)
        };
        let format = match format.as_str() {
            "text" => Format::Text,
            "json" => Format::Json,
            "jsonl" => Format::Jsonl,
            "markdown" => Format::Markdown,
            _ => return Err(wrong("output-format", "text, json, jsonl, markdown")),
        };
        let speech = match lang.as_str() {
            "" => speech,
            word => Speech::parse(word).ok_or_else(|| wrong("lang", "zh, en, both"))?,
        };
        let colour = match colour.as_str() {
            "always" => true,
            "never" => false,
            "auto" => {
                use std::io::IsTerminal as _;
                std::env::var_os("NO_COLOR").is_none() && std::io::stderr().is_terminal()
            }
            _ => return Err(wrong("color", "auto, always, never")),
        };
        let is_on_given = !on.is_empty();
        let on = match on.as_str() {
            "" => today(),
            text => parse_day(text).map_err(|text| Diagnostic::error("CL102").with("day", text))?,
        };
        Ok(Settings {
            on,
            is_on_given,
            ledger: std::env::var("KOUAN_LEDGER").unwrap_or(ledger),
            rulebook: Some(rulebook).filter(|path| !path.is_empty()),
            speech,
            format,
            output: matches.get_one::<String>("output").cloned(),
            colour,
            exit_zero: matches.get_flag("exit-zero"),
            quiet: matches.get_count("quiet"),
            verbose: matches.get_count("verbose"),
            origins,
        })
    }
}

fn settings_file(matches: &ArgMatches) -> Result<File, Diagnostic> {
    let named = matches.get_one::<String>("config").cloned();
    let path = named.clone().unwrap_or_else(|| "kouan.toml".to_owned());
    if named.is_none() && !std::path::Path::new(&path).exists() {
        return Ok(File::default());
    }
    let text = files::read(&path)?;
    toml::from_str(&text).map_err(|error| {
        let place = error.span().map_or_else(|| Place::file(&path), |b| Place::at(&path, b));
        Diagnostic::error("CL104").at(place).with("detail", error.message())
    })
}

/// The calendar day in Asia/Shanghai, which keeps UTC+8 all year.
///
/// Everything behind it takes the day as an argument.
fn today() -> Day {
    jiff::tz::Offset::constant(8).to_datetime(jiff::Timestamp::now()).date()
}
