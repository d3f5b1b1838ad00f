//! The second look at cells that leave as they are: identifiers where none are permitted.

use kouan_decide::permit::FieldText;
use kouan_scan::text::{TextKind, TextLevel, TextSpan, spans};
use kouan_table::Cells;

/// Shorter runs of digits and letters are no identifier of a person.
const DIGITS: usize = 6;

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
fn may_hold(cell: &[u8]) -> bool {
    // Digits of full width have other bytes.
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit() || **byte == 0xEF).count();
    digits >= DIGITS || cell.contains(&b'@')
}

fn is_held(field: &FieldText, span: &TextSpan) -> bool {
    let held = match span.kind {
        TextKind::ResidentId | TextKind::Passport | TextKind::Permit | TextKind::BankCard => true,
        TextKind::Mobile | TextKind::Email | TextKind::Imei => true,
        _ => return false,
    };
    // A number that only has the form of one is found in every order number.
    held && span.level >= TextLevel::Likely && field.class.as_deref() != Some(span.kind.name())
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

    #[test]
    fn an_identifier_is_held_back_where_the_class_does_not_say_it() {
        assert!(held(None, "请致电13900001234"));
        assert!(held(Some("free-text"), "联系 jia.yi@example.com"));
        assert!(!held(Some("mobile"), "13900001234"));
        assert!(held(Some("mobile"), "证件11010119900307109X"));
        assert!(!held(None, "EX202609064211"));
        assert!(!held(None, "双床房"));
    }
}
