//! Names of countries and regions.

use std::sync::LazyLock;

use kouan_terms::Bilingual;

const TEXT: &str = include_str!("countries.txt");

static COUNTRIES: LazyLock<Vec<(&'static str, &'static str, &'static str)>> = LazyLock::new(|| {
    let lines = TEXT.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let (code, rest) = line.split_once(' ')?;
            let (zh, en) = rest.split_once(' ')?;
            Some((code, zh, en))
        })
        .collect()
});

/// The name of a country or region by its two capital letters.
#[must_use]
pub fn country(code: &str) -> Option<Bilingual> {
    let index = COUNTRIES.binary_search_by(|(held, _, _)| (*held).cmp(code)).ok()?;
    let (_, zh, en) = COUNTRIES.get(index)?;
    Some(Bilingual { zh: (*zh).to_owned(), en: (*en).to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name() {
        assert_eq!(COUNTRIES.len(), 249);
        assert!(COUNTRIES.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(country("DE").unwrap().zh, "德国");
        assert_eq!(country("HK").unwrap().en, "Hong Kong, China");
        assert_eq!(country("XX"), None);
    }
}
