//! What a platform has to say around content, and why: the three states of the Measures.

use crate::lint::{Report, Verdict};
use crate::standard::{Field, Kind, Standard};

/// What a platform found out besides the label itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Besides {
    /// The user declares that the content is made by AI.
    pub is_declared: bool,
    /// A label to be seen or heard, or other traces of generation, were detected.
    pub has_traces: bool,
}

/// What the content is to a platform.
///
/// LAW: Measures for labelling AI-generated content, article 6
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing speaks for AI: no notice is due.
    Plain,
    /// A notice of this kind is due.
    Notice(Kind),
    /// The file could not be judged: its label is broken, contradicts itself, or speaks in a
    /// vendor's words. Neither a notice nor its absence follows from it.
    CannotTell,
}

/// The state of content: by its metadata first, then by the user's word, then by traces.
///
/// An implicit label that says generated confirms; one that says possible or suspected was written
/// by another platform in its own state, and keeps that kind unless the user declares more.
#[must_use]
pub fn state(report: &Report, besides: Besides, standard: &Standard) -> State {
    let labelled = report.label().and_then(|label| standard.kind(label.get(Field::Label)));
    if let Some(kind) = labelled {
        let is_raised = kind == Kind::Suspected && besides.is_declared;
        return State::Notice(if is_raised { Kind::Possible } else { kind });
    }
    if besides.is_declared {
        return State::Notice(Kind::Possible);
    }
    if besides.has_traces {
        return State::Notice(Kind::Suspected);
    }
    match report.verdict {
        Verdict::Missing => State::Plain,
        _ => State::CannotTell,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::tests::{label, media::png_with, standard};
    use crate::{Act, Format, check, plan};

    fn report(bytes: &[u8]) -> Report {
        check(&mut Cursor::new(bytes), Format::Png, &standard()).unwrap()
    }

    fn labelled(kind: Kind) -> Report {
        let mut wanted = label("A");
        wanted.set(Field::Label, standard().value(kind));
        let bytes = png_with(b"", b"");
        let mut source = Cursor::new(&bytes);
        let act = Act::Add(wanted);
        let plan = plan(&mut source, Format::Png, &act, None, &standard()).unwrap();
        let mut out = Vec::new();
        plan.write(&mut source, &mut out).unwrap();
        report(&out)
    }

    #[test]
    fn each_state_follows_from_what_was_found() {
        let plain = report(&png_with(b"", b""));
        let of = |report: &Report, is_declared, has_traces| {
            state(report, Besides { is_declared, has_traces }, &standard())
        };
        assert_eq!(of(&plain, false, false), State::Plain);
        assert_eq!(of(&plain, true, false), State::Notice(Kind::Possible));
        assert_eq!(of(&plain, true, true), State::Notice(Kind::Possible));
        assert_eq!(of(&plain, false, true), State::Notice(Kind::Suspected));
        for (is_declared, has_traces) in [(false, false), (true, true)] {
            let confirmed = of(&labelled(Kind::Generated), is_declared, has_traces);
            assert_eq!(confirmed, State::Notice(Kind::Generated));
        }
        let suspected = labelled(Kind::Suspected);
        assert_eq!(of(&suspected, false, true), State::Notice(Kind::Suspected));
        assert_eq!(of(&suspected, true, false), State::Notice(Kind::Possible));
    }

    #[test]
    fn a_broken_label_is_neither_a_notice_nor_its_absence() {
        let chunk = crate::tests::media::chunk(b"tEXt", b"AIGC\0nothing that can be read");
        let broken = report(&png_with(&chunk, b""));
        assert_eq!(state(&broken, Besides::default(), &standard()), State::CannotTell);
        let declared = Besides { is_declared: true, has_traces: false };
        assert_eq!(state(&broken, declared, &standard()), State::Notice(Kind::Possible));
    }
}
