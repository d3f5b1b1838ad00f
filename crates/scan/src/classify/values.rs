//! What the values of a column say for or against a class.

use kouan_rulebook::classes::{Class, KeyReach, Nature};
use kouan_table::Declared;

use super::evidence::{Clash, Evidence};
use crate::lexicon::Support;
use crate::observe::{Observed, Shape};

/// How much a shape says when nearly every cell has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Voice {
    /// Nothing by itself: many other things look so.
    Quiet,
    /// Much, beside a name; by itself it may be chance.
    Fair,
    /// It can hardly be anything else.
    Loud,
}

/// What the values of a column are, told once for all classes.
#[derive(Clone, Debug)]
pub(super) struct Values<'a> {
    pub(super) observed: Option<&'a Observed>,
    pub(super) declared: Declared,
    pub(super) filled: u64,
    flag: f64,
    times: f64,
    /// Times that are written as such.
    dates: f64,
    numbers: f64,
    technical: f64,
    bodies: f64,
    pub(super) masked: f64,
    pub(super) hashed: f64,
    pub(super) damaged: f64,
    pub(super) text: f64,
}

/// What they say of one class, in points.
#[derive(Clone, Debug, Default)]
pub(super) struct Says {
    pub(super) points: i32,
    pub(super) voice: Option<Voice>,
    /// The share of the filled cells that have a shape of the class.
    pub(super) share: f64,
    /// The share of these that pass the check of their shape.
    pub(super) pass: f64,
    pub(super) evidence: Vec<Evidence>,
}

/// Share of the cells from which nearly all are meant; the rest may be dirt.
const NEARLY_ALL: f64 = 0.8;

/// Share of the cells from which a part of the column is meant.
const A_PART: f64 = 0.4;

/// Share of the cells below which a form is an accident.
const ACCIDENT: f64 = 0.1;

/// Share of surnames from which names are persons' (ordinary words reach about a quarter).
const SURNAMES: f64 = 0.8;

/// Share of surnames below which names are not persons'.
const WORDS: f64 = 0.45;

