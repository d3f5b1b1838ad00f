//! The people of one handler and year.

use std::fmt;

use kouan_disk::Disk;
use kouan_terms::Diagnostic;
use sha2::{Digest as _, Sha256};

use crate::fault;
use crate::key::{Key, Kind, Node};
use crate::lane::{CalendarYear, Lane, Scope};
use crate::layer::{Layer, Source};
use crate::limits;
use crate::marks::{Marks, Tally};
use crate::profile::{Class, Profile, Profiles, Spread};
use crate::segment::{Digest, Head, Pen, Segment, Stored, Tie, Ties, tie_order};

/// Whose people, of which year, and where their segments are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    handler: String,
    year: CalendarYear,
    secret: [u8; 16],
    folder: String,
}

impl Account {
    /// The account of a handler, by the name that its entries use, below a folder of the disk.
    /// `secret` tells the secret under which its keys are hidden from others; it does not tell it.
    ///
    /// # Errors
    ///
    /// `MT110` when the name is longer than a segment can hold.
    pub fn new(
        root: &str,
        handler: &str,
        year: CalendarYear,
        secret: [u8; 16],
    ) -> Result<Account, Diagnostic> {
        if handler.len() > limits::NAME_BYTES {
            return Err(fault::too_many("name-bytes", limits::NAME_BYTES));
        }
        // A name may hold what no path may.
        let digest = Digest::new(Sha256::digest(handler.as_bytes()).into()).to_string();
        let short = digest.get(..16).unwrap_or_default();
        let folder = format!("{root}/{year}/{short}");
        Ok(Account { handler: handler.to_owned(), year, secret, folder })
    }

    /// What tells the secret of its keys from others.
    pub(crate) const fn secret(&self) -> [u8; 16] {
        self.secret
    }

    /// What turns hashed accounts of this handler: see [`Key`].
    pub(crate) fn accounts(&self) -> u128 {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(b"kouan/meter/accounts/1")
            .chain_update(self.handler.as_bytes())
            .finalize()
            .into();
        digest.first_chunk().copied().map_or(0, u128::from_le_bytes)
    }

    /// The year.
    #[must_use]
    pub const fn year(&self) -> CalendarYear {
        self.year
    }

    /// The handler.
    #[must_use]
    pub fn handler(&self) -> &str {
        &self.handler
    }

    /// The folder of its segments, on the disk.
    #[must_use]
    pub fn folder(&self) -> &str {
        &self.folder
    }
}

/// What counts: the segments that entries of the ledger name, and nothing else.
///
/// A segment that an entry named stays, even when the entry is withdrawn later: releases after it
/// did not write down again whom it held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// The segments that releases wrote, by their entries, in the order of the ledger.
    pub segments: Vec<Digest>,
    /// The merged segments, by their notes.
    pub merged: Vec<Digest>,
}

/// The people of one handler and year, as the segments say that are live.
///
/// Reading goes as far as is needed: a merged segment is read block by block, as people are looked
/// up. Everything read is checked against its digest; what is missing or damaged is refused by the
/// name of its segment.
pub struct Year<'d> {
    pub(crate) disk: &'d dyn Disk,
    pub(crate) account: Account,
    pub(crate) profiles: Profiles,
    nobody: [u32; Kind::COUNT],
    pub(crate) narrow: Layer<u64>,
    pub(crate) wide: Layer<u128>,
    base: Option<Segment>,
    tail: Vec<Segment>,
    /// All live segments taken in so far, ascending.
    taken: Vec<Digest>,
    resident_bytes: usize,
}

