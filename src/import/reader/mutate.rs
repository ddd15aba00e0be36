//! Broken files made of good ones, the same on every machine.

use std::path::{Path, PathBuf};

/// A small generator of numbers.
pub struct Dice(pub u64);

impl Dice {
    /// 0 up to, not including, `sides`.
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// The files below `folders`, in order, each cut to what a mutation can reach.
pub fn seeds(folders: &[&str], longest: usize) -> Vec<Vec<u8>> {
    fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { walk(&path, paths) } else { paths.push(path) }
        }
    }
    let mut paths = Vec::new();
    for folder in folders {
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut paths);
    }
    paths.sort();
    let cut = |path: PathBuf| {
        let mut bytes = std::fs::read(path).expect("a file");
        bytes.truncate(longest);
        bytes
    };
    paths.into_iter().map(cut).collect()
}

/// What breaks readers.
const PIECES: [&[u8]; 32] = [
    b"\"",
    b"\"\"",
    b"'",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\0",
    b"\0\n",
    b"\x1E",
    b"\x1F",
    b"#",
    b"# ",
    b"sep=;\n",
    b"=",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xFE\xFF",
    b"\x81",
    b"\x82\xE9",
    b"\xC3\xA9",
    b"\xE4\xB8",
    b"\xF0\x9F\x98\x80",
    b"\x813\x84\x36",
    b"V1,V2,V3,",
    b"{\"ImportId\":\"x\"}",
    b"Grand Totals",
    b"\xE2\x80\xA8",
];

/// One of the seeds with some mishaps.
pub fn mutated(seeds: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = dice.pick(seeds).clone();
    // Most traps show in a few lines, and few lines are read fast.
    if dice.below(4) > 0 {
        bytes.truncate(dice.below(800) + 1);
    }
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(60)).min(bytes.len());
        match dice.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
            2 | 3 => drop(bytes.splice(at..at, dice.pick(&PIECES).iter().copied())),
            4 => drop(bytes.drain(at..end)),
            5 => {
                let piece = bytes[at..end].to_vec();
                let place = dice.below(bytes.len() + 1);
                bytes.splice(place..place, piece);
            }
            6 => {
                let other = dice.pick(seeds);
                let from = dice.below(other.len() + 1);
                let to = (from + dice.below(200)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            7 => bytes.truncate(at),
            _ => {
                let piece = dice.pick(&PIECES).repeat(dice.below(20));
                bytes.splice(at..end, piece);
            }
        }
    }
    in_another_form(bytes, dice)
}

/// Now and then the same text in UTF-16 or with other line ends.
fn in_another_form(bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    let text = || String::from_utf8_lossy(&bytes).into_owned();
    match dice.below(24) {
        0 => text().encode_utf16().flat_map(u16::to_le_bytes).collect(),
        1 => text().encode_utf16().flat_map(u16::to_be_bytes).collect(),
        2 => text().replace('\n', "\r").into_bytes(),
        3 => encoding_rs::GB18030.encode(&text()).0.into_owned(),
        4 => text()
            .lines()
            .map(|line| format!("\"{}\"\n", line.replace('"', "\"\"")))
            .collect::<String>()
            .into(),
        _ => bytes,
    }
}

/// How many inputs a long run by hand makes: `FUZZ_INPUTS`, from the generator's `FUZZ_SEED`.
pub fn by_hand() -> (u64, Dice) {
    let number =
        |name: &str, usual: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    (number("FUZZ_INPUTS", 100_000), Dice(number("FUZZ_SEED", 1)))
}
