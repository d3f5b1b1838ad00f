//! A cheap look over the bytes before any parser runs, so that size and depth are bounded.

use std::ops::Range;

use kouan_terms::Diagnostic;

use super::limits;

/// What a declaration is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Syntax {
    #[default]
    Toml,
    Json,
}

impl Syntax {
    /// JSON when the name ends in `.json` or `.jsonl` (with or without a line number), else TOML.
    pub(super) fn of(file: &str) -> Syntax {
        let name = match file.rsplit_once(':') {
            Some((name, line)) if line.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => file,
        };
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("json" | "jsonl") => Syntax::Json,
            _ => Syntax::Toml,
        }
    }
}

/// Refuses a text that is too large, too deep or too wide to be worth parsing.
///
/// One pass, no allocation that grows with the text (the stack holds at most
/// [`limits::NESTING`] entries). Strings and comments are stepped over; a text that is not well
/// formed is left to its parser.
pub(super) fn check(syntax: Syntax, text: &str) -> Result<(), (Range<usize>, Diagnostic)> {
    if text.len() > limits::TEXT_BYTES {
        let finding = Diagnostic::error("DC101")
            .with("size", text.len().div_ceil(limits::MEBIBYTE))
            .with("limit", limits::TEXT_BYTES / limits::MEBIBYTE);
        return Err((0..0, finding));
    }
    let mut scan = Scan { bytes: text.as_bytes(), syntax, ..Scan::default() };
    scan.run().map_err(|(at, finding)| (at..at + 1, finding))
}

#[derive(Default)]
struct Scan<'t> {
    bytes: &'t [u8],
    syntax: Syntax,
    /// What is open: how many levels it opened, and how many entries it has.
    open: Vec<Open>,
    depth: usize,
    values: usize,
    /// Dots of the key being read (TOML).
    dots: usize,
    in_value: bool,
    /// Only blanks since the line began.
    line_is_blank: bool,
    flows: usize,
    fields: usize,
}

struct Open {
    levels: usize,
    entries: usize,
    is_list: bool,
    most: usize,
    is_flows: bool,
}

impl Scan<'_> {
    fn run(&mut self) -> Result<(), (usize, Diagnostic)> {
        self.line_is_blank = true;
        let mut at = 0;
        while let Some(&byte) = self.bytes.get(at) {
            let was_blank = self.line_is_blank;
            self.line_is_blank &= matches!(byte, b' ' | b'\t');
            match byte {
                b'"' | b'\'' => {
                    at = self.after_string(at, byte);
                    continue;
                }
                b'#' if self.syntax == Syntax::Toml => {
                    at +=
                        self.rest(at).iter().position(|&b| b == b'\n').unwrap_or(self.bytes.len());
                    continue;
                }
                b'\n' => self.line(),
                b'.' if self.syntax == Syntax::Toml && !self.in_value => self.dots += 1,
                b'=' if self.syntax == Syntax::Toml => {
                    self.in_value = true;
                    self.values += 1;
                }
                b'[' | b'{' => self.open(at, byte == b'[', was_blank)?,
                b']' | b'}' => self.close(),
                b',' => self.entry(at)?,
                _ => {}
            }
            if self.depth + self.dots > limits::NESTING {
                return Err((at, Diagnostic::error("DC102").with("limit", limits::NESTING)));
            }
            if self.values > limits::VALUES {
                return Err((at, Diagnostic::error("DC104").with("limit", limits::VALUES)));
            }
            at += 1;
        }
        Ok(())
    }

    fn rest(&self, from: usize) -> &[u8] {
        self.bytes.get(from..).unwrap_or_default()
    }

    fn line(&mut self) {
        self.line_is_blank = true;
        self.dots = 0;
        self.in_value = self.open.last().is_some_and(|open| open.is_list);
    }

    fn open(
        &mut self,
        at: usize,
        is_list: bool,
        line_was_blank: bool,
    ) -> Result<(), (usize, Diagnostic)> {
        let outermost = self.open.is_empty();
        let header = self.syntax == Syntax::Toml && is_list && outermost && line_was_blank;
        if header {
            self.header(at)?;
        }
        // The only list right below the top of a declaration is the one of flows.
        let is_flows = is_list
            && !header
            && match self.syntax {
                Syntax::Toml => outermost,
                Syntax::Json => self.open.len() == 1,
            };
        let most = if is_flows { limits::FLOWS } else { limits::ENTRIES };
        let levels = 1 + self.dots;
        self.open.push(Open { levels, entries: 1, is_list: is_list && !header, most, is_flows });
        self.depth += levels;
        self.values += 1;
        self.dots = 0;
        self.in_value = is_list && !header;
        Ok(())
    }

    fn close(&mut self) {
        if let Some(open) = self.open.pop() {
            self.depth -= open.levels;
        }
        self.dots = 0;
        self.in_value = true;
    }

    fn entry(&mut self, at: usize) -> Result<(), (usize, Diagnostic)> {
        self.values += 1;
        self.dots = 0;
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        self.in_value = open.is_list;
        open.entries += 1;
        if open.entries <= open.most {
            return Ok(());
        }
        let code = if open.is_flows { "DC103" } else { "DC108" };
        Err((at, Diagnostic::error(code).with("limit", open.most)))
    }

    /// Counts `[[flow]]` and `[[flow.field]]` headers; other spellings are counted by the reader.
    fn header(&mut self, at: usize) -> Result<(), (usize, Diagnostic)> {
        let rest = self.rest(at);
        if rest.starts_with(b"[[flow]]") {
            self.flows += 1;
            self.fields = 0;
        } else if rest.starts_with(b"[[flow.field]]") {
            self.fields += 1;
        }
        if self.flows > limits::FLOWS {
            return Err((at, Diagnostic::error("DC103").with("limit", limits::FLOWS)));
        }
        if self.fields > limits::FIELDS_PER_FLOW {
            return Err((at, Diagnostic::error("DC107").with("limit", limits::FIELDS_PER_FLOW)));
        }
        Ok(())
    }

    /// The place after the string that opens here.
    fn after_string(&self, at: usize, quote: u8) -> usize {
        let escapes = quote == b'"';
        if self.syntax == Syntax::Json && !escapes {
            return at + 1;
        }
        let triple = [quote; 3];
        let long = self.syntax == Syntax::Toml && self.rest(at).starts_with(&triple);
        let mut at = at + if long { 3 } else { 1 };
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' if escapes => at += 1,
                b'\n' if !long && self.syntax == Syntax::Toml => return at,
                _ if byte != quote => {}
                _ if !long => return at + 1,
                _ if self.rest(at).starts_with(&triple) => return at + 3,
                _ => {}
            }
            at += 1;
        }
        at
    }
}
