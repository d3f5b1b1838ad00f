//! What is asked about a transfer, and a flow that is ready to be decided.

use kouan_terms::{Day, PointId, ReadingId};

use crate::counting::Counted;
use crate::declaration::{Flow, Given, Transfer};
use crate::verdict::Question;

/// What is asked about a transfer.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The name of the declaration, for findings.
    pub file: &'a str,
    /// The transfer.
    pub transfer: &'a Transfer,
    /// The day.
    pub on: Day,
    /// Readings of unsettled points adopted by a named person.
    pub adopted: &'a [(PointId, ReadingId)],
    /// Facts that were assumed because only facts were given, not a declaration.
    pub assumed: &'a [Given],
}

/// One flow, ready to be decided.
pub(crate) struct Prepared<'a> {
    pub flow: &'a Flow,
    pub question: Question<'a>,
    pub counted: Counted,
    /// Everything known about the flow, counts included, before readings add to them.
    pub facts: Vec<Given>,
}
