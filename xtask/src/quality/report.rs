//! The figures: per class, overall, and against the floor.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use kouan_scan::classify::Level;

use crate::Outcome;

/// What was found on one part of the sets.
#[derive(Default)]
pub(super) struct Figures {
    /// Columns that are scored.
    pub(super) columns: u32,
    /// Columns left unsure.
    pub(super) unsure: u32,
    /// By class.
    pub(super) classes: BTreeMap<String, Count>,
    /// Personal information or not, whatever the class.
    pub(super) any: Count,
    /// How often a class of personal information is right, by how sure it was.
    pub(super) levels: BTreeMap<Level, Agreement>,
    pub(super) mistakes: Vec<Mistake>,
}

/// Columns that were given a class of personal information at one level.
#[derive(Clone, Copy, Default)]
pub(super) struct Agreement {
    pub(super) columns: u32,
    pub(super) right: u32,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Count {
    pub(super) right: u32,
    pub(super) wrong: u32,
    pub(super) missed: u32,
}

/// A column that was not given a right class.
pub(super) struct Mistake {
    pub(super) place: String,
    pub(super) expected: String,
    pub(super) found: String,
    pub(super) why: String,
}

impl Count {
    pub(super) fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    pub(super) fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    pub(super) fn f1(self) -> f64 {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

impl Figures {
    fn all(&self) -> Count {
        self.classes.values().fold(Count::default(), |sum, count| Count {
            right: sum.right + count.right,
            wrong: sum.wrong + count.wrong,
            missed: sum.missed + count.missed,
        })
    }
}

pub(super) fn text(name: &str, figures: &Figures, mistakes: bool) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "\n{name}: {} columns, {} unsure", figures.columns, figures.unsure);
    let _ = writeln!(
        out,
        "{:<26}{:>6}{:>6}{:>7}{:>11}{:>8}{:>7}",
        "class", "right", "wrong", "missed", "precision", "recall", "F1"
    );
    let mut line = |name: &str, count: Count| {
        let _ = writeln!(
            out,
            "{name:<26}{:>6}{:>6}{:>7}{:>11.3}{:>8.3}{:>7.3}",
            count.right,
            count.wrong,
            count.missed,
            count.precision(),
            count.recall(),
            count.f1()
        );
    };
    for (class, count) in &figures.classes {
        line(class, *count);
    }
    line("every class", figures.all());
    line("personal or not", figures.any);
    for (level, agreement) in figures.levels.iter().rev() {
        let Agreement { columns, right } = *agreement;
        let _ = writeln!(
            out,
            "{:<26}{right:>6} of {columns} right{:>8.3}",
            format!("class when {}", level.as_str()),
            share(right, columns)
        );
    }
    if mistakes {
        for mistake in &figures.mistakes {
            let Mistake { place, expected, found, why } = mistake;
            let _ = writeln!(out, "  {place}: expected {expected}, found {found} [{why}]");
        }
    }
    out
}

/// Compares with the recorded floor.
pub(super) fn check(floor: &Path, all: &[(String, Figures)]) -> Result<Outcome, String> {
    let text = std::fs::read_to_string(floor).map_err(|e| format!("{}: {e}", floor.display()))?;
    let floors: BTreeMap<String, BTreeMap<String, f64>> =
        toml::from_str(&text).map_err(|e| format!("{}: {e}", floor.display()))?;
    let mut below = 0;
    for (name, least) in &floors {
        let Some((_, figures)) = all.iter().find(|(part, _)| part == name) else {
            return Err(format!("the floor names `{name}`, which is not measured"));
        };
        let (every, any) = (figures.all(), figures.any);
        for (what, figure) in [
            ("precision", every.precision()),
            ("recall", every.recall()),
            ("personal-precision", any.precision()),
            ("personal-recall", any.recall()),
        ] {
            if let Some(&least) = least.get(what)
                && figure < least
            {
                println!("{name}: {what} {figure:.4} is below the floor {least:.4}");
                below += 1;
            }
        }
    }
    Ok(if below == 0 { Outcome::Clean } else { Outcome::Findings })
}
