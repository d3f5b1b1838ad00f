//! What columns are declared to hold, by the words of other tools.

use kouan_table::Declared;

/// What a type such as `VARCHAR(20)` or `timestamp with time zone` holds; the length when it is
/// text of a bounded length.
pub fn of_word(word: &str) -> (Declared, Option<u32>) {
    let word = word.trim().to_lowercase();
    let head: String =
        word.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let declared = match head.as_str() {
        "" => Declared::Nothing,
        "string" | "text" | "varchar" | "varchar2" | "nvarchar" | "nvarchar2" | "char"
        | "nchar" | "bpchar" | "character" | "clob" | "nclob" | "longtext" | "mediumtext"
        | "tinytext" | "uuid" | "enum" | "citext" => Declared::Text,
        "int" | "integer" | "bigint" | "smallint" | "tinyint" | "mediumint" | "int2" | "int4"
        | "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64"
        | "hugeint" | "byteint" | "long" | "serial" | "bigserial" => Declared::Integer,
        "number" | "numeric" | "decimal" | "bignumeric" | "float" | "float4" | "float8"
        | "float32" | "float64" | "double" | "real" | "money" => Declared::Number,
        "boolean" | "bool" | "bit" => Declared::Boolean,
        "date" | "date32" | "day" => Declared::Day,
        "timestamp" | "timestamptz" | "timestamp_ntz" | "timestamp_ltz" | "timestamp_tz"
        | "datetime" | "datetime2" | "smalldatetime" | "instant" => Declared::Instant,
        "binary" | "varbinary" | "bytes" | "bytea" | "blob" | "longblob" | "raw" => {
            Declared::Binary
        }
        _ => Declared::Other,
    };
    let length = (declared == Declared::Text).then(|| length(&word)).flatten();
    (declared, length)
}

fn length(word: &str) -> Option<u32> {
    let (_, rest) = word.split_once('(')?;
    let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
