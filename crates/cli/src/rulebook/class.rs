//! `rulebook show CLASS`: what a class of data is, who says so, and the words that name it.

use kouan_rulebook::Book;
use kouan_rulebook::classes::{
    Class, Classes, KeyReach, Names, Nature, Sensitive, Setting, Standing, Statement,
};
use kouan_terms::Bilingual;

use super::show::{same, span, standing as sourced};
use crate::language::words;
use crate::page::{Line, Page, Section};
use crate::settings::Settings;

/// The page of a class, by its id or its name in either language.
pub fn page(book: &Book, classes: &Classes, id: &str, settings: &Settings) -> Option<Page> {
    let named = |class: &&Class| class.name.zh == id || class.name.en.eq_ignore_ascii_case(id);
    let class = classes.get(id).or_else(|| classes.all().iter().find(named))?;
    let mut section = Section::default();
    section.row(words("是", "is"), vec![Line::words(nature(class.nature))]);
    section.row(
        words("说明", "holds"),
        class.says.iter().map(|says| Line::words(says.clone())).collect(),
    );
    let leaf = classes.leaves().iter().find(|leaf| Some(&leaf.id) == class.leaf.as_ref());
    section.row(
        words("附录B分类", "leaf of annex B"),
        leaf.map(|leaf| Line::keyed(&*leaf.id, leaf.name.clone())).into_iter().collect(),
    );
    section.row(
        words("属于", "part of"),
        class.part_of.iter().map(|wider| Line::words(same(wider.as_str()))).collect(),
    );
    section.row(
        words("与人的对应", "stands for"),
        class.key.map(|key| Line::words(reach(key))).into_iter().collect(),
    );
    let standing = classes.standing(class, &Setting::on(settings.on));
    decided(&standing, settings, &mut section);
    let mut sections = vec![section];
    sections.extend(classes.statements(&class.id).map(|said| statement(book, classes, said)));
    let mut last = Section::default();
    last.row(words("词语", "words"), phrases(&class.names));
    last.row(words("须佐证的词语", "words that need values"), phrases(&class.weak));
    sourced(book, &class.sourced, &mut last);
    sections.push(last);
    Some(Page { title: class.name.clone(), subtitle: same(class.id.as_str()), sections })
}

fn decided(standing: &Standing<'_>, settings: &Settings, section: &mut Section) {
    let day = settings.on;
    let says = sensitive(standing.sensitive);
    let mut lines =
        vec![Line::words(words(&format!("{}（{day}）", says.zh), &format!("{} ({day})", says.en)))];
    if let Some(regime) = standing.decided_by {
        lines.push(Line::keyed(&*regime.id, regime.name.clone()));
    }
    section.row(words("敏感个人信息", "sensitive PI"), lines);
    let others = standing.dissent().map(|view| {
        let says = sensitive(view.sensitive.unwrap_or(Sensitive::Unknown));
        Line::keyed(&*view.regime.id, says)
    });
    section.row(words("说法不同的", "who differs"), others.collect());
    let grade = standing.grade.map(|floor| {
        Line::keyed(
            &*floor.regime,
            words(&format!("{}级", floor.grade), &format!("{}", floor.grade)),
        )
    });
    section.row(words("最低级别", "lowest grade"), grade.into_iter().collect());
}

fn statement(book: &Book, classes: &Classes, said: &Statement) -> Section {
    let mut section = Section::default();
    let name = classes.regime(&said.regime).map(|regime| regime.name.clone()).unwrap_or_default();
    section.row(words("依据", "regime"), vec![Line::keyed(&*said.regime, name)]);
    if said.under_14 {
        section.row(
            words("限于", "only of"),
            vec![Line::words(words("不满十四周岁的人", "persons under fourteen"))],
        );
    }
    section.row(words("有效", "in force"), vec![Line::words(span(said.span))]);
    let says = said.sensitive.map(|word| Line::words(sensitive(word)));
    section.row(words("说法", "says"), says.into_iter().collect());
    let level = said.level.map(|level| Line::words(same(&level.to_string())));
    section.row(words("级别", "level"), level.into_iter().collect());
    let lines = |text: &Option<Bilingual>| text.iter().cloned().map(Line::words).collect();
    section.row(words("归类", "group"), lines(&said.category));
    section.row(words("备注", "note"), lines(&said.note));
    sourced(book, &said.sourced, &mut section);
    section
}

fn phrases(names: &Names) -> Vec<Line> {
    let mut lines = Vec::new();
    for (label, phrases) in [("中文", &names.zh), ("pinyin", &names.pinyin), ("English", &names.en)]
    {
        if !phrases.is_empty() {
            let all: Vec<&str> = phrases.iter().map(|phrase| phrase.as_str()).collect();
            lines.push(Line::keyed(label, words(&all.join("、"), &all.join(", "))));
        }
    }
    lines
}

fn nature(nature: Nature) -> Bilingual {
    match nature {
        Nature::Personal => words("个人信息", "personal information"),
        Nature::Organisation => words("组织信息", "about a body"),
        Nature::NotPersonal => words("非个人信息", "not personal information"),
        Nature::Important => words("重要数据的线索", "a lead to important data"),
    }
}

fn reach(key: KeyReach) -> Bilingual {
    match key {
        KeyReach::Exclusive => words("一人一个，不与他人共用", "one person, who has one"),
        KeyReach::Strong => words("一个值对应一人", "one person, who may have several"),
        KeyReach::Shared => words("可能多人共用", "a person, perhaps several"),
        KeyReach::Handler => words("仅在同一处理者内唯一", "one person inside one handler"),
    }
}

fn sensitive(sensitive: Sensitive) -> Bilingual {
    match sensitive {
        Sensitive::Yes => words("是", "yes"),
        Sensitive::ByUse => words("看用途", "depends on the use"),
        Sensitive::NotListed => words("未列入，仍看危害", "not listed; the harm test stays open"),
        Sensitive::No => words("否", "no"),
        Sensitive::Unknown => words("没有依据作答", "no regime answers"),
    }
}
