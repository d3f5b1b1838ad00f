//! Provisions in words: 第七条第一款第（二）项 · article 7, paragraph 1, item (2).

use kouan_terms::Bilingual;

use crate::book::{Book, Cite};

/// A citation in words: the Chinese title and provision, the English number and provision.
#[must_use]
pub fn cite_words(book: &Book, cite: &Cite) -> Bilingual {
    let instrument = book.instruments.get(&cite.law);
    let zh_title = instrument.map_or(cite.law.as_str(), |i| i.title.zh.as_str());
    let en_title = instrument.map_or(cite.law.as_str(), |i| i.title.en.as_str());
    let en_name =
        instrument.and_then(|i| i.number.as_ref()).map_or(en_title, |number| number.en.as_str());
    let (zh_at, en_at) = provision(&cite.at);
    Bilingual {
        zh: format!("《{zh_title}》{zh_at}"),
        en: if en_at.is_empty() { en_name.to_owned() } else { format!("{en_name}, {en_at}") },
    }
}

/// `art-7.1(2)` in Chinese and English; the whole instrument gives nothing.
fn provision(at: &str) -> (String, String) {
    let Some(rest) = at.strip_prefix("art-") else {
        return match at.split_once('-') {
            Some(("q", number)) => (format!("第{number}问"), format!("question {number}")),
            Some(("sec", number)) => (format!("第{number}节"), format!("section {number}")),
            _ => (String::new(), String::new()),
        };
    };
    let (rest, item) = match rest.split_once('(') {
        Some((before, item)) => (before, item.strip_suffix(')')),
        None => (rest, None),
    };
    let (article, paragraph) = match rest.split_once('.') {
        Some((article, paragraph)) => (article, Some(paragraph)),
        None => (rest, None),
    };
    let mut zh = format!("第{}条", chinese(article));
    let mut en = format!("article {article}");
    if let Some(paragraph) = paragraph {
        zh.push_str(&format!("第{}款", chinese(paragraph)));
        en.push_str(&format!(", paragraph {paragraph}"));
    }
    if let Some(item) = item {
        zh.push_str(&format!("第（{}）项", chinese(item)));
        en.push_str(&format!(", item ({item})"));
    }
    (zh, en)
}

/// A small number in Chinese numerals; what is not a number from 1 to 1999 stays as it is.
fn chinese(text: &str) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let Ok(number) = text.parse::<usize>() else { return text.to_owned() };
    let digit = |n: usize| DIGITS.get(n % 10).copied().unwrap_or("");
    let (hundreds, tens, ones) = (number / 100, number / 10 % 10, number % 10);
    if number == 0 || hundreds > 9 {
        return text.to_owned();
    }
    let mut words = String::new();
    if hundreds > 0 {
        words.push_str(digit(hundreds));
        words.push('百');
        if tens == 0 && ones > 0 {
            words.push('零');
        }
    }
    if tens > 0 {
        if tens > 1 || hundreds > 0 {
            words.push_str(digit(tens));
        }
        words.push('十');
    }
    words.push_str(digit(ones));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provisions_read_as_a_lawyer_writes_them() {
        let check = |at: &str, zh: &str, en: &str| {
            assert_eq!(provision(at), (zh.to_owned(), en.to_owned()));
        };
        check("art-7.1(2)", "第七条第一款第（二）项", "article 7, paragraph 1, item (2)");
        check("art-10", "第十条", "article 10");
        check("art-39", "第三十九条", "article 39");
        check("art-177", "第一百七十七条", "article 177");
        check("art-101", "第一百零一条", "article 101");
        check("art-1259", "第1259条", "article 1259");
        check("all", "", "");
    }
}
