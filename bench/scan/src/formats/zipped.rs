//! Zip archives, the same bytes for the same members.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Fault, words};

/// An archive of these members, in this order.
pub(crate) fn zipped(members: &[(&str, &[u8])]) -> Result<Vec<u8>, Fault> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, bytes) in members {
        writer.start_file(*name, options).map_err(words)?;
        writer.write_all(bytes).map_err(words)?;
    }
    Ok(writer.finish().map_err(words)?.into_inner())
}
