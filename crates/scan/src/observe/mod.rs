//! Looks at every cell of a column and counts shapes; keeps no value.

mod observed;
mod observer;
mod shape;

pub use observed::{
    Addresses, Carriers, Days, Distinct, Lengths, Names, NumberRange, Observed, Seen, Writings,
};
pub use observer::Observer;
pub use shape::Shape;
