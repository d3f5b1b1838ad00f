//! `kouan label add --explicit`: a label to be seen or heard, put into the content before the
//! implicit one is written beside it.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use clap::ArgMatches;
use kouan_label::{ExplicitRules, Format, Kind};
use kouan_mark::sound::{Heard, Moment, Notice, announce, heard, length};
use kouan_mark::{Drawn, Dress, Fonts, Place, Wish, draw, find, text};
use kouan_rulebook::labels::LabelStandard;
use kouan_terms::{Bilingual, Diagnostic};
use serde_json::{Value, json};

use super::files;
use super::film::{self, Order, Ready, Work};
use super::standard::KINDS;
use crate::language::words;

/// What is wanted of the label to be seen or heard.
pub struct Explicit {
    /// The words of the command; none for those of the rulebook.
    words: Option<String>,
    place: Option<String>,
    percent: Option<u32>,
    given: Vec<Vec<u8>>,
    /// A spoken clip, as the bytes of a WAV file.
    clip: Option<Vec<u8>>,
    /// How long a film shows it; none for what the law asks.
    seconds: Option<u32>,
    encoder: Option<String>,
    /// Whether FFmpeg is to be run.
    is_run: bool,
    law: LabelStandard,
    rules: ExplicitRules,
}

/// What was put into one file.
pub struct Marked {
    /// The content with its mark; none where it was there already.
    pub content: Option<Vec<u8>>,
    /// Whether it was not there before.
    pub is_new: bool,
    /// What is said of it.
    pub mark: Mark,
    /// Warnings.
    pub findings: Vec<Diagnostic>,
}

/// A label to be seen or heard, as it stands in content.
#[derive(Clone)]
pub enum Mark {
    /// In a picture.
    Seen(Drawn),
    /// In sound.
    Heard(Moment, Heard),
    /// In sound that is packed, where it is not measured.
    Put,
    /// To be put in by FFmpeg: its command.
    Planned(String),
    /// In a text: the line, counted from one, where it is known.
    Read(Option<usize>),
    /// None of ours was found, which does not mean that there is none.
    Unknown,
}

impl Explicit {
    /// From the words of the command; none where no such label is wanted.
    ///
    /// # Errors
    ///
    /// LB166 for a font that cannot be read, CL110 for a file that cannot be.
    pub fn new(
        matches: &ArgMatches,
        law: &LabelStandard,
        rules: &ExplicitRules,
    ) -> Result<Option<Explicit>, Diagnostic> {
        if !matches.get_flag("explicit") {
            return Ok(None);
        }
        let one =
            |name: &str| matches.try_get_one::<String>(name).ok().flatten().map(String::as_str);
        let read = |path: &str| crate::files::bytes(Path::new(path));
        let given: Vec<Vec<u8>> = one("font").map(read).transpose()?.into_iter().collect();
        Fonts::new(given.clone(), Vec::new())?;
        Ok(Some(Explicit {
            words: one("words").map(str::to_owned),
            place: one("at").map(str::to_owned),
            percent: matches.get_one::<u32>("height").copied(),
            given,
            clip: one("voice").map(read).transpose()?,
            seconds: matches.try_get_one::<u32>("seconds").ok().flatten().copied(),
            encoder: one("encoder").map(str::to_owned),
            is_run: matches.try_get_one::<bool>("run").ok().flatten() == Some(&true),
            law: law.clone(),
            rules: rules.clone(),
        }))
    }

    /// Puts the label into a file that was opened.
    ///
    /// # Errors
    ///
    /// LB101 and LB104 to LB106 for a file that cannot be read or rewritten, LB150 to LB166.
    pub fn put(
        &self,
        source: &mut (impl Read + Seek),
        format: Format,
        kind: Kind,
    ) -> Result<Marked, Diagnostic> {
        let bytes = whole(source)?;
        match format {
            Format::Wav => self.spoken(&bytes),
            Format::Markdown => {
                let marked = self.noted(&bytes, kind, true)?;
                // The implicit label is yet to come before it: the line is not known.
                let mark = if marked.is_new { Mark::Read(None) } else { marked.mark.clone() };
                Ok(Marked { mark, ..marked })
            }
            _ => {
                let wish = self.wish(kind)?;
                let fonts = self.fonts(wish.words)?;
                let (content, drawn) = draw(&bytes, format, &wish, &fonts, &self.rules)?;
                Ok(Marked::new(content, Mark::Seen(drawn), Vec::new()))
            }
        }
    }

    /// Puts the label into a film or packed sound through FFmpeg, where that was asked for.
    ///
    /// # Errors
    ///
    /// LB150 to LB169.
    pub fn film(
        &self,
        path: &Path,
        kind: Kind,
        into: Option<&Path>,
        ready: Option<Ready<'_>>,
    ) -> Result<Work, Diagnostic> {
        let fonts = self.fonts(self.said(kind))?;
        film::work(path, into, &self.order(kind, &fonts), ready.filter(|_| self.is_run))
    }

