//! Which flows a pack speaks of: not those that are exempt beside others that are not.

use kouan_decide::declaration::Transfer;
use kouan_rulebook::format::PackText;
use kouan_terms::Route;

use crate::sources::{Declared, Sources};

/// The part of a declaration that a pack speaks of.
///
/// A flow that needs no mechanism is not filed: its recipient signs no standard contract and its
/// fields stand in no application. A pack that also serves exempt routes, such as the use of a
/// zone's list, takes every flow; so does one of a transfer whose flows are all exempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Concerned {
    /// The declaration without the others; `None` when every flow is concerned.
    transfer: Option<Transfer>,
}

impl Concerned {
    /// Takes the flows that a pack speaks of.
    #[must_use]
    pub fn of(sources: &Sources<'_>, pack: &PackText) -> Concerned {
        let is_free = |id: &str| {
            let decided = sources.decision.flows.iter().find(|flow| *flow.id == *id);
            decided.is_some_and(|flow| {
                matches!(flow.route, Route::None | Route::Exempt) && !pack.serves(flow.route)
            })
        };
        let all = &sources.transfer().flows;
        let free = all.iter().filter(|flow| is_free(&flow.id)).count();
        if free == 0 || free == all.len() {
            return Concerned { transfer: None };
        }
        let mut transfer = sources.transfer().clone();
        transfer.flows.retain(|flow| !is_free(&flow.id));
        Concerned { transfer: Some(transfer) }
    }

    /// The sources of the pack; digests stay those of the whole.
    #[must_use]
    pub fn sources<'a>(&'a self, whole: &Sources<'a>) -> Sources<'a> {
        let Some(transfer) = &self.transfer else { return *whole };
        Sources { declared: Declared { transfer, ..whole.declared }, ..*whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Answers;
    use crate::sample::{PAPERS, Sample};

    const HOTEL: &str = include_str!("../../../examples/hotel-booking/transfer.toml");

    #[test]
    fn an_exempt_flow_is_not_filed_beside_one_that_is() {
        let sample = Sample::new(HOTEL);
        let answers = Answers::default();
        let sources = sample.sources(&answers);
        let pack = PAPERS.pack("standard-contract", sample.on).unwrap();
        let concerned = Concerned::of(&sources, &pack.text);
        let narrow = concerned.sources(&sources);
        let ids: Vec<&str> = narrow.transfer().flows.iter().map(|flow| &*flow.id).collect();
        assert_eq!(ids, ["marketing"]);
        assert_eq!(narrow.recipients(), ["Example Loyalty Services Ltd."]);
        let list = PAPERS.pack("list-use-beijing", "2026-11-22".parse().unwrap()).unwrap();
        assert_eq!(Concerned::of(&sources, &list.text), Concerned { transfer: None });
    }

    #[test]
    fn the_basis_of_a_pack_is_that_of_its_flows() {
        let sample = Sample::new(HOTEL);
        let answers = Answers::default();
        let sources = sample.sources(&answers);
        let pack = crate::pack::build(&sources, "standard-contract", None).unwrap();
        let papers = pack.documents.iter();
        let all: String = papers.flat_map(|paper| paper.gaps.iter()).map(|g| &*g.of).collect();
        assert!(!all.contains("flow:booking") && all.contains("flow:marketing"));
    }
}
