//! Cuts a name into atoms: Latin words, single Chinese characters, runs of digits.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Longest name or comment looked at, in characters; what is longer is cut.
pub(crate) const CHARACTERS_MAX: usize = 400;

/// What an atom is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// A word in Latin letters, lower case.
    Latin,
    /// One Chinese character.
    Han,
    /// A run of ASCII digits.
    Digits,
}

/// A piece of a name that is never cut further by looking at letters alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Atom {
    pub(crate) text: String,
    pub(crate) script: Script,
}

/// The part of a name outside brackets, and what stood in brackets or after the first stop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clauses {
    pub(crate) main: Vec<Atom>,
    pub(crate) asides: Vec<Vec<Atom>>,
}

/// Maps full-width forms to ASCII, the ideographic space to a space, traditional characters that
/// stand in names of columns to simplified ones, accented letters to bare ones.
pub(crate) fn normal(character: char) -> char {
    match character {
        '\u{3000}' | '\u{a0}' | '\u{feff}' | '\u{200b}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        'À'..='Å' => 'A',
        'à'..='å' => 'a',
        'È'..='Ë' => 'E',
        'è'..='ë' => 'e',
        'Ò'..='Ö' => 'O',
        'ò'..='ö' => 'o',
        'Ù'..='Ü' => 'U',
        'ù'..='ü' => 'u',
        'Ì'..='Ï' => 'I',
        'ì'..='ï' => 'i',
        'ç' => 'c',
        'ñ' => 'n',
        _ if u32::from(character) >= 0x4e00 => simplified(character),
        _ => character,
    }
}

const TRADITIONAL: &str = "號号碼码電电話话證证務务員员編编護护會会機机銀银帳账帐账戶户齡龄別别時时間间聯联絡络單单醫医\
    療疗診诊斷断藥药處处區区鄉乡鎮镇縣县國国業业學学歷历級级職职稱称資资賬账貸贷額额錢钱車车\
    駕驾駛驶執执發发動动郵邮傳传訂订貨货運运遞递錄录記记備备註注類类狀状態态標标簽签籤签題题\
    內内檔档圖图紋纹聲声臉脸徵征數数據据險险稅税繳缴費费購购買买賣卖價价產产點点場场館馆屬属\
    親亲緊紧監监養养兒儿婦妇齒齿門门層层樓楼幣币鎖锁鑰钥驗验經经緯纬軌轨跡迹訪访問问詢询檢检\
    體体溫温壓压過过遺遗應应與与個个來来對对開开關关後后無无實实際际認认識识讀读寫写設设計计\
    劃划項项報报導导師师遊游艙舱賓宾辦办廠厂網网頁页訊讯離离雙双臺台灣湾陸陆權权協协議议審审\
    評评語语說说課课書书軟软庫库連连線线陣阵創创週周歲岁壽寿農农礦矿鐵铁鋼钢";

static SIMPLIFIED: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
    let mut pairs = TRADITIONAL.chars();
    let mut table = BTreeMap::new();
    while let (Some(from), Some(to)) = (pairs.next(), pairs.next()) {
        table.insert(from, to);
    }
    table
});

fn simplified(character: char) -> char {
    SIMPLIFIED.get(&character).copied().unwrap_or(character)
}

