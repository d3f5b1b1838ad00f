//! Reading back what was written: how many rows it holds, and of which columns.

use std::io::{BufRead as _, BufReader, Read, Seek, SeekFrom};

use kouan_terms::Diagnostic;
use parquet::file::metadata::ParquetMetaDataReader;

use crate::outlet::{Form, Written};

/// The end of a Parquet file: the length of its metadata, and four letters.
const PARQUET_END: usize = 8;

/// Reads a finished file as another program would. An empty one holds nothing.
///
/// # Errors
///
/// `GT112`: it is not a file of this form, or not a whole one.
pub fn read_back<R: Read + Seek>(form: Form, from: R) -> Result<Written, Diagnostic> {
    let read = match form {
        Form::Csv => csv_back(from),
        Form::JsonLines => json_back(from),
        Form::Parquet => parquet_back(from),
        Form::Arrow => arrow_back(from),
    };
    read.ok_or_else(|| Diagnostic::error("GT112"))
}

fn csv_back(from: impl Read) -> Option<Written> {
    let mut reader = csv::Reader::from_reader(from);
    let columns = reader.byte_headers().ok()?.iter();
    let columns = columns.map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while reader.read_byte_record(&mut record).ok()? {
        rows += 1;
    }
    Some(Written { rows, columns })
}

fn json_back(from: impl Read) -> Option<Written> {
    let mut written = Written { rows: 0, columns: Vec::new() };
    for line in BufReader::new(from).split(b'\n') {
        let object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(&line.ok()?).ok()?;
        if written.rows == 0 {
            written.columns = object.keys().cloned().collect();
        } else if !object.keys().eq(&written.columns) {
            return None;
        }
        written.rows += 1;
    }
    Some(written)
}

fn parquet_back(mut from: impl Read + Seek) -> Option<Written> {
    let end = i64::try_from(PARQUET_END).ok()?;
    from.seek(SeekFrom::End(-end)).ok()?;
    let mut tail = [0; PARQUET_END];
    from.read_exact(&mut tail).ok()?;
    let (length, letters) = tail.split_first_chunk::<4>()?;
    if letters != b"PAR1" {
        return None;
    }
    let length = u32::from_le_bytes(*length);
    from.seek(SeekFrom::End(-end - i64::from(length))).ok()?;
    let mut bytes = vec![0; usize::try_from(length).ok()?];
    from.read_exact(&mut bytes).ok()?;
    let metadata = ParquetMetaDataReader::decode_metadata(&bytes).ok()?;
    let groups = metadata.row_groups().iter();
    let rows: i64 = groups.map(parquet::file::metadata::RowGroupMetaData::num_rows).sum();
    let schema = metadata.file_metadata().schema_descr().root_schema().get_fields();
    let columns = schema.iter().map(|field| field.name().to_owned()).collect();
    Some(Written { rows: u64::try_from(rows).ok()?, columns })
}

fn arrow_back(from: impl Read + Seek) -> Option<Written> {
    let reader = arrow_ipc::reader::FileReader::try_new(from, None).ok()?;
    let columns = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut rows = 0;
    for batch in reader {
        rows += batch.ok()?.num_rows() as u64;
    }
    Some(Written { rows, columns })
}
