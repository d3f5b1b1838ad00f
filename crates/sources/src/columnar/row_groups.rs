//! Parquet: one block a row group, or a part of a large one; decoded on the thread that reads it.

use std::collections::VecDeque;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use kouan_table::{Batch, Block, Rows, Tally};
use kouan_terms::Diagnostic;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};

use super::cells;
use super::comments;
use super::decode::Decoder;
use super::schemas::{self, load};
use super::shape::Shape;
use super::{FORMAT_PARQUET, about, broken, damaged, lost};
use crate::files::{Content, ContentCursor, unreadable};
use crate::guard::guarded;
use crate::limits::{
    BATCH_BYTES, BATCH_ROWS, COLUMNS, PARQUET_PART_ROWS, PARQUET_PREFETCH_BYTES, SAMPLE_PLACES,
};
use crate::{Opened, Options, Want};

/// Opens a Parquet file; it must be one that can be read at any place.
pub(crate) fn open(
    name: &str,
    content: &Content,
    want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    let bytes = content.bytes().map_err(|why| unreadable(name, &why))?;
    let bytes = bytes.ok_or_else(|| damaged(name, FORMAT_PARQUET))?;
    let chunks = Chunks { content: content.clone(), bytes, held: None, failed: Failed::default() };
    let loaded = guarded(|| load(&chunks).ok()).flatten();
    let (schema, metadata) =
        loaded.ok_or_else(|| chunks.failed.means(name, damaged(name, FORMAT_PARQUET)))?;
    let comments = comments::of(metadata.metadata().file_metadata());
    let mut shape = Shape::of(name, &schema, &comments);
    let groups = metadata.metadata().row_groups();
    let rows = groups.iter().map(|group| u64::try_from(group.num_rows()).unwrap_or(0)).sum();
    shape.table.rows_estimate = Some(rows);
    let notes = about(name, &shape);
    let tables = shape.tables();
    let parts = parts(groups, want, content.path().is_some());
    let file = Arc::new(File { name: name.into(), chunks, metadata, shape });
    let taken = 0;
    Ok(Opened { tables, rows: Box::new(ParquetRows { file, parts, taken }), notes })
}

/// What the blocks of one file share.
struct File {
    name: Box<str>,
    chunks: Chunks,
    metadata: ArrowReaderMetadata,
    shape: Shape,
}

/// Some rows of a row group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    group: usize,
    start: usize,
    rows: usize,
    bytes: u64,
}

struct ParquetRows {
    file: Arc<File>,
    parts: VecDeque<Part>,
    taken: u64,
}

impl Rows for ParquetRows {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        let Some(part) = self.parts.pop_front() else { return Ok(None) };
        self.taken += part.bytes;
        Ok(Some(Box::new(ParquetBlock { file: Arc::clone(&self.file), part })))
    }

    fn taken(&self) -> u64 {
        self.taken
    }
}

struct ParquetBlock {
    file: Arc<File>,
    part: Part,
}

