//! One release: who of its rows is new, who may pass, and what is written of it.

use std::collections::BTreeMap;
use std::fmt;

use kouan_terms::Diagnostic;

use crate::fault;
use crate::key::{Key, Kind, Node};
use crate::lane::{CalendarYear, Lane, Scope};
use crate::layer::{Aim, Layer, Place, TOGETHER};
use crate::limits;
use crate::marks::{Marks, Measure, Tally};
use crate::profile::{Profile, Profiles};
use crate::segment::{Digest, Head, Pen, Stored, Tie, Ties};
use crate::table::{Slot, Table};
use crate::year::{Live, Year, strongest};

/// A number of persons that a release must not take a count above. It comes from the permit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What the permit or the user calls it; messages name it so.
    pub name: String,
    /// Lanes that are counted together.
    pub scope: Scope,
    /// What is counted.
    pub measure: Measure,
    /// At most so many persons.
    pub most: u64,
}

/// What becomes of rows of new persons when a limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtLimit {
    /// The release ends, and nothing of it counts or may leave.
    Stop,
    /// They are held back; persons already counted pass.
    Headroom,
}

/// Rows to be counted, in the order in which they are to leave.
#[derive(Clone)]
pub struct Rows {
    source: [u8; 32],
    accounts: u128,
    rows: Vec<Row>,
    wide: Vec<u128>,
    ties: Vec<(u32, Tie)>,
}

#[derive(Clone, Copy)]
struct Row {
    /// The code of a packed key, or the place of that of a hashed one.
    code: u64,
    kind: Kind,
    marks: Marks,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Narrow,
    Wide,
    /// About nobody.
    Impersonal,
}

impl Rows {
    /// Adds a row about a person: its number in the source, the keys in it in the order of the
    /// columns, and what it holds.
    ///
    /// The person stands under the first of the strongest keys. Without any, the row is taken to be
    /// someone's who stands in no other row.
    pub fn push(&mut self, row: u64, keys: &[Key], marks: Marks) {
        let [key] = keys else { return self.push_linked(row, keys, marks) };
        self.put(key.node_at(self.accounts), key.kind, marks);
    }

    #[inline]
    fn put(&mut self, node: Node, kind: Kind, marks: Marks) {
        let (code, form) = match node {
            Node::Narrow(code) => (code, Form::Narrow),
            Node::Wide(code) => {
                self.wide.push(code);
                (self.wide.len() as u64 - 1, Form::Wide)
            }
        };
        self.rows.push(Row { code, kind, marks, form });
    }

    fn push_linked(&mut self, row: u64, keys: &[Key], marks: Marks) {
        let first = strongest(keys).unwrap_or_else(|| Key::of_row(&self.source, row));
        let place = self.rows.len() as u32;
        let strongest = first.node_at(self.accounts);
        for key in keys.iter().filter(|key| key.node != first.node) {
            let other = key.node_at(self.accounts);
            self.ties.push((place, Tie { strongest, other }));
        }
        self.put(strongest, first.kind, marks);
    }

    /// Adds a row that is about no person: it always passes.
    pub fn push_impersonal(&mut self) {
        let (kind, marks) = (Kind::ROW, Marks::NONE);
        self.rows.push(Row { code: 0, kind, marks, form: Form::Impersonal });
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Takes all rows out.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.wide.clear();
        self.ties.clear();
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Rows({})", self.rows.len())
    }
}

/// A limit and how far it is used.
struct Gauge {
    limit: Limit,
    /// The flags of every profile within the scope.
    flags: Vec<u8>,
    /// Whether the lane of the release is within the scope.
    inside: bool,
    used: u64,
}

impl Gauge {
    fn of(limit: Limit, profiles: &Profiles, lane: &Lane) -> Gauge {
        let inside = limit.scope.holds(lane);
        let flags = profiles.flags(&limit.scope);
        let persons = profiles.persons().zip(&flags);
        let used = persons.filter(|(_, flags)| limit.measure.maybe(**flags));
        let used = used.map(|((_, _, persons), _)| persons).sum();
        Gauge { limit, flags, inside, used }
    }

