//! Who may depend on whom. A new edge fails until it stands here and in `docs/decisions/`.

/// What one package may use.
pub(crate) struct Allowed {
    /// Its folder.
    pub(crate) folder: &'static str,
    /// Its name for cargo.
    pub(crate) package: &'static str,
    /// Packages of ours.
    pub(crate) ours: &'static [&'static str],
    /// Packages of others.
    pub(crate) outside: &'static [&'static str],
    /// Packages of others, in tests only.
    pub(crate) in_tests: &'static [&'static str],
}

/// One row a package, in the order in which they build on each other.
pub(crate) const PACKAGES: &[Allowed] = &[
    Allowed {
        folder: "crates/terms",
        package: "kouan-terms",
        ours: &[],
        outside: &["jiff"],
        in_tests: &["proptest"],
    },
    Allowed {
        folder: "crates/rulebook",
        package: "kouan-rulebook",
        ours: &["kouan-terms"],
        outside: &["serde", "sha2", "toml"],
        in_tests: &["insta", "proptest"],
    },
    Allowed {
        folder: "crates/decide",
        package: "kouan-decide",
        ours: &["kouan-terms", "kouan-rulebook"],
        // The declaration is read here: docs/decisions/declaration-is-read-in-decide.md
        // Permits are made and signed here: docs/decisions/permits-are-made-and-signed-in-decide.md
        outside: &[
            "ed25519-dalek",
            "jiff",
            "jsonc-parser",
            "schemars",
            "serde",
            "serde_json",
            "sha2",
            "sm2",
            "toml",
        ],
        in_tests: &["insta", "proptest"],
    },
    // What writes and reads documents: docs/decisions/docx-is-written-by-hand.md
    Allowed {
        folder: "crates/dossier",
        package: "kouan-dossier",
        ours: &["kouan-terms", "kouan-rulebook", "kouan-decide"],
        outside: &["jiff", "quick-xml", "schemars", "serde", "serde_json", "sha2", "toml", "zip"],
        in_tests: &["proptest"],
    },
    // What draws, and why it is not more: docs/decisions/papers-are-set-with-krilla.md
    Allowed {
        folder: "crates/typeset",
        package: "kouan-typeset",
        ours: &["kouan-terms", "kouan-rulebook", "kouan-dossier"],
        outside: &["icu_segmenter", "krilla", "skrifa", "zstd"],
        in_tests: &["flate2"],
    },
    Allowed {
        folder: "crates/table",
        package: "kouan-table",
        ours: &["kouan-terms"],
        outside: &[],
        in_tests: &[],
    },
    // Two implementations of one trait, so that what must survive a crash is tested at every
    // operation: docs/decisions/the-disk-is-a-trait.md
    Allowed {
        folder: "crates/disk",
        package: "kouan-disk",
        ours: &[],
        outside: &[],
        in_tests: &["proptest", "tempfile"],
    },
    // The ledger says what happened, the meter who that was:
    // docs/decisions/the-meter-stores-keys-in-segments.md
    Allowed {
        folder: "crates/meter",
        package: "kouan-meter",
        ours: &["kouan-terms", "kouan-disk"],
        outside: &["sha2"],
        in_tests: &["proptest", "tempfile"],
    },
    // Any tool for such logs can check it: docs/decisions/the-ledger-is-a-tlog.md
    Allowed {
        folder: "crates/ledger",
        package: "kouan-ledger",
        ours: &["kouan-terms", "kouan-disk"],
        outside: &["base64", "ed25519-dalek", "jiff", "schemars", "serde", "serde_json", "sha2"],
        in_tests: &["proptest", "tempfile"],
    },
    // What reads heavy formats is kept apart from what looks at the cells:
    // docs/decisions/readers-stand-apart-from-scan.md
    Allowed {
        folder: "crates/sources",
        package: "kouan-sources",
        ours: &["kouan-terms", "kouan-table"],
        outside: &[
            "arrow-array",
            "arrow-buffer",
            "arrow-ipc",
            "arrow-schema",
            "bytes",
            "calamine",
            "chardetng",
            "encoding_rs",
            "flate2",
            "futures-util",
            "globset",
            "jiff",
            "memchr",
            "mysql",
            "object_store",
            "parquet",
            "reqwest",
            "rusqlite",
            "rustls",
            "serde",
            "serde_json",
            "simdutf8",
            "sqlparser",
            "tokio",
            "tokio-postgres",
            "tokio-postgres-rustls",
            "walkdir",
            "webpki-roots",
            "zip",
            "zstd",
        ],
        in_tests: &["postgres", "proptest"],
    },
    Allowed {
        folder: "crates/scan",
        package: "kouan-scan",
        ours: &["kouan-terms", "kouan-rulebook", "kouan-table"],
        outside: &[
            "jiff",
            "memchr",
            "schemars",
            "serde",
            "serde-saphyr",
            "serde_json",
            "sha2",
            "siphasher",
            "toml",
        ],
        in_tests: &["insta", "proptest"],
    },
    // The one door: docs/decisions/the-gate-is-handed-what-it-may-not-know.md
    Allowed {
        folder: "crates/gate",
        package: "kouan-gate",
        ours: &["kouan-terms", "kouan-decide", "kouan-table"],
        outside: &[
            "arrow-array",
            "arrow-buffer",
            "arrow-ipc",
            "arrow-schema",
            "csv",
            "hmac",
            "jiff",
            "parquet",
            "serde_json",
            "sha2",
            "sm3",
        ],
        in_tests: &["bytes", "kouan-rulebook"],
    },
    // Stands alone: docs/decisions/labels-are-written-by-splicing.md
    Allowed {
        folder: "crates/label",
        package: "kouan-label",
        ours: &["kouan-terms"],
        outside: &["flate2", "quick-xml", "ring", "serde_json", "sm2", "sm3"],
        in_tests: &["proptest"],
    },
    // Points and fonts stay out of the library of labels:
    // docs/decisions/marks-change-only-what-they-cover.md
    Allowed {
        folder: "crates/mark",
        package: "kouan-mark",
        ours: &["kouan-terms", "kouan-label"],
        outside: &["ab_glyph_rasterizer", "image-webp", "png", "serde_json", "skrifa"],
        in_tests: &["proptest"],
    },
    // Owns the order of a release: docs/decisions/the-office-keeps-ledger-meter-and-secrets.md
    Allowed {
        folder: "crates/flow",
        package: "kouan-flow",
        ours: &[
            "kouan-terms",
            "kouan-rulebook",
            "kouan-decide",
            "kouan-table",
            "kouan-sources",
            "kouan-scan",
            "kouan-disk",
            "kouan-meter",
            "kouan-ledger",
            "kouan-gate",
        ],
        outside: &["getrandom", "hmac", "jiff", "serde_json", "sha2", "tempfile"],
        in_tests: &[],
    },
    Allowed {
        folder: "crates/cli",
        package: "kouan-cli",
        ours: &[
            "kouan-terms",
            "kouan-rulebook",
            "kouan-decide",
            "kouan-dossier",
            "kouan-typeset",
            "kouan-scan",
            "kouan-disk",
            "kouan-meter",
            "kouan-ledger",
            "kouan-gate",
            "kouan-flow",
            "kouan-label",
            "kouan-mark",
        ],
        outside: &[
            "annotate-snippets",
            "clap",
            "clap_complete",
            "jiff",
            "schemars",
            "serde",
            "serde_json",
            "toml",
            "unicode-width",
        ],
        in_tests: &["insta"],
    },
    Allowed {
        folder: "xtask",
        package: "xtask",
        ours: &[
            "kouan-terms",
            "kouan-rulebook",
            "kouan-decide",
            "kouan-dossier",
            "kouan-ledger",
            "kouan-table",
            "kouan-scan",
        ],
        outside: &["jiff", "serde", "toml"],
        in_tests: &[],
    },
];

