use super::*;

/// What every disk does while nothing goes wrong.
pub(crate) fn contract(disk: &dyn Disk) {
    let kind = |error: io::Error| error.kind();
    disk.make_dir("a/b").unwrap();
    disk.make_dir("a/b").unwrap();
    let mut writer = disk.create("a/b/c").unwrap();
    writer.write_all(b"one").unwrap();
    writer.sync().unwrap();
    assert_eq!(disk.create("a/b/c").err().map(kind), Some(ErrorKind::AlreadyExists));
    let mut writer = disk.append("a/b/c").unwrap();
    writer.write_all(b"two").unwrap();
    writer.sync().unwrap();
    assert_eq!(disk.read("a/b/c").unwrap(), b"onetwo");
    assert_eq!(disk.read_at("a/b/c", 2, 2).unwrap(), b"et");
    assert_eq!(disk.read_at("a/b/c", 5, 9).unwrap(), b"o");
    assert_eq!(disk.read_at("a/b/c", 9, 9).unwrap(), b"");
    assert_eq!((disk.len("a/b/c").unwrap(), disk.len("a/b").unwrap()), (Some(6), None));
    disk.truncate("a/b/c", 4).unwrap();
    assert_eq!(disk.truncate("a/b/c", 9).map_err(kind), Err(ErrorKind::InvalidInput));
    disk.append("a/d").unwrap().sync().unwrap();
    disk.rename("a/b/c", "a/d").unwrap();
    assert_eq!(disk.read("a/d").unwrap(), b"onet");
    assert_eq!(disk.read("a/b/c").map_err(kind), Err(ErrorKind::NotFound));
    let names = |folder| {
        let found = disk.list(folder).unwrap().into_iter();
        found.map(|found| (found.name, found.is_folder)).collect::<Vec<_>>()
    };
    assert_eq!(names("a"), [("b".to_owned(), true), ("d".to_owned(), false)]);
    assert_eq!(disk.list("z").map_err(kind), Err(ErrorKind::NotFound));
    disk.remove("a/d").unwrap();
    assert_eq!(disk.remove("a/d").map_err(kind), Err(ErrorKind::NotFound));
    disk.append("a/b/c").unwrap();
    assert_eq!(disk.remove("a/b").map_err(kind), Err(ErrorKind::DirectoryNotEmpty));
    disk.remove("a/b/c").unwrap();
    disk.remove("a/b").unwrap();
    assert_eq!(names("a"), []);
    assert_eq!(disk.read("../a").map_err(kind), Err(ErrorKind::InvalidInput));
    let held = disk.lock("lock").unwrap();
    assert!(disk.try_lock("lock").unwrap().is_none());
    drop(held);
    assert!(disk.try_lock("lock").unwrap().is_some());
    assert_eq!(names(""), [("a".to_owned(), true), ("lock".to_owned(), false)]);
}

#[test]
fn a_simulated_disk_keeps_the_contract_of_a_disk() {
    contract(&Simulated::new(1));
}

fn write(disk: &Simulated, path: &str, bytes: &[u8]) -> io::Result<Box<dyn Writer>> {
    let mut writer = disk.append(path)?;
    writer.write_all(bytes)?;
    Ok(writer)
}

#[test]
fn what_was_synced_survives_and_the_rest_is_left_to_chance() {
    let mut lengths = std::collections::BTreeSet::new();
    let mut is_blank = false;
    for seed in 0..200 {
        let disk = Simulated::new(seed);
        write(&disk, "a", b"kept").unwrap().sync().unwrap();
        write(&disk, "a", &[7; 2000]).unwrap();
        write(&disk, "b", b"unsynced").unwrap();
        let found = disk.after_power_loss();
        assert!(disk.read("a").is_err());
        let bytes = found.read("a").unwrap();
        assert!(bytes.starts_with(b"kept"));
        is_blank |= bytes.contains(&0);
        lengths.insert(bytes.len());
        lengths.insert(found.len("b").unwrap().map_or(9999, |_| 9998));
    }
    assert!(lengths.len() > 20 && is_blank, "{lengths:?}");
    assert!([4, 2004, 9999, 9998].iter().all(|length| lengths.contains(length)));
}

#[test]
fn a_rename_is_durable_on_return_but_the_bytes_are_not() {
    let mut torn = 0;
    for seed in 0..200 {
        let disk = Simulated::new(seed);
        write(&disk, "a", b"old").unwrap().sync().unwrap();
        write(&disk, "b", b"new").unwrap();
        disk.rename("b", "a").unwrap();
        let found = disk.after_power_loss();
        assert_eq!(found.len("b").unwrap(), None);
        let bytes = found.read("a").unwrap();
        assert_ne!(bytes, b"old");
        torn += usize::from(bytes != b"new");
    }
    assert!(torn > 50 && torn < 190, "{torn}");
}

