//! Quoting that is not CSV's: a backslash before a quote, blanks between the delimiter and a quote. Both are told from the
//! file's beginning and rewritten as CSV has it; no line is added or taken away.

use super::delimiter::{Delimiter, usual_width};
use super::header::filled;
use super::record::parse;

/// How a file's quoting differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoting {
    /// What separates the cells.
    pub delimiter: Delimiter,
    /// `\"` within quotes is a quote.
    pub escaped: bool,
    /// `"a"; "b"`
    pub spaced: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// Before a cell's first sign.
    #[default]
    Start,
    Plain,
    Quoted,
    /// Behind a backslash within quotes.
    Escape,
    /// Behind a quote that closes, or is the first of two.
    Closed,
}

/// Rewrites text piece by piece.
pub struct Rewriter {
    quoting: Quoting,
    at: At,
    /// Blanks before a cell that may be a quoted one.
    blanks: Vec<u8>,
    /// A backslash right before the quote that closed.
    backslash: bool,
    /// Places that CSV does not have: a quote closed behind a backslash with text behind it, and a quote behind blanks.
    pub strange: Strange,
}

/// How often what is not CSV was seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Strange {
    pub escapes: usize,
    pub blanks: usize,
}

impl Rewriter {
    /// From the start of a text.
    pub fn new(quoting: Quoting) -> Self {
        Self { quoting, at: At::Start, blanks: Vec::new(), backslash: false, strange: Strange::default() }
    }

    /// Puts out the text with its quotes as CSV has them.
    pub fn push(&mut self, text: &[u8], out: &mut Vec<u8>) {
        for byte in text {
            self.take(*byte, out);
        }
    }

    /// Puts out what is held back at the end.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if self.at == At::Escape {
            out.push(b'\\');
        }
        out.append(&mut self.blanks);
    }

    fn take(&mut self, byte: u8, out: &mut Vec<u8>) {
        let ends = byte == b'\n' || byte == self.quoting.delimiter.byte();
        let is_blank = matches!(byte, b' ' | b'\t') && !ends;
        match self.at {
            At::Start if is_blank => self.blanks.push(byte),
            At::Start => self.begin(byte, ends, out),
            At::Plain => self.put(byte, ends, out),
            At::Quoted if byte == b'\\' && self.quoting.escaped => self.at = At::Escape,
            At::Quoted => {
                if byte == b'"' {
                    self.at = At::Closed;
                } else {
                    self.backslash = byte == b'\\';
                }
                out.push(byte);
            }
            At::Escape => {
                // Two backslashes are one.
                match byte {
                    b'"' => out.extend_from_slice(b"\"\""),
                    b'\\' => out.push(b'\\'),
                    other => out.extend_from_slice(&[b'\\', other]),
                }
                self.at = At::Quoted;
            }
            At::Closed if byte == b'"' => {
                out.push(byte);
                self.at = At::Quoted;
            }
            At::Closed => {
                self.strange.escapes += usize::from(self.backslash && !ends && !is_blank);
                self.put(byte, ends, out);
            }
        }
    }

    fn begin(&mut self, byte: u8, ends: bool, out: &mut Vec<u8>) {
        let is_spaced = byte == b'"' && !self.blanks.is_empty();
        self.strange.blanks += usize::from(is_spaced);
        if is_spaced && self.quoting.spaced {
            self.blanks.clear();
        }
        // A quote behind blanks opens nothing in CSV.
        let opens = byte == b'"' && self.blanks.is_empty();
        out.append(&mut self.blanks);
        self.put(byte, ends, out);
        if opens {
            self.at = At::Quoted;
            self.backslash = false;
        }
    }

    fn put(&mut self, byte: u8, ends: bool, out: &mut Vec<u8>) {
        out.push(byte);
        self.at = if ends { At::Start } else { At::Plain };
    }
}

