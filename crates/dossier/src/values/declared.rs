//! Values of the declaration, its inventories and the decision.

use kouan_decide::declaration::{Field, FieldKind, Flow, Given, Stated};
use kouan_decide::{route_meaning, route_name};
use kouan_rulebook::{Fact, FactKind};
use kouan_terms::Bilingual;

use super::wording::{pair, same};
use super::{Plain, Resolver, Scope, Value, country};
use crate::inventory::{ColumnView, TableView};
use crate::sources::recipient_of;
use crate::trace::Source;

impl<'a> Resolver<'a> {
    /// A value of declaration, inventory or decision.
    pub(super) fn declared(&self, path: &str, scope: &Scope) -> Option<Value> {
        let (first, rest) = path.split_once('.')?;
        let value = match first {
            "transfer" => self.of_transfer(rest),
            "handler" => self.of_handler(rest),
            "flow" => self.of_flow(rest, scope),
            "flows" => self.of_flows(rest),
            "recipient" => self.of_recipient(rest, scope),
            "field" => self.of_field(rest, scope),
            "inventory" => self.of_inventory(rest, scope),
            "decision" => self.of_decision(rest, scope),
            "rulebook" => self.of_rulebook(rest),
            "dates" => self.of_dates(rest),
            _ => None,
        };
        value.or_else(|| self.of_fact(path, scope))
    }

    pub(super) fn declaration(&self, key: &str) -> Source {
        Source::Declaration { digest: self.sources.declared.digest.into(), key: key.into() }
    }

    fn decided(&self, key: &str) -> Source {
        Source::Decision { digest: self.sources.decision_digest.into(), key: key.into() }
    }

    pub(super) fn text(&self, words: Bilingual, key: &str) -> Option<Value> {
        let empty = words.zh.is_empty() && words.en.is_empty();
        (!empty).then(|| Value { words, plain: Plain::Text, sources: vec![self.declaration(key)] })
    }

    /// One number, counted from the declaration.
    pub(super) fn number(&self, count: usize, key: &str) -> Option<Value> {
        let number = u64::try_from(count).ok()?;
        Some(Value {
            words: self.wording.number(number),
            plain: Plain::Count(kouan_decide::declaration::Bounds::exactly(number)),
            sources: vec![self.declaration(key)],
        })
    }

    fn of_transfer(&self, rest: &str) -> Option<Value> {
        let transfer = self.sources.transfer();
        match rest {
            "id" => self.text(same(transfer.id.as_str()), "id"),
            "title" => self.text(transfer.title.clone()?, "title"),
            _ => None,
        }
    }

    fn of_handler(&self, rest: &str) -> Option<Value> {
        let handler = &self.sources.transfer().handler;
        let named = |name: &Bilingual| {
            let either = |a: &str, b: &str| if a.is_empty() { b.to_owned() } else { a.to_owned() };
            pair(either(&name.zh, &name.en), either(&name.en, &name.zh))
        };
        match rest {
            // The English companion shows the registered name beside the English one.
            "name" => {
                let mut words = named(handler.name.as_ref()?);
                if words.en != words.zh {
                    words.en = format!("{} ({})", words.en, words.zh);
                }
                self.text(words, "handler.name_zh")
            }
            "name_zh" => self.text(same(&handler.name.as_ref()?.zh), "handler.name_zh"),
            "name_en" => self.text(same(&handler.name.as_ref()?.en), "handler.name_en"),
            "credit_code" => {
                self.text(same(handler.credit_code.as_deref()?), "handler.credit_code")
            }
            "group" => self.text(same(handler.group.as_deref()?), "handler.group"),
            "sector_name" => self.of_fact("handler.sector", &Scope::default()),
            _ => None,
        }
    }

    /// The flow of a scope; the only one when the scope names none.
    pub(super) fn flow_of(&self, scope: &Scope) -> Option<(usize, &'a Flow)> {
        let flows = &self.sources.transfer().flows;
        match (scope.flow, flows.as_slice()) {
            (Some(index), _) => flows.get(index).map(|flow| (index, flow)),
            (None, [only]) => Some((0, only)),
            (None, _) => None,
        }
    }

