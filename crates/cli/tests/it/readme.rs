//! The commands of both READMEs and of the guides, typed as they stand there, say what they are
//! shown to say.

use std::path::Path;

use crate::program::{copy, kouan_in, root, scratch};

/// One command and the lines shown beneath it; `…` stands for what is left out.
struct Shown {
    /// The section.
    section: String,
    command: String,
    lines: Vec<String>,
}

#[test]
fn the_readme_shows_what_the_program_says() {
    check("README.md", 10);
}

#[test]
fn the_chinese_readme_shows_what_the_program_says() {
    check("README.zh.md", 10);
}

#[test]
fn the_guide_to_the_ledger_shows_what_the_program_says() {
    check("docs/guide/ledger.md", 4);
    check("docs/guide/ledger.zh.md", 4);
}

fn check(name: &str, least: usize) {
    let text = std::fs::read_to_string(root().join(name)).unwrap();
    let at = scratch(&name.replace('/', "-"));
    for folder in ["examples", "stories"] {
        copy(&root().join(folder), &at.join(folder));
    }
    std::fs::write(at.join("clip.mp4"), clip()).unwrap();
    let (mut folder, mut section, mut ran) = (at.clone(), String::new(), 0);
    for shown in blocks(&text) {
        // Who reads a guide goes on in it; the sections of a README stand alone.
        if shown.section != section && name.starts_with("README") {
            (folder, section) = (at.clone(), shown.section.clone());
        }
        if let Some(path) = shown.command.strip_prefix("cd ") {
            folder = folder.join(path);
        } else if let Some(said) = run(&folder, &shown.command) {
            compare(name, &shown, &said);
            ran += 1;
        }
    }
    assert!(ran >= least, "{name} has {ran} commands");
}

/// What a command says; none for a command that is not ours.
fn run(folder: &Path, command: &str) -> Option<String> {
    let words = command.strip_prefix("cargo run --release -- ");
    let words = words.or_else(|| command.strip_prefix("kouan "))?;
    let mut words: Vec<&str> = words.split_whitespace().collect();
    // What is shown is of one day; no machine has its clock there.
    if !words.contains(&"--on") && !words.contains(&"--at") {
        words.extend(["--on", "2026-11-22"]);
    }
    let run = kouan_in(folder, &words);
    assert!(run.code != 2 && run.code >= 0, "$ {command}\n{}", run.stderr);
    Some(run.stdout)
}

fn compare(name: &str, shown: &Shown, said: &str) {
    if shown.lines.is_empty() {
        return;
    }
    let said: Vec<String> = said.lines().map(plain).collect();
    let mut rest = said.as_slice();
    let mut may_skip = false;
    for line in shown.lines.iter().map(|line| plain(line)) {
        if line.trim() == "…" {
            may_skip = true;
            continue;
        }
        let place = match may_skip {
            true => rest.iter().position(|other| same(&line, other)),
            false => rest.first().filter(|other| same(&line, other)).map(|_| 0),
        };
        let next = rest.iter().take(12).map(String::as_str).collect::<Vec<_>>().join("\n");
        assert!(place.is_some(), "{name}: $ {}\nshown:\n{line}\nsaid:\n{next}", shown.command);
        rest = rest.get(place.unwrap() + 1..).unwrap_or_default();
        may_skip = false;
    }
    assert!(
        may_skip || rest.is_empty(),
        "{name}: $ {}\nnot shown:\n{}",
        shown.command,
        rest.join("\n")
    );
}

/// Whether a shown line is the said one, which it may cut short.
fn same(shown: &str, said: &str) -> bool {
    match shown.trim_end_matches('…') {
        whole if whole.len() == shown.len() => shown == said,
        beginning => said.starts_with(beginning.trim_end()),
    }
}

/// A line without the ids that follow from the digest of the rulebook.
fn plain(line: &str) -> String {
    let line = line.trim_end();
    let Some((before, after)) = line.split_once("permit-") else { return line.to_owned() };
    let rest = after.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    format!("{before}permit-ID{rest}")
}

fn blocks(text: &str) -> Vec<Shown> {
    let (mut section, mut inside, mut found) = (String::new(), false, Vec::<Shown>::new());
    for line in text.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {
                if line.starts_with("## ") {
                    line.clone_into(&mut section);
                }
            }
            _ => match (line.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => found.push(Shown {
                    section: section.clone(),
                    command: command.to_owned(),
                    lines: Vec::new(),
                }),
                (None, Some(shown)) => shown.lines.push(line.to_owned()),
                (None, None) => {}
            },
        }
    }
    found
}

/// A film of no length, which is one all the same.
fn clip() -> Vec<u8> {
    let of = |kind: &[u8], body: &[u8]| {
        let length = u32::try_from(body.len() + 8).unwrap().to_be_bytes();
        [&length[..], kind, body].concat()
    };
    // Version, flags and two times; a thousand ticks a second; no length, and no track so far.
    let header = [&[0; 12][..], &1000_u32.to_be_bytes(), &[0; 80], &1_u32.to_be_bytes()].concat();
    let parts = [
        of(b"ftyp", b"isom\0\0\0\0isom"),
        of(b"moov", &of(b"mvhd", &header)),
        of(b"mdat", b"none"),
    ];
    parts.concat()
}
