//! Looks at every cell of a column and counts shapes; keeps no value.

mod ascii;
mod chinese;
mod counts;
mod digits;
mod distinct;
mod forms;
mod observed;
mod observer;
mod repeats;
mod shape;
mod words;

pub use observed::{
    Addresses, Carriers, Days, Distinct, Lengths, Names, NumberRange, Observed, Seen, Writings,
};
pub use observer::Observer;
pub use shape::Shape;

#[cfg(test)]
mod tests;