impl<'d> Year<'d> {
    /// Opens the account.
    ///
    /// Of the merged segments the one is used that stands for most; segments that came after it are
    /// read whole. One whose contents are missing or damaged is passed over while all that it
    /// stands for is still there.
    ///
    /// # Errors
    ///
    /// `MT101` a segment is missing, `MT102` damaged, `MT103` of a newer format, `MT104` of another
    /// handler or year, `MT112` under another secret, `MT108` cannot be read; `MT110` there are too
    /// many lanes.
    pub fn open(disk: &'d dyn Disk, account: Account, live: &Live) -> Result<Year<'d>, Diagnostic> {
        let mut year = Year {
            disk,
            account,
            profiles: Profiles::default(),
            nobody: [0; Kind::COUNT],
            narrow: Layer::empty(),
            wide: Layer::empty(),
            base: None,
            tail: Vec::new(),
            taken: Vec::new(),
            resident_bytes: limits::RESIDENT_BYTES,
        };
        for (place, nobody) in (0..).zip(&mut year.nobody) {
            if let Some(kind) = Kind::stored(place) {
                *nobody = year.profiles.nobody(kind)?;
            }
        }
        year.open_base(live)?;
        year.catch_up(live)?;
        Ok(year)
    }

    /// Lets it hold so many bytes of persons read from a merged segment; past that they are read
    /// again.
    #[must_use]
    pub fn with_memory(mut self, bytes: usize) -> Year<'d> {
        self.resident_bytes = bytes;
        self
    }

    fn open_base(&mut self, live: &Live) -> Result<(), Diagnostic> {
        let mut known = live.segments.clone();
        known.sort_unstable();
        let mut best: Option<Segment> = None;
        let mut fault = None;
        for digest in &live.merged {
            match self.open_segment(*digest) {
                Ok(segment) => {
                    let parents = &segment.contents().head.parents;
                    let within = parents.iter().all(|parent| known.binary_search(parent).is_ok());
                    let most = best.as_ref().map_or(0, |best| best.contents().head.parents.len());
                    if within && parents.len() > most {
                        best = Some(segment);
                    }
                }
                Err(diagnostic) => fault = Some(diagnostic),
            }
        }
        let Some(best) = best else {
            let there = |digest: &Digest| {
                let path = Segment::path(&self.account.folder, digest);
                self.disk.len(&path).is_ok_and(|bytes| bytes.is_some())
            };
            // Only where the parents are gone does it matter that nothing stands for them.
            return match fault {
                Some(fault) if !known.iter().all(there) => Err(fault),
                _ => Ok(()),
            };
        };
        let lanes = self.lanes_of(&best)?;
        let mut places = Vec::new();
        for (profile, persons) in &best.contents().head.profiles {
            let mut within: Vec<(u16, u8)> = profile
                .lanes
                .iter()
                .map(|(lane, flags)| (lanes.get(usize::from(*lane)).copied().unwrap_or(0), *flags))
                .collect();
            within.sort_unstable();
            let place = self.profiles.place(Profile { kind: profile.kind, lanes: within })?;
            self.profiles.add_persons(place, *persons);
            places.push(place);
        }
        self.narrow = Layer::over(&best, places.clone());
        self.wide = Layer::over(&best, places);
        self.taken = best.contents().head.parents.clone();
        self.base = Some(best);
        Ok(())
    }

    fn open_segment(&self, digest: Digest) -> Result<Segment, Diagnostic> {
        let segment = Segment::open(self.disk, &self.account.folder, digest)?;
        let head = &segment.contents().head;
        if head.handler != self.account.handler || head.year != self.account.year {
            return Err(Diagnostic::error("MT104").with("segment", digest));
        }
        if head.secret != self.account.secret {
            return Err(Diagnostic::error("MT112").with("segment", digest));
        }
        Ok(segment)
    }

    fn lanes_of(&mut self, segment: &Segment) -> Result<Vec<u16>, Diagnostic> {
        segment.contents().head.lanes.iter().map(|lane| self.profiles.lane(lane)).collect()
    }

    /// Takes in the segments that have become live since; true when there were any.
    ///
    /// # Errors
    ///
    /// As [`Year::open`]. What was taken in before stays; the account is to be opened again.
    pub fn catch_up(&mut self, live: &Live) -> Result<bool, Diagnostic> {
        let mut new = false;
        for digest in &live.segments {
            let Err(at) = self.taken.binary_search(digest) else { continue };
            let segment = self.open_segment(*digest)?;
            self.take(&segment)?;
            self.taken.insert(at, *digest);
            self.tail.push(segment);
            new = true;
        }
        Ok(new)
    }

