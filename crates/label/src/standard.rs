//! What the standard and its guides fix: names, values, characters, figures. The caller reads them
//! from the rulebook, for the day that counts; nothing in this crate knows them by itself.

/// A field of the label.
///
/// LAW: GB 45438-2025, annex E
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Whether the content is, may be or is suspected to be made by AI.
    Label,
    /// Name or code of the provider that made it.
    Producer,
    /// The provider's number for the content.
    ProduceId,
    /// The producer's own protection data.
    ProducerReserved,
    /// Name or code of the provider that spreads it.
    Propagator,
    /// The propagator's number for the content.
    PropagateId,
    /// The propagator's own protection data.
    PropagatorReserved,
}

impl Field {
    /// Every field, in the order of the standard.
    pub const ALL: [Field; 7] = [
        Field::Label,
        Field::Producer,
        Field::ProduceId,
        Field::ProducerReserved,
        Field::Propagator,
        Field::PropagateId,
        Field::PropagatorReserved,
    ];
}

/// What the label says of the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is made by AI.
    Generated,
    /// It may be made by AI.
    Possible,
    /// It is suspected to be made by AI.
    Suspected,
}

impl Kind {
    /// Every kind, in the order of the standard.
    pub const ALL: [Kind; 3] = [Kind::Generated, Kind::Possible, Kind::Suspected];
}

/// The names and figures of one version of the standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standard {
    /// What the name of the metadata field contains; four ASCII letters, since two containers take
    /// exactly four.
    pub key: String,
    /// The namespace of the property in XMP.
    pub namespace: String,
    /// The prefix the guides print for it.
    pub prefix: String,
    /// The names of the fields.
    pub members: Vec<(Field, String)>,
    /// Names of drafts, which still occur.
    pub earlier: Vec<(String, Field)>,
    /// The value of each kind.
    pub kinds: Vec<(Kind, String)>,
    /// The characters of which values should mainly consist: inclusive ranges of code points.
    pub characters: Vec<(char, char)>,
    /// How a provider's code is built.
    pub code: CodeRules,
    /// How a label is made to be seen or heard.
    pub explicit: ExplicitRules,
    /// How long the log of copies without an explicit label is kept, in months.
    pub log_months: u32,
}

/// How a provider's code is built.
///
/// LAW: TC260-PG-20252A
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRules {
    /// The first two characters.
    pub format: String,
    /// The third: an organisation.
    pub organisation: char,
    /// The fourth: bound by its unified social credit code.
    pub credit_code: char,
    /// The service digit of a provider that generates.
    pub generation: char,
    /// The service digit of a provider that spreads.
    pub propagation: char,
    /// What stands in the last five places when no extension is written.
    pub no_extension: String,
}

/// How a label is made to be seen or heard.
///
/// LAW: GB 45438-2025, clause 5
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplicitRules {
    /// Words of which a notice has at least one: the AI element.
    pub ai_words: Vec<String>,
    /// Words of which a notice has at least one: the generation element.
    pub made_words: Vec<String>,
    /// The least height of the words, in per cent of the shortest side.
    pub height_percent: u32,
    /// How long a video shows them at least, in seconds.
    pub video_seconds: u32,
    /// The rhythm of the audio mark, as short `.` and long `-`, letters apart by a space.
    pub rhythm: String,
    /// How many characters a minute a spoken notice has at normal speed, both ends included.
    pub characters_per_minute: (u32, u32),
}

impl Standard {
    /// The name of a field.
    #[must_use]
    pub fn name(&self, field: Field) -> &str {
        let found = self.members.iter().find(|(of, _)| *of == field);
        found.map(|(_, name)| name.as_str()).unwrap_or_default()
    }

    /// The value of a kind.
    #[must_use]
    pub fn value(&self, kind: Kind) -> &str {
        let found = self.kinds.iter().find(|(of, _)| *of == kind);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The kind of a value.
    #[must_use]
    pub fn kind(&self, value: &str) -> Option<Kind> {
        self.kinds.iter().find(|(_, of)| of == value).map(|(kind, _)| *kind)
    }

    /// The field of a name, and whether the name is a draft's.
    pub(crate) fn field(&self, name: &str) -> Option<(Field, bool)> {
        let now = self.members.iter().find(|(_, of)| of == name).map(|(field, _)| (*field, false));
        let then = || self.earlier.iter().find(|(of, _)| of == name);
        now.or_else(|| then().map(|(_, field)| (*field, true)))
    }

    /// Whether a character is one of those a value should mainly consist of.
    #[must_use]
    pub fn allows(&self, character: char) -> bool {
        self.characters.iter().any(|(from, to)| (*from..=*to).contains(&character))
    }

    /// The key as the four bytes that name a chunk.
    pub(crate) fn four(&self) -> [u8; 4] {
        self.key.as_bytes().try_into().unwrap_or(*b"\0\0\0\0")
    }
}
