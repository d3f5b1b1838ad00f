//! What a scan found, for people.

use kouan_rulebook::classes::Classes;
use kouan_scan::inventory::{
    Answer, Basis, Bounds, ColumnSeen, EvidenceSeen, Gap, Inventory, Level, Mode, Persons,
    TableSeen, Why,
};
use kouan_scan::observe::Shape;
use kouan_terms::{Bilingual, PersonCount};

use crate::language::words as both;
use crate::messages;
use crate::page::{Line, Page, Section};

/// Columns that hold no personal information are listed in full only when more is asked for.
const PLAIN_SHOWN: usize = 6;

/// The page of an inventory.
pub fn page(inventory: &Inventory, classes: &Classes, verbose: bool, next: Vec<Line>) -> Page {
    let mut sections = vec![summary(inventory)];
    for table in &inventory.tables {
        sections.push(table_section(table, inventory, classes, verbose));
    }
    sections.push(around(inventory, classes, next));
    Page { title: title(inventory), subtitle: subtitle(inventory), sections }
}

/// What was found, in a sentence.
pub fn title(inventory: &Inventory) -> Bilingual {
    let columns = || inventory.tables.iter().flat_map(|table| &table.columns);
    let count = |test: fn(&ColumnSeen) -> bool| columns().filter(|column| test(column)).count();
    let all = columns().count();
    let personal = count(|column| column.personal == Answer::Yes);
    let unsure = count(is_unsure);
    let mut said = if personal == 0 {
        both("未发现个人信息", "no personal information found")
    } else {
        both(
            &format!("{all}列中有{personal}列是个人信息"),
            &format!("personal information in {personal} of {all} columns"),
        )
    };
    if unsure > 0 {
        said.zh.push_str(&format!("，{unsure}列不能确定"));
        said.en.push_str(&format!(", {unsure} unsure"));
    }
    if let Some(persons) = &inventory.persons {
        let range = range(persons.all);
        said.zh.push_str(&format!("；{}个自然人", range.zh));
        said.en.push_str(&format!("; {} distinct natural persons", range.en));
    }
    said
}

/// What was found, a line for each table.
pub fn brief(inventory: &Inventory) -> Vec<Line> {
    let line = |table: &TableSeen| {
        let count =
            |test: fn(&ColumnSeen) -> bool| table.columns.iter().filter(|c| test(c)).count();
        let (all, rows) = (table.columns.len(), PersonCount(table.rows));
        let personal = count(|column| column.personal == Answer::Yes);
        let sensitive = count(|column| column.sensitive == Answer::Yes);
        let unsure = count(is_unsure);
        let mut said = both(
            &format!("{rows}行，{all}列中{personal}列是个人信息，其中敏感{sensitive}列"),
            &format!(
                "{rows} rows; personal information in {personal} of {all} columns, sensitive in {sensitive}"
            ),
        );
        if unsure > 0 {
            said.zh.push_str(&format!("，{unsure}列不能确定"));
            said.en.push_str(&format!(", {unsure} unsure"));
        }
        if let Some(persons) = &table.persons {
            let range = range(persons.all);
            said.zh.push_str(&format!("；{}人", range.zh));
            said.en.push_str(&format!("; {} persons", range.en));
        }
        Line::keyed(&table.name, said)
    };
    inventory.tables.iter().map(line).collect()
}

/// Whether what a column holds, or whether it is sensitive, is not known.
pub fn is_unsure(column: &ColumnSeen) -> bool {
    column.personal == Answer::Unsure
        || column.personal == Answer::Yes && column.sensitive == Answer::Unsure
}

fn subtitle(inventory: &Inventory) -> Bilingual {
    let (zh, en) = match inventory.mode {
        Mode::Full => ("全部数据", "every cell"),
        Mode::Sample => ("抽样，不计人数", "a sample; persons not counted"),
        Mode::Metadata => ("只看元数据，不计人数", "metadata only; persons not counted"),
    };
    let (on, version) = (&inventory.on, &inventory.rulebook.version);
    both(&format!("{zh} · {on} · 规则手册{version}"), &format!("{en} · {on} · rulebook {version}"))
}

fn summary(inventory: &Inventory) -> Section {
    let mut section = Section::default();
    if let Some(persons) = &inventory.persons {
        persons_rows(&mut section, persons);
        section.row(both("采用", "taken"), vec![taken(persons)]);
        section.row(both("依据", "counted by"), basis(&persons.basis));
    }
    section
}

fn persons_rows(section: &mut Section, persons: &Persons) {
    let rows = [
        (both("自然人", "persons"), persons.all),
        (both("一般个人信息", "general PI"), persons.general),
        (both("敏感个人信息", "sensitive PI"), persons.sensitive),
        (both("两类均有", "both"), persons.both),
        (both("不满十四周岁", "under fourteen"), persons.minors),
    ];
    for (label, bounds) in rows {
        section.row(label, vec![Line::words(range(bounds))]);
    }
}

