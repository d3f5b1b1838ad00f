//! The nearest spelling among a few allowed ones.

use super::limits;

/// The allowed word that lies nearest to what was written, when one is near enough to be meant.
///
/// Case and the two hyphens (`-`, `_`) make no difference; a swap of neighbours counts once.
pub(super) fn nearest<'w>(
    written: &str,
    allowed: impl IntoIterator<Item = &'w str>,
) -> Option<&'w str> {
    let written = folded(written)?;
    let within = (written.len() / 3).max(1);
    allowed
        .into_iter()
        .filter_map(|word| Some((distance(&written, &folded(word)?), word)))
        .filter(|(distance, _)| *distance <= within)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// The words as a finding lists them, the same in both languages.
pub(super) fn listed<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    words.join(" · ")
}

/// A key as a finding may repeat it: cut, and without anything a terminal would act on.
pub(super) fn shown(key: &str) -> String {
    let mut shown = String::new();
    for (index, c) in key.chars().enumerate() {
        if index == limits::SHOWN_KEY_CHARACTERS {
            shown.push('…');
            break;
        }
        match c {
            '`' => shown.push('\''),
            c if is_unprintable(c) => shown.push('\u{fffd}'),
            c => shown.push(c),
        }
    }
    shown
}

/// Whether a character steers a terminal or turns the writing direction.
pub(super) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn folded(word: &str) -> Option<Vec<char>> {
    let fold = |c: char| if c == '-' { '_' } else { c.to_ascii_lowercase() };
    let folded: Vec<char> = word.chars().take(limits::ID_CHARACTERS + 1).map(fold).collect();
    (folded.len() <= limits::ID_CHARACTERS && !folded.is_empty()).then_some(folded)
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (done, &a) in from.iter().enumerate() {
        let mut next = vec![done + 1];
        let mut left = done + 1;
        for (column, &b) in to.iter().enumerate() {
            let at =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&row, column) + usize::from(a != b))
                .min(at(&row, column + 1) + 1)
                .min(left + 1);
            let before = column.checked_sub(1);
            if let Some(before) = before
                && to.get(before) == Some(&a)
                && previous == Some(b)
            {
                best = best.min(at(&above, before) + 1);
            }
            next.push(best);
            left = best;
        }
        above = std::mem::replace(&mut row, next);
        previous = Some(a);
    }
    row.last().copied().unwrap_or(from.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_the_one_meant() {
        let allowed = ["is_ciio", "is_state_organ", "sector", "country"];
        for (written, meant) in [
            ("is_cio", Some("is_ciio")),
            ("is-ciio", Some("is_ciio")),
            ("Is_CIIO", Some("is_ciio")),
            ("setcor", Some("sector")),
            ("contry", Some("country")),
            ("x", None),
            ("行业", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, allowed), meant, "{written}");
        }
        assert_eq!(nearest(&"a".repeat(9_999), allowed), None);
    }

    #[test]
    fn a_shown_key_steers_no_terminal() {
        assert_eq!(shown("\u{1b}[31m`a`"), "\u{fffd}[31m'a'");
        assert_eq!(shown(&"字".repeat(100)).chars().count(), 49);
    }
}
