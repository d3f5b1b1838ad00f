//! The permit: what a decision lets leave, signed, and checked again at each use.
//!
//! A [`Permit`] comes out of [`grant`], from a decision made there and then, or out of [`open`],
//! from a file that a trusted key signed. It opens no gate by itself: [`Permit::still_stands`] asks
//! the rulebook again on the day of use and gives a [`Standing`], and a gate takes nothing less.
//!
//! Nobody else can make one:
//!
//! ```compile_fail
//! fn forge(body: kouan_decide::permit::Body) -> kouan_decide::permit::Permit {
//!     kouan_decide::permit::Permit { body }
//! }
//! ```
//!
//! ```compile_fail
//! fn skip_the_check(permit: &kouan_decide::permit::Permit) -> kouan_decide::permit::Standing<'_> {
//!     let on = permit.body().on.0;
//!     kouan_decide::permit::Standing { permit, on }
//! }
//! ```

mod basis;
mod choice;
mod choices;
mod digest;
mod format;
mod grant;
mod limits;
mod seal;
mod stands;
#[cfg(test)]
mod tests;
mod validity;

use sha2::{Digest as _, Sha256};

pub use choice::{Choice, FieldChoice};
pub use choices::{ChoicesText, ChosenText, choices_schema};
pub use format::{
    AdoptedText, Algorithm, AnswerText, AtLimit, BasisText, Body, BookText, BoundsText, Coarse,
    DayText, DeclaredText, FORMAT, FactText, FieldText, FigureText, FiledPeople, Filing,
    FilingKind, FlowText, Form, HandlerText, HashFunction, MinorsRule, PeopleText, PermitFile,
    RecipientText, RowRules, SCHEMA, ScenarioText, SignatureText, Transform, ValidText,
    WithdrawnRule, json_schema,
};
pub use grant::{grant, no_flow};
pub use seal::{SigningKey, VerifyingKey, open};
pub use stands::{Standing, Use};

/// What may leave, to whom, for how many persons, until when.
///
/// INVARIANT: the body is what a decision of this crate gave, or what a trusted key signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    body: Body,
}

impl Permit {
    /// What it says.
    #[must_use]
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Its id, such as `permit-0123456789abcdef0123`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.body.id
    }

    /// The SHA-256 of what was signed: how the ledger names it.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(signed_bytes(&self.body)).into()
    }

    /// The fields of one table, dropped ones included; fields that name no table belong to every
    /// one.
    pub fn fields_of<'p>(&'p self, table: &'p str) -> impl Iterator<Item = &'p FieldText> {
        let named =
            move |field: &&FieldText| field.table.as_deref().is_none_or(|name| name == table);
        self.body.fields.iter().filter(named)
    }
}

impl FieldText {
    /// Whether something of it leaves.
    #[must_use]
    pub fn leaves(&self) -> bool {
        self.transform != Transform::Drop {}
    }
}

/// The bytes that are signed: the compact JSON of the body, its keys in the order of the schema.
fn signed_bytes(body: &Body) -> Vec<u8> {
    serde_json::to_vec(body).unwrap_or_default()
}

/// The id that a body must have.
fn id_of(body: &Body) -> String {
    let unnamed = Body { id: String::new(), ..body.clone() };
    let digest = digest::hex(&signed_bytes(&unnamed));
    format!("permit-{}", digest.get(..20).unwrap_or_default())
}