fn taken(persons: &Persons) -> Line {
    let count = PersonCount(persons.taken.persons);
    let mut said = match persons.taken.why {
        Why::Exact => both(&format!("{count}，上下限相同"), &format!("{count}: the bounds meet")),
        Why::UnsureColumns => both(&count.to_string(), &count.to_string()),
        Why::Unlinked | Why::UnlinkedAndUnsureColumns => both(
            &format!("{count}，未能证明是同一人的记录分别计数；判定时两个界限都考虑"),
            &format!(
                "{count}: records not shown to be of one person count apart; deciding weighs both bounds"
            ),
        ),
    };
    if matches!(persons.taken.why, Why::UnsureColumns | Why::UnlinkedAndUnsureColumns) {
        said.zh.push_str("；有列不能确定");
        said.en.push_str("; some columns are unsure");
    }
    if persons.recount {
        said.zh.push_str("。清查后有列被改判，须重新清查");
        said.en.push_str(". A column was settled after the count: scan again");
    }
    Line::words(said)
}

fn basis(basis: &Basis) -> Vec<Line> {
    let mut lines = Vec::new();
    let records = PersonCount(basis.records);
    let mut said = both(&format!("{records}条记录"), &format!("{records} records"));
    let parts = [
        (basis.without_key, "条没有标识", "without an identifier"),
        (basis.masked, "条标识已遮盖", "with a masked one"),
        (basis.hashed, "条标识已散列", "with a hashed one"),
        (basis.damaged, "条标识损坏", "with a damaged one"),
        (basis.several_ids, "条有几个证件号", "with several ID numbers"),
    ];
    for (count, zh, en) in parts.into_iter().filter(|(count, ..)| *count > 0) {
        let count = PersonCount(count);
        said.zh.push_str(&format!("，{count}{zh}"));
        said.en.push_str(&format!(", {count} {en}"));
    }
    lines.push(Line::words(said));
    for (kind, count) in &basis.keys {
        let count = PersonCount(*count);
        lines.push(Line::keyed(
            kind.clone(),
            both(&format!("{count}个不同的值"), &format!("{count} distinct values")),
        ));
    }
    if let Some(shared) = basis.shared_keys.filter(|shared| *shared > 0) {
        let count = PersonCount(shared);
        lines.push(Line::words(both(
            &format!("{count}处标识为几个证件号所共用，仍按几人计"),
            &format!(
                "{count} identifiers shared by several ID numbers, which still count as several"
            ),
        )));
    }
    if basis.reckoned {
        lines.push(Line::words(both(
            "人数太多，未逐一关联；下限由标识数与关联数推得，只会偏低",
            "too many persons to follow every link; the lower bound comes from the numbers of keys and links and can only be too low",
        )));
    }
    lines
}

/// A count, or from–to.
fn range(bounds: Bounds) -> Bilingual {
    let (least, most) = (PersonCount(bounds.at_least), PersonCount(bounds.at_most));
    if least == most {
        both(&least.to_string(), &least.to_string())
    } else {
        both(&format!("{least}至{most}"), &format!("{least} to {most}"))
    }
}

fn table_section(
    table: &TableSeen,
    inventory: &Inventory,
    classes: &Classes,
    verbose: bool,
) -> Section {
    let rows = PersonCount(table.rows);
    let heading = if inventory.mode == Mode::Metadata {
        both(&table.name, &table.name)
    } else {
        both(&format!("{}（{rows}行）", table.name), &format!("{} ({rows} rows)", table.name))
    };
    let mut section = Section { heading: Some(heading), rows: Vec::new() };
    let groups = [
        (both("敏感", "sensitive"), Group::Sensitive),
        (both("个人信息", "personal"), Group::Personal),
        (both("不能确定", "unsure"), Group::Unsure),
    ];
    for (label, group) in groups {
        let columns = table.columns.iter().filter(|column| group_of(column) == group);
        let lines = columns.flat_map(|column| column_lines(column, classes, verbose)).collect();
        section.row(label, lines);
    }
    section.row(both("其他", "other"), plain(table, classes, verbose));
    if let (Some(persons), true) = (&table.persons, inventory.tables.len() > 1) {
        section.row(both("自然人", "persons"), vec![Line::words(range(persons.all))]);
    }
    let together = table.combinations.iter().map(|id| {
        let known = classes.combinations().iter().find(|known| *known.id == **id);
        Line::keyed(id.clone(), known.map(|known| known.says.clone()).unwrap_or_default())
    });
    section.row(both("合并起来", "together"), together.collect());
    section.row(both("读取情况", "reading"), met(table));
    section
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Sensitive,
    Personal,
    Unsure,
    Other,
}

