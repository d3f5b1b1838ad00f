//! Closed lists of words that decide how a name is read.

/// English words after which a comment no longer says what the column holds.
pub(super) const STOPS: &[&str] = &[
    "used", "for", "which", "that", "when", "where", "if", "is", "are", "was", "as", "with",
    "from", "in", "on", "to", "e", "eg", "ie", "such", "like", "see", "may", "can", "must",
];

/// Chinese words after which a comment no longer says what the column holds.
pub(super) const STOPS_ZH: &[&str] =
    &["用于", "用来", "例如", "比如", "即", "指", "参见", "见", "若", "如果"];

/// Deflectors that say nothing but yes or no.
pub(super) const FLAG_WORDS: &[&str] =
    &["flag", "flg", "indicator", "ind", "yn", "标志", "标记", "标识位"];

/// Characters that make a word a person's role: 检验者, 核对人, 登记员.
pub(super) const PERSON_ENDINGS: &[&str] = &["人", "员", "者", "工", "师"];

/// Those of them that make it a member of staff.
pub(super) const STAFF_ENDINGS: &[&str] = &["员", "工", "师"];

/// Words that make a figure a bound.
pub(super) const BOUNDS: &[&str] =
    &["max", "min", "limit", "maximum", "minimum", "最大", "最小", "上限"];

/// Persons that are rows of a tree just as often.
pub(super) const TREE: &[&str] = &["parent", "child", "children"];

/// Beginnings of phrases for the person at a body: `vendor_contact_last`.
pub(super) const CONTACTS: &[&str] = &["contact", "联系人", "联络人"];

/// What happens and has a name of its own: `order_name`.
pub(super) const NAMELESS: &[&str] = &[
    "order",
    "orders",
    "event",
    "trade",
    "transaction",
    "payment",
    "invoice",
    "bill",
    "shipment",
    "test",
    "session",
    "list",
    "dataset",
    "history",
    "inspection",
    "survey",
    "log",
    "logs",
    "report",
    "订单",
    "交易",
    "账单",
    "发票",
    "日志",
    "考试",
    "活动",
    "检查",
    "检验",
];

/// What is done by things and bodies too: `powered by`.
pub(super) const NOT_ACTS: &[&str] = &[
    "powered",
    "supplied",
    "provided",
    "manufactured",
    "ordered",
    "sorted",
    "grouped",
    "issued",
    "triggered",
    "caused",
    "indexed",
    "divided",
    "supported",
    "offered",
    "needed",
    "required",
    "used",
    "followed",
    "limited",
    "partitioned",
    "clustered",
    "generated",
    "funded",
    "sponsored",
    "published",
    "distributed",
];

/// Units that stand in brackets behind a name.
pub(super) const UNITS: &[&str] = &[
    "年", "月", "日", "天", "周", "时", "小时", "分", "分钟", "秒", "岁", "次", "个", "人", "元",
    "万元", "万", "亿元", "米", "公里", "千米", "厘米", "公斤", "千克", "克", "度", "件", "条",
    "张", "家", "户", "cm", "kg", "km", "ml", "mm",
];

/// Last steps of a path that only say which part of the step before: `name.given`.
pub(super) const PART_STEPS: &[&str] = &[
    "family", "given", "line", "text", "value", "display", "full", "raw", "first", "last", "string",
];