    /// Whether someone of this profile counts before and after the release holds these flags.
    #[inline]
    fn counts(&self, profile: u32, before: u8, after: u8) -> (bool, bool) {
        let flags = self.flags.get(profile as usize).copied().unwrap_or(0);
        let inside = if self.inside { u8::MAX } else { 0 };
        let counts = |mine: u8| self.limit.measure.maybe(flags | mine & inside);
        (counts(before), counts(after))
    }
}

/// How far a limit is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The limit.
    pub limit: Limit,
    /// Persons before this release.
    pub before: u64,
    /// Persons with it.
    pub after: u64,
}

impl Standing {
    /// How many new persons there is room for.
    #[must_use]
    pub const fn room(&self) -> u64 {
        self.limit.most.saturating_sub(self.after)
    }

    /// The highest of these levels, in per cent of the limit, that the release reaches from below.
    #[must_use]
    pub fn reached(&self, levels: &[u8]) -> Option<u8> {
        let at = |level: u8| u128::from(self.limit.most) * u128::from(level);
        let reached = |persons: u64, level: u8| u128::from(persons) * 100 >= at(level);
        let crossed = |level: &u8| reached(self.after, *level) && !reached(self.before, *level);
        levels.iter().copied().filter(crossed).max()
    }

    /// The warning for the highest level reached, if one is.
    #[must_use]
    pub fn warning(&self, levels: &[u8]) -> Option<Diagnostic> {
        let level = self.reached(levels)?;
        let warning = Diagnostic::warning("MT120").with("limit", &self.limit.name);
        Some(warning.with("level", level).with("after", self.after).with("most", self.limit.most))
    }
}

/// What a release holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The segment that the entry of the ledger must name; `None` when nobody is new to the lane
    /// and nothing new is known of anybody.
    pub segment: Option<Digest>,
    /// Distinct persons in the release, new or not, by their strongest keys.
    pub released: Tally,
    /// Those of them who had not left in this lane before.
    pub new_in_lane: Tally,
    /// Rows that passed.
    pub rows: u64,
    /// Rows held back.
    pub held_rows: u64,
    /// Distinct persons with a row that was held back.
    pub held_persons: u64,
    /// The limits.
    pub standings: Vec<Standing>,
    totals: Vec<(Profile, u8, u64)>,
    lane: Lane,
    lanes: Vec<Lane>,
}

impl Sealed {
    /// Persons within a scope with this release, against those of the year without it.
    #[must_use]
    pub fn tally(&self, year: &Year<'_>, scope: &Scope) -> Tally {
        let mut tally = year.tally(scope);
        let inside = if scope.holds(&self.lane) { u8::MAX } else { 0 };
        for (profile, mine, persons) in &self.totals {
            let flags = profile.lanes.iter().filter(|(lane, _)| {
                self.lanes.get(usize::from(*lane)).is_some_and(|lane| scope.holds(lane))
            });
            let before = flags.fold(0, |all, (_, flags)| all | flags);
            tally.take(*persons, before);
            tally.add(*persons, before | mine & inside);
        }
        tally
    }
}

/// Whether a row may leave, or the place of the limit that it would pass.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Passes {
    Yes,
    Not(usize),
}

/// A release that is being counted.
///
/// The order of work, by the one who owns files and ledger:
///
/// 1. [`Year::session`], and [`Session::batch`] for every batch: rows that pass go to the temporary
///    file, others do not;
/// 2. take the lock of the ledger, read the entries that came meanwhile, [`Session::catch_up`];
/// 3. [`Session::seal`]: the segment is durable on return;
/// 4. append the entry, which names the digest and the counts; the release counts from here on;
/// 5. give the lock back, and the file its name.
///
/// Whatever stops in between leaves a segment that nobody names and that does not count.
pub struct Session<'y, 'd> {
    year: &'y mut Year<'d>,
    lane: Lane,
    place: u16,
    at_limit: AtLimit,
    gauges: Vec<Gauge>,
    before: Vec<u64>,
    rows: u64,
    held_rows: u64,
    held: (Table<u64>, Table<u128>),
    held_persons: u64,
    ties: Ties,
    gather: usize,
    stopped: bool,
}