    fn order<'a>(&'a self, kind: Kind, fonts: &'a Fonts) -> Order<'a> {
        Order {
            wish: self.wish(kind),
            moment: self.moment(Moment::Start),
            clip: self.clip.as_deref(),
            seconds: self.seconds,
            encoder: self.encoder.as_deref(),
            fonts,
            rules: &self.rules,
        }
    }

    /// The words of a picture.
    fn said(&self, kind: Kind) -> &str {
        let usual = || self.law.mark(word(kind)).unwrap_or_default();
        self.words.as_deref().unwrap_or_else(usual)
    }

    /// Looks for the label in a film, as [`Explicit::find`] does.
    pub fn find_in_film(&self, path: &Path, kind: Option<Kind>) -> Mark {
        let found = kind.into_iter().chain(Kind::ALL).find_map(|kind| {
            let fonts = self.fonts(self.said(kind)).ok()?;
            film::seen(path, &self.order(kind, &fonts))
        });
        found.map_or(Mark::Unknown, Mark::Seen)
    }

    /// Looks for the label where this program puts it. What cannot be read, or is of another's
    /// making, is unknown: never a sign that there is none.
    pub fn find(
        &self,
        source: &mut (impl Read + Seek),
        format: Format,
        kind: Option<Kind>,
    ) -> Mark {
        let Ok(bytes) = whole(source) else { return Mark::Unknown };
        let found = match format {
            Format::Wav => {
                let notice = self.clip.as_deref().map_or(Notice::Rhythm, Notice::Clip);
                let found = heard(&bytes, notice, &self.rules).ok().flatten();
                found.map(|(moment, heard)| Mark::Heard(moment, heard))
            }
            Format::Markdown => {
                text::noted(&bytes, true, &self.rules).map(|line| Mark::Read(Some(line)))
            }
            _ => kind.into_iter().chain(Kind::ALL).find_map(|kind| {
                let wish = self.wish(kind).ok()?;
                let fonts = self.fonts(wish.words).ok()?;
                find(&bytes, format, &wish, &fonts, &self.rules).ok()?.map(Mark::Seen)
            }),
        };
        found.unwrap_or(Mark::Unknown)
    }

    /// Puts a notice into a text, Markdown or not.
    ///
    /// # Errors
    ///
    /// LB104 for bytes that are no text, LB150, LB162.
    pub fn noted(&self, bytes: &[u8], kind: Kind, is_markdown: bool) -> Result<Marked, Diagnostic> {
        let moment = self.moment(Moment::Start)?;
        let said = self.law.notice(word(kind)).unwrap_or_default();
        let words = self.words.as_deref().unwrap_or(&said.zh);
        let content = text::note(bytes, words, moment, is_markdown, &self.rules)?;
        let new = content.as_deref().unwrap_or(bytes);
        let line = text::noted(new, is_markdown, &self.rules);
        Ok(Marked::new(content, Mark::Read(line), Vec::new()))
    }

    fn spoken(&self, bytes: &[u8]) -> Result<Marked, Diagnostic> {
        let moment = self.moment(Moment::Start)?;
        let mut findings = Vec::new();
        if let Some(words) = &self.words {
            kouan_mark::complete(words, &self.rules)?;
        }
        if let (Some(words), Some(clip)) = (&self.words, &self.clip) {
            findings.extend(self.hurried(words, length(clip)?));
        }
        let notice = self.clip.as_deref().map_or(Notice::Rhythm, Notice::Clip);
        let (content, heard) = announce(bytes, notice, moment, &self.rules)?;
        Ok(Marked::new(content, Mark::Heard(moment, heard), findings))
    }

    /// A warning where a clip says its words too fast or too slowly.
    fn hurried(&self, words: &str, millis: u64) -> Option<Diagnostic> {
        let spoken = words.chars().filter(|character| character.is_alphanumeric()).count() as u64;
        let rate = (spoken * 60_000).checked_div(millis).unwrap_or(u64::MAX);
        let (least, most) = self.rules.characters_per_minute;
        let is_normal = (u64::from(least)..=u64::from(most)).contains(&rate);
        let warning = Diagnostic::warning("LB165").with("rate", rate);
        (!is_normal).then(|| warning.with("least", least).with("most", most))
    }

    /// What is drawn for a kind.
    fn wish(&self, kind: Kind) -> Result<Wish<'_>, Diagnostic> {
        let place = self.place.as_deref().map(|place| Place::parse(place).ok_or(place));
        let place =
            place.transpose().map_err(|place| Diagnostic::error("LB162").with("place", place))?;
        Ok(Wish { words: self.said(kind), place, percent: self.percent })
    }

    fn moment(&self, usual: Moment) -> Result<Moment, Diagnostic> {
        let Some(place) = self.place.as_deref() else { return Ok(usual) };
        let found = Moment::parse(place);
        found.ok_or_else(|| Diagnostic::error("LB162").with("place", place))
    }

    /// The fonts; that of running text is unpacked only for words that need it.
    fn fonts(&self, words: &str) -> Result<Fonts, Diagnostic> {
        let fonts = Fonts::new(self.given.clone(), Vec::new())?;
        if fonts.have(words) {
            return Ok(fonts);
        }
        Fonts::new(self.given.clone(), vec![kouan_typeset::body()?])
    }
}

