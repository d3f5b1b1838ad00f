//! The files of `rulebook/` as they are written: one struct a table, unknown keys refused.
//!
//! These types mirror the text and nothing more; [`crate::Book`] is what they become once ids are
//! resolved. Places are kept (`Spanned`) wherever a finding may have to point.

/// A file of entries: what every such file says once, what only this kind says, and the entries.
macro_rules! entries_file {
    (
        $(#[$doc:meta])*
        $name:ident
        $(own { $($(#[$own_doc:meta])* $own:ident: $of:ty,)+ })?
        entries { $($(#[$entry_doc:meta])* $entry:ident: $text:ty,)+ }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// The format version.
            pub format: u32,
            /// Default for its entries.
            #[serde(default)]
            pub source: Vec<String>,
            /// Default for its entries.
            pub confidence: Option<String>,
            /// Default for its entries.
            pub known_since: Option<DayText>,
            /// Default for its entries.
            pub checked: Option<Checked>,
            $($(
                $(#[$own_doc])*
                pub $own: $of,
            )+)?
            $(
                $(#[$entry_doc])*
                #[serde(default)]
                pub $entry: Vec<$text>,
            )+
        }
    };
}

mod ages;
mod calendar;
mod cases;
mod classes;
mod conditions;
mod consequences;
mod facts;
mod glossary;
mod instruments;
mod lists;
mod manifest;
mod papers;
mod rules;
mod scalars;
mod unsettled;

pub use ages::{AgeFile, AgeText};
pub use calendar::{CalendarFile, Holiday};
pub use cases::{BaseFile, BaseText, CaseText, CasesFile, ExpectText, GivenValue, TableText};
pub use classes::{
    CandidateText, ClassFile, ClassText, CombinationText, DeflectorFile, DeflectorText, FamilyText,
    FloorText, ImportantFile, LeafText, NamesText, RegimeFile, RegimeText, StandingFile,
    StandingText, SubjectText,
};
pub use conditions::{Boundary, ComparisonText, Literal, WhenText};
pub use consequences::{
    ChangeFile, ChangeText, Direction, DutyFile, DutyText, LimitFile, LimitText, MissingFile,
    MissingText, Unit, VersionFile, VersionText,
};
pub use facts::{AlwaysText, FactFile, FactText};
pub use glossary::{GlossaryFile, TermText};
pub use instruments::{InstrumentFile, Part, Prevails, SourceFile, SourceText, Superseded};
pub use lists::{
    AppliesText, BorrowText, Count, EditionFile, FieldText, ListRuleText, ListsWord, ScenarioText,
    SectorFile, SectorName, UseText, ZoneFile, ZoneText,
};
pub use manifest::{HoleText, Manifest};
pub use papers::{
    Align, AlsoText, AnswerColumnText, AnswerKind, BlockText, CheckFile, CheckTest, CheckText,
    ChoiceText, ClauseFile, ClauseOfWhen, ClausePartText, ClauseText, ClauseWords, ColumnText,
    ComparesText, Differs, DigestExample, DocumentFile, Evaluator, EvidenceFile, EvidenceText,
    FaceText, FormFieldText, FormFile, FormText, FormatsText, GroupText, HeadingText, IsText,
    LeadsTo, LocalLimitText, MajorText, NumberFormat, NumberingText, PackFile, PackText, PageText,
    PaperTableText, PartKind, PartText, Per, PercentFormat, PersonsFormat, PortalStepText,
    QuestionFile, QuestionText, RowText, Rows, SectionText, SignatureDate, TableFaceText,
    TableFile, TemplateFieldText, TemplateFile, TemplateParagraphText, TemplateText, TriggerFile,
    TriggerText, TypographyFile, TypographyText, ValueFile, ValueFormatsText, ValueSource,
    ValueText, Weight,
};
pub use rules::{CiteText, InForceText, NotionText, RuleFile, RuleText};
pub use scalars::{Checked, DayOrRange, DayText, Sentence};
pub use unsettled::{AddsText, PointFile, PointText, ReadingText, SettledText};