    fn of_flow(&self, rest: &str, scope: &Scope) -> Option<Value> {
        let (index, flow) = self.flow_of(scope)?;
        match rest {
            "id" => self.text(same(&flow.id), "flow.id"),
            "number" => self.number(index + 1, "flow.id"),
            "recipient.name" => self.text(same(flow.recipient.name.as_deref()?), "flow.recipient"),
            "recipient.country" => self.of_country(flow),
            "recipient.onward" => self.of_countries(&flow.recipient.onward),
            "persons.general" => self.of_persons(flow, flow.persons.general, rest),
            "persons.sensitive" => self.of_persons(flow, flow.persons.sensitive, rest),
            "persons.both" => self.of_persons(flow, flow.persons.both, rest),
            "list_edition" => {
                let edition = self.sources.book.edition(&flow.list.as_ref()?.edition)?;
                let title = edition.text.title.as_ref();
                let words = title.map_or_else(
                    || same(edition.id.as_str()),
                    |title| pair(&*title.zh, &*title.en),
                );
                self.text(words, "flow.list.edition")
            }
            "onward_names" => self.onward_names(scope),
            "list_scenario" => self.of_scenario(flow),
            "data_kinds" => self.of_data_kinds(scope),
            "fields_count" => self.number(flow.fields.len(), "flow.field"),
            // A count or list that leaves out what is not known would be read as complete.
            "sensitive_fields_count" | "pi_kinds" | "sensitive_kinds" if has_unknown(flow) => None,
            "sensitive_fields_count" => {
                let count = sensitive(flow).count();
                self.number(count, "flow.field")
            }
            "pi_kinds" => self.of_kinds(flow, is_pi),
            "sensitive_kinds" => self.of_kinds(flow, |f| f.kind == FieldKind::SensitivePi),
            _ => None,
        }
    }

    fn of_country(&self, flow: &Flow) -> Option<Value> {
        let code = flow.recipient.country.as_deref()?;
        Some(Value {
            words: country(code).unwrap_or_else(|| same(code)),
            plain: Plain::Word(code.into()),
            sources: vec![self.declaration("flow.recipient.country")],
        })
    }

    fn of_countries(&self, codes: &[Box<str>]) -> Option<Value> {
        if codes.is_empty() {
            return None;
        }
        let words: Vec<Bilingual> =
            codes.iter().map(|code| country(code).unwrap_or_else(|| same(code))).collect();
        self.text(self.wording.list(&words), "flow.recipient.onward")
    }

    /// Those whom the recipient passes the data on to, as they were answered.
    fn onward_names(&self, scope: &Scope) -> Option<Value> {
        let sources = self.sources;
        let question = sources.papers.question("flow.onward_recipients")?;
        let of = scope.of(sources, question.text.per)?;
        let answer = sources.answers.get(&question.id, &of)?;
        let crate::answers::Said::Rows(rows) = &answer.said else { return None };
        let names: Vec<Bilingual> = rows
            .iter()
            .filter_map(|row| match row.get("name")? {
                crate::answers::Said::Words(words) => Some(words.clone()),
                _ => None,
            })
            .collect();
        let plain = Plain::List(names.len());
        let source = self.source_of(answer);
        Some(Value { words: self.wording.list(&names), plain, sources: vec![source] })
    }

    fn of_persons(
        &self,
        flow: &Flow,
        bounds: Option<kouan_decide::declaration::Bounds>,
        rest: &str,
    ) -> Option<Value> {
        let bounds = bounds?;
        let mut sources = vec![self.declaration(&format!("flow.{rest}"))];
        sources.extend(self.taken_from(flow));
        Some(Value { words: self.wording.persons(bounds), plain: Plain::Count(bounds), sources })
    }

    /// The inventory that a flow was filled from.
    fn taken_from(&self, flow: &Flow) -> Option<Source> {
        let named = flow.inventory.as_ref()?;
        Some(Source::Inventory { digest: named.digest.clone(), table: None, column: None })
    }

    fn of_scenario(&self, flow: &Flow) -> Option<Value> {
        let claim = flow.list.as_ref()?;
        let edition = self.sources.book.edition(&claim.edition)?;
        let (sector, scenario) = claim.scenario.as_str().split_once('/')?;
        let of_sector =
            edition.sectors.iter().find(|held| held.text.sector.id.as_ref() == sector)?;
        let held = of_sector.text.scenario.iter().find(|held| held.id.as_ref() == scenario);
        let words = match held {
            Some(held) => pair(
                format!("{}：{}", of_sector.text.sector.zh, held.zh),
                format!("{}: {}", of_sector.text.sector.en, held.en),
            ),
            None => pair(&*of_sector.text.sector.zh, &*of_sector.text.sector.en),
        };
        self.text(words, "flow.list.scenario")
    }