    fn take(&mut self, segment: &Segment) -> Result<(), Diagnostic> {
        let lanes = self.lanes_of(segment)?;
        let head = &segment.contents().head;
        let place = |lane: u16| lanes.get(usize::from(lane)).copied().unwrap_or(0);
        let profiles: Vec<(u32, Vec<(u16, u8)>)> = head
            .profiles
            .iter()
            .map(|(profile, _)| {
                let nobody = self.nobody.get(usize::from(profile.kind.place())).copied();
                let within = profile.lanes.iter().map(|(lane, flags)| (place(*lane), *flags));
                (nobody.unwrap_or(0), within.collect())
            })
            .collect();
        let Year { disk, narrow, wide, base, profiles: all, resident_bytes, .. } = self;
        let from = Source { disk: *disk, segment: base.as_ref(), resident_bytes: *resident_bytes };
        segment.each_block::<u64>(*disk, |persons| narrow.take(from, all, persons, &profiles))?;
        segment.each_block::<u128>(*disk, |persons| wide.take(from, all, persons, &profiles))
    }

    pub(crate) fn nobody(&self, kind: Kind) -> u32 {
        self.nobody.get(usize::from(kind.place())).copied().unwrap_or(0)
    }

    pub(crate) fn is_nobody(&self, profile: u32) -> bool {
        self.nobody.contains(&profile)
    }

    /// The account.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The lanes in which somebody left.
    #[must_use]
    pub fn lanes(&self) -> &[Lane] {
        self.profiles.lanes()
    }

    /// Persons within a scope, each counted by the strongest key of a row and no two keys taken for
    /// one person: at most so many. It is what a limit is held against.
    #[must_use]
    pub fn tally(&self, scope: &Scope) -> Tally {
        let flags = self.profiles.flags(scope);
        let mut tally = Tally::default();
        for ((_, _, persons), flags) in self.profiles.persons().zip(flags) {
            tally.add(persons, flags);
        }
        tally
    }

    /// The same by what tells people apart.
    pub(crate) fn spread(&self, scope: &Scope) -> Spread {
        let flags = self.profiles.flags(scope);
        let mut spread = Spread::default();
        for ((_, profile, persons), flags) in self.profiles.persons().zip(flags) {
            spread.add(Class::of(profile.kind), flags, persons);
        }
        spread
    }

    /// What is known of a person within a scope, by the strongest of the keys; `None` for someone
    /// who has not left yet.
    ///
    /// # Errors
    ///
    /// What reading says.
    pub fn known(&mut self, keys: &[Key], scope: &Scope) -> Result<Option<Marks>, Diagnostic> {
        let Some(key) = strongest(keys) else { return Ok(None) };
        let profile = self.profile_of(key.node_at(self.account.accounts()))?;
        let flags = profile.map_or(0, |profile| {
            let within = self.profiles.within(scope);
            let inside = |lane: u16| within.get(usize::from(lane)) == Some(&true);
            let profile = self.profiles.get(profile);
            profile.map_or(0, |profile| {
                let lanes = profile.lanes.iter().filter(|(lane, _)| inside(*lane));
                lanes.fold(0, |all, (_, flags)| all | flags)
            })
        });
        Ok((flags & Marks::SENT != 0).then_some(Marks(flags & !Marks::SENT)))
    }

    pub(crate) fn profile_of(&mut self, node: Node) -> Result<Option<u32>, Diagnostic> {
        let Year { disk, narrow, wide, base, resident_bytes, .. } = self;
        let from = Source { disk: *disk, segment: base.as_ref(), resident_bytes: *resident_bytes };
        let found = match node {
            Node::Narrow(code) => narrow.find(from, code).map(|place| narrow.read(place)),
            Node::Wide(code) => wide.find(from, code).map(|place| wide.read(place)),
        };
        Ok(found?.map(|(profile, _)| profile))
    }

    /// The layers, and where they read from.
    pub(crate) fn layers(&mut self) -> (Source<'_>, &mut Layer<u64>, &mut Layer<u128>) {
        let Year { disk, narrow, wide, base, resident_bytes, .. } = self;
        let from = Source { disk: *disk, segment: base.as_ref(), resident_bytes: *resident_bytes };
        (from, narrow, wide)
    }

