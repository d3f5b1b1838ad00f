use kouan_disk::sim::Simulated;
use kouan_terms::Route;
use proptest::prelude::*;

use super::contents::Head;
use super::*;
use crate::key::Kind;
use crate::lane::{CalendarYear, Lane};
use crate::marks::Marks;
use crate::profile::Profile;

const FOLDER: &str = "meter/2026/a";

fn head(persons: u64) -> Head {
    let profile = Profile { kind: Kind::RESIDENT_ID, lanes: vec![(0, Marks::SENT)] };
    Head {
        handler: "例某公司".to_owned(),
        year: CalendarYear::new(2026).unwrap(),
        secret: [7; 16],
        parents: Vec::new(),
        lanes: vec![Lane::of(Route::SecurityAssessment)],
        profiles: vec![(profile, persons)],
    }
}

fn written(disk: &Simulated, narrow: &[u64], wide: &[u128], ties: &[Tie]) -> Digest {
    let mut pen = Pen::begin(disk, FOLDER).unwrap();
    for codes in narrow.chunks(limits::BLOCK_RECORDS) {
        pen.persons(&codes.iter().map(|code| (*code, 0)).collect::<Vec<_>>()).unwrap();
    }
    for codes in wide.chunks(limits::BLOCK_RECORDS) {
        pen.persons(&codes.iter().map(|code| (*code, 0)).collect::<Vec<_>>()).unwrap();
    }
    pen.ties(&gathered(ties)).unwrap();
    pen.finish(head((narrow.len() + wide.len()) as u64)).unwrap()
}

fn gathered(ties: &[Tie]) -> Ties {
    let mut all = Ties::default();
    ties.iter().for_each(|tie| all.push(*tie));
    all.settle();
    all
}

fn small(disk: &Simulated) -> Digest {
    let tie = Tie { strongest: Node::Narrow(3), other: Node::Narrow(1 << 60) };
    let mixed = Tie { strongest: Node::Narrow(3), other: Node::Wide(9) };
    written(disk, &[3, 70_000, 1 << 61], &[5, u128::MAX], &[tie, mixed])
}

#[test]
fn what_is_written_is_read() {
    let disk = Simulated::new(1);
    let digest = small(&disk);
    let segment = Segment::open(&disk, FOLDER, digest).unwrap();
    assert_eq!(segment.contents().head, head(5));
    let mut narrow = Vec::new();
    segment
        .each_block::<u64>(&disk, |persons| {
            narrow.extend(persons.codes.iter().copied().zip(persons.profiles.iter().copied()));
            Ok(())
        })
        .unwrap();
    assert_eq!(narrow, [(3, 0), (70_000, 0), (1 << 61, 0)]);
    let mut ties = gathered(&[
        Tie { strongest: Node::Narrow(3), other: Node::Narrow(1 << 60) },
        Tie { strongest: Node::Narrow(4), other: Node::Narrow(1 << 60) },
        Tie { strongest: Node::Narrow(3), other: Node::Wide(9) },
        Tie { strongest: Node::Wide(3), other: Node::Wide(9) },
    ]);
    segment.take_known(&disk, &mut ties).unwrap();
    assert_eq!(ties.len(), 2);
    assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
    assert_eq!(Digest::parse("0g"), None);
}

#[test]
fn every_turned_bit_is_found_and_the_segment_named() {
    let disk = Simulated::new(2);
    let digest = small(&disk);
    let path = Segment::path(FOLDER, &digest);
    let bits = disk.len(&path).unwrap().unwrap() * 8;
    for bit in 0..bits {
        disk.flip_bit(&path, bit).unwrap();
        let opened = Segment::open(&disk, FOLDER, digest);
        let error = opened.and_then(|segment| segment.check(&disk)).unwrap_err();
        assert!(["MT102", "MT103"].contains(&error.code.0), "bit {bit}: {}", error.code.0);
        assert!(error.values.contains(&("segment", digest.to_string())));
        disk.flip_bit(&path, bit).unwrap();
    }
    Segment::open(&disk, FOLDER, digest).unwrap().check(&disk).unwrap();
}

#[test]
fn a_segment_cut_anywhere_is_refused() {
    let disk = Simulated::new(3);
    let digest = small(&disk);
    let path = Segment::path(FOLDER, &digest);
    for bytes in 0..disk.len(&path).unwrap().unwrap() {
        let cut = disk.copy(bytes);
        cut.truncate(&path, bytes).unwrap();
        let opened = Segment::open(&cut, FOLDER, digest);
        assert!(opened.and_then(|segment| segment.check(&cut)).is_err(), "{bytes} bytes");
    }
}

fn rising<T: Ord + Clone>(mut all: Vec<T>) -> Vec<T> {
    all.sort();
    all.dedup();
    all
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes: Vec<u8>, first: u64, records in 0..40_usize) {
        let _ = Contents::read(&bytes);
        let _ = packing::unpack::<u64>(&bytes, first, records);
        let _ = packing::unpack::<u128>(&bytes, first.into(), records);
        let _ = packing::unpack_mixed(&bytes, records);
    }

    #[test]
    fn contents_with_a_byte_changed_never_panic(at in 0..600_usize, byte: u8) {
        let disk = Simulated::new(4);
        let digest = small(&disk);
        let segment = Segment::open(&disk, FOLDER, digest).unwrap();
        let mut bytes = segment.contents().write();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = Contents::read(&bytes);
    }

    #[test]
    fn records_come_back_as_they_were(
        codes in prop::collection::vec(any::<u64>(), 1..300),
        shift in 0..64_u32,
        kinds in 1..70_000_u32,
    ) {
        let codes = rising(codes.into_iter().map(|code| code >> shift).collect());
        let records: Vec<_> =
            codes.iter().zip(0..).map(|(code, at)| (*code, at * 7919 % kinds)).collect();
        let mut bytes = Vec::new();
        packing::pack(&records, &mut bytes);
        let back = packing::unpack(&bytes, codes[0], codes.len()).unwrap();
        prop_assert_eq!(&back.codes, &codes);
        prop_assert_eq!(back.profiles, records.iter().map(|one| one.1).collect::<Vec<_>>());
        let wide: Vec<(u128, u32)> =
            records.iter().map(|(code, place)| (u128::from(*code) << shift, *place)).collect();
        let mut bytes = Vec::new();
        packing::pack(&wide, &mut bytes);
        let back = packing::unpack(&bytes, wide[0].0, wide.len()).unwrap();
        prop_assert_eq!(back.codes, wide.iter().map(|one| one.0).collect::<Vec<_>>());
    }

    #[test]
    fn codes_that_do_not_rise_are_refused(steps in prop::collection::vec(any::<u64>(), 1..9)) {
        let mut bytes = vec![0, 8, 0, 0, 0, 0];
        steps.iter().for_each(|step| bytes.extend(step.to_le_bytes()));
        let rises = steps.iter().try_fold(1_u64, |sum, step| {
            sum.checked_add(*step).filter(|_| *step > 0)
        });
        let read = packing::unpack::<u64>(&bytes, 1, steps.len() + 1);
        prop_assert_eq!(read.is_some(), rises.is_some());
    }
}
