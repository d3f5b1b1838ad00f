//! What was measured, as a table and as JSON.

use crate::process::Took;
use crate::{BATCH, CHECKED, FILM_BYTES, Measured, RUNS};

/// The goals: times as fast as ExifTool a file, pictures a second, times as long as a copy, MiB.
const TIMES_GOAL: f64 = 50.0;
const PICTURES_GOAL: f64 = 2000.0;
const COPY_GOAL: f64 = 1.2;
const MEMORY_GOAL: f64 = 64.0;

/// The page.
pub fn markdown(measured: &Measured) -> String {
    let met = |is_met| if is_met { "yes" } else { "no" };
    let mut page = "# `cargo xtask bench label`\n\n<!-- written by `cargo xtask bench label \
                    --record` -->\n\n| what | ours | beside it | goal | met |\n|---|--:|--:|--:|---|\n"
        .to_owned();
    let each = middle(&measured.batch).wall / BATCH as f64;
    let (peer, is_met) = match &measured.peer {
        Some(runs) => {
            let times = middle(runs).wall / each;
            let text = format!("ExifTool {:.0} ms, ×{times:.0}", middle(runs).wall);
            (text, met(times >= TIMES_GOAL))
        }
        None => ("ExifTool not installed".to_owned(), "—"),
    };
    page.push_str(&format!(
        "| label a picture, in a batch of {BATCH} | {each:.3} ms | {peer} | ≥ ×{TIMES_GOAL:.0} | \
         {is_met} |\n"
    ));
    let a_second = CHECKED as f64 / (middle(&measured.check).wall / 1000.0);
    page.push_str(&format!(
        "| check {CHECKED} pictures | {a_second:.0} a second | — | ≥ {PICTURES_GOAL:.0} | {} |\n",
        met(a_second >= PICTURES_GOAL)
    ));
    let (film, copy) = (middle(&measured.film), middle(&measured.copy));
    let times = film.wall / copy.wall;
    page.push_str(&format!(
        "| label a film of {:.0} MB, every place in it moved | {:.0} ms | `cp` and `sync` {:.0} ms, \
         ×{times:.2} | ≤ ×{COPY_GOAL} | {} |\n",
        FILM_BYTES as f64 / 1e6,
        film.wall,
        copy.wall,
        met(times <= COPY_GOAL)
    ));
    let most = measured.film.iter().map(|took| took.memory).fold(0.0, f64::max);
    page.push_str(&format!(
        "| memory for it, at most | {most:.0} MiB | — | ≤ {MEMORY_GOAL:.0} MiB | {} |\n",
        met(most <= MEMORY_GOAL)
    ));
    page.push_str(&format!(
        "\nWhole processes by the clock, from start to end, reading back and syncing to disk \
         included, for `cp` as for us; the middle of {RUNS} runs. The film and its copy take turns, \
         with nothing left to be written before either. ExifTool writes one property into an XMP \
         packet, one process a file. Release build, one thread. Load of the machine (1, 5, 15 minutes): {}.\n",
        load()
    ));
    page
}

/// The same for machines.
pub fn json(measured: &Measured) -> String {
    let list = |runs: &[Took]| {
        let one = |took: &Took| {
            format!("{{ \"wall_ms\": {:.2}, \"memory_mib\": {:.1} }}", took.wall, took.memory)
        };
        runs.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let peer = measured.peer.as_ref().map_or("null".to_owned(), |runs| format!("[{}]", list(runs)));
    format!(
        "{{\n  \"schema\": \"kouan.bench.label/1\",\n  \"batch\": [{}],\n  \"exiftool\": {peer},\n  \
         \"check\": [{}],\n  \"film\": [{}],\n  \"copy\": [{}]\n}}\n",
        list(&measured.batch),
        list(&measured.check),
        list(&measured.film),
        list(&measured.copy),
    )
}

fn middle(sorted: &[Took]) -> Took {
    sorted.get(sorted.len() / 2).copied().unwrap_or(Took { wall: f64::NAN, memory: f64::NAN })
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(", ")
}