    /// Hands over everyone, in order of their codes.
    pub(crate) fn each_committed<C: Stored>(
        &self,
        layer: &Layer<C>,
        each: impl FnMut(C, u32) -> Result<(), Diagnostic>,
    ) -> Result<(), Diagnostic> {
        let from = Source {
            disk: self.disk,
            segment: self.base.as_ref(),
            resident_bytes: self.resident_bytes,
        };
        layer.each_committed(from, each)
    }

    /// Every segment that is read.
    pub(crate) fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.base.iter().chain(&self.tail)
    }

    /// Persons that stand in segments not merged yet: what opening has to read whole, and to look
    /// up in the merged one. Where a second is too long for that, segments are merged when they
    /// hold some ten thousand.
    #[must_use]
    pub fn unmerged(&self) -> u64 {
        self.tail.iter().map(persons_of).sum()
    }

    /// Persons that stand in the merged segment.
    #[must_use]
    pub fn merged(&self) -> u64 {
        self.base.iter().map(persons_of).sum()
    }

    /// Whether it is time to merge: more persons stand in segments not merged yet than `most`, and
    /// than an eighth of the merged ones, so that merging stays cheap for what it saves.
    #[must_use]
    pub fn is_to_be_merged(&self, most: u64) -> bool {
        self.unmerged() > most.max(self.merged() / limits::MERGED_PER_UNMERGED)
    }

    /// Writes one segment that stands for all that are live, and answers its digest; `None` where
    /// there is nothing to merge. It counts for nothing until a note of the ledger names it, and
    /// never counts anyone that the others do not.
    ///
    /// The lock of the ledger is held meanwhile.
    ///
    /// # Errors
    ///
    /// What reading says; `MT109` when it cannot be written.
    pub fn merge(&self) -> Result<Option<Digest>, Diagnostic> {
        if self.tail.is_empty() {
            return Ok(None);
        }
        let folder = &self.account.folder;
        let mut pen = Pen::begin(self.disk, folder)?;
        // Only profiles that someone has; in an order that does not hang on how they were met.
        let mut used: Vec<(&Profile, u32, u64)> = self
            .profiles
            .persons()
            .filter(|(_, _, persons)| *persons > 0)
            .map(|(place, profile, persons)| (profile, place, persons))
            .collect();
        used.sort_unstable();
        let mut places = vec![0; self.profiles.len()];
        for (new, (_, place, _)) in (0..).zip(&used) {
            if let Some(to) = places.get_mut(*place as usize) {
                *to = new;
            }
        }
        let mut gathered = Gathered::new(&places);
        self.each_committed(&self.narrow, |code, profile| gathered.put(&mut pen, code, profile))?;
        gathered.finish(&mut pen)?;
        let mut gathered = Gathered::new(&places);
        self.each_committed(&self.wide, |code, profile| gathered.put(&mut pen, code, profile))?;
        gathered.finish(&mut pen)?;
        self.merge_ties(&mut pen)?;
        let head = Head {
            handler: self.account.handler.clone(),
            year: self.account.year,
            secret: self.account.secret,
            parents: self.taken.clone(),
            lanes: self.profiles.lanes().to_vec(),
            profiles: used.into_iter().map(|(one, _, persons)| (one.clone(), persons)).collect(),
        };
        pen.finish(head).map(Some)
    }

    fn merge_ties(&self, pen: &mut Pen<'_>) -> Result<(), Diagnostic> {
        let mut later = Ties::default();
        for segment in &self.tail {
            segment.each_tie(self.disk, |tie| {
                later.push(tie);
                Ok(())
            })?;
        }
        later.settle();
        let mut later = later.into_each().peekable();
        let mut gathered = Ties::default();
        let mut put = |tie: Tie| {
            gathered.push(tie);
            if gathered.len() < limits::BLOCK_RECORDS {
                return Ok(());
            }
            pen.ties(&std::mem::take(&mut gathered))
        };
        if let Some(base) = &self.base {
            base.each_tie(self.disk, |tie| {
                while let Some(other) = later.next_if(|one| tie_order(one) < tie_order(&tie)) {
                    put(other)?;
                }
                later.next_if_eq(&tie);
                put(tie)
            })?;
        }
        later.try_for_each(&mut put)?;
        pen.ties(&gathered)
    }

    /// Reads every segment that is live, whole, and checks it.
    ///
    /// # Errors
    ///
    /// What reading says, of the first segment that is not what its digest says.
    pub fn check(&self) -> Result<(), Diagnostic> {
        self.segments().try_for_each(|segment| segment.check(self.disk))
    }
}