#[test]
fn an_operation_that_is_cut_off_is_done_or_not() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..100 {
        let disk = Simulated::new(seed);
        write(&disk, "a", b"old").unwrap().sync().unwrap();
        write(&disk, "b", b"new").unwrap().sync().unwrap();
        disk.crash_at(1);
        assert!(disk.rename("b", "a").is_err());
        assert!(disk.len("a").is_err());
        seen.insert(disk.after_power_loss().read("a").unwrap());
    }
    assert_eq!(seen.len(), 2);
}

#[test]
fn a_failed_sync_loses_and_a_lying_one_keeps_nothing() {
    let lost = |fault: fn(&Simulated)| {
        let left = (0..100).filter(|seed| {
            let disk = Simulated::new(*seed);
            let mut writer = write(&disk, "a", b"first").unwrap();
            writer.sync().unwrap();
            writer.write_all(b"second").unwrap();
            fault(&disk);
            let _ = writer.sync();
            disk.after_power_loss().read("a").unwrap() != b"firstsecond"
        });
        left.count()
    };
    assert!(lost(|disk| disk.lie_at(1)) > 20);
    assert!(lost(|disk| disk.fail_at(1)) > 20);
    assert_eq!(lost(|_| {}), 0);
    // A second sync does not bring back what the first one dropped.
    let again = (0..100).filter(|seed| {
        let disk = Simulated::new(*seed);
        let mut writer = write(&disk, "a", b"first").unwrap();
        disk.fail_at(1);
        assert!(writer.sync().is_err());
        writer.sync().unwrap();
        disk.after_power_loss().read("a").is_ok_and(|bytes| bytes != b"first")
    });
    assert!(again.count() > 20);
}

#[test]
fn a_full_disk_takes_what_fits_and_a_read_only_one_nothing() {
    let disk = Simulated::new(1);
    disk.set_room(Some(5));
    let mut writer = disk.create("a").unwrap();
    assert_eq!(writer.write(b"1234567").unwrap(), 5);
    assert_eq!(writer.write(b"67").unwrap_err().kind(), ErrorKind::StorageFull);
    assert!(disk.create("b").is_err());
    disk.set_room(None);
    writer.write_all(b"67").unwrap();
    disk.set_read_only(true);
    let refused = ErrorKind::ReadOnlyFilesystem;
    assert_eq!(writer.write(b"8").unwrap_err().kind(), refused);
    assert_eq!(disk.remove("a").unwrap_err().kind(), refused);
    assert_eq!(disk.lock("lock").err().map(|error| error.kind()), Some(refused));
    assert_eq!(disk.read("a").unwrap(), b"1234567");
}

#[test]
fn a_kill_leaves_all_that_was_written_and_frees_the_locks() {
    let disk = Simulated::new(3);
    write(&disk, "a", b"abc").unwrap();
    let _held = disk.lock("lock").unwrap();
    let found = disk.after_kill();
    assert_eq!(found.read("a").unwrap(), b"abc");
    assert!(found.try_lock("lock").unwrap().is_some());
    found.flip_bit("a", 9).unwrap();
    assert_eq!(found.read("a").unwrap(), b"a`c");
    assert!(found.flip_bit("a", 24).is_err());
}

#[test]
fn a_waiting_thread_gets_the_lock_or_learns_that_the_power_went() {
    let disk = Simulated::new(4);
    let held = disk.lock("lock").unwrap();
    let waiting =
        |disk: Simulated| std::thread::Builder::new().spawn(move || disk.lock("lock").is_ok());
    let first = waiting(disk.clone()).unwrap();
    drop(held);
    assert!(first.join().unwrap());
    let _held = disk.lock("lock").unwrap();
    let second = waiting(disk.clone()).unwrap();
    let _ = disk.after_power_loss();
    assert!(!second.join().unwrap());
}

proptest::proptest! {
    /// The same seed gives the same disk, whatever is done to it.
    #[test]
    fn a_crash_replays_from_its_seed(seed: u64, crash_at in 1_u64..30, sizes: Vec<u16>) {
        let run = || {
            let disk = Simulated::new(seed);
            disk.crash_at(crash_at);
            for (at, size) in sizes.iter().enumerate() {
                let path = format!("f{}", at % 3);
                let written = write(&disk, &path, &vec![1; usize::from(*size)]);
                if written.and_then(|mut writer| writer.sync()).is_err() {
                    break;
                }
                let _ = disk.rename(&path, "moved");
            }
            let found = disk.after_power_loss();
            let paths = found.paths();
            paths.into_iter().map(|path| (found.read(&path).unwrap(), path)).collect::<Vec<_>>()
        };
        proptest::prop_assert_eq!(run(), run());
    }
}
