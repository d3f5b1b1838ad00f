//! The contents of a segment: whose it is, its lanes and profiles, and where its blocks are.

use kouan_terms::{Route, RuleId, ScenarioId};

use super::{Digest, Section};
use crate::key::Kind;
use crate::lane::{CalendarYear, Lane};
use crate::limits;
use crate::marks::Marks;
use crate::profile::Profile;

/// What a segment says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Whose it is.
    pub(crate) handler: String,
    /// The year in which its persons left.
    pub(crate) year: CalendarYear,
    /// What tells the secret of its keys from others.
    pub(crate) secret: [u8; 16],
    /// The segments it stands for, ascending; none for one that a release wrote.
    pub(crate) parents: Vec<Digest>,
    /// Its lanes.
    pub(crate) lanes: Vec<Lane>,
    /// Its profiles, with their persons.
    pub(crate) profiles: Vec<(Profile, u64)>,
}

/// Where a block lies, and what vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) first: u128,
    pub(crate) records: u32,
    pub(crate) offset: u64,
    pub(crate) bytes: u32,
    pub(crate) digest: Digest,
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) head: Head,
    pub(super) sections: [Vec<Block>; 4],
}

impl Contents {
    /// The blocks of a section.
    pub(crate) fn blocks(&self, section: Section) -> &[Block] {
        self.sections.get(section as usize).map_or(&[], Vec::as_slice)
    }

    /// Records of a section.
    pub(crate) fn records(&self, section: Section) -> u64 {
        self.blocks(section).iter().map(|block| u64::from(block.records)).sum()
    }

    /// Bytes of all blocks.
    pub(super) fn bytes(&self) -> u64 {
        self.sections.iter().flatten().map(|block| u64::from(block.bytes)).sum()
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut to = Out(Vec::new());
        let head = &self.head;
        to.text(&head.handler);
        to.0.extend_from_slice(&head.year.number().to_le_bytes());
        to.0.extend_from_slice(&head.secret);
        to.count(head.parents.len());
        head.parents.iter().for_each(|parent| to.0.extend_from_slice(parent.bytes()));
        to.count(head.lanes.len());
        for lane in &head.lanes {
            to.text(lane.route.as_str());
            to.name(lane.scenario.as_ref().map(ScenarioId::as_str));
            to.name(lane.exemption.as_ref().map(RuleId::as_str));
            to.name(lane.filing.as_deref());
        }
        to.count(head.profiles.len());
        for (profile, persons) in &head.profiles {
            to.0.push(profile.kind.place());
            to.count(profile.lanes.len());
            for (lane, flags) in &profile.lanes {
                to.0.extend_from_slice(&lane.to_le_bytes());
                to.0.push(*flags);
            }
            to.0.extend_from_slice(&persons.to_le_bytes());
        }
        for blocks in &self.sections {
            to.count(blocks.len());
            for block in blocks {
                to.0.extend_from_slice(&block.first.to_le_bytes());
                to.0.extend_from_slice(&block.records.to_le_bytes());
                to.0.extend_from_slice(&block.bytes.to_le_bytes());
                to.0.extend_from_slice(block.digest.bytes());
            }
        }
        to.0
    }

    /// Reads contents; `None` when the bytes are anything else.
    pub(super) fn read(bytes: &[u8]) -> Option<Contents> {
        let mut from = In(bytes);
        let handler = from.text()?;
        let year = CalendarYear::new(u16::from_le_bytes(from.chunk()?))?;
        let secret = from.chunk()?;
        let parents = from.list(limits::PARENTS, |from| Some(Digest::new(from.chunk()?)))?;
        let lanes = from.list(limits::LANES, lane)?;
        let profiles = from.list(limits::PROFILES, |from| profile(from, lanes.len()))?;
        let mut offset = 0;
        let mut sections = [const { Vec::new() }; 4];
        for blocks in &mut sections {
            *blocks = from.list(usize::MAX, |from| block(from, &mut offset))?;
        }
        let persons_rise = sections
            .iter()
            .take(3)
            .all(|blocks| blocks.is_sorted_by(|one: &Block, next: &Block| one.first < next.first));
        let parents_rise = parents.is_sorted_by(|one, next| one < next);
        let head = Head { handler, year, secret, parents, lanes, profiles };
        let contents = Contents { head, sections };
        (from.0.is_empty() && persons_rise && parents_rise && contents.adds_up())
            .then_some(contents)
    }