impl<'d> Year<'d> {
    /// No rows yet, of a source with this digest. It tells rows apart that name nobody.
    #[must_use]
    pub fn rows(&self, source: [u8; 32]) -> Rows {
        let accounts = self.account.accounts();
        Rows { source, accounts, rows: Vec::new(), wide: Vec::new(), ties: Vec::new() }
    }

    /// Begins to count a release in a lane, held against limits.
    ///
    /// # Errors
    ///
    /// `MT110` when there are too many lanes or limits.
    pub fn session<'y>(
        &'y mut self,
        lane: Lane,
        limits: Vec<Limit>,
        at_limit: AtLimit,
    ) -> Result<Session<'y, 'd>, Diagnostic> {
        if limits.len() > limits::GAUGES {
            return Err(fault::too_many("limits", limits::GAUGES));
        }
        let names = [
            lane.scenario.as_ref().map(|name| name.as_str()),
            lane.exemption.as_ref().map(|name| name.as_str()),
            lane.filing.as_deref(),
        ];
        if names.iter().flatten().any(|name| name.len() > limits::NAME_BYTES) {
            return Err(fault::too_many("name-bytes", limits::NAME_BYTES));
        }
        let place = self.profiles.lane(&lane)?;
        let gauges: Vec<Gauge> =
            limits.into_iter().map(|limit| Gauge::of(limit, &self.profiles, &lane)).collect();
        self.forget_release();
        Ok(Session {
            year: self,
            lane,
            place,
            at_limit,
            before: gauges.iter().map(|gauge| gauge.used).collect(),
            gauges,
            rows: 0,
            held_rows: 0,
            held: (Table::new(), Table::new()),
            held_persons: 0,
            ties: Ties::default(),
            gather: limits::TIES_GATHERED,
            stopped: false,
        })
    }

    fn forget_release(&mut self) {
        self.narrow.forget();
        self.wide.forget();
    }
}

