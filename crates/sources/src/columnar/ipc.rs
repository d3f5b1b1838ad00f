//! Arrow IPC: the file, whose batches can be read in any order, and the stream.

use std::collections::VecDeque;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::{FileDecoder, StreamDecoder};
use arrow_ipc::{Block as Place, Message};
use arrow_schema::{ArrowError, Schema};
use kouan_table::{Batch, Block, Rows, Tally};
use kouan_terms::Diagnostic;

use super::cells::Bytes;
use super::decode::Decoder;
use super::shape::{Comments, Shape};
use super::{FORMAT_IPC, about, broken, damaged, lost};
use crate::files::{Content, unreadable};
use crate::guard::guarded;
use crate::limits::{IPC_BATCH_BYTES, IPC_METADATA_BYTES};
use crate::{Opened, Options, Want};

/// What a file begins and ends with.
const MAGIC: &[u8; 6] = b"ARROW1";

/// Opens an IPC file, or a stream when it does not begin as a file does.
pub(crate) fn open(
    name: &str,
    content: &Content,
    want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    let unread = |why: io::Error| unreadable(name, &why);
    if content.head(MAGIC.len()).map_err(unread)? == MAGIC {
        open_file(name, content, want)
    } else {
        open_stream(name, content.stream().map_err(unread)?, want)
    }
}

fn open_file(name: &str, content: &Content, want: Want) -> Result<Opened, Diagnostic> {
    let (decoder, schema, places) =
        footer(content).map_err(|why| broken(name, &why, damaged(name, FORMAT_IPC)))?;
    let shape = Shape::of(name, &schema, &Comments::new());
    let notes = about(name, &shape);
    let tables = shape.tables();
    let file = Arc::new(File { name: name.into(), content: content.clone(), decoder, shape });
    let left = match want {
        Want::Everything => None,
        Want::Sample(rows) => Some(rows),
        Want::Metadata => Some(0),
    };
    let count = places.len();
    Ok(Opened { tables, rows: Box::new(FileRows { file, places, count, left, taken: 0 }), notes })
}

fn open_stream(name: &str, stream: Box<dyn Read + Send>, want: Want) -> Result<Opened, Diagnostic> {
    let mut messages = Messages { stream, decoder: StreamDecoder::new(), taken: 0 };
    let wrong = |why: io::Error| broken(name, &why, damaged(name, FORMAT_IPC));
    // The schema is the first message; a stream that ends here has no tables.
    while messages.decoder.schema().is_none() {
        if !messages.feed().map_err(wrong)?.0 {
            return Err(damaged(name, FORMAT_IPC));
        }
    }
    let schema = messages.decoder.schema().ok_or_else(|| damaged(name, FORMAT_IPC))?;
    let shape = Arc::new(Shape::of(name, &schema, &Comments::new()));
    let left = match want {
        Want::Everything => None,
        Want::Sample(rows) => Some(rows),
        Want::Metadata => Some(0),
    };
    let (tables, notes) = (shape.tables(), about(name, &shape));
    let rows = StreamRows { name: name.into(), messages, shape, batches: 0, left };
    Ok(Opened { tables, rows: Box::new(rows), notes })
}

/// What the blocks of one file share.
struct File {
    name: Box<str>,
    content: Content,
    decoder: FileDecoder,
    shape: Shape,
}

struct FileRows {
    file: Arc<File>,
    places: VecDeque<Place>,
    /// How many batches the file has.
    count: usize,
    /// How many rows are wanted; `None` is all.
    left: Option<u64>,
    taken: u64,
}

impl Rows for FileRows {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        if self.left == Some(0) {
            return Ok(None);
        }
        let Some(place) = self.places.pop_front() else { return Ok(None) };
        let number = self.count - self.places.len();
        self.taken += u64::try_from(place.bodyLength()).unwrap_or(0);
        let mut limit = None;
        if let Some(left) = self.left {
            // Only the message says how many rows a batch has: read here, for a sample.
            let wrong = || lost(&self.file.name, FORMAT_IPC, number);
            let message = fetch(&self.file.content, place)
                .map_err(|why| broken(&self.file.name, &why, wrong()))?;
            let rows = rows_of(&message).ok_or_else(wrong)?;
            limit = Some(left.min(rows));
            self.left = Some(left.saturating_sub(rows));
        }
        Ok(Some(Box::new(FileBlock { file: Arc::clone(&self.file), place, number, limit })))
    }

    fn taken(&self) -> u64 {
        self.taken
    }
}

struct FileBlock {
    file: Arc<File>,
    place: Place,
    number: usize,
    limit: Option<u64>,
}

