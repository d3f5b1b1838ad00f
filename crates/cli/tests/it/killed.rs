//! Real processes of `kouan release` on real disks: killed at any moment, and racing on one ledger.
//!
//! The size is small in the ordinary run; `cargo xtask reliability` asks for the full one. Each
//! line `figure: …` is a figure of its table.

use std::collections::BTreeSet;
use std::fs::Permissions;
use std::ops::Range;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kouan_disk::real::Folder;
use kouan_flow::office::{Office, digest, open_secrets};
use kouan_ledger::entry::Released;
use kouan_meter::{CalendarYear, Scope, Year};

use crate::program::{copy, kouan_in, scratch};

const AT: &str = "2026-11-22T04:00:00Z";
/// 2026-11-22, in seconds.
const MOMENT: i64 = 1_795_320_000;
const HANDLER: &str = "91440101EXAMPLE11P";

const DECLARATION: &str = r#"
format     = 1
id         = "killed"
answers_on = 2026-11-22
title      = { zh = "示例会员", en = "Example members" }
[handler]
name_zh         = "例某酒店"
name_en         = "Example Hotels"
credit_code     = "91440101EXAMPLE11P"
is_state_organ  = false
is_ciio         = false
sector          = "hotel"
registered_zone = "none"
[year]
includes_this_transfer = true
general_pi             = 90000
sensitive_pi           = 0
[[flow]]
id             = "members"
act            = "sent-abroad"
household      = false
special_regime = "none"
important_data = false
purpose        = "marketing"
basis          = "consent"
subjects       = "customers"
onward         = false
[flow.recipient]
name              = "Example Loyalty Services Ltd."
country           = "IE"
kind              = "company"
restricted_by_cac = false
[flow.persons]
general   = 90000
sensitive = 0
[[flow.field]]
name = "mobile"
kind = "general-pi"
[[flow.field]]
name = "grade"
kind = "not-personal"
"#;

const CHOICES: &str = r#"
format = 1
[[field]]
column = "mobile"
transform = { do = "mask", first = 3, last = 4 }
[[field]]
column = "grade"
transform = { do = "keep" }
"#;

/// Whether the full size was asked for.
fn is_full() -> bool {
    std::env::var_os("KOUAN_TEST_SIZE").is_some_and(|size| size == "full")
}

/// A figure of the table of reliability.
fn figure(name: &str, count: u64) {
    println!("figure: {name} = {count}");
}

/// A folder with a ledger and a permit.
struct Desk(PathBuf);

impl Desk {
    fn new(test: &str) -> Desk {
        let folder = scratch(&format!("killed-{test}"));
        std::fs::create_dir(folder.join("out")).unwrap();
        std::fs::write(folder.join("transfer.toml"), DECLARATION).unwrap();
        std::fs::write(folder.join("choices.toml"), CHOICES).unwrap();
        let desk = Desk(folder);
        assert_eq!(kouan_in(&desk.0, &["account", "init", "--handler", HANDLER]).code, 0);
        let permit = ["decide", "transfer.toml", "--permit", "permit.json"];
        let permit = [&permit[..], &["--choices", "choices.toml", "--at", AT]].concat();
        let made = kouan_in(&desk.0, &permit);
        assert_eq!(made.code, 0, "{}", made.stderr);
        desk
    }

    /// The same once more, in a folder of its own.
    fn again(&self, test: &str) -> Desk {
        let folder = scratch(&format!("killed-{test}"));
        copy(&self.0, &folder);
        let secrets = folder.join("kouan-ledger-secrets");
        std::fs::set_permissions(secrets, Permissions::from_mode(0o700)).unwrap();
        Desk(folder)
    }

    /// A file of members with these numbers.
    fn source(&self, file: &str, numbers: Range<u64>) {
        let mut text = "mobile,grade\n".to_owned();
        for number in numbers {
            text.push_str(&format!("1390{number:07},gold\n"));
        }
        std::fs::write(self.0.join(file), text).unwrap();
    }

    /// What such a file leaves as.
    fn expected(numbers: Range<u64>) -> String {
        let lines = numbers.map(|number| format!("139****{:04},gold\n", number % 10_000));
        ["mobile,grade\n".to_owned()].into_iter().chain(lines).collect()
    }

    fn words(source: &str, to: &str) -> [String; 7] {
        ["release", source, "--permit", "permit.json", "--to", to, "--at"].map(str::to_owned)
    }