impl<'d> Session<'_, 'd> {
    /// Counts rows, and says of each whether it may leave.
    ///
    /// A row passes when it takes no limit above its number: persons already counted always do, new
    /// ones while there is room, in the order of the rows.
    ///
    /// # Errors
    ///
    /// `MT105` when a limit is reached and the release is to stop; what reading says. After an
    /// error nothing of the release can be sealed.
    pub fn batch(&mut self, rows: &Rows, may_leave: &mut Vec<bool>) -> Result<(), Diagnostic> {
        may_leave.clear();
        if self.stopped {
            return Err(Diagnostic::error("MT107"));
        }
        let counted = self.count(rows, may_leave);
        self.stopped |= counted.is_err();
        counted
    }

    fn count(&mut self, rows: &Rows, may_leave: &mut Vec<bool>) -> Result<(), Diagnostic> {
        self.year.narrow.reserve(rows.rows.len() - rows.wide.len());
        self.year.wide.reserve(rows.wide.len());
        for chunk in rows.rows.chunks(TOGETHER) {
            self.chunk(chunk, &rows.wide, may_leave)?;
        }
        let passed = may_leave.iter().filter(|passes| **passes).count() as u64;
        self.rows += passed;
        self.held_rows += may_leave.len() as u64 - passed;
        for (row, tie) in &rows.ties {
            if may_leave.get(*row as usize) == Some(&true) {
                self.ties.push(*tie);
            }
        }
        if self.ties.len() > self.gather {
            self.ties.settle();
            self.gather = self.ties.len() * 2 + limits::TIES_GATHERED;
        }
        Ok(())
    }

    /// Counts rows that are few enough to stay in the processor's caches between two looks.
    fn chunk(
        &mut self,
        rows: &[Row],
        hashed: &[u128],
        may_leave: &mut Vec<bool>,
    ) -> Result<(), Diagnostic> {
        let code = |row: &Row| hashed.get(row.code as usize).copied().unwrap_or_default();
        let (from, narrow, wide) = self.year.layers();
        narrow.let_go(from);
        wide.let_go(from);
        let mut aims = [None; TOGETHER];
        let mut there = 0_u32;
        for (row, aim) in rows.iter().zip(&mut aims) {
            let (at, seen) = match row.form {
                Form::Narrow => narrow.aim(from, row.code)?,
                Form::Wide => wide.aim(from, code(row))?,
                Form::Impersonal => continue,
            };
            *aim = Some(at);
            there = there.wrapping_add(seen);
        }
        // What was read there is of no use, but must have been read.
        std::hint::black_box(there);
        for (row, aim) in rows.iter().zip(aims) {
            let passes = match (row.form, aim) {
                (Form::Narrow, Some(aim)) => self.row(row.code, row, aim),
                (Form::Wide, Some(aim)) => self.row(code(row), row, aim),
                _ => Passes::Yes,
            };
            may_leave.push(passes == Passes::Yes);
            if let Passes::Not(gauge) = passes
                && self.at_limit == AtLimit::Stop
            {
                let limit = self.gauges.get(gauge).map(|gauge| &gauge.limit);
                let error = Diagnostic::error("MT105");
                let error = error.with("limit", limit.map_or("", |limit| &limit.name));
                return Err(error.with("most", limit.map_or(0, |limit| limit.most)));
            }
        }
        Ok(())
    }

    #[inline]
    fn row<C: Own>(&mut self, code: C, row: &Row, aim: Aim) -> Passes {
        let layer = C::layer(self.year);
        let place = layer.find_at(aim, code);
        let known = layer.read(place);
        let (profile, before) = known.unwrap_or_else(|| (self.year.nobody(row.kind), 0));
        let after = before | row.marks.0 | Marks::SENT;
        if before == after {
            return Passes::Yes;
        }
        let full = self.gauges.iter().position(|gauge| {
            gauge.used >= gauge.limit.most && gauge.counts(profile, before, after) == (false, true)
        });
        if let Some(full) = full {
            self.hold(code);
            return Passes::Not(full);
        }
        for gauge in &mut self.gauges {
            match gauge.counts(profile, before, after) {
                (false, true) => gauge.used += 1,
                (true, false) => gauge.used = gauge.used.saturating_sub(1),
                _ => {}
            }
        }
        let layer = C::layer(self.year);
        if place == Place::Nowhere {
            layer.put(code, profile, after);
        } else {
            layer.mark(place, after);
        }
        Passes::Yes
    }

    fn hold<C: Own>(&mut self, code: C) {
        let held = C::held(&mut self.held);
        if held.find(code).is_none() {
            held.reserve(1);
            held.put(Slot { code, profile: 0, mine: 0 });
            self.held_persons += 1;
        }
    }

    /// Takes in what other releases have committed meanwhile, and holds this one against its limits
    /// again.
    ///
    /// # Errors
    ///
    /// `MT106` when there is no longer room for it; it can be run again. What reading says.
    pub fn catch_up(&mut self, live: &Live) -> Result<(), Diagnostic> {
        if self.stopped {
            return Err(Diagnostic::error("MT107"));
        }
        let caught =
            self.year.catch_up(live).and_then(|new| if new { self.again() } else { Ok(()) });
        self.stopped |= caught.is_err();
        caught
    }

    fn again(&mut self) -> Result<(), Diagnostic> {
        let Session { year, lane, gauges, before, .. } = self;
        for gauge in gauges.iter_mut() {
            *gauge = Gauge::of(gauge.limit.clone(), &year.profiles, lane);
        }
        *before = gauges.iter().map(|gauge| gauge.used).collect();
        let mut each = |profile: u32, mine: u8| {
            for gauge in gauges.iter_mut() {
                match gauge.counts(profile, 0, mine) {
                    (false, true) => gauge.used += 1,
                    (true, false) => gauge.used = gauge.used.saturating_sub(1),
                    _ => {}
                }
            }
        };
        year.narrow.each_mine(|_, profile, mine| each(profile, mine));
        year.wide.each_mine(|_, profile, mine| each(profile, mine));
        let over = gauges
            .iter()
            .zip(before.iter())
            .find(|(gauge, before)| gauge.used > gauge.limit.most && gauge.used > **before);
        match over {
            Some((gauge, _)) => {
                let error = Diagnostic::error("MT106").with("limit", &gauge.limit.name);
                Err(error.with("most", gauge.limit.most))
            }
            None => Ok(()),
        }
    }

    /// How far the limits are used so far.
    #[must_use]
    pub fn standings(&self) -> Vec<Standing> {
        let both = self.gauges.iter().zip(&self.before);
        let standing = |(gauge, before): (&Gauge, &u64)| Standing {
            limit: gauge.limit.clone(),
            before: *before,
            after: gauge.used,
        };
        both.map(standing).collect()
    }

    /// Writes what is new, durably, and says what the release holds. Only for a release all of
    /// whose output leaves in this calendar year, which is that of `leaving`.
    ///
    /// The lock of the ledger is held from before [`Session::catch_up`] until the entry that names
    /// the segment is durable.
    ///
    /// # Errors
    ///
    /// `MT111` when the year has turned since the account was opened; `MT107` after an earlier
    /// error; what reading says; `MT109` when it cannot be written.
    pub fn seal(mut self, leaving: CalendarYear) -> Result<Sealed, Diagnostic> {
        if self.stopped {
            return Err(Diagnostic::error("MT107"));
        }
        let opened = self.year.account.year();
        if leaving != opened {
            let error = Diagnostic::error("MT111").with("opened", opened);
            return Err(error.with("leaving", leaving));
        }
        let news = self.news()?;
        let segment = if news.is_empty() { None } else { Some(self.write(&news)?) };
        let lanes = self.year.profiles.lanes().to_vec();
        let totals = news.totals.iter().filter_map(|((profile, mine), persons)| {
            let profile = self.year.profiles.get(*profile)?;
            Some((profile.clone(), *mine, *persons))
        });
        let totals: Vec<_> = totals.collect();
        let sealed = Sealed {
            segment,
            released: news.released,
            new_in_lane: news.new_in_lane,
            rows: self.rows,
            held_rows: self.held_rows,
            held_persons: self.held_persons,
            standings: self.standings(),
            totals,
            lane: self.lane.clone(),
            lanes,
        };
        self.year.forget_release();
        Ok(sealed)
    }

    /// What of the release is not known of the lane yet.
    fn news(&mut self) -> Result<News, Diagnostic> {
        let mut news = News::none();
        let lane = self.place;
        let profiles = &self.year.profiles;
        let known: Vec<(Kind, u8)> = (0..profiles.len() as u32)
            .filter_map(|place| profiles.get(place))
            .map(|profile| (profile.kind, profile.flags_in(lane)))
            .collect();
        news.narrow = news.of(&self.year.narrow, &known);
        news.wide = news.of(&self.year.wide, &known);
        news.add_up(&known);
        self.ties.settle();
        news.ties = std::mem::take(&mut self.ties);
        for segment in self.year.segments() {
            segment.take_known(self.year.disk, &mut news.ties)?;
        }
        Ok(news)
    }

    fn write(&self, news: &News) -> Result<Digest, Diagnostic> {
        let mut places = vec![0; news.persons.len()];
        let mut profiles = Vec::new();
        for ((code, persons), place) in (0..).zip(&news.persons).zip(&mut places) {
            if *persons > 0
                && let Some((kind, flags)) = parts(code)
            {
                *place = profiles.len() as u32;
                profiles.push((Profile { kind, lanes: vec![(0, flags)] }, *persons));
            }
        }
        let mut pen = Pen::begin(self.year.disk, self.year.account.folder())?;
        write_persons(&mut pen, &news.narrow, &places)?;
        write_persons(&mut pen, &news.wide, &places)?;
        pen.ties(&news.ties)?;
        pen.finish(Head {
            handler: self.year.account.handler().to_owned(),
            year: self.year.account.year(),
            secret: self.year.account.secret(),
            parents: Vec::new(),
            lanes: vec![self.lane.clone()],
            profiles,
        })
    }
}

