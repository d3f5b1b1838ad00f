//! The part of the readable book on classes of data.

use std::fmt::Write as _;

use kouan_terms::{Bilingual, Language};

use super::{Candidate, Class, Classes, Nature, PersonsOf, Regime, Sensitive, Statement};

/// Writes the part on classes in one language, to follow [`crate::render`].
#[must_use]
pub fn render(classes: &Classes, language: Language) -> String {
    let mut writer = Writer { classes, language, out: String::new() };
    if !classes.all().is_empty() {
        writer.regimes();
        writer.table();
        writer.others();
        writer.candidates();
    }
    writer.out
}

struct Writer<'a> {
    classes: &'a Classes,
    language: Language,
    out: String,
}

impl Writer<'_> {
    fn t<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    fn say<'t>(&self, text: &'t Bilingual) -> &'t str {
        text.in_language(self.language)
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text}");
    }

    fn heading(&mut self, zh: &str, en: &str) {
        let text = self.t(zh, en).to_owned();
        self.line(&format!("\n## {text}\n"));
    }

    fn regimes(&mut self) {
        self.heading(
            "数据类别：敏感与否的依据",
            "Classes of data: who says whether they are sensitive",
        );
        let text = self.t(
            "自上而下询问，先作答且可信度不为低的作数，其余只作列示。\n",
            "Asked from the top; the first that answers with more than low confidence decides, the others are shown.\n",
        );
        self.line(text);
        for regime in self.classes.regimes() {
            self.regime(regime);
        }
    }

    fn regime(&mut self, regime: &Regime) {
        let decides = if regime.decides {
            self.t("作数", "decides")
        } else {
            self.t("只作列示", "shown only")
        };
        let days = match self.language {
            Language::Zh => format!("{}起", regime.span.from),
            Language::En => format!("from {}", regime.span.from),
        };
        let confidence = regime.sourced.confidence.as_str();
        let note = regime.note.as_ref().map_or("", |note| self.say(note));
        let line = format!(
            "- `{}` {} ({days}; {decides}; {}{confidence}) {note}",
            regime.id,
            self.say(&regime.name),
            self.t("可信度", "confidence ")
        );
        self.line(line.trim_end());
    }

    /// One row a class of personal information, one column a regime that speaks of any.
    fn table(&mut self) {
        self.heading("个人信息的类别", "Classes of personal information");
        let text = self.t(
            "不满十四周岁的人的个人信息一律敏感。空格：该依据没有说法。\n",
            "PI of a person under fourteen is sensitive throughout. An empty cell: the regime does not say.\n",
        );
        self.line(text);
        let speaks = |regime: &&Regime| {
            self.classes.statements.iter().any(|said| said.regime == regime.id && !said.under_14)
        };
        let regimes: Vec<&Regime> = self.classes.regimes().iter().filter(speaks).collect();
        let mut head =
            format!("| {} |  | {} |", self.t("类别", "class"), self.t("附录B", "annex B"));
        for regime in &regimes {
            let _ = write!(head, " `{}` |", regime.id);
        }
        self.line(&head);
        self.line(&format!("|---|---|---|{}", "---|".repeat(regimes.len())));
        let personal: Vec<&Class> = self.classes.all().iter().filter(|c| c.is_personal()).collect();
        for class in personal {
            let leaf = class.leaf.as_deref().unwrap_or("");
            let mut row = format!("| {} | `{}` | {leaf} |", self.say(&class.name), class.id);
            for regime in &regimes {
                let said = self
                    .classes
                    .statements(&class.id)
                    .find(|said| said.regime == regime.id && !said.under_14);
                let _ = write!(row, " {} |", said.map_or(String::new(), |said| self.said(said)));
            }
            self.line(&row);
        }
    }

    fn said(&self, statement: &Statement) -> String {
        let sensitive = statement.sensitive.map(|sensitive| match sensitive {
            Sensitive::Yes => self.t("敏感", "sensitive"),
            Sensitive::ByUse => self.t("看用途", "by use"),
            Sensitive::NotListed => self.t("未列", "not listed"),
            Sensitive::No => self.t("一般", "ordinary"),
            Sensitive::Unknown => "?",
        });
        let level = statement.level.map(|level| match self.language {
            Language::Zh => format!("{level}级"),
            Language::En => format!("level {level}"),
        });
        let parts: Vec<String> = sensitive.map(str::to_owned).into_iter().chain(level).collect();
        parts.join(self.t("，", ", "))
    }

    fn others(&mut self) {
        self.heading("不是个人信息的类别", "Classes that are not personal information");
        let others: Vec<&Class> = self.classes.all().iter().filter(|c| !c.is_personal()).collect();
        for class in others {
            let nature = match class.nature {
                Nature::Organisation => self.t("组织信息", "about a body"),
                Nature::Important => self.t("重要数据线索", "lead to important data"),
                Nature::Personal | Nature::NotPersonal => self.t("非个人信息", "not personal"),
            };
            let says = class.says.as_ref().map_or("", |says| self.say(says));
            let line = format!("- `{}` {} ({nature}) {says}", class.id, self.say(&class.name));
            self.line(line.trim_end());
        }
    }

    fn candidates(&mut self) {
        self.heading("重要数据的线索", "Leads to important data");
        let text = self.t(
            "命中只表示须由人核对，不是结论。\n",
            "A hit means that a person looks into it; it is never a verdict.\n",
        );
        self.line(text);
        for candidate in self.classes.candidates() {
            let limits = self.limits(candidate);
            let line = format!(
                "- `{}` ({} {}) {}{limits}",
                candidate.id,
                candidate.regime,
                candidate.factor,
                self.say(&candidate.says)
            );
            self.line(&line);
        }
    }

    fn limits(&self, candidate: &Candidate) -> String {
        let whose = match candidate.persons_of {
            PersonsOf::Any => self.t("人数", "persons"),
            PersonsOf::General => self.t("一般个人信息人数", "persons with general PI"),
            PersonsOf::Sensitive => self.t("敏感个人信息人数", "persons with sensitive PI"),
        };
        let rows = self.t("行数", "rows");
        let limits = [
            candidate.persons_above.map(|least| format!("{whose} > {least}")),
            candidate.persons_at_least.map(|least| format!("{whose} ≥ {least}")),
            candidate.rows_at_least.map(|least| format!("{rows} ≥ {least}")),
        ];
        let limits: Vec<String> = limits.into_iter().flatten().collect();
        if limits.is_empty() { String::new() } else { format!(" [{}]", limits.join("; ")) }
    }
}
