//! Ids: names that are parsed once and never mixed up afterwards.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes over a name that the rulebook or a declaration spells out.
            #[must_use]
            pub fn new(text: &str) -> Self {
                Self(text.into())
            }

            /// The name as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// Names a rule, such as `cn.threshold.contract.general-pi`.
    RuleId
}
id! {
    /// Names a fact that rules may ask for, such as `handler.is_ciio`.
    FactId
}
id! {
    /// Names a legal instrument, such as `cn/flow-2024`.
    InstrumentId
}
id! {
    /// Names an unsettled point of law, such as `cn.hr-limbs`.
    PointId
}
id! {
    /// Names one reading of an unsettled point, such as `both`.
    ReadingId
}
id! {
    /// Names a list edition by area and day of entry into force, such as `cn-bj/2024-08-30`.
    EditionId
}
id! {
    /// Names a scenario inside an edition, such as `automotive/ota-upgrade`.
    ScenarioId
}
id! {
    /// Names a place a list may be tied to, such as `cn-bj-ftz`.
    ZoneId
}
id! {
    /// Names a class of data a column may hold, such as `resident-id`.
    ClassId
}
id! {
    /// Names a transfer declaration.
    TransferId
}
id! {
    /// Names a source in `rulebook/sources.toml`, such as `S5`.
    SourceKey
}
