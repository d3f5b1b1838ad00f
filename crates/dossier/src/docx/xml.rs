//! Text of XML: what has to be escaped, and characters that XML cannot hold.

/// Adds words to XML; control characters that XML 1.0 cannot hold are left out.
pub(super) fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if u32::from(c) < 0x20 || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
}

/// Words as they stand in XML.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    escape(&mut out, text);
    out
}

/// Millimetres or points in twentieths of a point.
pub(crate) fn twips_of_mm(mm: f64) -> i64 {
    rounded(mm / 25.4 * 1440.0)
}

/// Points in twentieths of a point.
pub(crate) fn twips(points: f64) -> i64 {
    rounded(points * 20.0)
}

/// Points in halves of a point.
pub(crate) fn half_points(points: f64) -> i64 {
    rounded(points * 2.0)
}

#[expect(clippy::cast_possible_truncation, reason = "lengths on a page are far below the limit")]
fn rounded(value: f64) -> i64 {
    value.round() as i64
}
