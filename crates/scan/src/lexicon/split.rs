//! Cuts the atoms of a name into known phrases.

use super::atoms::{Atom, Script};
use super::dictionary::{Dictionary, Script as Written, Sense};
use super::words::spelt_out;

/// Most atoms one phrase may span.
const SPAN_MAX: usize = 14;

/// Most letters of a word that is tried as initials or as a glued name.
const LETTERS_MAX: usize = 40;

/// Most letters of a word taken for initials.
const INITIALS_MAX: usize = 10;

/// A phrase of a name, or an atom nothing is known about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    /// As one word.
    pub(crate) text: String,
    /// What it may mean; empty when nothing is known.
    pub(crate) senses: Vec<Sense>,
    /// A run of digits.
    pub(crate) digits: bool,
    /// Letters or characters.
    pub(crate) length: usize,
    /// The word was cut out of a glued name.
    pub(crate) glued: bool,
}

/// Costs in the choice of a cut: as few phrases as can be, as little unknown as can be.
mod cost {
    pub(super) const PHRASE: u32 = 100;
    pub(super) const SPELT_OUT: u32 = 105;
    pub(super) const INITIALS: u32 = 120;
    pub(super) const UNKNOWN_WORD: u32 = 300;
    pub(super) const UNKNOWN_CHARACTER: u32 = 170;
    pub(super) const DIGITS: u32 = 10;
}

/// Cuts a name into parts.
pub(crate) fn parts(atoms: &[Atom], dictionary: &Dictionary) -> Vec<Part> {
    parts_of(atoms, dictionary, |_| true)
}

/// Cuts a name into parts by the phrases that have a sense of that kind.
pub(crate) fn parts_of(
    atoms: &[Atom],
    dictionary: &Dictionary,
    kind: fn(&Sense) -> bool,
) -> Vec<Part> {
    let atoms = unglued(atoms, dictionary);
    // best[i]: the cheapest cut of the atoms before i, and the part it ends with.
    let mut best: Vec<Option<(u32, usize, Part)>> = vec![None; atoms.len() + 1];
    for from in 0..atoms.len() {
        let before = match best.get(from) {
            Some(Some((before, ..))) => *before,
            _ if from == 0 => 0,
            _ => continue,
        };
        let mut offer = |until: usize, price: u32, part: Part| {
            if let Some(place) = best.get_mut(until) {
                let price = before + price;
                // At the same price the later, longer last phrase wins: heads stand last.
                if place.as_ref().is_none_or(|(held, start, _)| (price, from) < (*held, *start)) {
                    *place = Some((price, from, part));
                }
            }
        };
        if let Some((atom, glued)) = atoms.get(from) {
            let (price, part) = alone(atom, *glued, dictionary);
            offer(from + 1, price, part);
        }
        let mut phrase = String::new();
        let mut spelt = String::new();
        for (until, (atom, glued)) in atoms.iter().enumerate().skip(from).take(SPAN_MAX) {
            phrase.push_str(&atom.text);
            spelt.push_str(spelt_out(&atom.text).unwrap_or(&atom.text));
            if phrase.chars().count() > dictionary.longest + 2 {
                break;
            }
            let number = until == from && atom.script == Script::Digits;
            let kept = until == from && keeps_short(&atom.text, dictionary);
            let (text, price) = if kept || dictionary.get(&phrase).iter().any(kind) {
                (&phrase, cost::PHRASE)
            } else {
                (&spelt, cost::SPELT_OUT)
            };
            let senses = dictionary.get(text);
            if senses.iter().any(kind) && !number {
                let (senses, length) = (senses.to_vec(), text.chars().count());
                let part =
                    Part { text: text.clone(), senses, digits: false, length, glued: *glued };
                offer(until + 1, price, part);
            }
        }
    }
    collect(best)
}

/// Whether a short form on its own is not spelt out: two letters stand for too much, and what is
/// listed as initials is read so.
fn keeps_short(word: &str, dictionary: &Dictionary) -> bool {
    word.len() < 3 || dictionary.initials(word).iter().any(|sense| !sense.derived)
}

fn collect(mut best: Vec<Option<(u32, usize, Part)>>) -> Vec<Part> {
    let mut found = Vec::new();
    let mut until = best.len().saturating_sub(1);
    while until > 0 {
        let Some((_, from, part)) = best.get_mut(until).and_then(Option::take) else {
            break;
        };
        found.push(part);
        until = from;
    }
    found.reverse();
    found
}

