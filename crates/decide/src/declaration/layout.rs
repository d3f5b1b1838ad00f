//! Which keys may stand where: the few that every declaration has, and those the facts bring.
//!
//! The reader, the JSON Schema and the template all walk this one layout.

use kouan_rulebook::Fact;
use kouan_terms::Bilingual;

use super::limits;

/// Every section of a declaration; the first is the top level.
pub(super) struct Layout<'f> {
    sections: Vec<Section<'f>>,
}

/// A table and the keys it may hold.
pub(super) struct Section<'f> {
    /// The path from the top, such as `flow.recipient`; empty for the top itself.
    pub(super) path: String,
    pub(super) keys: Vec<Key<'f>>,
}

/// A key.
pub(super) struct Key<'f> {
    pub(super) name: String,
    /// Section and name: `flow.recipient.kind`.
    pub(super) path: String,
    pub(super) slot: Slot<'f>,
    pub(super) required: bool,
    pub(super) says: Bilingual,
}

/// What a key holds.
#[derive(Clone, Copy)]
pub(super) enum Slot<'f> {
    /// A table, by its index.
    Section(usize),
    /// A list of tables, and how many there may be.
    Sections(usize, usize),
    /// The answer to a fact, and the fact's index.
    Fact(usize, &'f Fact),
    Format,
    Id,
    Text,
    YesNo,
    Day,
    CreditCode,
    Country,
    Countries,
    /// A list of names.
    Names,
    Edition,
    Scenario,
    /// Distinct persons of one flow.
    Persons,
    /// The kind of a field.
    Kind,
}

type Static = (&'static str, Slot<'static>, bool, &'static str, &'static str);

/// Tables that are not brought by facts, or that say what they are.
const SECTIONS: &[(&str, usize, &str, &str)] = &[
    ("title", 1, "标题，供人阅读", "the title, for people"),
    ("handler", 1, "个人信息处理者（数据处理者）", "the personal information handler"),
    ("year", 1, "今年1月1日以来的累计人数", "persons counted since 1 January of this year"),
    ("two_years", 1, "上年1月1日以来的累计人数", "persons counted since 1 January of last year"),
    ("held", 1, "目前持有的人数", "persons whose data is held at present"),
    (
        "flow",
        limits::FLOWS,
        "一项出境活动：同一接收方、同一目的",
        "one flow: one recipient, one purpose",
    ),
    ("flow.recipient", 1, "境外接收方", "the overseas recipient"),
    (
        "flow.persons",
        1,
        "本项出境活动涉及的自然人（去重）",
        "distinct natural persons in this flow",
    ),
    (
        "flow.claim",
        1,
        "所主张的豁免或者便利，及其各项要件；不写即不主张",
        "exemptions and options relied on, element by element; left out means not relied on",
    ),
    (
        "flow.list",
        1,
        "所主张的自贸试验区清单；写了本节即视为主张",
        "the free-trade zone’s list relied on; writing this section makes the claim",
    ),
    ("flow.field", limits::FIELDS_PER_FLOW, "出境数据的一个字段", "one field of the data sent"),
    ("dates", 1, "期限起算所需的日期", "days from which time limits run"),
];

