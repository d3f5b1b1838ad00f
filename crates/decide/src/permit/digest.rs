//! The digest of a decision: what a permit, a receipt and a paper name it by.

use kouan_terms::RouteSet;
use sha2::{Digest as _, Sha256};

use crate::decision::{Decision, FlowDecision};

/// SHA-256 in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    kouan_terms::hex(&Sha256::digest(bytes))
}

impl Decision {
    /// SHA-256 of what was decided, `sha256:` before it: transfer, day, rulebook, routes, rules,
    /// lists, lines and fields. Words in a language are not part of it.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut lines = Lines(Vec::new());
        lines.add("kouan.decision-digest/1");
        lines.add(self.transfer.as_str());
        lines.add(&self.on.to_string());
        lines.add(&self.rulebook.digest);
        lines.add(self.route.as_str());
        lines.routes(self.possible);
        lines.list(self.flows.iter(), Lines::flow);
        format!("sha256:{}", hex(&lines.0))
    }
}

/// Texts, each behind its length, so that no two lists of texts look the same.
struct Lines(Vec<u8>);

impl Lines {
    fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    fn add(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn list<T>(&mut self, items: impl ExactSizeIterator<Item = T>, add: impl Fn(&mut Lines, T)) {
        self.number(items.len() as u64);
        items.for_each(|item| add(self, item));
    }

    fn routes(&mut self, routes: RouteSet) {
        self.number(routes.len() as u64);
        routes.iter().for_each(|route| self.add(route.as_str()));
    }

    fn flow(&mut self, flow: &FlowDecision) {
        self.add(&flow.id);
        self.add(flow.route.as_str());
        self.routes(flow.possible);
        self.list(flow.because.iter(), |lines, reason| lines.add(&reason.rule));
        self.list(flow.either.iter(), |lines, reason| lines.add(&reason.rule));
        self.list(flow.headroom.iter(), |lines, line| {
            lines.add(&line.fact);
            lines.number(line.changes_at);
            lines.routes(line.routes);
        });
        self.list(flow.list.iter(), |lines, list| {
            lines.add(&list.edition);
            lines.add(&list.scenario);
        });
        self.list(flow.fields.iter(), |lines, field| {
            lines.add(&field.name);
            lines.add(field.kind);
            lines.add(field.listed_as.as_deref().unwrap_or_default());
            lines.routes(field.routes);
        });
    }
}
