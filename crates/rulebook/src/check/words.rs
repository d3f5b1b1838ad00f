//! Words: both languages, each in its own script and punctuation, and `says` short.

use kouan_terms::{Bilingual, Diagnostic, Place};

use super::entries::{What, entries};
use super::{instrument_place, place_of};
use crate::book::{Book, Edition};
use crate::format::Sentence;

/// The longest `says`, in Chinese and in Latin characters.
const LONGEST: (usize, usize) = (80, 200);

/// Checks everything the book says.
pub(super) fn check(book: &Book, found: &mut Vec<Diagnostic>) {
    let mut words = Words { found };
    words.entries(book);
    words.points(book);
    words.facts(book);
    words.instruments(book);
    words.consequences(book);
    for edition in &book.editions {
        words.edition(edition);
    }
    words.rest(book);
}

/// How strictly a pair of words is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A sentence with a length limit.
    Says,
    /// A sentence.
    Sentence,
    /// A name or a number, which may have no Chinese character (`GB/T 35273—2020`).
    Name,
}

/// Looks at pairs of words.
pub(crate) struct Words<'a> {
    /// Where findings go.
    pub(crate) found: &'a mut Vec<Diagnostic>,
}

impl Words<'_> {
    fn entries(&mut self, book: &Book) {
        for entry in entries(book) {
            let place = place_of(entry.standing);
            let (key, kind) = match entry.what {
                What::Limit => ("step", Kind::Sentence),
                _ => ("says", Kind::Says),
            };
            self.bilingual(&place, key, entry.says, kind);
        }
        let listed = book.editions.iter().flat_map(|edition| &edition.sectors);
        let listed = listed.flat_map(|sector| sector.rules.iter().map(|listed| &listed.rule));
        for rule in book.rules.iter().chain(listed) {
            self.note(&place_of(&rule.standing), rule.note.as_ref());
        }
        for duty in &book.duties {
            self.note(&place_of(&duty.standing), duty.note.as_ref());
        }
        for limit in &book.limits {
            self.note(&place_of(&limit.standing), limit.note.as_ref());
        }
        for change in &book.changes {
            let place = place_of(&change.standing);
            self.bilingual(&place, "leads_to", &change.leads_to, Kind::Sentence);
            self.note(&place, change.note.as_ref());
        }
    }

    fn points(&mut self, book: &Book) {
        for point in &book.points {
            let place = place_of(&point.standing);
            self.bilingual(&place, "question", &point.question, Kind::Sentence);
            self.bilingual(&place, "why", &point.why, Kind::Sentence);
            for reading in &point.readings {
                self.bilingual(&place, "readings", &reading.says, Kind::Sentence);
                self.bilingual(&place, "leads_to", &reading.leads_to, Kind::Sentence);
            }
        }
    }

    fn facts(&mut self, book: &Book) {
        let place = Place::file("facts.toml");
        for fact in &book.facts {
            self.bilingual(&place, "name", &fact.name, Kind::Sentence);
            self.bilingual(&place, "asks", &fact.asks, Kind::Sentence);
            if let Some(counts) = &fact.counts {
                self.bilingual(&place, "counts", counts, Kind::Sentence);
            }
            if let crate::FactKind::OneOf(values) = &fact.kind {
                for (_, label) in values {
                    self.bilingual(&place, "labels", label, Kind::Name);
                }
            }
        }
    }

    fn instruments(&mut self, book: &Book) {
        for instrument in book.instruments.values() {
            let place = instrument_place(instrument);
            self.sentence(&place, "title", &instrument.title, Kind::Name);
            self.optional(&place, "number", instrument.number.as_ref(), Kind::Name);
            self.optional(&place, "governs", instrument.governs.as_ref(), Kind::Says);
            self.optional(&place, "note", instrument.note.as_ref(), Kind::Sentence);
            for part in &instrument.superseded_parts {
                self.sentence(&place, "what", &part.what, Kind::Sentence);
            }
        }
    }

    fn consequences(&mut self, book: &Book) {
        let versions = Place::file("rules/cn/versions.toml");
        for version in &book.versions {
            self.sentence(&versions, "says", &version.says, Kind::Sentence);
        }
        for missing in &book.missing {
            let place = Place::at("missing.toml", missing.id.span());
            self.sentence(&place, "what", &missing.what, Kind::Sentence);
            self.sentence(&place, "effect", &missing.effect, Kind::Sentence);
        }
        for zone in &book.zones {
            let place = Place::at("lists/zones.toml", zone.id.span());
            self.pair(&place, "zone", &zone.zh, &zone.en, Kind::Name);
            self.optional(&place, "note", zone.note.as_ref(), Kind::Sentence);
        }
        for borrow in &book.borrows {
            let place = Place::at("lists/zones.toml", borrow.in_force.from.span());
            self.sentence(&place, "says", &borrow.says, Kind::Says);
            self.optional(&place, "note", borrow.note.as_ref(), Kind::Sentence);
        }
    }

    fn edition(&mut self, edition: &Edition) {
        let place = place_of(&edition.standing);
        let text = &edition.text;
        self.optional(&place, "title", text.title.as_ref(), Kind::Name);
        self.optional(&place, "applies.note", text.applies.note.as_ref(), Kind::Sentence);
        self.optional(&place, "counts_note", text.counts_note.as_ref(), Kind::Sentence);
        self.all(&place, "missing", &text.missing);
        self.all(&place, "notes", &text.notes);
        for step in &text.r#use {
            let place = Place::at(&edition.standing.file, step.id.span());
            self.sentence(&place, "says", &step.says, Kind::Says);
            self.optional(&place, "note", step.note.as_ref(), Kind::Sentence);
        }
        for sector in &edition.sectors {
            let file = super::lists::file_of(edition, sector);
            let sector = &sector.text;
            let place = Place::at(&file, sector.sector.id.span());
            self.pair(&place, "sector", &sector.sector.zh, &sector.sector.en, Kind::Name);
            self.all(&place, "excludes", &sector.excludes);
            self.all(&place, "notes", &sector.notes);
            for scenario in &sector.scenario {
                let place = Place::at(&file, scenario.id.span());
                self.pair(&place, "scenario", &scenario.zh, &scenario.en, Kind::Name);
                self.optional(&place, "note", scenario.note.as_ref(), Kind::Sentence);
                for field in &scenario.fields {
                    self.pair(&place, "fields", &field.zh, &field.en, Kind::Name);
                }
            }
        }
    }

    fn rest(&mut self, book: &Book) {
        for hole in &book.manifest.hole {
            self.sentence(&Place::file("rulebook.toml"), "reason", &hole.reason, Kind::Sentence);
        }
        for base in &book.bases {
            let place = Place::at("bases.toml", base.id.span());
            self.sentence(&place, "says", &base.says, Kind::Sentence);
        }
        for calendar in &book.calendars {
            let place = Place::file(&super::calendars::file_of(calendar));
            self.sentence(&place, "notice", &calendar.notice, Kind::Sentence);
            self.optional(&place, "number", calendar.number.as_ref(), Kind::Name);
            self.optional(&place, "note", calendar.note.as_ref(), Kind::Sentence);
            for run in &calendar.holidays {
                self.pair(&place, "holidays", &run.zh, &run.en, Kind::Name);
            }
        }
        for term in &book.glossary {
            let place = Place::at("glossary.toml", term.id.span());
            self.pair(&place, "term", &term.zh, &term.en, Kind::Name);
        }
    }

    pub(crate) fn note(&mut self, place: &Place, note: Option<&Bilingual>) {
        if let Some(note) = note {
            self.bilingual(place, "note", note, Kind::Sentence);
        }
    }

    fn all(&mut self, place: &Place, key: &str, sentences: &[Sentence]) {
        for sentence in sentences {
            self.sentence(place, key, sentence, Kind::Sentence);
        }
    }

    fn optional(&mut self, place: &Place, key: &str, pair: Option<&Sentence>, kind: Kind) {
        if let Some(pair) = pair {
            self.sentence(place, key, pair, kind);
        }
    }

    fn sentence(&mut self, place: &Place, key: &str, pair: &Sentence, kind: Kind) {
        self.pair(place, key, &pair.zh, &pair.en, kind);
    }

    pub(crate) fn bilingual(&mut self, place: &Place, key: &str, pair: &Bilingual, kind: Kind) {
        self.pair(place, key, &pair.zh, &pair.en, kind);
    }

    fn pair(&mut self, place: &Place, key: &str, zh: &str, en: &str, kind: Kind) {
        let mut find = |finding: Diagnostic| {
            self.found.push(finding.at(place.clone()).with("key", key));
        };
        for (language, text) in [("zh", zh), ("en", en)] {
            if text.trim().is_empty() {
                find(Diagnostic::error("RB130").with("language", language));
            }
        }
        for (language, text, longest) in [("zh", zh, LONGEST.0), ("en", en, LONGEST.1)] {
            let count = text.chars().count();
            if kind == Kind::Says && count > longest {
                let finding = Diagnostic::error("RB131").with("language", language);
                find(finding.with("count", count).with("longest", longest));
            }
        }
        if let Some(mark) = half_width(zh) {
            find(Diagnostic::warning("RB132").with("mark", mark));
        }
        if kind != Kind::Name && !zh.trim().is_empty() && !zh.chars().any(is_chinese) {
            find(Diagnostic::error("RB133"));
        }
        if let Some(character) = en.chars().find(|character| is_chinese(*character)) {
            find(Diagnostic::error("RB134").with("character", character));
        }
    }
}

fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}

/// A half-width mark beside a Chinese character, outside code.
fn half_width(text: &str) -> Option<char> {
    text.split('`').step_by(2).find_map(|prose| {
        let pairs = prose.chars().zip(prose.chars().skip(1));
        pairs.into_iter().find_map(|(a, b)| {
            let is_mark = |mark: char| matches!(mark, ',' | ';' | ':' | '?');
            match (is_mark(a) && is_chinese(b), is_chinese(a) && is_mark(b)) {
                (true, _) => Some(a),
                (_, true) => Some(b),
                _ => None,
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::half_width;

    #[test]
    fn only_marks_beside_chinese_are_half_width() {
        assert_eq!(half_width("申报,评估"), Some(','));
        assert_eq!(half_width("申报：PIPL,评估"), Some(','));
        assert_eq!(half_width("今年累计出境100,000人"), None);
        assert_eq!(half_width("键`a:须`写明"), None);
        assert_eq!(half_width("零时（00:00）起"), None);
    }
}