const KEYS: &[Static] = &[
    ("format", Slot::Format, true, "格式版本，现为1", "the version of this format, now 1"),
    ("id", Slot::Id, true, "本次出境的编号", "the id of this transfer"),
    (
        "answers_on",
        Slot::Day,
        false,
        "下列事实所反映的日期",
        "the day on which the facts below were true",
    ),
    ("title.zh", Slot::Text, false, "中文标题", "the title in Chinese"),
    ("title.en", Slot::Text, false, "英文标题", "the title in English"),
    ("handler.name_zh", Slot::Text, false, "中文名称", "name in Chinese"),
    ("handler.name_en", Slot::Text, false, "英文名称", "name in English"),
    (
        "handler.credit_code",
        Slot::CreditCode,
        false,
        "统一社会信用代码（按GB 32100-2015校验）",
        "unified social credit code (checked by GB 32100-2015)",
    ),
    ("handler.group", Slot::Text, false, "所属集团", "the group it belongs to"),
    (
        "year.includes_this_transfer",
        Slot::YesNo,
        false,
        "累计人数是否已含本次；不写视为已含",
        "whether the counts already include this transfer; taken as yes when left out",
    ),
    (
        "year.inventory",
        Slot::Text,
        false,
        "全年出境数据的清查表；累计人数取自其中",
        "the inventory of all data sent this year; the counts are taken from it",
    ),
    (
        "flow.id",
        Slot::Id,
        true,
        "本项的编号，同一申报内不得重复",
        "the id of the flow, unique in the declaration",
    ),
    (
        "flow.inventory",
        Slot::Text,
        false,
        "摸底所得清查表的文件；字段和人数取自其中",
        "the file of a scan’s inventory; fields and persons are taken from it",
    ),
    (
        "flow.tables",
        Slot::Names,
        false,
        "清查表中本项所提供的表；不写即全部",
        "the tables of the inventory this flow sends; all when left out",
    ),
    ("flow.recipient.name", Slot::Text, false, "名称", "name"),
    (
        "flow.recipient.country",
        Slot::Country,
        false,
        "所在国家或者地区（ISO 3166-1两位代码）",
        "country or region (two letters, ISO 3166-1)",
    ),
    (
        "flow.recipient.onward",
        Slot::Countries,
        false,
        "再转移所至的国家或者地区",
        "countries or regions the data is passed on to",
    ),
    (
        "flow.persons.general",
        Slot::Persons,
        false,
        "个人信息（不含敏感）人数",
        "persons with general PI",
    ),
    (
        "flow.persons.sensitive",
        Slot::Persons,
        false,
        "敏感个人信息人数",
        "persons with sensitive PI",
    ),
    ("flow.persons.both", Slot::Persons, false, "两类均有的人数", "persons with both"),
    ("flow.list.edition", Slot::Edition, true, "清单版本", "the edition of the list"),
    ("flow.list.scenario", Slot::Scenario, true, "行业与场景", "sector and scenario"),
    ("flow.field.name", Slot::Text, true, "字段名", "the name of the field"),
    (
        "flow.field.kind",
        Slot::Kind,
        false,
        "数据类别；不写即未知",
        "the kind of data; unknown when left out",
    ),
    (
        "flow.field.listed_as",
        Slot::Text,
        false,
        "对应的清单字段",
        "the field of the list it matches",
    ),
    (
        "dates.application_received",
        Slot::Day,
        false,
        "安全评估申报被收到之日",
        "security assessment application received",
    ),
    ("dates.acceptance_notice", Slot::Day, false, "受理通知之日", "notice of acceptance"),
    ("dates.result_received", Slot::Day, false, "收到评估结果之日", "assessment result received"),
    ("dates.assessment_result", Slot::Day, false, "评估结果出具之日", "assessment result issued"),
    (
        "dates.assessment_expiry",
        Slot::Day,
        false,
        "评估结果有效期届满之日",
        "assessment result expires",
    ),
    ("dates.filing_submitted", Slot::Day, false, "提交备案之日", "filing submitted"),
    ("dates.supplement_requested", Slot::Day, false, "被要求补充材料之日", "supplement requested"),
    (
        "dates.contract_effective",
        Slot::Day,
        false,
        "标准合同生效之日",
        "standard contract takes effect",
    ),
    (
        "dates.gba_contract_effective",
        Slot::Day,
        false,
        "大湾区标准合同生效之日",
        "Greater Bay Area contract takes effect",
    ),
    ("dates.certificate_issued", Slot::Day, false, "认证证书颁发之日", "certificate issued"),
    ("dates.certificate_expiry", Slot::Day, false, "认证证书届满之日", "certificate expires"),
    ("dates.sector_rule_issued", Slot::Day, false, "行业规则发布之日", "sector rule issued"),
    (
        "dates.reached_one_million",
        Slot::Day,
        false,
        "处理人数达到100万之日",
        "one million persons reached",
    ),
    (
        "dates.officer_changed",
        Slot::Day,
        false,
        "个人信息保护负责人变更之日",
        "personal information protection officer changed",
    ),
    ("dates.incident", Slot::Day, false, "安全事件发生之日", "security incident"),
    ("dates.qualification_obtained", Slot::Day, false, "取得资质之日", "qualification obtained"),
    (
        "dates.self_assessment_finished",
        Slot::Day,
        false,
        "自评估完成之日",
        "self-assessment finished",
    ),
    ("dates.transfer_start", Slot::Day, false, "开始出境之日", "transfer starts"),
    ("dates.transfer_done", Slot::Day, false, "出境结束之日", "transfer done"),
];

impl<'f> Layout<'f> {
    /// The layout for these facts.
    pub(super) fn new(facts: &'f [Fact]) -> Layout<'f> {
        let top = Section { path: String::new(), keys: Vec::new() };
        let mut layout = Layout { sections: vec![top] };
        for (path, slot, required, zh, en) in KEYS {
            layout.add(path, *slot, *required, sentence(zh, en));
        }
        for (index, fact) in facts.iter().enumerate() {
            if let Some(at) = &fact.at {
                layout.add(at, Slot::Fact(index, fact), false, fact.asks.clone());
            }
        }
        layout
    }

    /// The top level.
    pub(super) fn top(&self) -> Option<&Section<'f>> {
        self.sections.first()
    }

    /// A section by the index that [`Slot::Section`] gives.
    pub(super) fn section(&self, index: usize) -> Option<&Section<'f>> {
        self.sections.get(index)
    }

    /// A key of that name in whichever section comes first.
    pub(super) fn elsewhere(&self, name: &str) -> Option<&Key<'f>> {
        self.sections.iter().flat_map(|section| &section.keys).find(|key| key.name == name)
    }

    fn add(&mut self, path: &str, slot: Slot<'f>, required: bool, says: Bilingual) {
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        let index = self.index_of(parent);
        let key = Key { name: name.to_owned(), path: path.to_owned(), slot, required, says };
        if let Some(section) = self.sections.get_mut(index)
            && section.keys.iter().all(|key| key.name != name)
        {
            section.keys.push(key);
        }
    }

    fn index_of(&mut self, path: &str) -> usize {
        if let Some(index) = self.sections.iter().position(|section| section.path == path) {
            return index;
        }
        let index = self.sections.len();
        self.sections.push(Section { path: path.to_owned(), keys: Vec::new() });
        let known = SECTIONS.iter().find(|(known, ..)| *known == path);
        let (slot, says) = match known {
            Some((_, 1, zh, en)) => (Slot::Section(index), sentence(zh, en)),
            Some((_, most, zh, en)) => (Slot::Sections(index, *most), sentence(zh, en)),
            None => (Slot::Section(index), Bilingual::default()),
        };
        self.add(path, slot, path == "flow", says);
        index
    }
}

fn sentence(zh: &str, en: &str) -> Bilingual {
    Bilingual { zh: zh.to_owned(), en: en.to_owned() }
}
