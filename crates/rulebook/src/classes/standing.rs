//! What regimes say of classes, and which of them decides.

use kouan_terms::{Bilingual, ClassId, Confidence, Day, DaySpan, InstrumentId};

use super::{Class, Classes, Names};
use crate::book::Standing as Sourced;

/// Something that says what a class of data is in law: a provision, a standard, a list edition.
#[derive(Clone, Debug, PartialEq)]
pub struct Regime {
    /// Its id, such as `gbt45574-2025`.
    pub id: Box<str>,
    /// Its name.
    pub name: Bilingual,
    /// The instrument.
    pub law: InstrumentId,
    /// Where in it.
    pub at: Option<Box<str>>,
    /// From when until when.
    pub span: DaySpan,
    /// The sectors outside which it says nothing; empty: every sector.
    pub sectors: Vec<Box<str>>,
    /// The list edition whose users it binds.
    pub edition: Option<Box<str>>,
    /// Its place in the order in which regimes are asked; `None`: it is only shown.
    pub rank: Option<u32>,
    /// Whether what it says settles whether a class is sensitive.
    pub decides: bool,
    /// Whether it names every sensitive class, so that silence means not listed.
    pub closed: bool,
    /// A remark.
    pub note: Option<Bilingual>,
    /// Where it comes from.
    pub sourced: Sourced,
}

impl Regime {
    /// Whether the regime speaks in a setting. A setting that leaves the sector open hears the
    /// regimes of every sector; one that names no list edition hears none.
    #[must_use]
    pub fn speaks_in(&self, setting: &Setting<'_>) -> bool {
        self.span.contains(setting.on) && setting.is_within(&self.sectors, self.edition.as_deref())
    }
}

/// A leaf of the tree of personal information, annex B of GB/T 43697.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// Its number, with a name where a number has several leaves: `7.financial-account`.
    pub id: Box<str>,
    /// Its name.
    pub name: Bilingual,
}

/// Whether a class is sensitive PI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sensitive {
    /// It is.
    Yes,
    /// It depends on how it is used.
    ByUse,
    /// No regime that speaks lists it; the harm test of the law stays open.
    NotListed,
    /// It is ordinary PI, or no PI at all.
    No,
    /// No regime in hand answers.
    Unknown,
}

impl Sensitive {
    /// The word used in the rulebook and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Sensitive::Yes => "yes",
            Sensitive::ByUse => "by-use",
            Sensitive::NotListed => "not-listed",
            Sensitive::No => "no",
            Sensitive::Unknown => "unknown",
        }
    }

    /// Reads the words a regime may use; `unknown` is none of them.
    pub(super) fn parse(word: &str) -> Option<Sensitive> {
        let all = [Sensitive::Yes, Sensitive::ByUse, Sensitive::NotListed, Sensitive::No];
        all.into_iter().find(|sensitive| sensitive.as_str() == word)
    }
}

/// What one regime says of one class.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The class.
    pub class: ClassId,
    /// The id of the regime.
    pub regime: Box<str>,
    /// Whether it is sensitive.
    pub sensitive: Option<Sensitive>,
    /// The level of the regime's own scale.
    pub level: Option<u8>,
    /// The group it puts the class in.
    pub category: Option<Bilingual>,
    /// Only of persons under fourteen.
    pub under_14: bool,
    /// From when until when, inside the days of the regime.
    pub span: DaySpan,
    /// A remark.
    pub note: Option<Bilingual>,
    /// Where it comes from.
    pub sourced: Sourced,
}

/// Classes that a regime looks at together.
#[derive(Clone, Debug, PartialEq)]
pub struct Combination {
    /// Its id.
    pub id: Box<str>,
    /// The id of the regime.
    pub regime: Box<str>,
    /// Groups of classes; one of each group must be there.
    pub each: Vec<Vec<ClassId>>,
    /// Whether they are sensitive together.
    pub sensitive: Sensitive,
    /// What it means.
    pub says: Bilingual,
    /// Where it comes from.
    pub sourced: Sourced,
}

/// The lowest grade of a kind of data under a regime.
#[derive(Clone, Debug, PartialEq)]
pub struct Floor {
    /// The id of the regime.
    pub regime: Box<str>,
    /// The kind of data.
    pub of: FloorOf,
    /// The grade, 1 to 4.
    pub grade: u8,
    /// Where it comes from.
    pub sourced: Sourced,
}