/// The price of an atom on its own, known or not.
fn alone(atom: &Atom, glued: bool, dictionary: &Dictionary) -> (u32, Part) {
    let length = atom.text.chars().count();
    let text = atom.text.clone();
    let part = |senses: Vec<Sense>, digits| Part { text, senses, digits, length, glued };
    match atom.script {
        Script::Digits => (cost::DIGITS, part(Vec::new(), true)),
        Script::Han => (cost::UNKNOWN_CHARACTER, part(Vec::new(), false)),
        Script::Latin => {
            let initials = if (2..=INITIALS_MAX).contains(&length) {
                dictionary.initials(&atom.text)
            } else {
                &[]
            };
            if initials.is_empty() || !dictionary.get(&atom.text).is_empty() {
                (cost::UNKNOWN_WORD, part(Vec::new(), false))
            } else {
                (cost::INITIALS, part(initials.to_vec(), false))
            }
        }
    }
}

/// Replaces words that nothing is known about by the known words they are glued from.
fn unglued(atoms: &[Atom], dictionary: &Dictionary) -> Vec<(Atom, bool)> {
    let mut found = Vec::new();
    for atom in atoms {
        let known = atom.script != Script::Latin
            || atom.text.len() < 4
            || atom.text.len() > LETTERS_MAX
            || !dictionary.get(&atom.text).is_empty()
            || spelt_out(&atom.text).is_some()
            || dictionary.initials(&atom.text).iter().any(|sense| !sense.derived);
        // Initials of several words are looked for only where they are the whole name.
        let whole = atoms.iter().filter(|atom| atom.script != Script::Digits).count() == 1;
        let cut = if known { None } else { pieces(&atom.text, dictionary, whole) };
        let cut = cut.or_else(|| (whole && !known).then(|| unmarked(&atom.text, dictionary))?);
        match cut {
            Some(pieces) => found.extend(pieces.into_iter().map(|text| {
                let script = Script::Latin;
                (Atom { text, script }, true)
            })),
            None => found.push((atom.clone(), false)),
        }
    }
    found
}

/// The pieces of a glued word behind a letter that only marks a column or its type, as in
/// `FCUSTOMERID`, `vbillcode`.
fn unmarked(word: &str, dictionary: &Dictionary) -> Option<Vec<String>> {
    let rest = word.strip_prefix(['f', 'c', 'v', 'n', 'd', 'b', 'i', 's'])?;
    if rest.len() < 5 {
        return None;
    }
    let known = dictionary.get(rest).iter().any(|sense| sense.script == Written::English);
    if known {
        return Some(vec![rest.to_owned()]);
    }
    cover(rest, 3, &|piece: &str| dictionary.parts.contains(piece))
}

/// The pieces of a glued word when all of it is known: English, then pinyin in full, then
/// initials.
fn pieces(word: &str, dictionary: &Dictionary, whole: bool) -> Option<Vec<String>> {
    let english = |piece: &str| dictionary.parts.contains(piece);
    let pinyin = |piece: &str| dictionary.pinyin_parts.contains(piece);
    let initials = |piece: &str| piece.len() >= 2 && !dictionary.initials(piece).is_empty();
    cover(word, 4, &english).or_else(|| cover(word, 3, &pinyin)).or_else(|| {
        (whole && word.len() <= INITIALS_MAX).then(|| cover(word, 2, &initials)).flatten()
    })
}

/// The cover of a word by the fewest known pieces, at most so many; at a tie the longest last.
fn cover(word: &str, pieces_max: usize, known: &dyn Fn(&str) -> bool) -> Option<Vec<String>> {
    let length = word.len();
    let mut best: Vec<Option<(usize, usize)>> = vec![None; length + 1];
    if let Some(first) = best.first_mut() {
        *first = Some((0, 0));
    }
    for until in 1..=length {
        for from in 0..until {
            let Some(Some((pieces, _))) = best.get(from).copied() else { continue };
            let Some(piece) = word.get(from..until) else { continue };
            if pieces + 1 > pieces_max || !known(piece) {
                continue;
            }
            if let Some(place) = best.get_mut(until)
                && place.is_none_or(|(held, _)| pieces + 1 < held)
            {
                *place = Some((pieces + 1, from));
            }
        }
    }
    let mut found = Vec::new();
    let mut until = length;
    while until > 0 {
        let (_, from) = best.get(until).copied().flatten()?;
        found.push(word.get(from..until)?.to_owned());
        until = from;
    }
    found.reverse();
    (found.len() > 1).then_some(found)
}
