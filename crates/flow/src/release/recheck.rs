//! The second look at cells that leave as they are: identifiers where none are permitted.

use kouan_decide::permit::FieldText;
use kouan_scan::text::{TextKind, TextLevel, TextSpan, spans};
use kouan_table::Cells;

/// Shorter runs of digits and letters are no identifier of a person.
const DIGITS: usize = 6;
/// The digits of a mobile number: no identifier that needs no word beside it has fewer.
const NUMBER: usize = 11;

/// Marks the cells in which an identifier stands that the field does not hold by its class.
///
/// An identity document, a bank card, a telephone number or an address of mail is held back in any
/// other field; a name is not, because any sentence may have one.
pub(super) fn recheck(field: &FieldText, cells: &Cells<'_>, held: &mut [bool]) {
    let Cells::Text { bytes, spans: places } = cells else { return };
    let mut found: Vec<TextSpan> = Vec::new();
    for (held, place) in held.iter_mut().zip(*places) {
        let Some(cell) = place.of(bytes).filter(|cell| may_hold(cell)) else { continue };
        spans(&String::from_utf8_lossy(cell), &mut found);
        *held = found.iter().any(|span| is_held(field, span));
    }
}

/// What a look at every byte can rule out.
///
/// Shorter numbers than those of a telephone are identifiers only behind a word that says so; in a
/// cell without letters there is none, and a day and a time of day are passed over.
fn may_hold(cell: &[u8]) -> bool {
    let (mut digits, mut longest, mut run) = (0, 0, 0);
    // Whether the last byte could stand between two groups of digits of one number.
    let mut parted = false;
    for byte in cell {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                run += 1;
                longest = longest.max(run);
                parted = false;
            }
            b'@' => return true,
            b' ' | b'-' | b'.' | b'/' | b')' if !parted => parted = true,
            // Letters of any script; digits of full width are among them.
            b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => {
                let wide = cell.iter().filter(|byte| **byte == 0xEF).count();
                let plain = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
                return plain + wide >= DIGITS || cell.contains(&b'@');
            }
            _ => run = 0,
        }
    }
    digits >= DIGITS && longest >= NUMBER
}

fn is_held(field: &FieldText, span: &TextSpan) -> bool {
    is_identifier(span) && field.class.as_deref() != Some(span.kind.name())
}

fn is_identifier(span: &TextSpan) -> bool {
    let kind = match span.kind {
        TextKind::ResidentId | TextKind::Passport | TextKind::Permit | TextKind::BankCard => true,
        TextKind::Mobile | TextKind::Email | TextKind::Imei => true,
        _ => return false,
    };
    // A number that only has the form of one is found in every order number.
    kind && span.level >= TextLevel::Likely
}

#[cfg(test)]
mod tests {
    use kouan_decide::permit::{Form, Transform};
    use kouan_table::Span;

    use super::*;

    fn held(class: Option<&str>, cell: &str) -> bool {
        let field = FieldText {
            table: None,
            column: "x".to_owned(),
            form: Form::Nothing,
            kind: None,
            class: class.map(str::to_owned),
            transform: Transform::Keep {},
        };
        let spans = [Span { start: 0, end: cell.len() as u32 }];
        let mut held = [false];
        recheck(&field, &Cells::Text { bytes: cell.as_bytes(), spans: &spans }, &mut held);
        held[0]
    }

    /// What is passed over is what the whole look finds nothing in.
    #[test]
    fn a_look_at_the_bytes_passes_over_nothing_that_is_an_identifier() {
        let mut state = 7_u64;
        let mut next = |sides: u64| {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            (state >> 33) % sides
        };
        let pieces = [
            "139",
            "0000",
            "1234",
            "11010119900307",
            "109",
            "X",
            " ",
            "-",
            ".",
            "/",
            ")",
            "+86",
            "0086",
            ":",
            ",",
            "6222",
            "021",
            "E",
            "护照",
            "電",
            "@",
            "a.cn",
            "３９",
            "",
            "58",
        ];
        let mut found = Vec::new();
        let mut missed = 0;
        for _ in 0..100_000 {
            let parts = 1 + next(7);
            let cell: String =
                (0..parts).map(|_| pieces[next(pieces.len() as u64) as usize]).collect();
            if may_hold(cell.as_bytes()) {
                continue;
            }
            missed += 1;
            spans(&cell, &mut found);
            assert!(!found.iter().any(is_identifier), "{cell}");
        }
        assert!(missed > 10_000, "{missed}");
    }

    #[test]
    fn an_identifier_is_held_back_where_the_class_does_not_say_it() {
        assert!(held(None, "请致电13900001234"));
        assert!(held(Some("free-text"), "联系 jia.yi@example.com"));
        assert!(!held(Some("mobile"), "13900001234"));
        assert!(held(Some("mobile"), "证件11010119900307109X"));
        assert!(!held(None, "EX202609064211"));
        assert!(held(None, "139 0000-1234"));
        assert!(!held(None, "2026-11-22 12:34:56.789"));
        assert!(!held(None, "双床房"));
    }
}