/// Whether a character is Chinese.
pub(crate) fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// Cuts a name or a comment.
pub(crate) fn clauses(text: &str) -> Clauses {
    let mut found = Clauses::default();
    let mut main = String::new();
    let mut aside = String::new();
    let mut depth = 0_u32;
    let mut stopped = false;
    for character in text.chars().take(CHARACTERS_MAX).map(normal) {
        match character {
            '(' | '[' | '{' | '<' | '【' | '〔' | '《' | '「' => {
                if depth == 0 && !stopped {
                    flush(&mut aside, &mut found.asides);
                }
                depth += 1;
                aside.push(' ');
                main.push(' ');
            }
            ')' | ']' | '}' | '>' | '】' | '〕' | '》' | '」' => {
                depth = depth.saturating_sub(1);
                aside.push(' ');
            }
            ',' | ';' | ':' | '、' | '。' | '!' | '?' | '\n' | '\r' | '|'
                if !main.trim().is_empty() =>
            {
                if depth == 0 {
                    stopped = true;
                    flush(&mut aside, &mut found.asides);
                } else {
                    aside.push(' ');
                }
            }
            _ if depth > 0 || stopped => aside.push(character),
            _ => main.push(character),
        }
    }
    flush(&mut aside, &mut found.asides);
    found.main = atoms(&main);
    if found.main.is_empty() && !found.asides.is_empty() {
        found.main = found.asides.remove(0);
    }
    found
}

fn flush(aside: &mut String, asides: &mut Vec<Vec<Atom>>) {
    let cut = atoms(aside);
    if !cut.is_empty() && asides.len() < 4 {
        asides.push(cut);
    }
    aside.clear();
}

/// Cuts at anything that is no letter, at humps of camel case, between letters and digits, and
/// around every Chinese character.
pub(crate) fn atoms(text: &str) -> Vec<Atom> {
    let characters: Vec<char> = text.chars().take(CHARACTERS_MAX).map(normal).collect();
    let mut cut = Vec::new();
    let mut word = String::new();
    let mut digits = String::new();
    let mut previous = ' ';
    for (at, &character) in characters.iter().enumerate() {
        let next = characters.get(at + 1).copied().unwrap_or(' ');
        if !character.is_ascii_digit() {
            end(&mut digits, Script::Digits, &mut cut);
        }
        let hump = character.is_ascii_uppercase()
            && (previous.is_ascii_lowercase()
                || (previous.is_ascii_uppercase() && next.is_ascii_lowercase()));
        if !character.is_ascii_alphabetic() || hump {
            end(&mut word, Script::Latin, &mut cut);
        }
        if character.is_ascii_alphabetic() {
            word.push(character.to_ascii_lowercase());
        } else if character.is_ascii_digit() {
            digits.push(character);
        } else if is_han(character) {
            cut.push(Atom { text: character.to_string(), script: Script::Han });
        }
        previous = character;
    }
    end(&mut word, Script::Latin, &mut cut);
    end(&mut digits, Script::Digits, &mut cut);
    cut
}

fn end(text: &mut String, script: Script, cut: &mut Vec<Atom>) {
    if !text.is_empty() {
        cut.push(Atom { text: std::mem::take(text), script });
    }
}

/// The atoms of a phrase written as one word, the form in which phrases are looked up.
pub(crate) fn glued(text: &str) -> String {
    atoms(text).into_iter().map(|atom| atom.text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> String {
        let texts: Vec<String> = atoms(text).into_iter().map(|atom| atom.text).collect();
        texts.join(" ")
    }

    #[test]
    fn names_are_cut_at_separators_humps_digits_and_characters() {
        for (name, expected) in [
            ("id_card_no", "id card no"),
            ("idCardNo", "id card no"),
            ("IDCardNo", "id card no"),
            ("USER-PHONE 2", "user phone 2"),
            ("phone2", "phone 2"),
            ("ｐｈｏｎｅ＿１", "phone 1"),
            ("客户手机号2", "客 户 手 机 号 2"),
            ("QQ号", "qq 号"),
            ("電話號碼", "电 话 号 码"),
            ("__", ""),
        ] {
            assert_eq!(cut(name), expected, "{name}");
        }
    }

    #[test]
    fn what_stands_in_brackets_or_after_a_stop_is_an_aside() {
        let found = clauses("性别（0未知 1男 2女），必填");
        assert_eq!(found.main.len(), 2);
        assert_eq!(found.asides.len(), 2);
        assert!(!clauses("(手机号)").main.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_without_panic(text in ".*") {
            let _ = clauses(&text);
        }
    }
}
