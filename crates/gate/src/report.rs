//! Counts of what passed and what did not; never a value.

/// What happened to rows and values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows that came in.
    pub rows_in: u64,
    /// Rows that went out.
    pub rows_out: u64,
    /// Rows held back: the person is under fourteen.
    pub minors: u64,
    /// Rows held back: it cannot be told whether the person is under fourteen.
    pub age_unknown: u64,
    /// Rows held back: the person withdrew the consent.
    pub withdrawn: u64,
    /// Rows held back: it cannot be told who the person is.
    pub consent_unknown: u64,
    /// Rows held back by whoever counts persons.
    pub not_admitted: u64,
    /// One entry a field that leaves, in the order of the permit.
    pub fields: Vec<FieldReport>,
    /// Which fields of the permit the source has shown, dropped ones included.
    pub(crate) seen: Vec<bool>,
}

/// What happened to the values of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldReport {
    /// Its column.
    pub column: String,
    /// Values held back: the second look found in them what may not stand there.
    pub withheld: u64,
    /// Values held back: the transform could not be made of them (a day that is none, an address
    /// whose district cannot be told).
    pub unreadable: u64,
    /// Values with bytes that are no UTF-8; they left with U+FFFD in their place.
    pub mended: u64,
}

impl Report {
    /// Adds what another batch gave, of the same gate.
    pub fn add(&mut self, other: &Report) {
        self.rows_in += other.rows_in;
        self.rows_out += other.rows_out;
        self.minors += other.minors;
        self.age_unknown += other.age_unknown;
        self.withdrawn += other.withdrawn;
        self.consent_unknown += other.consent_unknown;
        self.not_admitted += other.not_admitted;
        if self.fields.is_empty() {
            self.fields.clone_from(&other.fields);
            self.seen.clone_from(&other.seen);
            return;
        }
        for (mine, theirs) in self.fields.iter_mut().zip(&other.fields) {
            mine.withheld += theirs.withheld;
            mine.unreadable += theirs.unreadable;
            mine.mended += theirs.mended;
        }
        for (mine, theirs) in self.seen.iter_mut().zip(&other.seen) {
            *mine |= theirs;
        }
    }

    /// Rows that came in and did not go out.
    #[must_use]
    pub fn rows_held(&self) -> u64 {
        self.rows_in - self.rows_out
    }
}