/// A kind of data that has a lowest grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FloorOf {
    /// Sensitive PI.
    Sensitive,
    /// Personal information.
    Personal,
    /// Personal tags, leaf 14.
    Tag,
    /// De-identified personal information.
    Deidentified,
}

impl FloorOf {
    pub(super) fn parse(word: &str) -> Option<FloorOf> {
        match word {
            "sensitive" => Some(FloorOf::Sensitive),
            "personal" => Some(FloorOf::Personal),
            "tag" => Some(FloorOf::Tag),
            "de-identified" => Some(FloorOf::Deidentified),
            _ => None,
        }
    }
}

/// A sign that data may be important data; never a verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its id.
    pub id: Box<str>,
    /// What to look into.
    pub says: Bilingual,
    /// The factor or item of the regime, such as `G-7`.
    pub factor: Box<str>,
    /// The id of the regime.
    pub regime: Box<str>,
    /// Words in names of tables and columns, and in comments.
    pub words: Names,
    /// Classes of which one must be there; empty: whatever the classes.
    pub classes: Vec<ClassId>,
    /// Only from this number of rows.
    pub rows_at_least: Option<u64>,
    /// Only from this number of distinct natural persons.
    pub persons_at_least: Option<u64>,
    /// Only above this number of distinct natural persons.
    pub persons_above: Option<u64>,
    /// Whose persons are counted.
    pub persons_of: PersonsOf,
    /// The sectors outside which it says nothing; empty: every sector.
    pub sectors: Vec<Box<str>>,
    /// The list edition whose users it concerns.
    pub edition: Option<Box<str>>,
    /// A remark.
    pub note: Option<Bilingual>,
    /// Where it comes from.
    pub sourced: Sourced,
}

impl Candidate {
    /// Whether the candidate concerns a setting: its days and limits, and those of its regime.
    #[must_use]
    pub fn concerns(&self, classes: &Classes, setting: &Setting<'_>) -> bool {
        classes.regime(&self.regime).is_some_and(|regime| regime.speaks_in(setting))
            && setting.is_within(&self.sectors, self.edition.as_deref())
    }
}

/// Which persons a candidate counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonsOf {
    /// All of them.
    Any,
    /// Those with general PI only.
    General,
    /// Those with sensitive PI.
    Sensitive,
}

impl PersonsOf {
    pub(super) fn parse(word: &str) -> Option<PersonsOf> {
        match word {
            "any" => Some(PersonsOf::Any),
            "general" => Some(PersonsOf::General),
            "sensitive" => Some(PersonsOf::Sensitive),
            _ => None,
        }
    }
}

/// For which day and whom the regimes are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting<'a> {
    /// The day.
    pub on: Day,
    /// The sector of the handler, a value of the fact `handler.sector`; `None`: not known.
    pub sector: Option<&'a str>,
    /// The list edition the handler relies on; `None`: none.
    pub edition: Option<&'a str>,
    /// Whether the persons are under fourteen.
    pub under_14: bool,
}

impl Setting<'_> {
    /// A day, and nothing known besides.
    #[must_use]
    pub fn on(day: Day) -> Self {
        Setting { on: day, sector: None, edition: None, under_14: false }
    }

    /// Whether something limited to sectors and to a list edition reaches this setting.
    fn is_within(&self, sectors: &[Box<str>], edition: Option<&str>) -> bool {
        let in_sector = match self.sector {
            Some(asked) => sectors.is_empty() || sectors.iter().any(|own| **own == *asked),
            None => true,
        };
        in_sector && edition.is_none_or(|own| self.edition == Some(own))
    }
}

/// What a class is in law on a day: the answer, who gave it, and what the others say.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing<'a> {
    /// Whether it is sensitive PI.
    pub sensitive: Sensitive,
    /// The regime that decided; `None`: not personal information, or nobody answers.
    pub decided_by: Option<&'a Regime>,
    /// What every regime that speaks says, the decisive one included, in their order.
    pub views: Vec<View<'a>>,
    /// The lowest grade that applies.
    pub grade: Option<&'a Floor>,
}

