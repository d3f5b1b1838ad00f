//! Limits of a permit's file.

/// Bytes of a permit file.
pub(super) const FILE_BYTES: usize = 4 * 1024 * 1024;

/// Fields of a permit.
pub(super) const FIELDS: usize = 5_000;

/// Characters that a mask may leave, at either end.
pub(super) const MASK_LEFT: u32 = 32;

/// Decimal places that a coordinate may keep.
pub(super) const DECIMALS: u32 = 9;

/// Bytes of a constant.
pub(super) const CONSTANT_BYTES: usize = 256;

/// Signatures beside a permit.
pub(super) const SIGNATURES: usize = 8;
