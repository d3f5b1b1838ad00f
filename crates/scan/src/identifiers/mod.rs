//! Identifiers of the mainland, Hong Kong, Macau and Taiwan: forms, checks, and keys for counting.