fn group_of(column: &ColumnSeen) -> Group {
    match (column.personal, column.sensitive) {
        (Answer::No, _) => Group::Other,
        (Answer::Yes, Answer::Yes) => Group::Sensitive,
        (Answer::Yes, Answer::No) => Group::Personal,
        _ => Group::Unsure,
    }
}

fn plain(table: &TableSeen, classes: &Classes, verbose: bool) -> Vec<Line> {
    let plain: Vec<&ColumnSeen> =
        table.columns.iter().filter(|column| group_of(column) == Group::Other).collect();
    if verbose {
        return plain.iter().flat_map(|column| column_lines(column, classes, true)).collect();
    }
    if plain.is_empty() {
        return Vec::new();
    }
    let shown: Vec<&str> =
        plain.iter().take(PLAIN_SHOWN).map(|column| column.name.as_str()).collect();
    let names = shown.join("、");
    let (zh_more, en_more) = match plain.len().saturating_sub(PLAIN_SHOWN) {
        0 => (String::new(), String::new()),
        more => (format!("等，另{more}列"), format!(" and {more} more")),
    };
    vec![Line::words(both(&format!("{names}{zh_more}"), &format!("{}{en_more}", shown.join(", "))))]
}

fn column_lines(column: &ColumnSeen, classes: &Classes, verbose: bool) -> Vec<Line> {
    let mut said = class_name(column, classes);
    let level = match column.level {
        Level::Sure => None,
        Level::Likely => Some(both("较可能", "likely")),
        Level::Unsure => Some(both("不能确定", "unsure")),
        Level::Settled => Some(both("已由人认定", "settled by a person")),
    };
    for part in level.into_iter().chain(standing(column, classes)).chain(flags(column)) {
        said.zh.push_str(&format!("；{}", part.zh));
        said.en.push_str(&format!("; {}", part.en));
    }
    let mut lines = vec![Line::keyed(column.name.clone(), said)];
    let shown = if verbose { usize::MAX } else { 2 };
    if group_of(column) != Group::Other || verbose {
        lines.extend(
            column.evidence.iter().take(shown).map(|one| Line::below(evidence(one, classes))),
        );
    }
    for listed in &column.listed {
        let (field, score) = (&listed.field, listed.score);
        let (zh, en) = match &listed.confirmed {
            Some(_) => ("已确认", "confirmed"),
            None => ("待确认", "to be confirmed"),
        };
        lines.push(Line::below(both(
            &format!("清单字段`{field}`，相符{score}／100，{zh}"),
            &format!("list field `{field}`, match {score} of 100, {en}"),
        )));
    }
    lines
}

fn class_name(column: &ColumnSeen, classes: &Classes) -> Bilingual {
    let class = column.class.as_deref().and_then(|id| classes.get(id));
    let mut said =
        class.map_or_else(|| both("未归入任何类别", "no class"), |class| class.name.clone());
    if let Some(subject) = &column.subject {
        said.zh.push_str(&format!("（{subject}）"));
        said.en.push_str(&format!(" ({subject})"));
    }
    said
}

fn standing(column: &ColumnSeen, classes: &Classes) -> Vec<Bilingual> {
    let Some(standing) = &column.standing else { return Vec::new() };
    let mut said = Vec::new();
    if let Some(regime) = &standing.decided_by {
        let name =
            classes.regime(regime).map_or_else(|| both(regime, regime), |one| one.name.clone());
        said.push(both(&format!("依{}", name.zh), &format!("by {}", name.en)));
    }
    if standing.disagree {
        said.push(both("各规范说法不一", "the regimes disagree"));
    }
    said
}

fn flags(column: &ColumnSeen) -> Vec<Bilingual> {
    column.flags.iter().map(|flag| flag_words(flag)).collect()
}

fn flag_words(flag: &str) -> Bilingual {
    match flag {
        "looks-like-test-data" => both("像是测试数据", "looks like test data"),
        "masked" => both("有遮盖的值", "some values are masked"),
        "hashed" => both("值已散列", "values are hashed"),
        "float-damaged" => both("号码被存成浮点数，丢了位数", "numbers lost digits as floats"),
        "full-width" => both("有全角数字", "full-width digits"),
        "mixed" => both("混有几种内容", "several kinds of content"),
        "under-14" => both("有不满十四周岁的人", "some persons are under fourteen"),
        "track" => both("时间和地点连成行踪", "time and place together form a track"),
        other => both(other, other),
    }
}

