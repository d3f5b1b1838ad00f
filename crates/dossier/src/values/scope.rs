//! What a path is read for: a flow, a recipient, a field, a row of a table.

use std::collections::BTreeMap;

use kouan_rulebook::format::{PartKind, Per};
use kouan_terms::Bilingual;

use super::{Gap, Value};
use crate::answers::Of;
use crate::sources::{Sources, recipient_of};

/// What a path is read for.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The flow, by its place.
    pub flow: Option<usize>,
    /// The recipient, by its name.
    pub recipient: Option<Box<str>>,
    /// The field, by its place in the flow.
    pub field: Option<usize>,
    /// The link or system, by its name.
    pub named: Option<(Per, Box<str>)>,
    /// The row of a table.
    pub row: Option<Row>,
}

/// A row of a table, cell by cell.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its cells by name: `name`, `answer`, or a column of a list's answer.
    pub cells: BTreeMap<Box<str>, Value>,
}

impl Row {
    /// A cell by its name.
    #[must_use]
    pub fn cell(&self, name: &str) -> Option<Value> {
        self.cells.get(name).cloned()
    }
}

impl Scope {
    /// The scope of a flow, with its recipient.
    #[must_use]
    pub fn of_flow(sources: &Sources<'_>, index: usize) -> Scope {
        let recipient = sources.flow(index).map(|flow| recipient_of(flow).into());
        Scope { flow: Some(index), recipient, ..Scope::default() }
    }

    /// The scope of a recipient; with its flow when it has only one.
    #[must_use]
    pub fn of_recipient(sources: &Sources<'_>, name: &str) -> Scope {
        let mut flows = sources.transfer().flows.iter().enumerate();
        let mut own = flows.by_ref().filter(|(_, flow)| recipient_of(flow) == name);
        let flow = match (own.next(), own.next()) {
            (Some((index, _)), None) => Some(index),
            _ => None,
        };
        Scope { flow, recipient: Some(name.into()), ..Scope::default() }
    }

    /// The scope of everything there is one of, of a kind.
    #[must_use]
    pub fn each(&self, sources: &Sources<'_>, per: Per) -> Vec<Scope> {
        let flows = || match self.flow {
            Some(index) => vec![index],
            // A paper of one recipient speaks of its flows alone.
            None => sources
                .transfer()
                .flows
                .iter()
                .enumerate()
                .filter(|(_, flow)| {
                    self.recipient.as_deref().is_none_or(|name| recipient_of(flow) == name)
                })
                .map(|(index, _)| index)
                .collect(),
        };
        match per {
            Per::Handler => vec![self.clone()],
            Per::Flow => flows().into_iter().map(|index| Scope::of_flow(sources, index)).collect(),
            Per::Recipient => match &self.recipient {
                Some(name) if self.flow.is_some() => vec![Scope::of_recipient(sources, name)],
                _ => {
                    let names = sources.recipients();
                    names.into_iter().map(|name| Scope::of_recipient(sources, name)).collect()
                }
            },
            Per::Field => flows()
                .into_iter()
                .flat_map(|index| {
                    let count = sources.flow(index).map_or(0, |flow| flow.fields.len());
                    (0..count).map(move |field| (index, field))
                })
                .map(|(index, field)| Scope {
                    field: Some(field),
                    ..Scope::of_flow(sources, index)
                })
                .collect(),
            Per::Link | Per::System => sources
                .answers
                .named(per)
                .into_iter()
                .map(|name| Scope { named: Some((per, name.into())), ..self.clone() })
                .collect(),
        }
    }

