//! Words become glyphs: which face, how wide, where a line may begin.

use crate::breaking::{opportunities, parts_long_words};
use crate::faces::{Faces, Style};

/// A glyph in its place in the words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    /// The character.
    pub(crate) character: char,
    /// The face.
    pub(crate) face: usize,
    /// The glyph in it.
    pub(crate) glyph: u32,
    /// How far it moves on, in points.
    pub(crate) advance: f32,
    /// How far it is drawn from there, in points.
    pub(crate) offset: f32,
    /// What it is.
    pub(crate) kind: Kind,
    /// Whether it is to be drawn bolder than it is.
    pub(crate) embolden: bool,
    /// Whether a line may begin with it.
    pub(crate) begins: bool,
}

/// What a character is on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As wide as high: ideographs, kana.
    Wide,
    /// Opening punctuation, blank in its left half.
    Opening,
    /// Closing punctuation, blank in its right half.
    Closing,
    /// Dashes and points that stay joined to their like.
    Joined,
    /// A space.
    Space,
    /// Everything else.
    Western,
}

/// The gap between Chinese and Latin, in parts of the size. Narrower than usual: programs that read
/// a PDF take a gap from a tenth on for a space.
const BESIDE_LATIN: f32 = 0.09;

/// A line of words, shaped; no line break stands in it.
///
/// Characters that no font holds are left out and counted.
pub(crate) fn shape(faces: &Faces, style: &Style, text: &str, missing: &mut usize) -> Vec<Glyph> {
    let mut breaks = opportunities(text).into_iter().peekable();
    let mut glyphs: Vec<Glyph> = Vec::new();
    let mut before: Option<char> = None;
    let mut rest = text.char_indices().peekable();
    while let Some((at, character)) = rest.next() {
        while breaks.next_if(|place| *place < at).is_some() {}
        let begins = breaks.peek() == Some(&at);
        let after = rest.peek().map(|(_, next)| *next);
        let western = !style.wide || is_western(before, character, after);
        before = Some(character);
        if is_invisible(character) {
            continue;
        }
        let character = if is_space(character) { ' ' } else { character };
        let Some(found) = faces.find(style, character, western) else {
            *missing += 1;
            continue;
        };
        let mut glyph = Glyph {
            character,
            face: found.face,
            glyph: found.glyph,
            advance: found.advance * style.points,
            offset: 0.0,
            kind: kind(character, western),
            embolden: found.embolden,
            begins,
        };
        widen(&mut glyph, style.points);
        if let Some(last) = glyphs.last_mut() {
            glyph.begins |= begins_beside_quotation(last, &glyph);
            squeeze(last, &mut glyph, style.points);
        }
        glyphs.push(glyph);
    }
    glyphs
}

/// Whether a character belongs to the Latin face in words that are Chinese.
fn is_western(before: Option<char>, character: char, after: Option<char>) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    match character {
        '’' => letter(before) && letter(after),
        '‘' | '“' | '”' | '…' | '—' | '―' => false,
        _ => u32::from(character) < 0x2E80,
    }
}

/// Whether a line may begin between two glyphs because of a Chinese quotation mark. Unicode takes
/// the marks for those of any language, which stick to both sides.
fn begins_beside_quotation(before: &Glyph, glyph: &Glyph) -> bool {
    let opens = glyph.kind == Kind::Opening && matches!(glyph.character, '“' | '‘');
    let closes = before.kind == Kind::Closing && matches!(before.character, '”' | '’');
    (opens && matches!(before.kind, Kind::Wide | Kind::Closing))
        || (closes && matches!(glyph.kind, Kind::Wide | Kind::Opening | Kind::Western))
}

fn is_space(character: char) -> bool {
    character == '\t' || (character.is_whitespace() && character != '\u{3000}')
}

fn is_invisible(character: char) -> bool {
    let joins = matches!(character, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}');
    joins || (character.is_control() && character != '\t')
}

fn kind(character: char, western: bool) -> Kind {
    match character {
        ' ' => Kind::Space,
        '（' | '《' | '〈' | '【' | '「' | '『' | '〔' | '［' | '｛' | '〖' => {
            Kind::Opening
        }
        '，' | '。' | '、' | '；' | '：' | '？' | '！' | '）' | '》' | '〉' | '】' | '」'
        | '』' | '〕' | '］' | '｝' | '〗' => Kind::Closing,
        '‘' | '“' if !western => Kind::Opening,
        '’' | '”' if !western => Kind::Closing,
        '…' | '—' | '―' if !western => Kind::Joined,
        _ if u32::from(character) >= 0x2E80 => Kind::Wide,
        _ => Kind::Western,
    }
}

/// Gives Chinese quotation marks the width of a character, when the face has narrow ones.
fn widen(glyph: &mut Glyph, points: f32) {
    let half = points / 2.0;
    let narrow = glyph.advance < 0.6 * points;
    match glyph.kind {
        Kind::Opening if narrow => glyph.offset = half + (half - glyph.advance) / 2.0,
        Kind::Closing if narrow => glyph.offset = (half - glyph.advance) / 2.0,
        _ => return,
    }
    glyph.advance = points;
}

/// Takes out the blank halves where punctuation meets punctuation, puts a little room between
/// Chinese and Latin.
fn squeeze(before: &mut Glyph, glyph: &mut Glyph, points: f32) {
    let half = points / 2.0;
    match (before.kind, glyph.kind) {
        (Kind::Closing, Kind::Closing | Kind::Opening) => before.advance -= half,
        (Kind::Opening, Kind::Opening) => {
            glyph.offset -= half;
            glyph.advance -= half;
        }
        (Kind::Wide, Kind::Western) if glyph.character.is_alphanumeric() => {
            before.advance += BESIDE_LATIN * points;
        }
        (Kind::Western, Kind::Wide) if before.character.is_alphanumeric() => {
            before.advance += BESIDE_LATIN * points;
        }
        _ => {}
    }
}

impl Glyph {
    /// What of its advance is blank, and may go, at the end of a line.
    pub(crate) fn blank_at_end(&self, points: f32) -> f32 {
        match self.kind {
            Kind::Space => self.advance,
            Kind::Closing if self.advance > 0.75 * points => points / 2.0,
            _ => 0.0,
        }
    }

    /// Whether the gap to the next may be stretched.
    pub(crate) fn stretches_before(&self, next: &Glyph) -> bool {
        let wide = |kind: Kind| matches!(kind, Kind::Wide | Kind::Opening | Kind::Closing);
        match (self.kind, next.kind) {
            (Kind::Joined, Kind::Joined) | (_, Kind::Space) => false,
            (Kind::Space, _) => true,
            (Kind::Opening, _) | (_, Kind::Closing) => false,
            (one, other) => wide(one) || wide(other),
        }
    }

    /// Whether a word too long for any line is best broken after it.
    pub(crate) fn parts_long_words(&self) -> bool {
        parts_long_words(self.character)
    }
}