/// One piece of evidence in words; counts, classes and names of columns only.
pub fn evidence(one: &EvidenceSeen, classes: &Classes) -> Bilingual {
    let about = one.about.as_deref().unwrap_or_default();
    let named = classes.get(about).map_or_else(|| both(about, about), |class| class.name.clone());
    let mut said = match one.rule.as_str() {
        "name.words" => {
            both(&format!("列名指{}", named.zh), &format!("its name says {}", named.en))
        }
        "comment.words" => {
            both(&format!("注释指{}", named.zh), &format!("its comment says {}", named.en))
        }
        "table.words" => {
            both(&format!("表名指{}", named.zh), &format!("the table's name says {}", named.en))
        }
        "name.turned" => both("列名另有所指", "its name points elsewhere"),
        "comment.turned" => both("注释另有所指", "its comment points elsewhere"),
        "name.owner" | "comment.owner" => both("名称说明属于谁", "words say whose it is"),
        "relation.table" => both("所在的表说明属于谁", "the table says whose it is"),
        "values.shape" => both(&format!("形如`{about}`"), &format!("shape `{about}`")),
        "values.against" => both("值与此不符", "values speak against it"),
        "values.text" => {
            both(&format!("文字中有{}", named.zh), &format!("its text holds {}", named.en))
        }
        "statistics.distinct" => both("不同的值", "distinct values"),
        "statistics.surnames" => both("以姓氏开头", "begin with a surname"),
        "relation.neighbour" => both(&format!("与列`{about}`相邻"), &format!("beside `{about}`")),
        "declared.personal" => both("合约或元数据声明为个人信息", "declared to be personal"),
        "declared.sensitive" => both("合约或元数据声明为敏感个人信息", "declared to be sensitive"),
        "metadata-only" => both("只看了名称、注释和类型", "names, comments and types only"),
        other => both(other, other),
    };
    if let (Some(form), Some(of)) = (one.form, one.of) {
        let (form, of) = (PersonCount(form), PersonCount(of));
        said.zh.push_str(&format!("：{form}／{of}"));
        said.en.push_str(&format!(": {form} of {of}"));
    }
    let checked = Shape::parse(about).is_some_and(Shape::has_check);
    if let Some(valid) = one.valid.filter(|valid| checked && Some(*valid) != one.form) {
        let valid = PersonCount(valid);
        said.zh.push_str(&format!("，其中{valid}通过校验"));
        said.en.push_str(&format!(", {valid} pass its check"));
    }
    said
}

fn met(table: &TableSeen) -> Vec<Line> {
    let Some(met) = table.met else { return Vec::new() };
    let parts = [
        (met.ragged_rows, "行列数与表头不符", "rows have more or fewer cells than the header"),
        (met.lost_rows, "行读不出，未计入", "rows could not be read and were left out"),
        (met.undecodable_cells, "格含编码之外的字节", "cells hold bytes outside the encoding"),
        (met.cut_cells, "格过长，只看了前一部分", "cells are too long and were looked at in part"),
    ];
    let lines = parts.into_iter().filter(|(count, ..)| *count > 0).map(|(count, zh, en)| {
        let count = PersonCount(count);
        Line::words(both(&format!("{count}{zh}"), &format!("{count} {en}")))
    });
    lines.collect()
}

fn around(inventory: &Inventory, classes: &Classes, next: Vec<Line>) -> Section {
    let mut section = Section { heading: Some(both("此外", "also")), rows: Vec::new() };
    let candidates = inventory.candidates.iter().map(|candidate| {
        let rule = classes.candidates().iter().find(|rule| *rule.id == *candidate.rule);
        let says = rule.map(|rule| rule.says.clone()).unwrap_or_default();
        Line::keyed(
            candidate.table.clone(),
            both(
                &format!("{}（{}），由人判断", says.zh, candidate.rule),
                &format!("{} ({}); for a person to judge", says.en, candidate.rule),
            ),
        )
    });
    section.row(both("重要数据迹象", "signs of important data"), candidates.collect());
    if let Some(drift) = &inventory.drift {
        let rows = [
            (both("新增的列", "new columns"), &drift.new),
            (both("消失的列", "columns gone"), &drift.gone),
            (both("变化的列", "columns changed"), &drift.changed),
        ];
        for (label, names) in rows {
            let lines = names.iter().map(|name| Line::keyed(name.clone(), Bilingual::default()));
            section.row(label, lines.collect());
        }
    }
    section.row(both("未看的部分", "not looked at"), said_of(&inventory.not_looked_at));
    section.row(both("说明", "remarks"), said_of(&inventory.remarks));
    section.row(both("下一步", "next"), next);
    section
}

/// What the readers said, each by its message.
fn said_of(gaps: &[Gap]) -> Vec<Line> {
    let lines = gaps.iter().map(|gap| {
        let values = gap.values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let said =
            messages::sentence(&gap.code, values).unwrap_or_else(|| both(&gap.place, &gap.place));
        Line::keyed(gap.code.clone(), said)
    });
    lines.collect()
}