    fn start(&self, source: &str, to: &str, before: &[&str]) -> Child {
        let kouan = env!("CARGO_BIN_EXE_kouan");
        let mut command = match before {
            [] => Command::new(kouan),
            [program, words @ ..] => {
                let mut command = Command::new(program);
                command.args(words).arg(kouan);
                command
            }
        };
        command.args(Desk::words(source, to)).arg(AT).current_dir(&self.0).env_clear();
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn release(&self, source: &str, to: &str) {
        let words = Desk::words(source, to);
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.push(AT);
        let run = kouan_in(&self.0, &words);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }

    fn office(&self) -> Office {
        let disk = Folder::open(&self.0.join("kouan-ledger")).unwrap();
        Office::open(Arc::new(disk), open_secrets(&self.0.join("kouan-ledger-secrets")).unwrap())
            .unwrap()
    }

    fn releases(&self) -> Vec<Released> {
        let history = self.office().history().unwrap();
        history.releases().map(|(_, released)| released.clone()).collect()
    }

    /// Persons of the year, as the meter counts them.
    fn people(&self) -> u64 {
        let office = self.office();
        let year = CalendarYear::at(MOMENT).unwrap();
        let live = office.history().unwrap().live(year);
        let account = office.account(year).unwrap();
        let year = Year::open(office.records().disk(), account, &live).unwrap();
        year.check().unwrap();
        year.tally(&Scope::default()).all
    }

    fn out(&self, to: &str) -> Option<Vec<u8>> {
        std::fs::read(self.0.join(to)).ok()
    }

    /// Nothing is out that has no entry, and nobody is out who is not counted.
    fn holds(&self, rounds: &[(String, Range<u64>)]) {
        let releases = self.releases();
        let is_named = |to: &str| releases.iter().any(|one| one.output.name.as_str() == to);
        let (mut out, mut named) = (BTreeSet::new(), BTreeSet::new());
        for (to, numbers) in rounds {
            if is_named(to) {
                named.extend(numbers.clone());
            }
            let Some(bytes) = self.out(to) else { continue };
            out.extend(numbers.clone());
            let found = digest(&bytes);
            let entry = releases
                .iter()
                .any(|one| one.output.name.as_str() == to.as_str() && one.output.digest == found);
            assert!(entry, "{to} is out without an entry");
        }
        let people = self.people();
        assert!(people >= out.len() as u64, "{people} counted, {} out", out.len());
        assert_eq!(people, named.len() as u64);
        let visible = std::fs::read_dir(self.0.join("out")).unwrap();
        let names = visible.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        for name in names.filter(|name| !name.starts_with('.')) {
            let known = rounds.iter().any(|(to, _)| *to == format!("out/{name}"));
            assert!(known, "{name} is in sight");
        }
    }

    /// Runs a release that was stopped again: it is completed, and nobody counts twice.
    fn completes(&self, rounds: &[(String, Range<u64>)]) {
        let (to, numbers) = rounds.last().unwrap();
        self.release("source.csv", to);
        assert_eq!(self.out(to).unwrap(), Desk::expected(numbers.clone()).as_bytes());
        let all: BTreeSet<u64> = rounds.iter().flat_map(|(_, numbers)| numbers.clone()).collect();
        assert_eq!(self.people(), all.len() as u64);
    }

    fn verifies(&self) {
        let verified = kouan_in(&self.0, &["account", "verify", "--check-meter"]);
        assert_eq!(verified.code, 0, "{}", verified.stderr);
    }
}

/// A round: half of its members were in the one before.
fn round(number: u64) -> (String, Range<u64>) {
    (format!("out/{number}.csv"), number * 3..number * 3 + 6)
}

/// A part of a whole, spread evenly over the rounds.
fn share(round: u64) -> f64 {
    (round as f64 * 0.618_033_988_75).fract()
}

fn is_beside(folder: &Path, to: &str) -> bool {
    let name = to.strip_prefix("out/").unwrap();
    folder.join(format!("out/.{name}.kouan-part")).exists()
}

#[test]
fn a_release_killed_at_any_moment_is_completed_by_the_next_run() {
    let desk = Desk::new("moments");
    let rounds = if is_full() { 600 } else { 6 };
    // How long a whole one takes, and when its file is begun.
    let mut all = vec![round(0)];
    desk.source("source.csv", all[0].1.clone());
    let begun = Instant::now();
    let mut child = desk.start("source.csv", &all[0].0, &[]);
    let mut beside = None;
    while child.try_wait().unwrap().is_none() {
        if beside.is_none() && is_beside(&desk.0, &all[0].0) {
            beside = Some(begun.elapsed());
        }
    }
    let whole = begun.elapsed();
    let tail = whole.saturating_sub(beside.unwrap_or_default()).max(Duration::from_millis(5));
    desk.completes(&all);
    let (mut killed, mut at_work, mut had_entry) = (0, 0, 0);
    for number in 1..=rounds {
        all.push(round(number));
        let (to, numbers) = all.last().unwrap().clone();
        desk.source("source.csv", numbers);
        let begun = Instant::now();
        let mut child = desk.start("source.csv", &to, &[]);
        // Two of three are stopped after the file was begun, where every write counts.
        if number % 3 > 0 {
            while !is_beside(&desk.0, &to) && child.try_wait().unwrap().is_none() {
                std::hint::spin_loop();
            }
            let wait = tail.mul_f64(share(number));
            let until = begun.elapsed() + wait;
            while begun.elapsed() < until {
                std::hint::spin_loop();
            }
        } else {
            std::thread::sleep(whole.mul_f64(share(number)));
        }
        let _ = child.kill();
        killed += u64::from(!child.wait().unwrap().success());
        at_work += u64::from(is_beside(&desk.0, &to));
        had_entry += u64::from(
            desk.out(&to).is_none()
                && desk.releases().iter().any(|one| one.output.name.as_str() == to),
        );
        desk.holds(&all);
        desk.completes(&all);
    }
    desk.verifies();
    figure("release-process-kills", killed);
    figure("release-process-kills-file-begun", at_work);
    figure("release-process-kills-entry-without-output", had_entry);
    // On a busy machine a process may end before it is met; many rounds even that out.
    assert!(!is_full() || killed > rounds / 3, "{killed} of {rounds} were killed");
}

/// Calls of the system that change a file or make it durable.
const CALLS: [&str; 10] = [
    "write",
    "fsync",
    "fdatasync",
    "rename",
    "openat",
    "mkdir",
    "ftruncate",
    "unlink",
    "flock",
    "close",
];

#[test]
fn a_release_killed_at_each_call_of_the_system_is_completed_by_the_next_run() {
    let strace = Command::new("strace").arg("-V").stdout(Stdio::null()).status();
    if !is_full() || !strace.is_ok_and(|status| status.success()) {
        return;
    }
    // A ledger that grows makes more calls each time: every call is met in one like the first.
    let (made, rounds) = (Desk::new("calls"), [round(0)]);
    let (to, numbers) = round(0);
    let mut killed = 0;
    // strace counts each kind of call apart.
    for call in CALLS {
        for number in 1..2_000 {
            let desk = made.again("calls-one");
            desk.source("source.csv", numbers.clone());
            let inject = format!("inject={call}:signal=KILL:when={number}");
            let before = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &inject];
            let success = desk.start("source.csv", &to, &before).wait().unwrap().success();
            desk.holds(&rounds);
            desk.completes(&rounds);
            desk.verifies();
            if success {
                break;
            }
            killed += 1;
        }
    }
    figure("release-process-kills-at-each-call", killed);
    assert!(killed > 50, "{killed}");
}