impl<'a> Values<'a> {
    pub(super) fn new(observed: Option<&'a Observed>, declared: Declared) -> Values<'a> {
        let filled = observed.map_or(0, Observed::filled);
        let observed = observed.filter(|_| filled > 0);
        let rate = |shapes: &[Shape]| -> f64 {
            observed.map_or(0.0, |observed| {
                shapes.iter().map(|&shape| observed.form_rate(shape)).sum::<f64>().min(1.0)
            })
        };
        let carried = |pick: fn(&Observed) -> u64| {
            observed.map_or(0.0, |observed| share(pick(observed), filled))
        };
        let yes_no = rate(&[Shape::YesNo]).max(carried(|seen| seen.carriers.booleans));
        let dates = rate(&[Shape::Day, Shape::Instant, Shape::Time]);
        let times = dates
            .max(rate(&[Shape::UnixSeconds, Shape::UnixMilliseconds]))
            .max(carried(|seen| seen.carriers.days + seen.carriers.instants));
        Values {
            observed,
            declared,
            filled,
            flag: yes_no.max(two_digits(observed)),
            times,
            dates,
            numbers: rate(&[Shape::Integer, Shape::Decimal])
                .max(carried(|seen| seen.carriers.integers + seen.carriers.floats)),
            technical: rate(&[Shape::Version, Shape::Url, Shape::UserAgent, Shape::Markup]),
            bodies: rate(&[Shape::OrganisationName]),
            masked: rate(&[Shape::Masked]),
            hashed: rate(&[Shape::Hash]),
            damaged: rate(&[Shape::FloatDamaged]),
            text: rate(&[Shape::FreeText]),
        }
    }

    fn rate(&self, shape: Shape) -> f64 {
        self.observed.map_or(0.0, |observed| observed.form_rate(shape))
    }

    /// Whether something is known of the values at all.
    pub(super) fn known(&self) -> bool {
        self.filled > 0
    }

    pub(super) fn is_flag(&self) -> bool {
        self.flag >= NEARLY_ALL || self.declared == Declared::Boolean
    }

    pub(super) fn is_time(&self) -> bool {
        self.times >= NEARLY_ALL
            || !self.known() && matches!(self.declared, Declared::Day | Declared::Instant)
    }

    pub(super) fn is_number(&self) -> bool {
        self.numbers >= NEARLY_ALL
            || !self.known() && matches!(self.declared, Declared::Integer | Declared::Number)
    }

    /// What the values say of a class; `named`: words name it.
    pub(super) fn of(&self, kind: &Kind, named_as: Option<Support>) -> Says {
        let named = named_as.is_some();
        let mut says = Says::default();
        let clash = self.clash(kind, named_as);
        if let Some((clash, points, cells)) = clash {
            says.points += points;
            says.evidence.push(Evidence::Against { clash, cells, filled: self.filled });
        }
        let Some(observed) = self.observed else {
            return says;
        };
        let mut valid = 0.0;
        for &shape in &kind.shapes {
            let seen = observed.seen(shape);
            if seen.form == 0 || shape == Shape::Uscc && self.residents(observed) {
                continue;
            }
            let rate = share(seen.form, self.filled);
            says.share += rate;
            valid += share(seen.valid, self.filled);
            if rate >= ACCIDENT {
                says.voice = says.voice.max(Some(self.voice(shape, observed)));
            }
            says.evidence.push(Evidence::Shape {
                shape,
                form: seen.form,
                valid: seen.valid,
                filled: self.filled,
            });
        }
        says.pass = if says.share > 0.0 { (valid / says.share).min(1.0) } else { 0.0 };
        if named && (kind.key || kind.name) {
            says.share += self.masked + self.damaged;
            if self.masked + self.damaged >= A_PART {
                says.voice = says.voice.max(Some(Voice::Fair));
            }
        }
        says.share = says.share.min(1.0);
        says.points += self.points(&says, kind, clash.is_some(), named_as);
        says
    }

    fn points(&self, says: &Says, kind: &Kind, clashes: bool, named_as: Option<Support>) -> i32 {
        let hashed = named_as.is_some() && kind.formed && self.hashed >= NEARLY_ALL;
        match says.voice {
            Some(Voice::Fair) if kind.person && named_as.is_none() => {
                if self.names_many() {
                    45
                } else {
                    35
                }
            }
            Some(voice) if says.share >= NEARLY_ALL => match voice {
                Voice::Loud => 70,
                Voice::Fair => 45,
                Voice::Quiet => 20,
            },
            Some(voice) if says.share >= A_PART => match voice {
                Voice::Loud => 50,
                Voice::Fair => 30,
                Voice::Quiet => 10,
            },
            Some(voice) if says.share >= ACCIDENT => match voice {
                Voice::Loud => 25,
                Voice::Fair => 10,
                Voice::Quiet => 0,
            },
            _ if clashes => 0,
            _ if hashed => 20,
            _ if kind.words && kind.contact && self.coded() => -45,
            _ if kind.formed && named_as == Some(Support::Strong) && self.various() => -12,
            _ if kind.formed => -25,
            _ if kind.person && self.rate(Shape::MixedCode) >= ACCIDENT => -15,
            // Nothing in it has the form of a name: `e_name` of events.
            _ if kind.person && named_as == Some(Support::Weak) && self.plain() => -15,
            _ if kind.person => 0,
            _ if kind.words && !kind.vocabulary && (self.short() || self.coded()) => -25,
            _ if kind.any_form() || kind.vocabulary && self.codes() => 20,
            _ if self.hashed >= NEARLY_ALL || self.masked >= A_PART => 20,
            _ => 0,
        }
    }

    /// Whether codes of 18 digits are resident IDs rather than codes of bodies: more of them pass
    /// that check.
    fn residents(&self, observed: &Observed) -> bool {
        let resident = observed.seen(Shape::ResidentId18);
        self.rate(Shape::ResidentId18) >= NEARLY_ALL
            && resident.valid > observed.seen(Shape::Uscc).valid
    }

    /// Whether nearly all values are numbers of so many digits.
    pub(super) fn digits_of(&self, least: u32, most: u32) -> bool {
        self.is_number()
            && self.observed.is_some_and(|observed| {
                observed.lengths.least >= least && observed.lengths.most <= most
            })
    }

    /// Whether many different values are written like names in every part.
    fn names_many(&self) -> bool {
        self.observed.is_some_and(|observed| {
            let form = observed.seen(Shape::PersonName).form;
            share(form, self.filled) >= NEARLY_ALL
                && share(observed.names.surname, form) >= 0.9
                && share(observed.names.given_name, form) >= 0.5
                && observed.distinct.about >= 20
        })
    }

    /// Whether nothing is hidden, hashed or damaged that could be of another form.
    fn plain(&self) -> bool {
        self.masked + self.hashed + self.damaged < ACCIDENT
    }

    /// Whether most values differ from each other, as numbers of persons do.
    fn various(&self) -> bool {
        self.observed.is_some_and(|observed| observed.distinct.about * 2 >= self.filled)
    }

    /// Whether the values are few short codes, as of something looked up elsewhere.
    fn codes(&self) -> bool {
        self.observed.is_some_and(|observed| {
            observed.lengths.most <= 4 || self.is_number() && observed.distinct.about <= 60
        })
    }

    /// Whether the values are codes of letters and digits, as of machines: `DB12`, `A-03-17`.
    fn coded(&self) -> bool {
        self.rate(Shape::MixedCode) >= A_PART
            && self.observed.is_some_and(|observed| observed.lengths.most <= 10)
    }

    /// Whether no value is long enough to be words: `PEK`, `A01`.
    fn short(&self) -> bool {
        self.observed.is_some_and(|observed| observed.lengths.most <= 6)
    }

    fn clash(&self, kind: &Kind, named_as: Option<Support>) -> Option<(Clash, i32, u64)> {
        let cells = |rate: f64| (rate * self.filled as f64).round() as u64;
        if self.is_flag() && !kind.state && !kind.shapes.contains(&Shape::YesNo) && !kind.vocabulary
        {
            return Some((Clash::Flag, -60, cells(self.flag)));
        }
        // Numbers one after another may look like seconds.
        let only_seconds =
            kind.key && named_as.is_some() && self.dates < NEARLY_ALL && self.known();
        // The class holds days by name: a day of hiring.
        let dated = kind.dated && named_as == Some(Support::Strong);
        if self.is_time() && !kind.time && !only_seconds && !dated {
            return Some((Clash::Times, -60, cells(self.times)));
        }
        if self.is_number() && (kind.name || kind.words && !kind.state) {
            return Some((Clash::Numbers, -60, cells(self.numbers)));
        }
        if self.technical >= A_PART && (kind.name || kind.formed || kind.words) && !kind.technical {
            return Some((Clash::Technical, -60, cells(self.technical)));
        }
        if (kind.person || kind.key && kind.personal)
            && self.bodies >= A_PART
            && !kind.shapes.contains(&Shape::OrganisationName)
        {
            return Some((Clash::Bodies, -60, cells(self.bodies)));
        }
        let phones = [Shape::Mobile, Shape::Landline];
        if kind.personal
            && kind.shapes.iter().any(|shape| phones.contains(shape))
            && self.rate(Shape::ServiceNumber) >= A_PART
        {
            let rate = self.rate(Shape::ServiceNumber);
            return Some((Clash::Bodies, -60, cells(rate)));
        }
        // Words that name given names or writings of names mean what they say.
        let least = if named_as == Some(Support::Strong) { -10 } else { -30 };
        self.few_surnames(kind, least)
    }

    /// Short Chinese words that do not begin like names of persons do.
    fn few_surnames(&self, kind: &Kind, points: i32) -> Option<(Clash, i32, u64)> {
        let observed = self.observed.filter(|_| kind.person)?;
        let form = observed.seen(Shape::PersonName).form;
        let rate = share(observed.names.surname, form);
        (share(form, self.filled) >= A_PART && form >= 5 && rate < WORDS).then_some((
            Clash::Surnames,
            points,
            form - observed.names.surname.min(form),
        ))
    }

    /// How much a shape says here, by how many cells pass its check.
    fn voice(&self, shape: Shape, observed: &Observed) -> Voice {
        let pass = observed.pass_rate(shape);
        let checked = |least: f64, then: Voice, other: Voice| {
            if pass >= least { then } else { other }
        };
        match shape {
            Shape::Email
            | Shape::WechatWxid
            | Shape::Plate
            | Shape::PlateNewEnergy
            | Shape::PlateMilitary
            | Shape::MachineReadableZone
            | Shape::MilitaryCard
            | Shape::BiometricTemplate
            | Shape::GeneticPayload
            | Shape::UserAgent => Voice::Loud,
            Shape::ResidentId18 => checked(0.05, Voice::Loud, Voice::Fair),
            Shape::HmtResidencePermit | Shape::ForeignPermanentCard => {
                checked(0.5, Voice::Loud, Voice::Fair)
            }
            Shape::Uscc if pass < 0.1 => Voice::Quiet,
            Shape::Uscc => checked(0.5, Voice::Loud, Voice::Fair),
            Shape::Vin => checked(0.5, Voice::Loud, Voice::Fair),
            Shape::Address => checked(0.5, Voice::Fair, Voice::Quiet),
            Shape::BankCard => checked(0.8, Voice::Fair, Voice::Quiet),
            Shape::Imei | Shape::HkId | Shape::TaiwanId | Shape::Mobile | Shape::Landline => {
                checked(0.8, Voice::Fair, Voice::Quiet)
            }
            Shape::Ipv4 | Shape::Ipv6 => checked(0.3, Voice::Fair, Voice::Quiet),
            Shape::PersonName => self.name_voice(observed),
            Shape::Mac
            | Shape::Imsi
            | Shape::Iccid
            | Shape::HkPhone
            | Shape::CoordinatePair
            | Shape::VariantId
            | Shape::Nucleotides
            | Shape::Sex
            | Shape::Ethnicity
            | Shape::MaritalStatus
            | Shape::PoliticalStatus
            | Shape::Religion
            | Shape::Education
            | Shape::OrganisationName => Voice::Fair,
            _ => Voice::Quiet,
        }
    }

    fn name_voice(&self, observed: &Observed) -> Voice {
        let form = observed.seen(Shape::PersonName).form;
        let surnames = share(observed.names.surname, form);
        let common = share(observed.names.common_surname, form);
        let spread = observed.distinct.about >= form.min(12) * 2 / 3;
        if surnames >= SURNAMES && common >= 0.5 && spread { Voice::Fair } else { Voice::Quiet }
    }

    /// Shapes that nearly every cell has and that speak by themselves.
    pub(super) fn striking(&self) -> bool {
        self.observed.is_some_and(|observed| {
            observed.shapes().any(|(shape, _)| {
                self.rate(shape) >= A_PART && self.voice(shape, observed) > Voice::Quiet
            })
        })
    }
}

/// Ids of classes of which days or times are told beside other things: of hiring, of a run.
const DATED: &[&str] = &["employment-record", "marital-history", "sport"];

/// What a class is, as far as weighing values goes.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    pub(super) shapes: Vec<Shape>,
    /// Its values have a form by which they are known: an identifier, an address for messages.
    pub(super) formed: bool,
    /// Its values are a few known words or codes for them.
    pub(super) vocabulary: bool,
    /// Its values are times.
    pub(super) time: bool,
    /// Some of its phrases are days of something: of hiring, of a wedding.
    dated: bool,
    /// It is personal information.
    personal: bool,
    /// It is a name of whatever kind.
    pub(super) name: bool,
    /// It is the name of a person.
    pub(super) person: bool,
    /// Its values are words, never bare numbers.
    pub(super) words: bool,
    /// It reaches persons and bodies alike: telephones, addresses.
    pub(super) contact: bool,
    /// Its values identify persons in some way.
    pub(super) key: bool,
    /// Numbers one handler gives to persons: employees, patients, students.
    pub(super) handler: bool,
    /// It may be held as a flag or a code.
    pub(super) state: bool,
    /// Web addresses, browsers and the like are its values.
    pub(super) technical: bool,
}