impl fmt::Debug for Year<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Year({}, {} segments)", self.account.year, self.taken.len())
    }
}

fn persons_of(segment: &Segment) -> u64 {
    segment.contents().head.profiles.iter().map(|(_, persons)| *persons).sum()
}

/// The first of the strongest.
pub(crate) fn strongest(keys: &[Key]) -> Option<Key> {
    let mut best: Option<Key> = None;
    for key in keys {
        if best.is_none_or(|best| key.kind < best.kind) {
            best = Some(*key);
        }
    }
    best
}

/// Records gathered to a block.
struct Gathered<'a, C> {
    places: &'a [u32],
    records: Vec<(C, u32)>,
}

impl<'a, C: Stored> Gathered<'a, C> {
    fn new(places: &'a [u32]) -> Gathered<'a, C> {
        Gathered { places, records: Vec::with_capacity(limits::BLOCK_RECORDS) }
    }

    fn put(&mut self, pen: &mut Pen<'_>, code: C, profile: u32) -> Result<(), Diagnostic> {
        self.records.push((code, self.places.get(profile as usize).copied().unwrap_or(0)));
        if self.records.len() < limits::BLOCK_RECORDS { Ok(()) } else { self.finish(pen) }
    }

    fn finish(&mut self, pen: &mut Pen<'_>) -> Result<(), Diagnostic> {
        pen.persons(&self.records)?;
        self.records.clear();
        Ok(())
    }
}

/// Takes away the files of an account that nothing relies on: segments that no entry names, what
/// an interrupted writer left, and merged segments that a later one stands for. Answers how many.
///
/// The lock of the ledger is held meanwhile, so that nobody is between writing a segment and the
/// entry that names it.
///
/// # Errors
///
/// `MT109` when the folder cannot be listed or a file cannot be taken away.
pub fn sweep(disk: &dyn Disk, account: &Account, live: &Live) -> Result<u64, Diagnostic> {
    let found = match disk.list(&account.folder) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(fault::unwritten(&error)),
    };
    let superseded = superseded(disk, account, live);
    let mut swept = 0;
    for file in found.iter().filter(|found| !found.is_folder) {
        let digest = Digest::parse(&file.name);
        let ours = digest.is_some() || file.name == crate::segment::WRITING;
        let named = digest.is_some_and(|digest| {
            let merged = live.merged.contains(&digest) && !superseded.contains(&digest);
            live.segments.contains(&digest) || merged
        });
        if ours && !named {
            let path = format!("{}/{}", account.folder, file.name);
            disk.remove(&path).map_err(|error| fault::unwritten(&error))?;
            swept += 1;
        }
    }
    Ok(swept)
}

/// Merged segments for all of whose parents a larger one stands that is whole.
fn superseded(disk: &dyn Disk, account: &Account, live: &Live) -> Vec<Digest> {
    let open = |digest: &Digest| Segment::open(disk, &account.folder, *digest).ok();
    let mut merged: Vec<Segment> = live.merged.iter().filter_map(open).collect();
    if merged.len() < 2 {
        return Vec::new();
    }
    merged.sort_by_key(|segment| segment.contents().head.parents.len());
    let Some(largest) = merged.pop().filter(|largest| largest.check(disk).is_ok()) else {
        return Vec::new();
    };
    let parents = &largest.contents().head.parents;
    let within = |segment: &Segment| {
        let mut own = segment.contents().head.parents.iter();
        own.all(|parent| parents.binary_search(parent).is_ok())
    };
    merged.iter().filter(|segment| within(segment)).map(Segment::digest).collect()
}
