//! Profiles: in which lanes a person left, with what. Persons with the same profile count alike.

use std::collections::BTreeMap;

use kouan_terms::Diagnostic;

use crate::fault;
use crate::key::Kind;
use crate::lane::{Lane, Scope};
use crate::limits;
use crate::marks::Marks;

/// In which lanes a person left, and the marks of each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Profile {
    /// The kind of the person's strongest key.
    pub(crate) kind: Kind,
    /// Places of lanes, ascending, each with its flags.
    pub(crate) lanes: Vec<(u16, u8)>,
}

impl Profile {
    /// The flags of all these lanes together.
    fn flags(&self, within: &[bool]) -> u8 {
        let inside = |lane: u16| within.get(usize::from(lane)).is_some_and(|inside| *inside);
        self.lanes.iter().filter(|(lane, _)| inside(*lane)).fold(0, |all, (_, flags)| all | flags)
    }

    /// The flags of one lane.
    pub(crate) fn flags_in(&self, lane: u16) -> u8 {
        self.lanes.iter().find(|(of, _)| *of == lane).map_or(0, |(_, flags)| *flags)
    }
}

/// A step from one profile to another: from, lane, flags; and to.
type Step = ((u32, u16, u8), u32);

const STEPS: usize = 1 << 8;

/// The lanes and profiles of one handler and year, and how many persons have each.
#[derive(Default)]
pub(crate) struct Profiles {
    lanes: Vec<Lane>,
    list: Vec<Profile>,
    places: BTreeMap<Profile, u32>,
    persons: Vec<u64>,
    /// Steps that were looked up, so that one for each person is quick.
    steps: Vec<Option<Step>>,
}

impl Profiles {
    /// The place of a lane, which is made where there is none.
    pub(crate) fn lane(&mut self, lane: &Lane) -> Result<u16, Diagnostic> {
        if let Some(place) = self.lanes.iter().position(|one| one == lane) {
            return Ok(place as u16);
        }
        if self.lanes.len() >= limits::LANES {
            return Err(fault::too_many("lanes", limits::LANES));
        }
        self.lanes.push(lane.clone());
        Ok(self.lanes.len() as u16 - 1)
    }

    /// The lanes so far.
    pub(crate) fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// The place of a profile, which is made where there is none.
    pub(crate) fn place(&mut self, profile: Profile) -> Result<u32, Diagnostic> {
        if let Some(place) = self.places.get(&profile) {
            return Ok(*place);
        }
        if self.list.len() >= limits::PROFILES {
            return Err(fault::too_many("profiles", limits::PROFILES));
        }
        let place = self.list.len() as u32;
        self.list.push(profile.clone());
        self.persons.push(0);
        self.places.insert(profile, place);
        Ok(place)
    }

    /// The place of the profile of someone of whom nothing is known but the kind of the key.
    pub(crate) fn nobody(&mut self, kind: Kind) -> Result<u32, Diagnostic> {
        self.place(Profile { kind, lanes: Vec::new() })
    }