impl Kind {
    /// Whether values of any form may be its own, so that a form unlike its shapes says nothing
    /// against it.
    fn any_form(&self) -> bool {
        self.shapes.is_empty() || !self.personal && !self.vocabulary || self.key && !self.formed
    }

    pub(super) fn of(class: &Class, state: bool) -> Kind {
        let shapes: Vec<Shape> =
            class.shapes.iter().filter_map(|name| Shape::parse(name)).collect();
        let any = |list: &[Shape]| shapes.iter().any(|shape| list.contains(shape));
        let vocabulary = any(&[
            Shape::Sex,
            Shape::Ethnicity,
            Shape::MaritalStatus,
            Shape::PoliticalStatus,
            Shape::Religion,
            Shape::BloodGroup,
            Shape::Education,
            Shape::DivisionName,
        ]);
        let time = any(&[
            Shape::Day,
            Shape::Day8,
            Shape::Day6,
            Shape::Instant,
            Shape::Time,
            Shape::UnixSeconds,
            Shape::UnixMilliseconds,
            Shape::Year,
        ]);
        let person = any(&[Shape::PersonName]);
        let technical = any(&[Shape::Url, Shape::UserAgent, Shape::Version, Shape::Image]);
        let name = person || class.id.as_str().ends_with("name");
        let identifies = class.key.is_some_and(|key| key != KeyReach::Handler);
        let formed = identifies && !shapes.is_empty() && !any(&[Shape::AccountName]) && !name;
        let words = any(&[Shape::Address, Shape::FreeText, Shape::Email]);
        let contact = any(&[Shape::Landline, Shape::Address]);
        let key = class.key.is_some();
        let dated = DATED.contains(&class.id.as_str());
        let handler = class.key == Some(KeyReach::Handler)
            && !["account", "operator"].contains(&class.id.as_str());
        Kind {
            shapes,
            contact,
            key,
            handler,
            formed,
            vocabulary,
            personal: class.nature == Nature::Personal,
            time,
            dated,
            name,
            person,
            words,
            state,
            technical,
        }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Share of cells that are 0 or 1 when the column holds nothing else.
fn two_digits(observed: Option<&Observed>) -> f64 {
    let small = observed.and_then(|observed| {
        let range = observed.numbers?;
        let only = observed.filled() > 2 && observed.distinct.about <= 2;
        let integers = observed
            .form_rate(Shape::Integer)
            .max(share(observed.carriers.integers, observed.filled()));
        (only && range.least >= 0 && range.most <= 1 && integers >= NEARLY_ALL).then_some(integers)
    });
    small.unwrap_or(0.0)
}