    fn of_data_kinds(&self, scope: &Scope) -> Option<Value> {
        let kinds = [
            ("flow.pi", "个人信息", "personal information"),
            ("flow.sensitive_pi", "敏感个人信息", "sensitive personal information"),
            ("flow.important_data", "重要数据", "important data"),
        ];
        let held = kinds.into_iter().filter(|(fact, ..)| {
            self.of_fact(fact, scope).is_some_and(|value| value.plain == Plain::YesNo(true))
        });
        let words: Vec<Bilingual> = held.map(|(_, zh, en)| pair(zh, en)).collect();
        if words.is_empty() {
            return None;
        }
        self.text(self.wording.list(&words), "flow.field.kind")
    }

    /// The classes of the fields chosen, each once; the kinds of data without an inventory.
    fn of_kinds(&self, flow: &Flow, chosen: impl Fn(&Field) -> bool) -> Option<Value> {
        let mut words: Vec<Bilingual> = Vec::new();
        for field in flow.fields.iter().filter(|field| chosen(field)) {
            let class = self.column_of(flow, field).and_then(|(_, column)| column.class.clone());
            let name = class.map_or_else(|| same(&field.name), |(_, name)| name);
            if !words.contains(&name) {
                words.push(name);
            }
        }
        if words.is_empty() {
            return None;
        }
        let mut value = self.text(self.wording.list(&words), "flow.field")?;
        value.plain = Plain::List(words.len());
        value.sources.extend(self.taken_from(flow));
        Some(value)
    }

    /// The column of the inventory that a field was taken from.
    pub(crate) fn column_of(
        &self,
        flow: &Flow,
        field: &Field,
    ) -> Option<(&'a TableView, &'a ColumnView)> {
        let view = self.sources.inventory_of(flow)?;
        match field.name.rsplit_once(':') {
            Some((table, column)) => {
                view.column(Some(table), column).or_else(|| view.column(None, &field.name))
            }
            None => view.column(None, &field.name),
        }
    }

    fn of_flows(&self, rest: &str) -> Option<Value> {
        let flows = &self.sources.transfer().flows;
        if rest == "count" {
            return self.number(flows.len(), "flow");
        }
        let fact = format!("flow.{rest}");
        let mut open = false;
        for index in 0..flows.len() {
            match self.of_fact(&fact, &Scope::of_flow(self.sources, index)) {
                Some(value) if value.plain == Plain::YesNo(true) => return Some(value),
                Some(_) => {}
                None => open = true,
            }
        }
        if open || self.sources.book.fact_index(&fact).is_none() {
            return None;
        }
        let sources = vec![self.declaration(&fact)];
        Some(Value { words: self.wording.yes_no(false), plain: Plain::YesNo(false), sources })
    }

    fn of_recipient(&self, rest: &str, scope: &Scope) -> Option<Value> {
        let names = self.sources.recipients();
        let name = match (&scope.recipient, names.as_slice()) {
            (Some(name), _) => &**name,
            (None, [only]) => only,
            (None, _) => return None,
        };
        let flows = &self.sources.transfer().flows;
        let flow = flows.iter().find(|flow| recipient_of(flow) == name)?;
        match rest {
            "name" => self.text(same(flow.recipient.name.as_deref()?), "flow.recipient.name"),
            "country" => self.of_country(flow),
            "number" => {
                let index = names.iter().position(|held| *held == name)?;
                self.number(index + 1, "flow.recipient")
            }
            "onward" => self.of_countries(&flow.recipient.onward),
            _ => {
                let index = flows.iter().position(|held| held.id == flow.id)?;
                let scope = Scope { flow: Some(index), ..scope.clone() };
                self.of_fact(&format!("recipient.{rest}"), &scope)
            }
        }
    }