#[test]
fn two_processes_on_one_ledger_count_everyone_once() {
    let desk = Desk::new("race");
    let rounds = if is_full() { 200 } else { 3 };
    let mut all: Vec<(String, Range<u64>)> = Vec::new();
    for number in 0..rounds {
        // Two outputs whose members overlap with each other and with the round before.
        let first = number * 4;
        let pair = [
            (format!("out/{number}-a.csv"), first..first + 5),
            (format!("out/{number}-b.csv"), first + 2..first + 8),
        ];
        let mut children = Vec::new();
        for (file, (to, numbers)) in ["a.csv", "b.csv"].iter().zip(&pair) {
            desk.source(file, numbers.clone());
            children.push(desk.start(file, to, &[]));
        }
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        all.extend(pair);
        desk.holds(&all);
        let set: BTreeSet<u64> = all.iter().flat_map(|(_, numbers)| numbers.clone()).collect();
        assert_eq!(desk.people(), set.len() as u64);
    }
    // Both to one place: one of them does it, once.
    desk.source("same.csv", 90_000..90_005);
    let mut children = [(); 2].map(|()| desk.start("same.csv", "out/same.csv", &[]));
    let ended = children.iter_mut().map(|child| child.wait().unwrap().success());
    assert!(ended.collect::<Vec<_>>().contains(&true));
    all.push(("out/same.csv".to_owned(), 90_000..90_005));
    desk.holds(&all);
    desk.verifies();
    figure("release-processes-racing", 2 * rounds + 2);
}