impl Block for FileBlock {
    fn read(self: Box<Self>, take: &mut dyn FnMut(&Batch<'_>)) -> Result<Tally, Diagnostic> {
        let wrong = || lost(&self.file.name, FORMAT_IPC, self.number);
        let buffer = fetch(&self.file.content, self.place)
            .map_err(|why| broken(&self.file.name, &why, wrong()))?;
        let decoded = guarded(|| self.file.decoder.read_record_batch(&self.place, &buffer));
        let batch = decoded.ok_or_else(wrong)?.map_err(|_| wrong())?;
        let Some(batch) = batch else { return Ok(Tally::default()) };
        Ok(hand(&self.file.shape, &batch, self.limit, take))
    }
}

fn hand(
    shape: &Shape,
    batch: &RecordBatch,
    limit: Option<u64>,
    take: &mut dyn FnMut(&Batch<'_>),
) -> Tally {
    let rows = limit.map_or(batch.num_rows(), |limit| {
        usize::try_from(limit).unwrap_or(usize::MAX).min(batch.num_rows())
    });
    Decoder::new(shape, Bytes::AsDeclared).hand(&batch.slice(0, rows), take)
}

/// The footer of a file: what decodes its batches, the schema, and where the batches lie.
fn footer(content: &Content) -> io::Result<(FileDecoder, Schema, VecDeque<Place>)> {
    let bytes = content.bytes()?.ok_or_else(wrong)?;
    let tail = part(content, bytes.checked_sub(10).ok_or_else(wrong)?, 10)?;
    let (length, magic) = tail.split_first_chunk::<4>().ok_or_else(wrong)?;
    let length = u64::try_from(i32::from_le_bytes(*length)).map_err(|_| wrong())?;
    if magic != MAGIC || length > IPC_METADATA_BYTES {
        return Err(wrong());
    }
    let footer = part(content, bytes.checked_sub(10 + length).ok_or_else(wrong)?, length)?;
    let footer = arrow_ipc::root_as_footer(&footer).map_err(|_| wrong())?;
    let found = footer.schema().filter(|found| found.endianness().equals_to_target_endianness());
    let found = found.ok_or_else(wrong)?;
    let schema = guarded(|| arrow_ipc::convert::try_fb_to_schema(found).ok()).flatten();
    let schema = schema.ok_or_else(wrong)?;
    let mut decoder = FileDecoder::new(Arc::new(schema.clone()), footer.version());
    let mut left = IPC_BATCH_BYTES;
    for place in footer.dictionaries().into_iter().flatten() {
        let body = u64::try_from(place.bodyLength()).ok();
        left = body.and_then(|body| left.checked_sub(body)).ok_or_else(wrong)?;
        let buffer = fetch(content, *place)?;
        let read = guarded(|| decoder.read_dictionary(place, &buffer).ok()).flatten();
        read.ok_or_else(wrong)?;
    }
    let places = footer.recordBatches().ok_or_else(wrong)?;
    Ok((decoder, schema, places.iter().copied().collect()))
}

fn wrong() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// The bytes of a message of a file, looked at before they are decoded.
fn fetch(content: &Content, place: Place) -> io::Result<Buffer> {
    let size = |size: i64| u64::try_from(size).map_err(|_| wrong());
    let metadata = size(place.metaDataLength().into())?;
    let (start, body) = (size(place.offset())?, size(place.bodyLength())?);
    if !(8..=IPC_METADATA_BYTES).contains(&metadata) || body > IPC_BATCH_BYTES {
        return Err(wrong());
    }
    let bytes = part(content, start, metadata + body)?;
    let length = usize::try_from(metadata).map_err(|_| wrong())?;
    let (head, rest) = bytes.split_at_checked(length).ok_or_else(wrong)?;
    match message(head) {
        Some(message) if is_sound(&message, rest) => Ok(Buffer::from_vec(bytes)),
        _ => Err(wrong()),
    }
}

fn message(head: &[u8]) -> Option<Message<'_>> {
    let flat = match head.strip_prefix(&CONTINUATION) {
        Some(rest) => rest.get(4..)?,
        None => head.get(4..)?,
    };
    arrow_ipc::root_as_message(flat).ok()
}

fn rows_of(buffer: &Buffer) -> Option<u64> {
    u64::try_from(message(buffer)?.header_as_record_batch()?.length()).ok()
}

/// Bytes at a place; what is asked for must be there before memory is taken for it.
fn part(content: &Content, start: u64, length: u64) -> io::Result<Vec<u8>> {
    let end = start.checked_add(length).ok_or_else(wrong)?;
    if content.bytes()?.is_none_or(|bytes| end > bytes) {
        return Err(wrong());
    }
    let mut cursor = content.cursor()?;
    cursor.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(|_| wrong())?);
    cursor.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Whether the buffers of a message lie in its body and unpack into no more than the limit: the
/// decoder takes their places and sizes for granted.
fn is_sound(message: &Message<'_>, body: &[u8]) -> bool {
    let dictionary = message.header_as_dictionary_batch();
    let batch = message.header_as_record_batch().or_else(|| dictionary.and_then(|d| d.data()));
    let Some(batch) = batch else { return true };
    let packed = batch.compression().is_some();
    let mut total = 0_u64;
    for buffer in batch.buffers().into_iter().flatten() {
        let start = usize::try_from(buffer.offset()).ok();
        let length = usize::try_from(buffer.length()).ok();
        let end = start.zip(length).and_then(|(start, length)| start.checked_add(length));
        let bytes = start.zip(end).and_then(|(start, end)| body.get(start..end));
        let Some(bytes) = bytes else { return false };
        if packed && !bytes.is_empty() {
            let Some(size) = bytes.first_chunk::<8>() else { return false };
            // -1 says that the buffer is not packed.
            total = total.saturating_add(u64::try_from(i64::from_le_bytes(*size)).unwrap_or(0));
        }
    }
    total <= IPC_BATCH_BYTES
}

const CONTINUATION: [u8; 4] = [0xFF; 4];

/// The messages of a stream.
struct Messages {
    stream: Box<dyn Read + Send>,
    decoder: StreamDecoder,
    taken: u64,
}

impl Messages {
    /// Takes the next message; `false` at the end. Of schemas and dictionaries nothing comes back.
    fn feed(&mut self) -> io::Result<(bool, Option<RecordBatch>)> {
        let mut bytes = self.exactly(4, true)?;
        if bytes.is_empty() {
            return Ok((false, None));
        }
        if bytes == CONTINUATION {
            bytes.extend(self.exactly(4, false)?);
        }
        let length = bytes.last_chunk::<4>().ok_or_else(wrong)?;
        let length = u64::try_from(i32::from_le_bytes(*length)).map_err(|_| wrong())?;
        if length == 0 {
            return Ok((false, None));
        }
        if length > IPC_METADATA_BYTES {
            return Err(wrong());
        }
        let head = self.exactly(length, false)?;
        let message = arrow_ipc::root_as_message(&head).map_err(|_| wrong())?;
        let body = u64::try_from(message.bodyLength()).map_err(|_| wrong())?;
        if body > IPC_BATCH_BYTES {
            return Err(wrong());
        }
        let body = self.exactly(body, false)?;
        if !is_sound(&message, &body) {
            return Err(wrong());
        }
        self.taken += (bytes.len() + head.len() + body.len()) as u64;
        // Buffers of their own: the decoder keeps the body without copying it.
        let mut batch = None;
        for piece in [bytes, head, body] {
            batch = self.decoded(piece)?.or(batch);
        }
        Ok((true, batch))
    }

