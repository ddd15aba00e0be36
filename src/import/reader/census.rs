//! What the raw bytes say before they are text: are they text at all, are they UTF-8, what do the odd bytes stand beside?

/// As much as guessing an encoding needs: the guess does not get better with more.
const ODD_LIMIT: usize = 64 * 1024;
const HEAD_LIMIT: usize = 8 * 1024;

/// Statistics of one pass over the bytes.
#[derive(Debug, Default)]
pub struct Census {
    /// The first bytes.
    pub head: Vec<u8>,
    /// Characters of two or more bytes that are right UTF-8.
    pub utf8_characters: u64,
    /// Places where the bytes are no UTF-8.
    pub utf8_errors: u64,
    /// Lines with such characters and no such place, and lines with one.
    pub utf8_lines: [u64; 2],
    /// The first lines that are no UTF-8.
    pub odd_lines: Vec<u8>,
    /// Control characters that no text has, NUL left out.
    pub controls: u64,
    /// NUL bytes.
    pub nuls: u64,
    /// All bytes.
    pub size: u64,
    /// Bytes after the last line end seen, at most [`ODD_LIMIT`].
    rest: Vec<u8>,
}

impl Census {
    /// Takes in the next bytes.
    pub fn observe(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        let room = HEAD_LIMIT.saturating_sub(self.head.len());
        self.head.extend(bytes.iter().take(room));
        if self.rest.is_empty() && bytes.is_ascii() {
            self.count(bytes);
            return;
        }
        // Cut at a line end so that no character is cut.
        let cut = bytes.iter().rposition(|b| matches!(b, b'\n' | b'\r')).map_or(0, |at| at + 1);
        if cut == 0 && self.rest.len() < ODD_LIMIT {
            self.rest.extend_from_slice(bytes);
            return;
        }
        let mut block = std::mem::take(&mut self.rest);
        block.extend_from_slice(&bytes[..cut]);
        self.count(&block);
        self.rest.extend_from_slice(&bytes[cut..]);
    }

    /// Takes in what is left after the last line end.
    pub fn finish(&mut self) {
        let rest = std::mem::take(&mut self.rest);
        self.count(&rest);
    }

    fn count(&mut self, block: &[u8]) {
        self.nuls += count(block, |byte| byte == 0);
        self.controls +=
            count(block, |byte| byte < 0x20) - count(block, |byte| matches!(byte, 0 | b'\t'..=b'\r' | 0x1B));
        if block.is_ascii() {
            return;
        }
        if std::str::from_utf8(block).is_ok() {
            self.utf8_characters += count(block, |byte| byte >= 0xC0);
            self.utf8_lines[0] += lines(block).count() as u64;
            return;
        }
        for chunk in block.utf8_chunks() {
            self.utf8_characters += chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u64;
            self.utf8_errors += u64::from(!chunk.invalid().is_empty());
        }
        for line in lines(block) {
            let is_odd = std::str::from_utf8(line).is_err();
            self.utf8_lines[usize::from(is_odd)] += 1;
            if is_odd && self.odd_lines.len() < ODD_LIMIT {
                self.odd_lines.extend(line.iter().take(4096));
                self.odd_lines.push(b'\n');
            }
        }
    }
}

/// The lines that are not all ASCII.
fn lines(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    block.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_ascii())
}

/// How many bytes are so. One simple question a pass, and sums that fit a byte: the compiler asks it of many at once.
fn count(block: &[u8], is: impl Fn(u8) -> bool) -> u64 {
    block
        .chunks(255)
        .map(|part| u64::from(part.iter().fold(0, |sum: u8, byte| sum + u8::from(is(*byte)))))
        .sum()
}