impl fmt::Debug for Session<'_, '_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Session({} rows)", self.rows)
    }
}

/// What is new of someone: the code, and kind and flags as one number.
type Fresh<C> = (C, u16);

fn whole(kind: Kind, flags: u8) -> u16 {
    u16::from(kind.place()) * Marks::VALUES as u16 + u16::from(flags)
}

fn parts(whole: u16) -> Option<(Kind, u8)> {
    let values = Marks::VALUES as u16;
    Some((Kind::stored((whole / values) as u8)?, (whole % values) as u8))
}

struct News {
    narrow: Vec<Fresh<u64>>,
    wide: Vec<Fresh<u128>>,
    ties: Ties,
    /// Persons of whom something is new, by kind and flags.
    persons: Vec<u64>,
    released: Tally,
    new_in_lane: Tally,
    /// Persons by profile and by flags of the release.
    totals: BTreeMap<(u32, u8), u64>,
}

impl News {
    fn none() -> News {
        News {
            narrow: Vec::new(),
            wide: Vec::new(),
            ties: Ties::default(),
            persons: vec![0; Kind::COUNT * Marks::VALUES],
            released: Tally::default(),
            new_in_lane: Tally::default(),
            totals: BTreeMap::new(),
        }
    }

    fn is_empty(&self) -> bool {
        self.narrow.is_empty() && self.wide.is_empty() && self.ties.is_empty()
    }