/// What a sample rewritten in this way reads as, and what in it CSV does not have.
pub fn rewritten(sample: &str, quoting: Quoting) -> (String, Strange) {
    let mut rewriter = Rewriter::new(quoting);
    let mut out = Vec::with_capacity(sample.len());
    rewriter.push(sample.as_bytes(), &mut out);
    rewriter.finish(&mut out);
    (String::from_utf8_lossy(&out).into_owned(), rewriter.strange)
}

/// What of a sample's quoting is not CSV's, if reading it so makes its records no less alike.
pub fn find(sample: &str, delimiter: Delimiter) -> Option<Quoting> {
    if delimiter == Delimiter::Cells || !sample.contains('"') {
        return None;
    }
    let mut quoting = Quoting { delimiter, escaped: false, spaced: false };
    let (_, strange) = rewritten(sample, quoting);
    let plain = Alike::of(sample, delimiter);
    if sample.contains("\\\"") {
        let escaped = Quoting { escaped: true, ..quoting };
        let alike = Alike::of(&rewritten(sample, escaped).0, delimiter);
        if alike.share > plain.share || strange.escapes > 0 && alike.share >= plain.share {
            quoting = escaped;
        }
    }
    if strange.blanks > 0 {
        let spaced = Quoting { spaced: true, ..quoting };
        let alike = Alike::of(&rewritten(sample, spaced).0, delimiter);
        // A cell of free text may begin with a quotation too.
        if strange.blanks * 2 >= alike.records && alike.share >= plain.share {
            quoting = spaced;
        }
    }
    (quoting.escaped || quoting.spaced).then_some(quoting)
}

/// How many records there are, and the share that has the usual width.
struct Alike {
    records: usize,
    share: f64,
}

impl Alike {
    fn of(text: &str, delimiter: Delimiter) -> Self {
        let records = parse(text, delimiter);
        let widths: Vec<usize> = records
            .iter()
            .filter(|record| filled(&record.cells) > 0)
            .map(|record| record.cells.len())
            .collect();
        let usual = usual_width(&widths).unwrap_or(1);
        let alike = widths.iter().filter(|width| **width == usual).count();
        Self { records: widths.len(), share: alike as f64 / widths.len().max(1) as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(text: &str, delimiter: Delimiter) -> Option<String> {
        Some(rewritten(text, find(text, delimiter)?).0)
    }

    #[test]
    fn backslashes_before_quotes_escape_them() {
        let text = "id,text\n\"1\",\"a \\\"b\\\", c\\\\\"\n\"2\",\"d\nC:\\new\"\n\"3\",\"\\\"e\\\"\"\n";
        let expected = "id,text\n\"1\",\"a \"\"b\"\", c\\\"\n\"2\",\"d\nC:\\new\"\n\"3\",\"\"\"e\"\"\"\n";
        assert_eq!(csv(text, Delimiter::Comma).as_deref(), Some(expected));
    }

    #[test]
    fn blanks_before_quotes_go() {
        let text = "\"id\"; \"text\"\n\"1\"; \"a; b\"\n\"2\";  \"c\nd\" \n3; plain \"e\"\n";
        let expected = "\"id\";\"text\"\n\"1\";\"a; b\"\n\"2\";\"c\nd\" \n3; plain \"e\"\n";
        assert_eq!(csv(text, Delimiter::Semicolon).as_deref(), Some(expected));
    }

    #[test]
    fn ordinary_files_stay_as_they_are() {
        for text in [
            "a,b\n1,2\n",
            "id,path\n1,\"C:\\dir\\\"\n2,\"D:\\\"\n",
            "id,text\n1,\"he said \\\"\"no\"\"\"\n2,x\n",
            "id,text\n1, \"quoted\" at the start\n2,x\n3,y\n4,z\n5,w\n",
            "id,text\n1,a \"b\" c\n2,5\" wide\n",
        ] {
            assert_eq!(csv(text, Delimiter::Comma), None, "{text}");
        }
    }
}
