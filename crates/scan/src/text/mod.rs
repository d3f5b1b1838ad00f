//! Personal information in running text: names, addresses, identifiers, by candidate windows.
//!
//! A text is walked over three times, each time for what can begin a find: digits, letters and `@`
//! ([`numbers`]), characters that begin a place ([`addresses`]), characters that begin a name
//! ([`people`]). Only the window behind such a beginning is looked at closely. There is no model:
//! tables of characters and words, counted, and what stands before and after.

mod addresses;
mod labels;
pub mod names;
mod numbers;
mod people;
mod rates;
mod tokens;
mod words;

pub use rates::{Hint, TextRates};

/// What a span of text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextKind {
    /// The name of a person.
    Name,
    /// A surname with a title or a blank behind it: somebody, named in part.
    Surname,
    /// A postal address, from the road downward.
    Address,
    /// A place no finer than a county: on its own not personal.
    Place,
    /// A mobile number of the mainland.
    Mobile,
    /// A landline number.
    Landline,
    /// An e-mail address.
    Email,
    /// A resident ID number, or a residence permit of the same form.
    ResidentId,
    /// A passport number.
    Passport,
    /// The number of a travel permit between the mainland, Hong Kong, Macau and Taiwan.
    Permit,
    /// A number plate.
    Plate,
    /// A bank card number.
    BankCard,
    /// A unified social credit code: an organisation's, not personal.
    CreditCode,
    /// A WeChat account.
    Wechat,
    /// A QQ number.
    Qq,
    /// A date of birth.
    BirthDate,
    /// An address of the internet protocol.
    Ip,
    /// The number of a mobile device.
    Imei,
}

impl TextKind {
    /// Every kind, in the order of the enum.
    pub const ALL: [Self; 18] = [
        Self::Name,
        Self::Surname,
        Self::Address,
        Self::Place,
        Self::Mobile,
        Self::Landline,
        Self::Email,
        Self::ResidentId,
        Self::Passport,
        Self::Permit,
        Self::Plate,
        Self::BankCard,
        Self::CreditCode,
        Self::Wechat,
        Self::Qq,
        Self::BirthDate,
        Self::Ip,
        Self::Imei,
    ];

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Surname => "surname",
            Self::Address => "address",
            Self::Place => "place",
            Self::Mobile => "mobile",
            Self::Landline => "landline",
            Self::Email => "email",
            Self::ResidentId => "resident-id",
            Self::Passport => "passport",
            Self::Permit => "permit",
            Self::Plate => "plate",
            Self::BankCard => "bank-card",
            Self::CreditCode => "credit-code",
            Self::Wechat => "wechat",
            Self::Qq => "qq",
            Self::BirthDate => "birth-date",
            Self::Ip => "ip",
            Self::Imei => "imei",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a find says something of a person: places and organisations do not.
    #[must_use]
    pub const fn personal(self) -> bool {
        !matches!(self, Self::Place | Self::CreditCode)
    }
}

/// How far a find can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextLevel {
    /// It has the form, and little else speaks for it.
    Unsure,
    /// What stands around it or its parts speak for it.
    Likely,
    /// It passes a check, or its form occurs for nothing else.
    Sure,
}

/// A find: where it stands in the text, never what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextSpan {
    /// The byte it begins at.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// What it holds.
    pub kind: TextKind,
    /// How far it can be relied on.
    pub level: TextLevel,
}

impl TextSpan {
    fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// The longest text that is looked at in one piece, in bytes; what stands behind is looked at in
/// further pieces, so that a find over the border of two is missed.
pub const PIECE_BYTES_MAX: usize = 1 << 16;

/// Finds what is personal in a text; `out` is emptied first and ends in the order of the text,
/// without overlaps.
///
/// # Example: what does a note of a call hold?
///
/// ```
/// use kouan_scan::text::{TextKind, spans};
/// let mut found = Vec::new();
/// spans("客户留了手机13900000001，邮箱 jia.yi@example.com", &mut found);
/// let kinds: Vec<TextKind> = found.iter().map(|span| span.kind).collect();
/// assert_eq!(kinds, [TextKind::Mobile, TextKind::Email]);
/// ```
pub fn spans(text: &str, out: &mut Vec<TextSpan>) {
    out.clear();
    let mut from = 0;
    while from < text.len() {
        let to = text.floor_char_boundary(from.saturating_add(PIECE_BYTES_MAX));
        let piece = text.get(from..to).unwrap_or_default();
        let first = out.len();
        piece_spans(piece, out);
        for span in out.iter_mut().skip(first) {
            span.start += from;
            span.end += from;
        }
        from = to.max(from + 1);
    }
}

fn piece_spans(text: &str, out: &mut Vec<TextSpan>) {
    let first = out.len();
    numbers::find(text, out);
    if !text.is_ascii() {
        addresses::find(text, out);
        people::find(text, out);
    }
    settle(out, first);
}

/// Sorts the spans from `first` on and drops those that overlap a better one: numbers come before
/// addresses, these before names; within one sort the longer comes first.
fn settle(out: &mut Vec<TextSpan>, first: usize) {
    let rank = |span: &TextSpan| match span.kind {
        TextKind::Name | TextKind::Surname => 2,
        TextKind::Address => 1,
        TextKind::Place => 3,
        _ => 0,
    };
    let Some(fresh) = out.get_mut(first..) else { return };
    if fresh.len() < 2 {
        return;
    }
    fresh.sort_unstable_by_key(|span| (span.start, rank(span), usize::MAX - span.end));
    let mut kept = first;
    for at in first..out.len() {
        let Some(&span) = out.get(at) else { break };
        // Only the last one kept can reach into this one.
        let last = if kept > first { out.get(kept - 1).copied() } else { None };
        match last {
            Some(last) if last.overlaps(&span) => {
                if rank(&span) < rank(&last)
                    && let Some(place) = out.get_mut(kept - 1)
                {
                    *place = span;
                }
            }
            _ => {
                if let Some(place) = out.get_mut(kept) {
                    *place = span;
                }
                kept += 1;
            }
        }
    }
    out.truncate(kept);
}

#[cfg(test)]
mod tests;
