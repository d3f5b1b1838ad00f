//! Whether the first record of a text names the columns, and what the columns are called.
//!
//! A row of data that is taken for a header would be printed: in doubt there is no header, and the
//! columns are numbered.

use std::collections::BTreeSet;

use super::sample::Cell;

/// Characters a column name has at most.
const NAME_CHARACTERS: usize = 64;

/// Columns that make a series.
const SERIES: usize = 3;

/// Words of column names; a name may begin or end with one. They only say that a record looks like
/// a header, not what a column holds.
const WORDS: &[&str] = &[
    "姓名",
    "名称",
    "编号",
    "序号",
    "号码",
    "电话",
    "手机",
    "手机号",
    "地址",
    "住址",
    "日期",
    "时间",
    "性别",
    "年龄",
    "民族",
    "籍贯",
    "类型",
    "类别",
    "状态",
    "金额",
    "数量",
    "价格",
    "备注",
    "说明",
    "描述",
    "邮箱",
    "邮件",
    "身份证",
    "身份证号",
    "证件",
    "证件号",
    "护照",
    "单位",
    "公司",
    "部门",
    "职务",
    "岗位",
    "职位",
    "学历",
    "城市",
    "省份",
    "区县",
    "国家",
    "国籍",
    "账号",
    "帐号",
    "账户",
    "用户",
    "用户名",
    "客户",
    "会员",
    "订单",
    "密码",
    "银行",
    "卡号",
    "车牌",
    "标识",
    "等级",
    "级别",
    "生日",
    "出生",
    "出生日期",
    "标题",
    "内容",
    "来源",
    "渠道",
    "科室",
    "诊断",
    "病历",
    "联系人",
    "联系方式",
    "微信",
    "昵称",
    "代码",
    "编码",
    "字段",
    "是否",
    "次数",
    "比例",
    "版本",
    "链接",
    "主键",
    "昵稱",
];

/// The same in English and pinyin, compared with the parts of a name between `_`, `-`, `.`, blanks
/// and changes of case.
const ASCII_WORDS: &[&str] = &[
    "account",
    "addr",
    "address",
    "age",
    "amount",
    "area",
    "bank",
    "birth",
    "birthday",
    "card",
    "category",
    "city",
    "code",
    "color",
    "comment",
    "company",
    "content",
    "count",
    "country",
    "county",
    "created",
    "currency",
    "customer",
    "data",
    "date",
    "day",
    "deleted",
    "department",
    "dept",
    "desc",
    "description",
    "device",
    "district",
    "dob",
    "email",
    "employee",
    "end",
    "ethnicity",
    "field",
    "firstname",
    "flag",
    "from",
    "fullname",
    "gender",
    "grade",
    "group",
    "guid",
    "height",
    "id",
    "idcard",
    "imei",
    "index",
    "ip",
    "key",
    "lastname",
    "lat",
    "latitude",
    "length",
    "level",
    "lng",
    "lon",
    "longitude",
    "mac",
    "mail",
    "member",
    "memo",
    "message",
    "mobile",
    "model",
    "modified",
    "month",
    "name",
    "nation",
    "nationality",
    "nickname",
    "no",
    "note",
    "notes",
    "num",
    "number",
    "openid",
    "order",
    "owner",
    "passport",
    "password",
    "path",
    "phone",
    "plate",
    "postcode",
    "price",
    "product",
    "province",
    "qq",
    "quantity",
    "rank",
    "reason",
    "region",
    "remark",
    "result",
    "role",
    "salary",
    "school",
    "score",
    "serial",
    "sex",
    "sfz",
    "sfzh",
    "sjh",
    "source",
    "start",
    "state",
    "status",
    "street",
    "surname",
    "tag",
    "tel",
    "telephone",
    "text",
    "time",
    "timestamp",
    "title",
    "token",
    "total",
    "town",
    "type",
    "unionid",
    "unit",
    "updated",
    "url",
    "user",
    "userid",
    "username",
    "uuid",
    "value",
    "vin",
    "weight",
    "xm",
    "xingming",
    "year",
    "zip",
    "zipcode",
    "dianhua",
    "dizhi",
    "shouji",
    "shenfenzheng",
];