/// Packages of their own beside the workspace, so that a fresh clone builds neither the peers that
/// we are timed against (`docs/decisions/peers-are-timed-outside-the-workspace.md`) nor the fuzzer,
/// which needs a nightly compiler.
pub(crate) const BESIDE_THE_WORKSPACE: &[Allowed] = &[
    Allowed {
        folder: "bench",
        package: "bench",
        ours: &["kouan-terms", "kouan-rulebook", "kouan-decide"],
        outside: &["cedar-policy", "regorus", "serde_json"],
        in_tests: &[],
    },
    Allowed {
        folder: "bench/scan",
        package: "bench-scan",
        ours: &["kouan-terms", "kouan-scan"],
        outside: &["arrow-array", "arrow-schema", "encoding_rs", "parquet", "serde_json", "zip"],
        in_tests: &[],
    },
    Allowed { folder: "bench/file", package: "bench-file", ours: &[], outside: &[], in_tests: &[] },
    Allowed {
        folder: "bench/label",
        package: "bench-label",
        ours: &[],
        outside: &[],
        in_tests: &[],
    },
    Allowed {
        folder: "bench/release",
        package: "bench-release",
        ours: &[
            "kouan-terms",
            "kouan-rulebook",
            "kouan-decide",
            "kouan-table",
            "kouan-disk",
            "kouan-sources",
            "kouan-meter",
            "kouan-ledger",
            "kouan-gate",
        ],
        outside: &["jiff", "serde_json"],
        in_tests: &[],
    },
    Allowed {
        folder: "fuzz",
        package: "fuzz",
        ours: &[
            "kouan-decide",
            "kouan-label",
            "kouan-mark",
            "kouan-scan",
            "kouan-sources",
            "kouan-table",
        ],
        outside: &["libfuzzer-sys"],
        in_tests: &[],
    },
];