    fn of_field(&self, rest: &str, scope: &Scope) -> Option<Value> {
        let (_, flow) = self.flow_of(scope)?;
        let index = scope.field?;
        let field = flow.fields.get(index)?;
        let column = self.column_of(flow, field);
        let with_column = |mut value: Value| {
            if let (Some((table, column)), Some(view)) = (column, self.sources.inventory_of(flow)) {
                value.sources.push(Source::Inventory {
                    digest: view.digest.clone(),
                    table: Some(table.name.clone()),
                    column: Some(column.name.clone()),
                });
            }
            value
        };
        let value = match rest {
            "number" => self.number(index + 1, "flow.field"),
            "name" => self.text(same(short_name(flow, field)), "flow.field.name"),
            "class" => {
                let class = column.and_then(|(_, column)| column.class.clone());
                let words = class.map_or_else(|| kind_words(field.kind), |(_, name)| name);
                self.text(words, "flow.field.kind")
            }
            // What a field means, the source's own comment says best; else the name of its class.
            "meaning" => {
                let (_, column) = column?;
                let comment = column.comment.as_deref().map(same);
                let words = comment.or_else(|| column.class.clone().map(|(_, name)| name))?;
                self.text(words, "flow.field")
            }
            "kind" => self.text(kind_words(field.kind), "flow.field.kind"),
            "sensitive" => match field.kind {
                FieldKind::Unknown => None,
                kind => {
                    let yes = kind == FieldKind::SensitivePi;
                    let sources = vec![self.declaration("flow.field.kind")];
                    let words = self.wording.yes_no(yes);
                    Some(Value { words, plain: Plain::YesNo(yes), sources })
                }
            },
            "grade" => {
                let grade = column.and_then(|(_, column)| column.grade)?;
                self.text(pair(format!("{grade}级"), format!("grade {grade}")), "flow.field")
            }
            "listed_as" => self.text(same(field.listed_as.as_deref()?), "flow.field.listed_as"),
            "comment" => {
                let comment = column.and_then(|(_, column)| column.comment.as_deref())?;
                self.text(same(comment), "flow.field")
            }
            _ => None,
        };
        value.map(with_column)
    }

    fn of_inventory(&self, rest: &str, scope: &Scope) -> Option<Value> {
        let named = self.flow_of(scope).and_then(|(_, flow)| self.sources.inventory_of(flow));
        let view = match (named, self.sources.inventories) {
            (Some(view), _) => view,
            (None, [only]) => only,
            (None, _) => return None,
        };
        let source = Source::Inventory { digest: view.digest.clone(), table: None, column: None };
        let (words, plain) = match rest {
            "digest" => (same(&view.digest), Plain::Text),
            "on" => (self.wording.day(view.on), Plain::Day(view.on)),
            "mode" => (same(&view.mode), Plain::Word(view.mode.clone())),
            "tables" => {
                let count = u64::try_from(view.tables.len()).ok()?;
                (self.wording.number(count), Plain::List(view.tables.len()))
            }
            "columns" => {
                let columns = view.tables.iter().map(|table| table.columns.len()).sum();
                let count = u64::try_from(columns).ok()?;
                (self.wording.number(count), Plain::List(columns))
            }
            "persons.all" | "persons.general" | "persons.sensitive" | "persons.minors" => {
                let persons = view.persons.as_ref()?;
                let bounds = match rest {
                    "persons.all" => persons.all,
                    "persons.general" => persons.general,
                    "persons.sensitive" => persons.sensitive,
                    _ => persons.minors,
                };
                (self.wording.persons(bounds), Plain::Count(bounds))
            }
            _ => return None,
        };
        Some(Value { words, plain, sources: vec![source] })
    }

    fn of_decision(&self, rest: &str, scope: &Scope) -> Option<Value> {
        let decision = self.sources.decision;
        let (words, plain, key) = match rest {
            "route" => {
                let word = Plain::Word(decision.route.as_str().into());
                (route_name(decision.route), word, "route")
            }
            "finding" => {
                let words = self.sources.papers.phrase("finding", decision.route.as_str())?;
                (words, Plain::Text, "route")
            }
            "route_meaning" => (route_meaning(decision.route), Plain::Text, "route"),
            "digest" => (same(self.sources.decision_digest), Plain::Text, "digest"),
            "on" => (self.wording.day(decision.on), Plain::Day(decision.on), "on"),
            "because" => {
                let mut cites: Vec<Bilingual> = Vec::new();
                let flow = self.flow_of(scope).map(|(_, flow)| &flow.id);
                // Flows that the pack leaves out give no basis for it.
                let held = &self.sources.transfer().flows;
                let flows = decision.flows.iter().filter(|decided| match flow {
                    Some(id) => decided.id == *id,
                    None => held.iter().any(|flow| flow.id == decided.id),
                });
                let reasons = flows.flat_map(|flow| flow.because.iter().chain(&flow.either));
                for cite in reasons.filter_map(|reason| reason.cites.first()) {
                    if !cites.contains(&cite.words) {
                        cites.push(cite.words.clone());
                    }
                }
                if cites.is_empty() {
                    return None;
                }
                (self.wording.list(&cites), Plain::List(cites.len()), "because")
            }
            _ => return None,
        };
        Some(Value { words, plain, sources: vec![self.decided(key)] })
    }

    fn of_rulebook(&self, rest: &str) -> Option<Value> {
        let mark = &self.sources.decision.rulebook;
        let words = match rest {
            "edition" => same(&mark.edition),
            "digest" => same(&mark.digest),
            "version" => same(mark.version.as_deref()?),
            _ => return None,
        };
        Some(Value { words, plain: Plain::Text, sources: vec![self.decided("rulebook")] })
    }

