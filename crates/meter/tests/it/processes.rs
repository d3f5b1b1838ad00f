//! Real processes that count into one folder at the same time, and that are killed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use kouan_disk::Disk;
use kouan_disk::real::Folder;
use kouan_meter::{Account, AtLimit, Exempt, Key, Kind, Lane, Limit, Marks, Measure, Scope, Year};
use kouan_terms::Route;

use crate::counting::year;
use crate::journal;

const RELEASES: u64 = 40;
const PEOPLE: u64 = 300;

fn account() -> Account {
    Account::new("meter", "例某", year(), [7; 16]).unwrap()
}

/// The people of a release of a process: many stand in others too.
fn people(process: u64, release: u64) -> impl Iterator<Item = u64> {
    let from = release * PEOPLE / 2 + process * PEOPLE / 3;
    from..from + PEOPLE
}

fn key(number: u64) -> Key {
    let hidden = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 6;
    Key::narrow(Kind::RESIDENT_ID, hidden).unwrap()
}

/// Makes a release, again when another took the room meanwhile; how many persons passed.
fn release(disk: &Folder, name: &str, numbers: &[u64], most: u64) -> u64 {
    loop {
        let lines = journal::read(disk).unwrap();
        if lines.iter().any(|line| line.split(' ').nth(2) == Some(name)) {
            return 0;
        }
        let live = journal::live(&lines, "2026");
        let mut year = Year::open(disk, account(), &live).unwrap();
        let mut rows = year.rows([0; 32]);
        numbers.iter().for_each(|number| rows.push(*number, &[key(*number)], Marks::GENERAL));
        let scope = Scope::year(Exempt::LeftOut);
        let limit = Limit { name: "persons".to_owned(), scope, measure: Measure::General, most };
        let lane = Lane::of(Route::ContractOrCertification);
        let mut session = year.session(lane, vec![limit], AtLimit::Headroom).unwrap();
        session.batch(&rows, &mut Vec::new()).unwrap();
        let lock = disk.lock("lock").unwrap();
        let lines = journal::read(disk).unwrap();
        match session.catch_up(&journal::live(&lines, "2026")) {
            Err(diagnostic) if diagnostic.code.0 == "MT106" => continue,
            caught => caught.unwrap(),
        }
        let sealed = session.seal(self::year()).unwrap();
        let digest = sealed.segment.map_or("none".to_owned(), |digest| digest.to_string());
        journal::append(disk, &format!("release 2026 {name} {digest}")).unwrap();
        drop(lock);
        return sealed.released.all;
    }
}

/// What a process does; the parent says which one it is by the environment.
#[test]
#[ignore = "is run by the tests below, in processes of its own"]
fn in_a_process_of_its_own() {
    let setting = |name| std::env::var_os(name).unwrap().into_string().unwrap();
    let disk = Folder::open(Path::new(&setting("KOUAN_METER_FOLDER"))).unwrap();
    let process: u64 = setting("KOUAN_METER_PROCESS").parse().unwrap();
    let most: u64 = setting("KOUAN_METER_MOST").parse().unwrap();
    for one in 0..RELEASES {
        let numbers: Vec<u64> = people(process, one).collect();
        release(&disk, &format!("{process}-{one}"), &numbers, most);
    }
}

fn start(folder: &Path, process: u64, most: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::in_a_process_of_its_own", "--ignored"])
        .env("KOUAN_METER_FOLDER", folder)
        .env("KOUAN_METER_PROCESS", process.to_string())
        .env("KOUAN_METER_MOST", most.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn count(disk: &Folder) -> u64 {
    let live = journal::live(&journal::read(disk).unwrap(), "2026");
    let year = Year::open(disk, account(), &live).unwrap();
    year.check().unwrap();
    year.tally(&Scope::default()).all
}

fn everyone(processes: u64) -> u64 {
    let all =
        (0..processes).flat_map(|process| (0..RELEASES).flat_map(move |one| people(process, one)));
    all.collect::<BTreeSet<_>>().len() as u64
}

#[test]
fn three_processes_on_one_folder_count_everyone_once() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Folder::open(folder.path()).unwrap();
    let children: Vec<_> = (0..3).map(|one| start(folder.path(), one, u64::MAX)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(journal::read(&disk).unwrap().len() as u64, 3 * RELEASES);
    assert_eq!(count(&disk), everyone(3));
    journal::figure("meter-racing", 3 * RELEASES);
}

#[test]
fn two_processes_at_a_limit_never_pass_it_and_use_it_up() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Folder::open(folder.path()).unwrap();
    let most = everyone(2) / 2;
    let children: Vec<_> = (0..2).map(|one| start(folder.path(), one, most)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(count(&disk), most);
}

#[test]
fn processes_that_are_killed_leave_the_count_of_their_entries() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Folder::open(folder.path()).unwrap();
    let (rounds, mut killed) = (if journal::is_full() { 100 } else { 25 }, 0);
    for round in 0..rounds {
        let mut children: Vec<_> = (0..2).map(|one| start(folder.path(), one, u64::MAX)).collect();
        // The more entries there are, the later it is killed: every round gets somewhere.
        let wanted = journal::read(&disk).unwrap().len() + 1;
        let done = |children: &mut Vec<Child>| {
            children.iter_mut().all(|child| child.try_wait().unwrap().is_some())
        };
        while journal::read(&disk).unwrap().len() < wanted + round % 3 && !done(&mut children) {
            std::thread::yield_now();
        }
        for child in &mut children {
            let _ = child.kill();
            killed += u64::from(!child.wait().unwrap().success());
        }
        let names: BTreeSet<String> = journal::read(&disk).unwrap().into_iter().collect();
        let people = names.iter().flat_map(|line| {
            let name = line.split(' ').nth(2).unwrap().split_once('-').unwrap();
            people(name.0.parse().unwrap(), name.1.parse().unwrap())
        });
        assert_eq!(count(&disk), people.collect::<BTreeSet<_>>().len() as u64);
    }
    for process in 0..2 {
        assert!(start(folder.path(), process, u64::MAX).wait().unwrap().success());
    }
    assert_eq!(count(&disk), everyone(2));
    journal::figure("meter-process-kills", killed);
}