    fn decoded(&mut self, piece: Vec<u8>) -> io::Result<Option<RecordBatch>> {
        let mut piece = Buffer::from_vec(piece);
        let decoded = guarded(|| self.decoder.decode(&mut piece)).ok_or_else(wrong)?;
        decoded.map_err(|_: ArrowError| wrong())
    }

    fn exactly(&mut self, count: u64, may_end: bool) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.stream.by_ref().take(count).read_to_end(&mut bytes)?;
        let whole = read as u64 == count || (may_end && read == 0);
        if whole { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

struct StreamRows {
    name: Box<str>,
    messages: Messages,
    shape: Arc<Shape>,
    batches: usize,
    left: Option<u64>,
}

impl Rows for StreamRows {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        while self.left != Some(0) {
            let wrong = || lost(&self.name, FORMAT_IPC, self.batches + 1);
            let fed = self.messages.feed();
            let (more, batch) = fed.map_err(|why| broken(&self.name, &why, wrong()))?;
            if !more {
                return Ok(None);
            }
            let Some(batch) = batch else { continue };
            self.batches += 1;
            let limit = self.left;
            self.left = limit.map(|left| left.saturating_sub(batch.num_rows() as u64));
            return Ok(Some(Box::new(StreamBlock {
                batch,
                shape: Arc::clone(&self.shape),
                limit,
            })));
        }
        Ok(None)
    }

    fn taken(&self) -> u64 {
        self.messages.taken
    }
}

struct StreamBlock {
    batch: RecordBatch,
    shape: Arc<Shape>,
    limit: Option<u64>,
}

impl Block for StreamBlock {
    fn read(self: Box<Self>, take: &mut dyn FnMut(&Batch<'_>)) -> Result<Tally, Diagnostic> {
        Ok(hand(&self.shape, &self.batch, self.limit, take))
    }
}