    fn of_dates(&self, anchor: &str) -> Option<Value> {
        let dates = &self.sources.transfer().dates;
        let anchor = anchor.replace('_', "-");
        let (_, day) = dates.iter().find(|(held, _)| **held == *anchor)?;
        let sources = vec![self.declaration(&format!("dates.{anchor}"))];
        Some(Value { words: self.wording.day(*day), plain: Plain::Day(*day), sources })
    }

    /// A fact by its id or by its place in the declaration.
    pub(super) fn of_fact(&self, path: &str, scope: &Scope) -> Option<Value> {
        let facts = &self.sources.book.facts;
        let fact = facts
            .iter()
            .find(|fact| fact.id.as_str() == path)
            .or_else(|| facts.iter().find(|fact| fact.at.as_deref() == Some(path)))?;
        let given = |given: &&'a Given| given.fact == fact.id;
        let of_flow = self.flow_of(scope).and_then(|(_, flow)| flow.facts.iter().find(given));
        let given = of_flow.or_else(|| self.sources.transfer().facts.iter().find(given))?;
        let key = fact.at.as_deref().unwrap_or(fact.id.as_str());
        // A count of other batches alone is not the year's: what was reckoned for the decision is.
        let year = self.sources.decision.year.of(fact.id.as_str());
        if let Some(bounds) = year.filter(|_| !self.sources.transfer().year_includes_this) {
            return Some(Value {
                words: self.wording.persons(bounds),
                plain: Plain::Count(bounds),
                sources: vec![self.declaration(key), self.decided(fact.id.as_str())],
            });
        }
        let (words, plain) = self.stated(fact, &given.value);
        Some(Value { words, plain, sources: vec![self.declaration(key)] })
    }

    fn stated(&self, fact: &Fact, value: &Stated) -> (Bilingual, Plain) {
        match value {
            Stated::YesNo(yes) => (self.wording.yes_no(*yes), Plain::YesNo(*yes)),
            Stated::Word(word) => {
                let label = match &fact.kind {
                    FactKind::OneOf(values) => {
                        values.iter().find(|(held, _)| held == word).map(|(_, label)| label)
                    }
                    FactKind::YesNo | FactKind::Persons => None,
                };
                let words = label.cloned().unwrap_or_else(|| same(word));
                (words, Plain::Word(word.clone()))
            }
            Stated::Count(bounds) => (self.wording.persons(*bounds), Plain::Count(*bounds)),
        }
    }
}

/// The name of a field as short as tells it from the others of its flow: its own, or with the
/// name of its table, or with the whole address.
fn short_name<'f>(flow: &'f Flow, field: &'f Field) -> &'f str {
    let column = |field: &'f Field| field.name.rsplit(':').next().unwrap_or(&field.name);
    let table = |field: &'f Field| field.name.rsplit(['/', '#']).next().unwrap_or(&field.name);
    let is_own = |short: &dyn Fn(&'f Field) -> &'f str| {
        flow.fields.iter().filter(|held| short(held) == short(field)).count() == 1
    };
    if is_own(&column) {
        column(field)
    } else if is_own(&table) {
        table(field)
    } else {
        &field.name
    }
}

fn is_pi(field: &Field) -> bool {
    matches!(field.kind, FieldKind::GeneralPi | FieldKind::SensitivePi | FieldKind::Deidentified)
}

/// Whether it is open of a field what it holds, or whether that is sensitive.
pub(super) fn has_unknown(flow: &Flow) -> bool {
    flow.fields.iter().any(|field| field.kind == FieldKind::Unknown)
}

pub(super) fn sensitive(flow: &Flow) -> impl Iterator<Item = &Field> {
    flow.fields.iter().filter(|field| field.kind == FieldKind::SensitivePi)
}

/// A kind of data in words.
fn kind_words(kind: FieldKind) -> Bilingual {
    match kind {
        FieldKind::GeneralPi => pair("个人信息（不含敏感）", "general personal information"),
        FieldKind::SensitivePi => pair("敏感个人信息", "sensitive personal information"),
        FieldKind::ImportantData => pair("重要数据", "important data"),
        FieldKind::Deidentified => pair("去标识化的个人信息", "de-identified personal information"),
        FieldKind::Anonymised => pair("匿名化信息", "anonymised information"),
        FieldKind::NotPersonal => pair("非个人信息", "not personal information"),
        FieldKind::Unknown => Bilingual::default(),
    }
}