impl Marked {
    /// Content with its mark, as it stands in memory.
    fn new(content: Option<Vec<u8>>, mark: Mark, findings: Vec<Diagnostic>) -> Marked {
        let is_new = content.is_some();
        Marked { content, is_new, mark, findings }
    }
}

/// Whether FFmpeg has to put a label into a format.
pub const fn needs_ffmpeg(format: Format) -> bool {
    matches!(
        format,
        Format::Mp4
            | Format::Matroska
            | Format::Flv
            | Format::Avi
            | Format::Mp3
            | Format::Flac
            | Format::Ogg
    )
}

/// The word of a kind in the rulebook.
fn word(kind: Kind) -> &'static str {
    KINDS.iter().find(|(_, of)| *of == kind).map(|(word, _)| *word).unwrap_or_default()
}

fn whole(source: &mut (impl Read + Seek)) -> Result<Vec<u8>, Diagnostic> {
    let mut bytes = Vec::new();
    let read = source.seek(SeekFrom::Start(0)).and_then(|_| source.read_to_end(&mut bytes));
    read.map_err(files::failed)?;
    Ok(bytes)
}

impl Mark {
    /// As part of a document.
    pub fn value(&self) -> Value {
        match self {
            Mark::Seen(drawn) => json!({
                "kind": "seen",
                "place": drawn.place.as_str(),
                "dress": drawn.dress.as_str(),
                "area": [drawn.area.left, drawn.area.top, drawn.area.width, drawn.area.height],
                "letter_pixels": drawn.letters,
                "least_pixels": drawn.least,
                "contrast_percent": drawn.contrast,
            }),
            Mark::Heard(moment, heard) => json!({
                "kind": "heard",
                "place": moment.as_str(),
                "first_sample": heard.at,
                "samples": heard.samples,
                "samples_per_second": heard.rate,
            }),
            Mark::Put => json!({ "kind": "put" }),
            Mark::Planned(command) => json!({ "kind": "planned", "command": command }),
            Mark::Read(line) => json!({ "kind": "read", "line": line }),
            Mark::Unknown => json!({ "kind": "cannot-tell" }),
        }
    }

    /// As a line for people.
    pub fn line(&self) -> Bilingual {
        match self {
            Mark::Seen(drawn) => seen(drawn),
            Mark::Heard(moment, heard) => {
                let (zh, en) = match moment {
                    Moment::Start => ("开头", "the start"),
                    Moment::Middle => ("中间", "the middle"),
                    Moment::End => ("结尾", "the end"),
                };
                let millis = heard.samples as u64 * 1000 / u64::from(heard.rate.max(1));
                words(
                    &format!("显式标识：声音，在{zh}，{millis}毫秒"),
                    &format!("to be heard: at {en}, {millis} ms"),
                )
            }
            Mark::Put => words("显式标识：声音", "to be heard"),
            Mark::Planned(command) => words(command, command),
            Mark::Read(Some(line)) => {
                words(&format!("显式标识：文字，第{line}行"), &format!("to be read: line {line}"))
            }
            Mark::Read(None) => words("显式标识：文字", "to be read"),
            Mark::Unknown => words(
                "显式标识：没有找到本程序写的；有没有别人的，无法判断",
                "to be seen or heard: none of ours found; whether there is another cannot be told",
            ),
        }
    }
}

fn seen(drawn: &Drawn) -> Bilingual {
    let (zh, en) = match drawn.place {
        Place::BottomRight => ("右下角", "bottom right"),
        Place::BottomLeft => ("左下角", "bottom left"),
        Place::TopRight => ("右上角", "top right"),
        Place::TopLeft => ("左上角", "top left"),
        Place::Bottom => ("下边", "bottom"),
        Place::Top => ("上边", "top"),
    };
    let (letters, least) = (drawn.letters, drawn.least);
    let contrast = format!("{}.{}:1", drawn.contrast / 100, drawn.contrast % 100 / 10);
    let plate = match drawn.dress {
        Dress::Plate => words("，有底板", ", on a plate"),
        Dress::Black | Dress::White => Bilingual::default(),
    };
    words(
        &format!("显式标识：{zh}，字高{letters}像素（至少{least}），对比度{contrast}{}", plate.zh),
        &format!(
            "to be seen: {en}, {letters} pixels high (at least {least}), contrast {contrast}{}",
            plate.en
        ),
    )
}
