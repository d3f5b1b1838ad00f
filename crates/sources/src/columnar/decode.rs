//! A record batch, handed over: structures flattened, lists as tables of their own.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;
use kouan_table::{Batch, ColumnCells, Declared, Tally};

use super::cells::{Bytes, Held};
use super::shape::{Part, Shape};
use crate::limits::BATCH_ROWS;

/// Hands record batches over; its buffers live as long as it does.
pub(super) struct Decoder<'s> {
    shape: &'s Shape,
    bytes: Bytes,
    held: Vec<Held>,
    lists: Vec<Decoder<'s>>,
}

type Take<'t> = &'t mut dyn FnMut(&Batch<'_>);

impl<'s> Decoder<'s> {
    pub(super) fn new(shape: &'s Shape, bytes: Bytes) -> Decoder<'s> {
        let held = shape.table.columns.iter().map(|_| Held::Opaque).collect();
        let lists = shape.lists.iter().map(|list| Decoder::new(list, bytes)).collect();
        Decoder { shape, bytes, held, lists }
    }

    /// Hands a record batch over, in slices of at most [`BATCH_ROWS`] rows.
    pub(super) fn hand(&mut self, batch: &RecordBatch, take: Take<'_>) -> Tally {
        let mut tally = self.columns(batch.columns(), batch.num_rows(), None, take);
        tally.rows = batch.num_rows() as u64;
        tally
    }

    fn columns(
        &mut self,
        columns: &[ArrayRef],
        rows: usize,
        nulls: Option<&NullBuffer>,
        take: Take<'_>,
    ) -> Tally {
        let mut tally = Tally::default();
        let mut start = 0;
        while start < rows {
            let length = BATCH_ROWS.min(rows - start);
            let slice: Vec<ArrayRef> =
                columns.iter().map(|column| column.slice(start, length)).collect();
            let nulls = nulls.map(|nulls| nulls.slice(start, length));
            self.slice(&slice, length, nulls.as_ref(), take, &mut tally);
            start += length;
        }
        tally
    }

    fn slice(
        &mut self,
        columns: &[ArrayRef],
        rows: usize,
        nulls: Option<&NullBuffer>,
        take: Take<'_>,
        tally: &mut Tally,
    ) {
        let shape = self.shape;
        let mut lists: Vec<(usize, ArrayRef)> = Vec::new();
        for (part, array) in shape.parts.iter().zip(columns) {
            self.part(part, array, nulls, &mut lists, tally);
        }
        let pairs = shape.table.columns.iter().zip(&self.held);
        let cells: Vec<ColumnCells<'_>> =
            pairs.map(|(column, held)| ColumnCells { column, cells: held.cells() }).collect();
        take(&Batch { table: &shape.table.name, columns: &cells, rows });
        for (list, elements) in lists {
            if let Some(decoder) = self.lists.get_mut(list) {
                tally.cut_cells += decoder.elements(&elements, take).cut_cells;
            }
        }
    }

    fn part(
        &mut self,
        part: &Part,
        array: &ArrayRef,
        nulls: Option<&NullBuffer>,
        lists: &mut Vec<(usize, ArrayRef)>,
        tally: &mut Tally,
    ) {
        match part {
            Part::Column(place) => {
                let columns = self.shape.table.columns.get(*place);
                if let Some((held, column)) = self.held.get_mut(*place).zip(columns) {
                    let text = column.declared == Declared::Text;
                    let bytes = if text { Bytes::Text } else { self.bytes };
                    held.fill(array, nulls, bytes, tally);
                }
            }
            Part::Group(parts) => {
                let Some(group) = array.as_struct_opt() else { return };
                let nulls = NullBuffer::union(nulls, group.nulls());
                for (part, array) in parts.iter().zip(group.columns()) {
                    self.part(part, array, nulls.as_ref(), lists, tally);
                }
            }
            Part::List(place) => {
                if let Some(elements) = elements(array) {
                    lists.push((*place, elements));
                }
            }
            Part::Left => {}
        }
    }

    /// The elements of a list, as rows.
    fn elements(&mut self, elements: &ArrayRef, take: Take<'_>) -> Tally {
        match elements.as_struct_opt() {
            Some(group) => {
                let nulls = group.nulls().cloned();
                self.columns(group.columns(), group.len(), nulls.as_ref(), take)
            }
            None => self.columns(std::slice::from_ref(elements), elements.len(), None, take),
        }
    }
}

/// The elements the rows of a list array hold, without those of rows that were sliced away.
fn elements(array: &ArrayRef) -> Option<ArrayRef> {
    let (values, start, end) = match array.data_type() {
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            let offsets = list.value_offsets();
            let end = usize::try_from(*offsets.last()?).ok()?;
            (list.values(), usize::try_from(*offsets.first()?).ok()?, end)
        }
        DataType::LargeList(_) => {
            let list = array.as_list::<i64>();
            let offsets = list.value_offsets();
            let end = usize::try_from(*offsets.last()?).ok()?;
            (list.values(), usize::try_from(*offsets.first()?).ok()?, end)
        }
        _ => return None,
    };
    (start <= end && end <= values.len()).then(|| values.slice(start, end - start))
}