    fn of<C: Stored>(&mut self, layer: &Layer<C>, known: &[(Kind, u8)]) -> Vec<Fresh<C>> {
        let mut fresh = Vec::new();
        let mut last = ((0, 0), 0);
        let News { totals, persons, .. } = self;
        layer.each_mine(|code, profile, mine| {
            // Most persons are like the one before.
            if last.0 == (profile, mine) {
                last.1 += 1;
            } else {
                let (like, many) = std::mem::replace(&mut last, ((profile, mine), 1));
                *totals.entry(like).or_default() += many;
            }
            let Some((kind, before)) = known.get(profile as usize) else { return };
            if mine & !before != 0 {
                let whole = whole(*kind, mine & !before | Marks::SENT);
                if let Some(persons) = persons.get_mut(usize::from(whole)) {
                    *persons += 1;
                }
                fresh.push((code, whole));
            }
        });
        *totals.entry(last.0).or_default() += last.1;
        totals.retain(|_, persons| *persons > 0);
        fresh.sort_unstable();
        fresh
    }

    /// Adds up what the release holds.
    fn add_up(&mut self, known: &[(Kind, u8)]) {
        for ((profile, mine), persons) in &self.totals {
            self.released.add(*persons, *mine);
            let before = known.get(*profile as usize).map_or(0, |(_, before)| *before);
            if before & Marks::SENT == 0 {
                self.new_in_lane.add(*persons, *mine);
            }
        }
    }
}

fn write_persons<C: Stored>(
    pen: &mut Pen<'_>,
    fresh: &[Fresh<C>],
    places: &[u32],
) -> Result<(), Diagnostic> {
    let mut records = Vec::with_capacity(limits::BLOCK_RECORDS);
    for chunk in fresh.chunks(limits::BLOCK_RECORDS) {
        records.clear();
        let place = |whole: u16| places.get(usize::from(whole)).copied().unwrap_or_default();
        records.extend(chunk.iter().map(|(code, whole)| (*code, place(*whole))));
        pen.persons(&records)?;
    }
    Ok(())
}

/// The layer and the table of persons held back that go with a width of key.
trait Own: Stored {
    fn layer<'y>(year: &'y mut Year<'_>) -> &'y mut Layer<Self>;

    fn held(both: &mut (Table<u64>, Table<u128>)) -> &mut Table<Self>;
}

impl Own for u64 {
    fn layer<'y>(year: &'y mut Year<'_>) -> &'y mut Layer<u64> {
        &mut year.narrow
    }

    fn held(both: &mut (Table<u64>, Table<u128>)) -> &mut Table<u64> {
        &mut both.0
    }
}

impl Own for u128 {
    fn layer<'y>(year: &'y mut Year<'_>) -> &'y mut Layer<u128> {
        &mut year.wide
    }

    fn held(both: &mut (Table<u64>, Table<u128>)) -> &mut Table<u128> {
        &mut both.1
    }
}