    /// Whether the profiles have as many persons as there are.
    fn adds_up(&self) -> bool {
        let persons = self.records(Section::NarrowPersons) + self.records(Section::WidePersons);
        let mut profiles = self.head.profiles.iter();
        profiles.try_fold(0_u64, |sum, (_, many)| sum.checked_add(*many)) == Some(persons)
    }
}

fn lane(from: &mut In<'_>) -> Option<Lane> {
    Some(Lane {
        route: Route::parse(&from.text()?)?,
        scenario: from.name()?.map(|name| ScenarioId::new(&name)),
        exemption: from.name()?.map(|name| RuleId::new(&name)),
        filing: from.name()?.map(String::into_boxed_str),
    })
}

fn profile(from: &mut In<'_>, lanes: usize) -> Option<(Profile, u64)> {
    let [kind] = from.chunk()?;
    let kind = Kind::stored(kind)?;
    let within = from.list(lanes, |from| {
        let lane = u16::from_le_bytes(from.chunk()?);
        let [flags] = from.chunk()?;
        let sent = flags & Marks::SENT != 0 && usize::from(flags) < Marks::VALUES;
        (usize::from(lane) < lanes && sent).then_some((lane, flags))
    })?;
    let persons = u64::from_le_bytes(from.chunk()?);
    let good = !within.is_empty() && within.is_sorted_by(|(one, _), (next, _)| one < next);
    good.then_some((Profile { kind, lanes: within }, persons))
}

fn block(from: &mut In<'_>, offset: &mut u64) -> Option<Block> {
    let first = u128::from_le_bytes(from.chunk()?);
    let records = u32::from_le_bytes(from.chunk()?);
    let bytes = u32::from_le_bytes(from.chunk()?);
    let digest = Digest::new(from.chunk()?);
    let start = *offset;
    *offset = start.checked_add(bytes.into())?;
    let good = (1..=limits::BLOCK_RECORDS).contains(&(records as usize))
        && bytes as usize <= limits::BLOCK_BYTES;
    good.then_some(Block { first, records, offset: start, bytes, digest })
}

struct Out(Vec<u8>);

impl Out {
    fn count(&mut self, count: usize) {
        self.0.extend_from_slice(&(count as u32).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn name(&mut self, name: Option<&str>) {
        self.0.push(u8::from(name.is_some()));
        if let Some(name) = name {
            self.text(name);
        }
    }
}

struct In<'a>(&'a [u8]);

impl In<'_> {
    fn chunk<const BYTES: usize>(&mut self) -> Option<[u8; BYTES]> {
        let (chunk, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*chunk)
    }

    fn text(&mut self) -> Option<String> {
        let length = u32::from_le_bytes(self.chunk()?) as usize;
        if length > limits::NAME_BYTES {
            return None;
        }
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    fn name(&mut self) -> Option<Option<String>> {
        match self.chunk()? {
            [0] => Some(None),
            [1] => self.text().map(Some),
            _ => None,
        }
    }

    fn list<T>(
        &mut self,
        limit: usize,
        mut each: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let count = u32::from_le_bytes(self.chunk()?) as usize;
        if count > limit {
            return None;
        }
        // Nothing is set aside on the word of a count: every entry takes a byte at least.
        let mut list = Vec::with_capacity(count.min(self.0.len() / 32));
        for _ in 0..count {
            list.push(each(self)?);
        }
        Some(list)
    }
}
