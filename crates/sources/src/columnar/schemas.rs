//! What a Parquet file's schema says, and the schemas it is read by.
//!
//! Text is read as bytes: the reader would check every value for UTF-8, and whoever looks at the
//! cells takes any bytes. Columns whose pages all point into a dictionary are read as dictionaries:
//! their cells are places in it, and no value is copied.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::{ConvertedType, Encoding, LogicalType, PageType, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ColumnChunkMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, RowGroupMetaData,
};
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};

use super::row_groups::Chunks;

/// The schema as the file declares it, and the metadata by which it is read.
pub(super) fn load(chunks: &Chunks) -> Result<(SchemaRef, ArrowReaderMetadata), ParquetError> {
    let footer = super::footer::read(chunks)?;
    let metadata = ParquetMetaDataReader::decode_metadata(&footer)?;
    let schema = metadata.file_metadata().schema_descr().root_schema_ptr();
    let declared = ArrowReaderMetadata::try_new(Arc::new(metadata), ArrowReaderOptions::new())?;
    let read = read_by(&footer, &schema, declared.schema());
    Ok((Arc::clone(declared.schema()), read.unwrap_or(declared)))
}

fn read_by(
    footer: &[u8],
    schema: &TypePtr,
    declared: &Schema,
) -> Result<ArrowReaderMetadata, ParquetError> {
    let schema = Arc::new(SchemaDescriptor::new(unmarked(schema)?));
    let options = ParquetMetaDataOptions::new().with_schema(schema);
    let metadata = ParquetMetaDataReader::decode_metadata_with_options(footer, Some(&options))?;
    let fields: Vec<Arc<Field>> = declared.fields().iter().map(plain).collect();
    let fields = Schema::new_with_metadata(fields, declared.metadata().clone());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(fields));
    ArrowReaderMetadata::try_new(Arc::new(metadata), options)
}

/// The same schema with the mark taken from texts that says that they are UTF-8.
fn unmarked(kind: &TypePtr) -> Result<TypePtr, ParquetError> {
    let about = kind.get_basic_info();
    let id = about.has_id().then(|| about.id());
    if kind.is_group() {
        let fields = kind.get_fields().iter().map(unmarked).collect::<Result<Vec<_>, _>>()?;
        let mut builder = Type::group_type_builder(about.name())
            .with_converted_type(about.converted_type())
            .with_logical_type(about.logical_type_ref().cloned())
            .with_fields(fields)
            .with_id(id);
        if about.has_repetition() {
            builder = builder.with_repetition(about.repetition());
        }
        return Ok(Arc::new(builder.build()?));
    }
    let text = matches!(about.logical_type_ref(), Some(LogicalType::String))
        || (about.logical_type_ref().is_none() && about.converted_type() == ConvertedType::UTF8);
    if !text || kind.get_physical_type() != Physical::BYTE_ARRAY {
        return Ok(Arc::clone(kind));
    }
    let builder = Type::primitive_type_builder(about.name(), Physical::BYTE_ARRAY)
        .with_repetition(about.repetition())
        .with_id(id);
    Ok(Arc::new(builder.build()?))
}

/// A field with every kind of text and bytes as plain bytes: spans need one buffer, and views and
/// dictionaries of the writer's program would be put together only to be taken apart.
fn plain(field: &Arc<Field>) -> Arc<Field> {
    let kind = plain_type(field.data_type());
    Arc::new(field.as_ref().clone().with_data_type(kind))
}

fn plain_type(kind: &DataType) -> DataType {
    match kind {
        DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::LargeBinary
        | DataType::BinaryView => DataType::Binary,
        DataType::Dictionary(_, value) => plain_type(value),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(plain).collect()),
        DataType::List(element) => DataType::List(plain(element)),
        DataType::LargeList(element) => DataType::LargeList(plain(element)),
        DataType::Map(entries, sorted) => DataType::Map(plain(entries), *sorted),
        kind => kind.clone(),
    }
}

/// The metadata for one row group: bytes that all come from a dictionary are read as one.
pub(super) fn with_dictionaries(
    metadata: &ArrowReaderMetadata,
    group: &RowGroupMetaData,
) -> Result<ArrowReaderMetadata, ParquetError> {
    let roots = metadata.metadata().file_metadata().schema_descr();
    // The leaves come in the order of the fields; a field of bytes has one.
    let leaves: BTreeMap<usize, usize> =
        (0..roots.num_columns()).map(|leaf| (roots.get_column_root_idx(leaf), leaf)).collect();
    let of_field = |field| leaves.get(&field).and_then(|leaf| group.columns().get(*leaf));
    let mut changed = false;
    let field = |(place, field): (usize, &Arc<Field>)| {
        let bytes = *field.data_type() == DataType::Binary;
        if !bytes || !of_field(place).is_some_and(is_dictionary) {
            return Arc::clone(field);
        }
        changed = true;
        let kind = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Binary));
        Arc::new(field.as_ref().clone().with_data_type(kind))
    };
    let fields: Vec<Arc<Field>> =
        metadata.schema().fields().iter().enumerate().map(field).collect();
    if !changed {
        return Ok(metadata.clone());
    }
    let schema = Schema::new_with_metadata(fields, metadata.schema().metadata().clone());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    let made = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options);
    Ok(made.unwrap_or_else(|_| metadata.clone()))
}

/// Whether every page of values points into a dictionary.
fn is_dictionary(column: &ColumnChunkMetaData) -> bool {
    let pages = column.page_encoding_stats().map_or(&[] as &[_], Vec::as_slice);
    let mut values = pages
        .iter()
        .filter(|page| matches!(page.page_type, PageType::DATA_PAGE | PageType::DATA_PAGE_V2))
        .peekable();
    let encodings = [Encoding::RLE_DICTIONARY, Encoding::PLAIN_DICTIONARY];
    values.peek().is_some() && values.all(|page| encodings.contains(&page.encoding))
}
