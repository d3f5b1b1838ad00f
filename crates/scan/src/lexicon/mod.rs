//! What names and comments of columns say, by whole words, never by parts of words.