/// Whether the first of these records names the columns.
pub(super) fn is_header(records: &[Vec<Cell>]) -> bool {
    let Some((first, rows)) = records.split_first() else { return false };
    let texts: Option<Vec<&str>> =
        first.iter().map(|cell| std::str::from_utf8(&cell.text).ok().map(str::trim)).collect();
    let Some(names) = texts else { return false };
    let filled = names.iter().filter(|name| !name.is_empty()).count();
    let series = series(&names, rows);
    let in_series = |at: usize| series.contains(&at);
    let mut each = names.iter().enumerate();
    if filled == 0 || each.any(|(at, name)| !in_series(at) && looks_like_data(name)) {
        return false;
    }
    let each = names.iter().enumerate();
    let known = each.filter(|(at, name)| in_series(*at) || is_known(name)).count();
    let distinct: BTreeSet<&&str> = names.iter().filter(|name| !name.is_empty()).collect();
    if comes_again(&names, rows) && known * 2 < filled {
        return false;
    }
    let contrast = contrast(&names, rows);
    let symbols = names.iter().filter(|name| is_symbol(name)).count();
    if contrast.against > 0 && known * 2 < filled {
        return false;
    }
    match contrast.columns {
        _ if known * 3 >= filled => true,
        0 => symbols * 2 > filled && distinct.len() == filled,
        1 => known > 0 || symbols == filled,
        _ => known > 0 || symbols > 0 || distinct.len() == filled && filled == names.len(),
    }
}

/// Columns in one series: `Q001`, `Q002`, `Q003`; the same word, and each number one more.
///
/// Where anything below has that form, too, the first record may be data like the others.
fn series(names: &[&str], rows: &[Vec<Cell>]) -> BTreeSet<usize> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut before: Option<(&str, u32)> = None;
    for (at, name) in names.iter().enumerate() {
        let now = numbered_word(name);
        let follows = now.is_some_and(|(word, number)| {
            before.is_some_and(|(known, last)| known == word && last + 1 == number)
        });
        match runs.last_mut() {
            Some(run) if follows => run.push(at),
            _ => runs.push(vec![at]),
        }
        before = now;
    }
    let is_like = |at: &usize| {
        let below = rows.iter().filter_map(|row| row.get(*at));
        below
            .filter_map(|cell| std::str::from_utf8(&cell.text).ok())
            .any(|text| numbered_word(text.trim()).is_some())
    };
    let whole = runs.into_iter().filter(|run| run.len() >= SERIES && !rows.is_empty());
    whole.filter(|run| !run.iter().any(is_like)).flatten().collect()
}

/// A word of letters and the number of at most four digits that ends it.
fn numbered_word(text: &str) -> Option<(&str, u32)> {
    let word = text.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = text.get(word.len()..)?;
    let is_word =
        !word.is_empty() && word.chars().all(|letter| letter.is_alphabetic() || letter == '_');
    (is_word && number.len() <= 4).then(|| number.parse().ok().map(|number| (word, number)))?
}

/// The names of the columns: what is empty gets a number, what comes twice gets one too.
pub(super) fn names(first: &[Cell], columns_max: usize) -> Vec<Box<str>> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut names = Vec::new();
    for (at, cell) in first.iter().enumerate().take(columns_max) {
        let text = String::from_utf8_lossy(&cell.text);
        let text: String = text.trim().chars().filter(|letter| !letter.is_control()).collect();
        let text = if text.is_empty() { numbered(at) } else { text };
        let mut name = text.clone();
        let mut again = 2_u32;
        while !taken.insert(name.clone()) {
            name = format!("{text} ({again})");
            again += 1;
        }
        names.push(name.into());
    }
    names
}

/// Names for columns that have none.
pub(super) fn numbers(columns: usize) -> Vec<Box<str>> {
    (0..columns).map(|at| numbered(at).into()).collect()
}

fn numbered(at: usize) -> String {
    format!("column {}", at + 1)
}

/// Whether a text is data rather than a name: numbers, days, addresses of any kind, long text.
fn looks_like_data(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let characters = text.chars().count();
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let mut runs = text.split(|letter: char| !letter.is_ascii_digit());
    let masked = text.contains("**");
    text.contains(['@', '\n', '\r', '\u{FFFD}'])
        || masked
        || characters > NAME_CHARACTERS
        || digits > 0 && letters == 0
        || digits * 2 > characters
        || runs.any(|run| run.len() > 4)
        || letters == 0 && characters > 0 && !text.starts_with(['#', '№', '%'])
        || text.contains("://")
        || full_width_digits(text) > 1
        || is_nothing_word(text)
}

fn full_width_digits(text: &str) -> usize {
    text.chars().filter(|letter| ('０'..='９').contains(letter)).count()
}

/// What stands in a cell that has no value.
fn is_nothing_word(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        "null", "none", "nan", "n/a", "na", "nil", "true", "false", "yes", "无", "空", "未知",
        "未填", "暂无", "是", "否", "男", "女",
    ]
    .contains(&lower.as_str())
}

fn is_known(name: &str) -> bool {
    let outer = name.trim_end_matches([')', '）', ']', '】', '*', ':', '：']);
    let outer = outer.trim_start_matches(['*', '(', '（']);
    let short = outer.chars().count() <= 12;
    let mut ends = outer.split(['(', '（', '[', '【', '/', '_', '-', ' ']);
    short && ends.any(|part| WORDS.iter().any(|word| part.ends_with(word)))
        || words(name).iter().any(|word| ASCII_WORDS.contains(&word.as_str()))
}

