//! Bytes become clean UTF-8 with one kind of line end: without BOM and NUL, lines ended by LF, a marker behind the last.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder};

use super::encoding::{CP850, Found, dos};
use super::quotes::{Quoting, Rewriter};

/// Behind the last line stands a line with a NUL. No NUL passes from the file, so a record that swallowed the marker had a quote left open.
pub const END_MARK: &str = "\0";

/// How to make text of the bytes.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    pub found: Found,
    /// Lines end in CR alone, as on old Macs.
    pub cr_only: bool,
    /// Each line was quoted as a whole (a CSV saved as one column of a CSV): take that layer off.
    pub quoted_lines: bool,
    /// Quotes are not written as CSV has them: make them so.
    pub quoting: Option<Quoting>,
}

/// A reader of UTF-8.
pub struct Text {
    source: Box<dyn Read + Send>,
    decoder: Decoder,
    bom: usize,
    lines: Lines,
    rewriter: Option<Rewriter>,
    /// Lines whose quotes are still to be rewritten.
    strange: Vec<u8>,
    raw: Vec<u8>,
    decoded: String,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
}

impl Text {
    pub fn new(source: Box<dyn Read + Send>, form: Form) -> Self {
        Self {
            source,
            decoder: form.found.encoding.new_decoder_without_bom_handling(),
            bom: form.found.bom,
            lines: Lines { cr_only: form.cr_only, unquote: form.quoted_lines, ..Lines::default() },
            rewriter: form.quoting.map(Rewriter::new),
            strange: Vec::new(),
            raw: vec![0; 64 * 1024],
            decoded: String::new(),
            ready: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        let mut count = self.source.read(&mut self.raw)?;
        let last = count == 0;
        if self.bom > 0 && count > 0 {
            // The mark is at most three bytes; a pipe may hand them over one by one.
            let cut = self.bom.min(count);
            self.raw.copy_within(cut..count, 0);
            self.bom -= cut;
            count -= cut;
        }
        let mut bytes = &self.raw[..count];
        loop {
            self.decoded.clear();
            let room = self.decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
            self.decoded.reserve(room);
            let (result, read, _) = self.decoder.decode_to_string(bytes, &mut self.decoded, last);
            if self.decoder.encoding() == CP850 {
                self.decoded = dos(&self.decoded);
            }
            self.lines.push(
                &self.decoded,
                if self.rewriter.is_some() { &mut self.strange } else { &mut self.ready },
            );
            bytes = &bytes[read..];
            if matches!(result, CoderResult::InputEmpty) {
                break;
            }
        }
        if last {
            self.ended = true;
            self.lines.finish(if self.rewriter.is_some() { &mut self.strange } else { &mut self.ready });
        }
        if let Some(rewriter) = &mut self.rewriter {
            rewriter.push(&std::mem::take(&mut self.strange), &mut self.ready);
            if last {
                rewriter.finish(&mut self.ready);
            }
        }
        Ok(())
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let count = buffer.len().min(self.ready.len() - self.given);
        buffer[..count].copy_from_slice(&self.ready[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

/// One kind of line end; NULs out; the layer of quotes off.
#[derive(Default)]
struct Lines {
    cr_only: bool,
    unquote: bool,
    last: Last,
    line: Vec<u8>,
}

/// What the text before ended in.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    #[default]
    LineEnd,
    Cr,
    Other,
}

impl Lines {
    fn push(&mut self, text: &str, out: &mut Vec<u8>) {
        let mut bytes = text.as_bytes();
        while let Some(first) = bytes.first() {
            match first {
                b'\r' if self.cr_only => {
                    self.put(b"\n", out);
                    self.last = Last::Cr;
                    bytes = &bytes[1..];
                    continue;
                }
                b'\r' => {
                    self.lone_cr(out);
                    self.last = Last::Cr;
                    bytes = &bytes[1..];
                    continue;
                }
                b'\n' => {
                    // In a file of CRs the LF of a CRLF was put already.
                    if !(self.cr_only && self.last == Last::Cr) {
                        self.put(b"\n", out);
                    }
                    self.last = Last::LineEnd;
                    bytes = &bytes[1..];
                    continue;
                }
                _ => self.lone_cr(out),
            }
            if *first == 0 {
                bytes = &bytes[1..];
                continue;
            }
            let end = bytes.iter().position(|b| matches!(b, b'\r' | 0) || *b == b'\n' && self.cr_only);
            let run = &bytes[..end.unwrap_or(bytes.len())];
            self.put(run, out);
            bytes = &bytes[run.len()..];
        }
    }

    /// A CR that no LF followed is part of a cell.
    fn lone_cr(&mut self, out: &mut Vec<u8>) {
        if self.last == Last::Cr && !self.cr_only {
            self.put(b"\r", out);
        }
    }

    fn put(&mut self, run: &[u8], out: &mut Vec<u8>) {
        self.last = if run.last() == Some(&b'\n') { Last::LineEnd } else { Last::Other };
        if !self.unquote {
            out.extend_from_slice(run);
            return;
        }
        for piece in run.split_inclusive(|b| *b == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.last() == Some(&b'\n') {
                self.put_unquoted(out);
            }
        }
    }

    fn put_unquoted(&mut self, out: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        match text {
            [b'"', inside @ .., b'"'] => {
                let mut quote = false;
                for byte in inside {
                    quote = *byte == b'"' && !quote;
                    if !quote {
                        out.push(*byte);
                    }
                }
            }
            text => out.extend_from_slice(text),
        }
        out.push(b'\n');
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        self.lone_cr(out);
        if self.last == Last::Other {
            self.put(b"\n", out);
        }
        out.extend_from_slice(END_MARK.as_bytes());
        out.push(b'\n');
    }
}

/// True if the sample's records end in CR alone. Line breaks inside of quotes do not count.
pub fn is_cr_only(sample: &str) -> bool {
    let (mut cr, mut lf, mut quoted, mut at_start) = (0, 0, false, true);
    // The last line end may be one that was put there.
    let mut bytes = sample.strip_suffix('\n').unwrap_or(sample).bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if quoted || at_start => quoted = !quoted,
            b'\r' if !quoted && bytes.peek() != Some(&b'\n') => cr += 1,
            b'\n' if !quoted => lf += 1,
            _ => {}
        }
        at_start = matches!(byte, b'\r' | b'\n' | b',' | b';' | b'\t' | b'|' | b'"');
    }
    cr > 0 && cr > lf
}

#[cfg(test)]
mod tests {
    use super::*;

    // One byte a read: every state must survive the end of a buffer.
    struct Slow(&'static [u8]);
    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(1);
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn text(bytes: &'static [u8], form: Form) -> String {
        let mut out = String::new();
        Text::new(Box::new(Slow(bytes)), form).read_to_string(&mut out).expect("text");
        out.strip_suffix("\0\n").expect("marker").to_owned()
    }

    fn form(encoding: &'static encoding_rs::Encoding, bom: usize) -> Form {
        Form {
            found: Found { encoding, bom, name: "", guessed: false },
            cr_only: false,
            quoted_lines: false,
            quoting: None,
        }
    }

    #[test]
    fn line_ends_are_one_kind_and_the_last_line_has_one() {
        let utf8 = form(encoding_rs::UTF_8, 0);
        assert_eq!(text(b"a\r\nb\nc\rd", utf8), "a\nb\nc\rd\n");
        assert_eq!(text(b"a\rb\r\nc\r", Form { cr_only: true, ..utf8 }), "a\nb\nc\n");
        assert_eq!(text(b"a\0b\r\0\n", utf8), "ab\r\n");
    }

    #[test]
    fn marks_and_two_byte_text() {
        assert_eq!(text(b"\xEF\xBB\xBF\"id\"\n", form(encoding_rs::UTF_8, 3)), "\"id\"\n");
        assert_eq!(text(b"\xFF\xFEi\0d\0", form(encoding_rs::UTF_16LE, 2)), "id\n");
    }

    #[test]
    fn a_layer_of_quotes_comes_off_each_line() {
        let layered = Form { quoted_lines: true, ..form(encoding_rs::UTF_8, 0) };
        assert_eq!(text(b"\"a,\"\"b\"\"\"\nplain\n\n\"x\"\"\"", layered), "a,\"b\"\nplain\n\nx\"\n");
    }

    #[test]
    fn quoted_line_breaks_say_nothing_about_the_records() {
        assert!(is_cr_only("a,b\r\"x\ny\",2\r"));
        assert!(!is_cr_only("a,b\r\n\"x\ry\rz\",2\r\n"));
        assert!(!is_cr_only("one line"));
    }
}
