//! Provisions as citations write them: `art-7.1(2)`, `sec-2.9`, `q-3`, `all`.

use crate::format::InstrumentFile;

/// A provision of an instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Provision {
    /// The whole instrument.
    All,
    /// A section of a guide or a question; its form is free.
    Free,
    /// An article, a paragraph of it, an item of the paragraph.
    Article { article: u32, paragraph: Option<u32>, item: Option<u32> },
}

/// Why a provision cannot exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beyond {
    /// The instrument has only so many articles.
    Articles(u32),
    /// The article has only so many paragraphs.
    Paragraphs(usize),
    /// The paragraph has only so many items.
    Items(u32),
}

impl Provision {
    /// Reads a provision; `None` when it has none of the known forms.
    pub fn parse(text: &str) -> Option<Provision> {
        if text == "all" {
            return Some(Provision::All);
        }
        let free = ["sec-", "q-"].iter().find_map(|prefix| text.strip_prefix(prefix));
        if let Some(rest) = free {
            return (!rest.is_empty()).then_some(Provision::Free);
        }
        let rest = text.strip_prefix("art-")?;
        let (rest, item) = match rest.strip_suffix(')') {
            Some(open) => {
                let (rest, item) = open.split_once('(')?;
                (rest, Some(number(item)?))
            }
            None => (rest, None),
        };
        let (article, paragraph) = match rest.split_once('.') {
            Some((article, paragraph)) => (article, Some(number(paragraph)?)),
            None => (rest, None),
        };
        if item.is_some() && paragraph.is_none() {
            return None;
        }
        Some(Provision::Article { article: number(article)?, paragraph, item })
    }

    /// Says why the instrument cannot have this provision; `None` when nothing held speaks
    /// against it.
    pub fn beyond(self, instrument: &InstrumentFile) -> Option<Beyond> {
        let Provision::Article { article, paragraph, item } = self else { return None };
        if let Some(articles) = instrument.articles
            && article > articles
        {
            return Some(Beyond::Articles(articles));
        }
        let paragraphs = instrument.outline.get(&article.to_string())?;
        let place = usize::try_from(paragraph?.checked_sub(1)?).ok()?;
        let Some(items) = paragraphs.get(place) else {
            return Some(Beyond::Paragraphs(paragraphs.len()));
        };
        item.filter(|item| item > items).map(|_| Beyond::Items(*items))
    }
}

/// Whether one written provision is another or lies inside it: `art-14.2` lies in `art-14`.
pub(super) fn lies_in(inner: &str, outer: &str) -> bool {
    outer == "all"
        || inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '(']))
}

/// A number from 1 up, without signs and leading zeros.
fn number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provisions_are_read_as_citations_write_them() {
        let article = |article, paragraph, item| Provision::Article { article, paragraph, item };
        assert_eq!(Provision::parse("art-37"), Some(article(37, None, None)));
        assert_eq!(Provision::parse("art-7.1"), Some(article(7, Some(1), None)));
        assert_eq!(Provision::parse("art-7.1(2)"), Some(article(7, Some(1), Some(2))));
        assert_eq!(Provision::parse("all"), Some(Provision::All));
        assert_eq!(Provision::parse("sec-2.9"), Some(Provision::Free));
        assert_eq!(Provision::parse("q-3"), Some(Provision::Free));
        for bad in [
            "",
            "art-",
            "art-0",
            "art-07",
            "art-7(2)",
            "art-7.1(2",
            "art-7.+1",
            "7",
            "sec-",
            "art-x",
        ] {
            assert_eq!(Provision::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_part_lies_in_its_whole_and_not_in_a_longer_number() {
        assert!(lies_in("art-14.2(1)", "art-14"));
        assert!(lies_in("art-14", "art-14"));
        assert!(!lies_in("art-14", "art-14.2"));
        assert!(!lies_in("art-14", "art-1"));
        assert!(lies_in("art-14", "all"));
    }
}