impl<'a> Standing<'a> {
    /// The views that differ from the answer on whether the class is sensitive. Not listed and
    /// ordinary count as one answer.
    pub fn dissent(&self) -> impl Iterator<Item = &View<'a>> {
        let asked = plain(self.sensitive);
        self.views.iter().filter(move |view| view.sensitive.is_some_and(|own| plain(own) != asked))
    }

    /// Levels of scales of their own: regime and level.
    pub fn levels(&self) -> impl Iterator<Item = (&'a Regime, u8)> {
        self.views.iter().filter_map(|view| Some((view.regime, view.statement?.level?)))
    }
}

fn plain(sensitive: Sensitive) -> Sensitive {
    if sensitive == Sensitive::NotListed { Sensitive::No } else { sensitive }
}

/// What one regime says of a class on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View<'a> {
    /// The regime.
    pub regime: &'a Regime,
    /// Whether it is sensitive; `None`: the regime does not say.
    pub sensitive: Option<Sensitive>,
    /// The statement; `None`: the regime is closed and does not name the class.
    pub statement: Option<&'a Statement>,
}

impl View<'_> {
    /// Whether the view may settle the matter: low confidence never does.
    #[must_use]
    pub fn may_decide(&self) -> bool {
        let sourced = self.statement.map_or(&self.regime.sourced, |statement| &statement.sourced);
        self.regime.decides && self.sensitive.is_some() && sourced.confidence > Confidence::Low
    }
}

impl Classes {
    /// What a class is in law: the first regime that speaks with enough confidence decides, the
    /// views of the others are kept. There is an answer for every class on every day.
    #[must_use]
    pub fn standing<'a>(&'a self, class: &Class, setting: &Setting<'_>) -> Standing<'a> {
        let speaking = self.regimes.iter().filter(|regime| regime.speaks_in(setting));
        let views: Vec<View<'a>> =
            speaking.filter_map(|regime| self.view(regime, class, setting)).collect();
        let decisive = views.iter().find(|view| view.may_decide()).copied();
        let (sensitive, decided_by) = match decisive {
            _ if !class.is_personal() => (Sensitive::No, None),
            Some(view) => (view.sensitive.unwrap_or(Sensitive::Unknown), Some(view.regime)),
            None => (Sensitive::Unknown, None),
        };
        let grade = self.floor(class, sensitive, setting);
        Standing { sensitive, decided_by, views, grade }
    }

    /// The combinations that a set of classes makes on a day.
    pub fn combined<'a>(
        &'a self,
        held: &'a [ClassId],
        setting: &'a Setting<'a>,
    ) -> impl Iterator<Item = &'a Combination> {
        let met = |group: &Vec<ClassId>| group.iter().any(|class| held.contains(class));
        self.combinations.iter().filter(move |combination| {
            let regime = self.regime(&combination.regime);
            regime.is_some_and(|regime| regime.speaks_in(setting))
                && combination.each.iter().all(met)
        })
    }

    fn view<'a>(
        &'a self,
        regime: &'a Regime,
        class: &Class,
        setting: &Setting<'_>,
    ) -> Option<View<'a>> {
        let of = |statement: &&Statement| {
            statement.class == class.id
                && statement.regime == regime.id
                && statement.span.contains(setting.on)
        };
        let mut statements = self.statements.iter().filter(of);
        let mut general = None;
        // A statement on persons under fourteen goes before one on everybody.
        let special = statements.find(|statement| {
            if !statement.under_14 {
                general = Some(*statement);
            }
            statement.under_14 && setting.under_14
        });
        match special.or(general) {
            Some(statement) => {
                Some(View { regime, sensitive: statement.sensitive, statement: Some(statement) })
            }
            None if regime.closed && class.is_personal() => {
                Some(View { regime, sensitive: Some(Sensitive::NotListed), statement: None })
            }
            None => None,
        }
    }

    fn floor(&self, class: &Class, sensitive: Sensitive, setting: &Setting<'_>) -> Option<&Floor> {
        let applies = |floor: &&Floor| {
            let regime = self.regime(&floor.regime);
            regime.is_some_and(|regime| regime.speaks_in(setting))
                && class.is_personal()
                && match floor.of {
                    FloorOf::Sensitive => sensitive == Sensitive::Yes,
                    FloorOf::Personal => true,
                    FloorOf::Tag => class.leaf.as_deref() == Some("14"),
                    FloorOf::Deidentified => false,
                }
        };
        self.floors.iter().filter(applies).max_by_key(|floor| floor.grade)
    }
}
