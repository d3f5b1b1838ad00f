//! The shipped rulebook has no hole, no conflict, no dead rule and no silent exemption.

use std::fmt::Write;

use kouan_decide::{Fall, Proof, prove};

use crate::book::shipped;

/// What speaks against a book, in few words.
fn complaints(proof: &Proof) -> String {
    let mut text = String::new();
    let mut say = |line: String| writeln!(text, "{line}").unwrap();
    for row in proof.rows.iter().filter(|row| !row.is_sound()) {
        let list = row.list.as_ref().map(|(edition, scenarios)| format!("{edition} {scenarios:?}"));
        say(format!("{} {}", row.day, list.unwrap_or_default()));
        if let Some(hole) = row.hole.as_ref().filter(|_| row.hole_named.is_none()) {
            say(format!("  hole {hole:?}"));
        }
        if let Some(conflict) = &row.conflict {
            say(format!("  conflict {conflict:?}"));
        }
        for fall in &row.falls {
            say(format!("  fall {}\n    {:?}\n    {:?}", fall.fact, fall.before, fall.after));
        }
        for stricter in &row.stricter_readings {
            say(format!("  stricter {stricter:?}"));
        }
        if let Some(freed) = &row.freed_in_silence {
            say(format!("  freed {freed:?}"));
        }
    }
    say(format!("dead {:?} overlaps {:?} gaps {:?}", proof.dead, proof.overlaps, proof.gaps));
    text
}

/// The one place where growing can make the route lighter: between the bands of Beijing's list for
/// clinical trials, which are known from secondary sources only. Below the contract band the list
/// frees patients of small groups alone; all others stay under the national lines, which are
/// stricter than the band; and at the exact figures the sources leave open who is inside.
fn is_known(edition: &str, fall: &Fall) -> bool {
    let counts = ["scenario.persons.sensitive_pi", "year.persons.sensitive_pi"];
    edition == "cn-bj/2024-08-30" && counts.contains(&fall.fact.as_str())
}

#[test]
fn nothing_speaks_against_the_shipped_rulebook() {
    let mut proof = prove(shipped()).unwrap();
    for row in &mut proof.rows {
        if let Some((edition, _)) = &row.list {
            row.falls.retain(|fall| !is_known(edition.as_str(), fall));
        }
    }
    let nodes = proof.rows.iter().map(|row| row.nodes).max();
    let completions = proof.rows.iter().map(|row| row.completions).max();
    eprintln!("{} rows, at most {nodes:?} nodes, {completions:?} completions", proof.rows.len());
    assert!(proof.is_sound(), "{}", complaints(&proof));
}
