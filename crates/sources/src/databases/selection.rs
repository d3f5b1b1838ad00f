//! Which tables are asked for.

use globset::{Glob, GlobSet, GlobSetBuilder};
use kouan_terms::Diagnostic;

/// Globs over the names of tables.
pub(super) struct Selection(Option<GlobSet>);

impl Selection {
    /// Compiles the globs; none means every table.
    pub(super) fn new(globs: &[String]) -> Result<Selection, Diagnostic> {
        if globs.is_empty() {
            return Ok(Selection(None));
        }
        let bad = |glob: &str| Diagnostic::error("SC158").with("glob", glob);
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            set.add(Glob::new(glob).map_err(|_| bad(glob))?);
        }
        Ok(Selection(Some(set.build().map_err(|_| bad(&globs.join(",")))?)))
    }

    /// Whether the table is asked for, by `schema.table` or by `table` alone.
    pub(super) fn takes(&self, schema: &str, table: &str) -> bool {
        self.0.as_ref().is_none_or(|set| {
            set.is_match(table) || (!schema.is_empty() && set.is_match(format!("{schema}.{table}")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_means_the_table_with_or_without_its_schema() {
        let takes = |glob: &str| {
            Selection::new(&[glob.to_owned()]).expect("a glob").takes("sales", "customer")
        };
        assert!(takes("customer"));
        assert!(takes("cust*"));
        assert!(takes("sales.*"));
        assert!(!takes("hr.*"));
        assert!(Selection::new(&[]).expect("no glob").takes("", "anything"));
        assert!(Selection::new(&["[".to_owned()]).is_err());
    }
}