    /// The profile at a place.
    pub(crate) fn get(&self, place: u32) -> Option<&Profile> {
        self.list.get(place as usize)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Where someone of this profile comes to who leaves in a lane with these flags.
    pub(crate) fn step(&mut self, from: u32, lane: u16, flags: u8) -> Result<u32, Diagnostic> {
        if self.steps.is_empty() {
            self.steps = vec![None; STEPS];
        }
        let key = (from, lane, flags);
        let slot = (from as usize * 31 + usize::from(lane) * 7 + usize::from(flags)) % STEPS;
        if let Some(Some((known, to))) = self.steps.get(slot)
            && *known == key
        {
            return Ok(*to);
        }
        let Some(mut profile) = self.get(from).cloned() else { return Ok(from) };
        match profile.lanes.binary_search_by_key(&lane, |(of, _)| *of) {
            Ok(at) => {
                if let Some((_, known)) = profile.lanes.get_mut(at) {
                    *known |= flags;
                }
            }
            Err(at) => profile.lanes.insert(at, (lane, flags)),
        }
        let to = self.place(profile)?;
        if let Some(step) = self.steps.get_mut(slot) {
            *step = Some((key, to));
        }
        Ok(to)
    }

    /// Moves a person from one profile to another; from nowhere, and nobody's, is nowhere.
    pub(crate) fn move_person(&mut self, from: Option<u32>, to: u32) {
        if let Some(persons) = from.and_then(|from| self.persons.get_mut(from as usize)) {
            *persons = persons.saturating_sub(1);
        }
        if let Some(persons) = self.persons.get_mut(to as usize) {
            *persons += 1;
        }
    }

    /// Puts persons of a profile in.
    pub(crate) fn add_persons(&mut self, place: u32, more: u64) {
        if let Some(persons) = self.persons.get_mut(place as usize) {
            *persons = persons.saturating_add(more);
        }
    }

    /// Each profile with its persons.
    pub(crate) fn persons(&self) -> impl Iterator<Item = (u32, &Profile, u64)> {
        let each = self.list.iter().zip(&self.persons).zip(0..);
        each.map(|((profile, persons), place)| (place, profile, *persons))
    }

    /// Which lanes belong to a scope, by their places.
    pub(crate) fn within(&self, scope: &Scope) -> Vec<bool> {
        self.lanes.iter().map(|lane| scope.holds(lane)).collect()
    }

    /// The flags of every profile within a scope, by their places; none are zero.
    pub(crate) fn flags(&self, scope: &Scope) -> Vec<u8> {
        let within = self.within(scope);
        self.list.iter().map(|profile| profile.flags(&within)).collect()
    }
}

/// Persons within a scope by what is counted of them: how their keys tell people apart, and their
/// flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spread {
    persons: [[u64; Marks::VALUES]; 3],
}

/// How a key tells people apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Two resident IDs are two people.
    Id,
    /// Any other key.
    Other,
    /// A row that names nobody may be anybody's.
    Row,
}

impl Class {
    pub(crate) fn of(kind: Kind) -> Class {
        match kind {
            Kind::RESIDENT_ID => Class::Id,
            Kind::ROW => Class::Row,
            _ => Class::Other,
        }
    }
}

impl Default for Spread {
    fn default() -> Spread {
        Spread { persons: [[0; Marks::VALUES]; 3] }
    }
}

impl Spread {
    /// Adds persons.
    pub(crate) fn add(&mut self, class: Class, flags: u8, persons: u64) {
        if let Some(all) = self.slot(class, flags) {
            *all = all.saturating_add(persons);
        }
    }

    /// Takes a person away again.
    pub(crate) fn take(&mut self, class: Class, flags: u8) {
        if let Some(all) = self.slot(class, flags) {
            *all = all.saturating_sub(1);
        }
    }

    fn slot(&mut self, class: Class, flags: u8) -> Option<&mut u64> {
        if flags & Marks::SENT == 0 {
            return None;
        }
        self.persons.get_mut(class as usize)?.get_mut(usize::from(flags))
    }

    /// Everyone: class, flags and how many.
    pub(crate) fn each(&self) -> impl Iterator<Item = (Class, u8, u64)> {
        let classes = [Class::Id, Class::Other, Class::Row].into_iter().zip(&self.persons);
        classes
            .flat_map(|(class, all)| (0..).zip(all).map(move |(flags, many)| (class, flags, *many)))
            .filter(|(_, _, many)| *many > 0)
    }
}

#[cfg(test)]
mod tests {
    use kouan_terms::Route;

    use super::*;

    #[test]
    fn a_step_taken_twice_leads_to_the_same_place() {
        let mut profiles = Profiles::default();
        let lane = profiles.lane(&Lane::of(Route::SecurityAssessment)).unwrap();
        let other = profiles.lane(&Lane::of(Route::ContractOrCertification)).unwrap();
        assert_eq!(profiles.lane(&Lane::of(Route::SecurityAssessment)).unwrap(), lane);
        let nobody = profiles.nobody(Kind::RESIDENT_ID).unwrap();
        let one = profiles.step(nobody, lane, 1).unwrap();
        let both = profiles.step(one, other, 2).unwrap();
        let turned = profiles.step(nobody, other, 2).unwrap();
        assert_eq!(profiles.step(turned, lane, 1).unwrap(), both);
        assert_eq!(profiles.step(both, lane, 1).unwrap(), both);
        assert_eq!(profiles.get(both).unwrap().lanes, [(lane, 1), (other, 2)]);
        assert_eq!(profiles.len(), 4);
    }
}