    /// What an answer has to be of to be read here; the only one there is when the scope names
    /// none.
    #[must_use]
    pub fn of(&self, sources: &Sources<'_>, per: Per) -> Option<Of> {
        match per {
            Per::Handler => Some(Of::handler()),
            Per::Flow => {
                let flow = match self.flow {
                    Some(index) => sources.flow(index),
                    None => only(&sources.transfer().flows),
                };
                flow.map(|flow| Of::one(per, &flow.id))
            }
            Per::Recipient => match &self.recipient {
                Some(name) => Some(Of::one(per, name)),
                None => only(&sources.recipients()).map(|name| Of::one(per, name)),
            },
            Per::Field => {
                let flow = sources.flow(self.flow?)?;
                flow.fields.get(self.field?).map(|field| Of::one(per, &field.name))
            }
            Per::Link | Per::System => match &self.named {
                Some((held, name)) if *held == per => Some(Of::one(per, name)),
                _ => None,
            },
        }
    }
}

fn only<T>(all: &[T]) -> Option<&T> {
    match all {
        [one] => Some(one),
        _ => None,
    }
}

/// The pack that is being made, as far as its documents speak of it.
#[derive(Clone, Debug, Default)]
pub struct PackView {
    /// Its id.
    pub id: Box<str>,
    /// Its title.
    pub title: Bilingual,
    /// What is being done.
    pub matter: Bilingual,
    /// Who gets it.
    pub receiver: Bilingual,
    /// The official form is not held: what we write has to be copied into it.
    pub is_form_missing: bool,
    /// Its parts that apply, in their order.
    pub parts: Vec<PartView>,
    /// How many gaps its documents and forms have.
    pub gaps: usize,
    /// The gaps, each once, with the title of the paper where it is met first.
    pub open: Vec<(Gap, Bilingual)>,
    /// Values that were reckoned for it, by path.
    pub facts: Vec<(Box<str>, Value)>,
    /// Rows of tables that the program makes: changes, checks, conditions.
    pub rows: Vec<(Box<str>, Vec<Row>)>,
}

/// One part of a pack.
#[derive(Clone, Debug)]
pub struct PartView {
    /// Its id.
    pub id: Box<str>,
    /// Its name.
    pub name: Bilingual,
    /// What it is.
    pub kind: PartKind,
    /// Whether it has to be there.
    pub required: bool,
    /// Whether it goes to the authority.
    pub upload: bool,
    /// The stem of its files.
    pub folder: Box<str>,
    /// What is there.
    pub state: PartState,
    /// Files that were attached: name and SHA-256.
    pub files: Vec<(Box<str>, Box<str>)>,
    /// Gaps in what we write.
    pub gaps: usize,
    /// A remark of the rulebook.
    pub note: Option<Bilingual>,
}

impl PartView {
    /// What it is, in words.
    #[must_use]
    pub fn kind_words(&self) -> Bilingual {
        let (zh, en) = match self.kind {
            PartKind::Document => ("文书", "document"),
            PartKind::Form => ("表单", "form"),
            PartKind::Attachment => ("附件", "attachment"),
            PartKind::Template => ("官方文本", "official text"),
        };
        Bilingual { zh: zh.to_owned(), en: en.to_owned() }
    }
}

/// What is there of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartState {
    /// We wrote it.
    Made,
    /// We wrote it, and the signed copy is not attached.
    ToBeSigned,
    /// It is attached.
    Attached,
    /// It is attached and served an earlier filing.
    Reused,
    /// It is attached and too old.
    Expired,
    /// It is attached and differs from its recorded digest.
    Changed,
    /// It is attached in a format that is not accepted, or that its name belies.
    WrongFormat,
    /// It is not there.
    Missing,
    /// It is not there and need not be.
    NotNeeded,
}

impl PartState {
    /// The word in JSON and in the rulebook's phrases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PartState::Made => "made",
            PartState::ToBeSigned => "to-be-signed",
            PartState::Attached => "attached",
            PartState::Reused => "reused",
            PartState::Expired => "expired",
            PartState::Changed => "changed",
            PartState::WrongFormat => "wrong-format",
            PartState::Missing => "missing",
            PartState::NotNeeded => "not-needed",
        }
    }

    /// Whether the part keeps the pack from being given in.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(
            self,
            PartState::Missing | PartState::Expired | PartState::Changed | PartState::WrongFormat
        )
    }
}