/// What a file that is no text is, and what to do with it; `None` for text.
pub fn not_text(census: &Census) -> Option<&'static str> {
    let head = census.head.as_slice();
    let begins = |magic: &[u8]| head.starts_with(magic);
    let kinds: [(&[u8], &str); 9] = [
        (b"PK\x03\x04", "a workbook or an archive inside of an archive: unpack it and import what is inside"),
        (b"\xD0\xCF\x11\xE0", "an old workbook inside of an archive: unpack it and import what is inside"),
        (b"\x1F\x8B", "compressed more than once: unpack it and import what is inside"),
        (b"SQLite format 3\0", "a SQLite database: export the table as CSV and import that"),
        (b"%PDF", "a PDF: ask the tool for a CSV export"),
        (b"\x89PNG", "an image: ask the tool for a CSV export"),
        (b"\xFF\xD8\xFF", "an image: ask the tool for a CSV export"),
        (b"GIF8", "an image: ask the tool for a CSV export"),
        (b"{\\rtf", "a word processor's document: save it as CSV"),
    ];
    if let Some((_, kind)) = kinds.iter().find(|(magic, _)| begins(magic)) {
        return Some(kind);
    }
    let start = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let start = start[..start.len().min(64)].to_ascii_lowercase();
    let pages: [&[u8]; 6] = [b"<!doctype html", b"<html", b"<?xml", b"<table", b"<meta", b"<head"];
    if pages.iter().any(|page| start.starts_with(page)) {
        return Some(
            "a web page or XML, whatever its name says, not a table of commas: open it in a spreadsheet and save it as CSV UTF-8",
        );
    }
    let inside = |open: &[u8]| start.strip_prefix(open).map(<[u8]>::trim_ascii_start);
    let is_json = inside(b"{").is_some_and(|inside| inside.starts_with(b"\""))
        || inside(b"[").is_some_and(|inside| inside.starts_with(b"{"));
    is_json.then_some("JSON: ask the tool for a CSV export")
}

/// True if control characters or NULs are more than one byte in twenty: a program or a picture. UTF-16 has NULs by nature, and
/// halves of Chinese characters look like controls.
pub fn is_noise(census: &Census) -> bool {
    let noise = census.controls + census.nuls;
    // Three stray ones in a tiny file are still stray ones.
    noise > 3 && noise * 20 > census.size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn census(chunks: &[&[u8]]) -> Census {
        let mut census = Census::default();
        for chunk in chunks {
            census.observe(chunk);
        }
        census.finish();
        census
    }

    #[test]
    fn a_character_cut_by_a_read_is_no_error() {
        let census = census(&[b"caf\xC3", b"\xA9\nna\xC3\xAFve\n"]);
        assert_eq!((census.utf8_characters, census.utf8_errors, census.utf8_lines), (2, 0, [2, 0]));
    }

    #[test]
    fn only_the_odd_lines_are_kept() {
        let census = census(&[b"plain\ncaf\xE9\nplain\n"]);
        assert_eq!(census.odd_lines, b"caf\xE9\n");
        assert_eq!((census.utf8_errors, census.utf8_lines), (1, [0, 1]));
    }

    #[test]
    fn what_is_no_text_is_named() {
        for (bytes, word) in [
            (&b"PK\x03\x04\x14\0"[..], "inside of an archive"),
            (b"\x1F\x8B\x08", "more than once"),
            (b"SQLite format 3\0", "SQLite"),
            (b"\x89PNG\r\n", "image"),
            (b"\xEF\xBB\xBF <!DOCTYPE html><html>", "web page"),
            (b"<table border=1><tr>", "web page"),
            (b"[{\"id\":1}]", "JSON"),
            (b"{\n  \"id\": 1}", "JSON"),
        ] {
            assert!(not_text(&census(&[bytes])).is_some_and(|kind| kind.contains(word)), "{word}");
        }
        let text = census(&[b"id,name\n1,Ada\n"]);
        assert!(not_text(&text).is_none() && !is_noise(&text));
        assert!(is_noise(&census(&[b"\x01\x02\x03\x04"])));
    }
}