/// The parts of a name in ASCII, in lower case, less numbers at their end.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before_lower = false;
    for letter in name.chars() {
        let starts = !letter.is_ascii_alphabetic() || letter.is_ascii_uppercase() && before_lower;
        if starts && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_ascii_alphabetic() {
            word.push(letter.to_ascii_lowercase());
        }
        before_lower = letter.is_ascii_lowercase();
    }
    words.push(word);
    words
}

/// Whether a name is written like a name in a program: `user_id`, `userId`, `A1`.
fn is_symbol(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let starts = name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let inner = name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase() || byte == b'_');
    plain && starts && inner && name.bytes().any(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Whether a cell of the first record stands again below it in its column.
fn comes_again(names: &[&str], rows: &[Vec<Cell>]) -> bool {
    names.iter().enumerate().any(|(at, name)| {
        !name.is_empty()
            && rows.iter().filter_map(|row| row.get(at)).any(|cell| cell.text == name.as_bytes())
    })
}

/// Columns whose cells are data by their form.
struct Contrast {
    /// Those whose first cell is not.
    columns: usize,
    /// Those whose first cell is empty.
    against: usize,
}

fn contrast(names: &[&str], rows: &[Vec<Cell>]) -> Contrast {
    let mut contrast = Contrast { columns: 0, against: 0 };
    for (at, name) in names.iter().enumerate() {
        let cells = rows.iter().filter_map(|row| row.get(at));
        let filled: Vec<&Cell> = cells.filter(|cell| !cell.text.is_empty()).collect();
        let data = filled
            .iter()
            .filter(|cell| looks_like_data(String::from_utf8_lossy(&cell.text).trim()))
            .count();
        if filled.is_empty() || data * 5 < filled.len() * 4 {
            continue;
        }
        if name.is_empty() {
            contrast.against += 1;
        } else {
            contrast.columns += 1;
        }
    }
    contrast
}

#[cfg(test)]
mod tests {
    use super::super::dialect::Dialect;
    use super::super::sample;
    use super::*;

    fn records(text: &str) -> Vec<Vec<Cell>> {
        let dialect = Dialect { delimiter: b',', quote: b'"' };
        sample::records(text.as_bytes(), dialect, true, 100)
    }

    #[test]
    fn names_of_columns_are_known_from_data() {
        let headers = [
            "姓名,手机号\n甲一,13900001234\n",
            "id,name\n1,a\n",
            "姓名,性别,城市\n",
            "user_id,user_name\n",
            "createdAt,nickName\n2024-01-01,甲一\n",
            "客户姓名(必填),联系电话*\n甲一,\n",
            "编号,甲,乙\n1,2,3\n4,5,6\n",
            "q1,q2,q3\n1,2,3\n4,5,6\n",
            "id,,name\n1,2,a\n",
            "ID_CARD\n110101199003070011\n",
            "Q001,Q002,Q003\n1,2,3\n4,5,6\n",
            "问卷编号,偏好005,偏好006,偏好007\nA-1,喜欢,一般,喜欢\n",
            "Q098,Q099,Q100\n是,否,是\n",
        ];
        for text in headers {
            assert!(is_header(&records(text)), "{text}");
        }
    }

    #[test]
    fn a_row_of_data_is_never_a_header() {
        let data = [
            "",
            "甲一,13900001234\n乙二,13900001235\n",
            "甲一,男,北京\n乙二,女,上海\n",
            "甲一,男,北京\n",
            "甲一,未填\n乙二,13900001234\n丙三,13900001235\n",
            "甲一,\n乙二,13900001234\n",
            "甲一,乙二\n",
            "1,2,3\n",
            "110101199003070011\n110101199003070012\n",
            "2024-01-01,a\n",
            "a@example.com,b\nc@example.com,d\n",
            "１３９,甲一\n",
            "Alice,Bob\nCarol,Dave\n",
            "北京市某某区某某路,甲一\n",
            "138****1234,甲一\n",
            "甲一\n乙二\n丙三\n",
            "A101,A102,A103\nB201,B202,B203\n",
            "A101,A102,A103\n",
            "A101,甲一\nA102,乙二\n",
            "A101,B102,C103\n1,2,3\n",
            "Q001,Q002,13900001234\n1,2,3\n",
        ];
        for text in data {
            assert!(!is_header(&records(text)), "{text}");
        }
    }

    #[test]
    fn names_are_made_unique() {
        let first = records("id, id ,,name,id\u{7}\n").remove(0);
        let made = names(&first, 100);
        assert_eq!(made, ["id", "id (2)", "column 3", "name", "id (3)"].map(Box::from));
        assert_eq!(names(&first, 2).len(), 2);
    }
}
