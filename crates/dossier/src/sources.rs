//! Everything that papers are made from.

use kouan_decide::decision::Decision;
use kouan_decide::declaration::{Flow, Transfer};
use kouan_rulebook::Book;
use kouan_rulebook::papers::Papers;
use kouan_terms::Day;

use crate::answers::Answers;
use crate::formats::Format;
use crate::inventory::InventoryView;

/// Everything that papers are made from: one declaration, its decision, inventories and answers.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The rulebook.
    pub book: &'a Book,
    /// Its papers.
    pub papers: &'a Papers,
    /// What is declared.
    pub declared: Declared<'a>,
    /// What was decided on it.
    pub decision: &'a Decision,
    /// SHA-256 of the decision's JSON.
    pub decision_digest: &'a str,
    /// The inventories that its flows name.
    pub inventories: &'a [InventoryView],
    /// What people answered.
    pub answers: &'a Answers,
    /// Evidence files as they are now; `None` when nobody looked.
    pub files: Option<&'a [Attached<'a>]>,
    /// The earlier filing, for a change or an extension.
    pub earlier: Option<&'a Sources<'a>>,
    /// The day of filing.
    pub on: Day,
}

/// An evidence file as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attached<'a> {
    /// Its name, as the answers give it.
    pub file: &'a str,
    /// SHA-256 of its content, in hexadecimal digits.
    pub sha256: &'a str,
    /// What its content is; `None` for no format that is known.
    pub format: Option<Format>,
    /// Its content; needed of contracts in DOCX alone.
    pub bytes: Option<&'a [u8]>,
}

/// A declaration, read.
#[derive(Clone, Copy, Debug)]
pub struct Declared<'a> {
    /// The file, as the user named it.
    pub file: &'a str,
    /// SHA-256 of its text.
    pub digest: &'a str,
    /// What it says.
    pub transfer: &'a Transfer,
}

impl<'a> Sources<'a> {
    /// An evidence file as it is now; `None` when it is not there, or nobody looked.
    pub(crate) fn attached(&self, file: &str) -> Option<&'a Attached<'a>> {
        self.files?.iter().find(|held| held.file == file)
    }

    /// The transfer.
    #[must_use]
    pub fn transfer(&self) -> &'a Transfer {
        self.declared.transfer
    }

    /// A flow by its place.
    #[must_use]
    pub fn flow(&self, index: usize) -> Option<&'a Flow> {
        self.transfer().flows.get(index)
    }

    /// The recipients by name, each once, in the order of the flows; one without a name stands
    /// under the id of its flow.
    #[must_use]
    pub fn recipients(&self) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        for flow in &self.transfer().flows {
            let name = recipient_of(flow);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The inventory that a flow names.
    #[must_use]
    pub fn inventory_of(&self, flow: &Flow) -> Option<&'a InventoryView> {
        let named = flow.inventory.as_ref()?;
        self.inventories.iter().find(|view| view.digest == named.digest)
    }
}

/// The name under which the recipient of a flow is answered for.
pub(crate) fn recipient_of(flow: &Flow) -> &str {
    flow.recipient.name.as_deref().unwrap_or(&flow.id)
}