impl Block for ParquetBlock {
    fn read(self: Box<Self>, take: &mut dyn FnMut(&Batch<'_>)) -> Result<Tally, Diagnostic> {
        let mut tally = Tally::default();
        let (file, group) = (&self.file, self.part.group);
        let chunks = Chunks { failed: Failed::default(), ..file.chunks.clone() };
        let read = self.decode(&chunks, take, &mut tally);
        let damage = || lost(&file.name, FORMAT_PARQUET, group + 1);
        read.ok_or_else(|| chunks.failed.means(&file.name, damage()))?;
        Ok(tally)
    }
}

impl ParquetBlock {
    fn decode(
        &self,
        chunks: &Chunks,
        take: &mut dyn FnMut(&Batch<'_>),
        tally: &mut Tally,
    ) -> Option<()> {
        let mut reader = guarded(|| self.reader(chunks).ok()).flatten()?;
        let mut decoder = Decoder::new(&self.file.shape, cells::Bytes::TextWhereTheyAre);
        while let Some(batch) = guarded(|| reader.next())? {
            tally.add(decoder.hand(&batch.ok()?, take));
        }
        Some(())
    }

    fn reader(&self, chunks: &Chunks) -> Result<ParquetRecordBatchReader, ParquetError> {
        let file = &self.file;
        let metadata = file.metadata.metadata();
        let group = metadata.row_group(self.part.group);
        let whole = self.part.start == 0 && group.num_rows() as u64 == self.part.rows as u64;
        let chunks = if whole { chunks.fetched(group)? } else { chunks.clone() };
        let columns = metadata.file_metadata().schema_descr();
        let leaves = 0..columns.num_columns().min(COLUMNS);
        let schema = schemas::with_dictionaries(&file.metadata, group)?;
        ParquetRecordBatchReaderBuilder::new_with_metadata(chunks, schema)
            .with_row_groups(vec![self.part.group])
            .with_projection(ProjectionMask::leaves(columns, leaves))
            .with_batch_size(batch_rows(group))
            .with_offset(self.part.start)
            .with_limit(self.part.rows)
            .build()
    }
}

/// How many rows go into one batch, so that rows of long values do not fill the memory.
fn batch_rows(group: &RowGroupMetaData) -> usize {
    let rows = usize::try_from(group.num_rows()).unwrap_or(1).max(1);
    // A dictionary's values are counted once and may stand in every row: what the writer says
    // about the plain size counts where it is known.
    let plain = |column: &ColumnChunkMetaData| {
        column.unencoded_byte_array_data_bytes().unwrap_or(0).max(column.uncompressed_size())
    };
    let bytes: i64 = group.columns().iter().map(plain).fold(0, i64::saturating_add);
    let row = (usize::try_from(bytes).unwrap_or(0) / rows).max(1);
    (BATCH_BYTES / row).clamp(16, BATCH_ROWS)
}

/// The parts to read, in order.
fn parts(groups: &[RowGroupMetaData], want: Want, may_split: bool) -> VecDeque<Part> {
    let all: Vec<Part> = groups
        .iter()
        .enumerate()
        .filter_map(|(group, about)| {
            let rows = usize::try_from(about.num_rows()).ok().filter(|rows| *rows > 0)?;
            let bytes = u64::try_from(about.compressed_size()).unwrap_or(0);
            Some(Part { group, start: 0, rows, bytes })
        })
        .collect();
    match want {
        Want::Metadata => VecDeque::new(),
        Want::Sample(rows) => sampled(&all, usize::try_from(rows).unwrap_or(usize::MAX)),
        Want::Everything if may_split => all.iter().flat_map(|part| split(*part)).collect(),
        Want::Everything => all.into(),
    }
}

/// A large row group in parts; pages before a part are passed over without decoding them.
fn split(part: Part) -> Vec<Part> {
    let count = part.rows.div_ceil(PARQUET_PART_ROWS).max(1);
    let size = part.rows.div_ceil(count);
    let bytes = part.bytes / count as u64;
    (0..count)
        .map(|index| {
            let start = index * size;
            Part { start, rows: size.min(part.rows - start), bytes, ..part }
        })
        .collect()
}

/// The first rows of a few row groups spread over the file.
fn sampled(all: &[Part], rows: usize) -> VecDeque<Part> {
    let places = all.len().clamp(1, SAMPLE_PLACES);
    let each = rows.div_ceil(places);
    let mut left = rows;
    let mut parts = VecDeque::new();
    for index in 0..places {
        let Some(part) = all.get(index * all.len() / places) else { break };
        let rows = part.rows.min(each).min(left);
        left -= rows;
        if rows > 0 {
            parts.push_back(Part { rows, ..*part });
        }
    }
    // Groups smaller than their share leave the rest to the others.
    for part in all {
        if left == 0 {
            break;
        }
        if !parts.iter().any(|taken| taken.group == part.group) {
            let rows = part.rows.min(left);
            left -= rows;
            parts.push_back(Part { rows, ..*part });
        }
    }
    parts
}

/// Places in a content, with one piece of it in memory.
#[derive(Clone)]
pub(super) struct Chunks {
    content: Content,
    bytes: u64,
    held: Option<(u64, Bytes)>,
    failed: Failed,
}

/// The last error of the content: the reader of the format turns it into words of its own.
#[derive(Clone, Default)]
struct Failed(Arc<Mutex<Option<io::ErrorKind>>>);

impl Failed {
    fn keep(&self, why: io::Error) -> ParquetError {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(why.kind());
        ParquetError::EOF("the content cannot be read".to_owned())
    }

    fn means(&self, name: &str, damage: Diagnostic) -> Diagnostic {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.map_or_else(|| damage.clone(), |kind| broken(name, &kind.into(), damage.clone()))
    }
}

impl Chunks {
    /// The same with a row group in memory, fetched at once, unless it is large.
    fn fetched(&self, group: &RowGroupMetaData) -> Result<Chunks, ParquetError> {
        let ranges = || group.columns().iter().map(ColumnChunkMetaData::byte_range);
        let start = ranges().map(|(start, _)| start).min().unwrap_or(0);
        let ends = ranges().map(|(start, length)| start.saturating_add(length));
        let length = ends.max().unwrap_or(0).saturating_sub(start);
        if length > PARQUET_PREFETCH_BYTES || start.saturating_add(length) > self.bytes {
            return Ok(self.clone());
        }
        let held = self.get_bytes(start, usize::try_from(length)?)?;
        Ok(Chunks { held: Some((start, held)), ..self.clone() })
    }

    fn held(&self, start: u64) -> Option<Bytes> {
        let (from, bytes) = self.held.as_ref()?;
        let start = usize::try_from(start.checked_sub(*from)?).ok()?;
        (start < bytes.len()).then(|| bytes.slice(start..))
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.bytes
    }
}

/// A reader from a place on.
pub(super) enum From {
    Held(io::Cursor<Bytes>),
    Content(BufReader<ContentCursor>),
}

impl Read for From {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            From::Held(bytes) => bytes.read(into),
            From::Content(content) => content.read(into),
        }
    }
}

impl Chunks {
    fn cursor(&self, start: u64) -> Result<ContentCursor, ParquetError> {
        let mut cursor = self.content.cursor().map_err(|why| self.failed.keep(why))?;
        cursor.seek(SeekFrom::Start(start)).map_err(|why| self.failed.keep(why))?;
        Ok(cursor)
    }
}

impl ChunkReader for Chunks {
    type T = From;

    fn get_read(&self, start: u64) -> Result<From, ParquetError> {
        if let Some(bytes) = self.held(start) {
            return Ok(From::Held(io::Cursor::new(bytes)));
        }
        Ok(From::Content(BufReader::with_capacity(4 << 10, self.cursor(start)?)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let end = start.saturating_add(length as u64);
        if end > self.bytes {
            return Err(ParquetError::EOF("past the end of the file".to_owned()));
        }
        if let Some(bytes) = self.held(start).filter(|bytes| bytes.len() >= length) {
            return Ok(bytes.slice(..length));
        }
        let mut bytes = Vec::with_capacity(length);
        let read = self.cursor(start)?.take(length as u64).read_to_end(&mut bytes);
        if read.map_err(|why| self.failed.keep(why))? != length {
            return Err(ParquetError::EOF("the file became shorter".to_owned()));
        }
        Ok(bytes.into())
    }
}
