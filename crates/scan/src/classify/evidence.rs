//! Why a column was given its class: figures and rule ids, never a value, never a sentence.

use kouan_terms::ClassId;

use crate::lexicon::{Owner, Script, Support};
use crate::observe::Shape;

/// Where words were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The name of the column.
    Name,
    /// Its comment.
    Comment,
    /// The name or comment of its table.
    Table,
}

/// Why words do not speak for the value itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// It is about the value: its type, its state.
    About,
    /// It counts.
    Count,
    /// It is a time.
    Time,
    /// It says whether.
    Flag,
    /// It is a key or a code.
    Key,
    /// It belongs to a thing or a body.
    Other,
    /// Its last word is not known.
    UnknownHead,
}

/// Something that speaks against a class in the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clash {
    /// Two values only, as of a flag.
    Flag,
    /// Times.
    Times,
    /// Numbers where words are due.
    Numbers,
    /// Versions, web addresses, browsers, markup.
    Technical,
    /// Names of bodies.
    Bodies,
    /// Few values have the form they should have.
    Form,
    /// Few begin with a surname.
    Surnames,
}

/// How another column bears on this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Identifies persons in the same rows.
    IdentifiesPersons,
    /// The other half of a position.
    OtherCoordinate,
    /// A time beside a position: a track.
    TimeBesidePosition,
    /// Written in initials of pinyin like its neighbours.
    SameWriting,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub enum Evidence {
    /// Words name the class.
    Words {
        /// Where.
        place: Place,
        /// The class.
        class: ClassId,
        /// How loudly.
        support: Support,
        /// How they are written.
        script: Script,
    },
    /// Words turn away from the value.
    Turned {
        /// Where.
        place: Place,
        /// To what.
        turn: Turn,
    },
    /// Words say whose it is.
    Owner {
        /// Where.
        place: Place,
        /// Whose.
        owner: Owner,
    },
    /// Cells have a shape of the class.
    Shape {
        /// The shape.
        shape: Shape,
        /// Cells that have the form.
        form: u64,
        /// Of these, cells that pass its check.
        valid: u64,
        /// Cells that hold something.
        filled: u64,
    },
    /// Values speak against the class.
    Against {
        /// In what way.
        clash: Clash,
        /// Cells that do.
        cells: u64,
        /// Cells that hold something.
        filled: u64,
    },
    /// Different values among the filled cells.
    Distinct {
        /// About how many.
        about: u64,
        /// Cells that hold something.
        filled: u64,
    },
    /// Cells that begin with a surname among cells that may be names.
    Surnames {
        /// Cells that do.
        surname: u64,
        /// Cells that may be names.
        of: u64,
    },
    /// Another column of the table.
    Neighbour {
        /// Its name.
        column: Box<str>,
        /// How it bears.
        relation: Relation,
    },
    /// Cells of running text that hold personal information of a class.
    Text {
        /// The class.
        class: ClassId,
        /// Cells that do.
        cells: u64,
        /// Cells that hold something.
        filled: u64,
    },
    /// No value was looked at: names, comments and types alone.
    MetadataOnly,
}

impl Evidence {
    /// The id of the rule that gave it, for inventories and reports.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Evidence::Words { place: Place::Name, .. } => "name.words",
            Evidence::Words { place: Place::Comment, .. } => "comment.words",
            Evidence::Words { place: Place::Table, .. } => "table.words",
            Evidence::Turned { place: Place::Name, .. } => "name.turned",
            Evidence::Turned { .. } => "comment.turned",
            Evidence::Owner { place: Place::Table, .. } => "relation.table",
            Evidence::Owner { place: Place::Name, .. } => "name.owner",
            Evidence::Owner { .. } => "comment.owner",
            Evidence::Shape { .. } => "values.shape",
            Evidence::Against { .. } => "values.against",
            Evidence::Distinct { .. } => "statistics.distinct",
            Evidence::Surnames { .. } => "statistics.surnames",
            Evidence::Neighbour { .. } => "relation.neighbour",
            Evidence::Text { .. } => "values.text",
            Evidence::MetadataOnly => "metadata-only",
        }
    }
}
