//! Files beside the program file that name someone who was erased.

use crate::output::file;
use crate::store::mentions::Words;
use anyhow::Result;
use std::path::{Path, PathBuf};

/// Folders below the program file's own that are looked into.
const DEPTH: usize = 4;
/// Files that are looked into: a folder with more is no program's.
const FILES: usize = 20_000;
/// A larger file is an export, and not read.
const LARGEST: u64 = 64 * 1024 * 1024;
/// What the names of files of rows that were set aside end with.
const SET_ASIDE: &str = ".rejected.csv";

/// What was found.
#[derive(Debug, Default)]
pub struct Leftovers {
    /// Files of rows that were set aside, now without theirs.
    pub rewritten: Vec<PathBuf>,
    /// Other files that name them: exports, letters, handbooks, reports.
    pub naming: Vec<PathBuf>,
}

/// Takes the rows that name someone out of the files of rows that were set aside, and lists other files that do.
pub fn clear(db: &Path, words: &Words) -> Leftovers {
    let folder = db.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut files = Vec::new();
    walk(folder, DEPTH, &mut files);
    files.sort();
    let ours = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let db = db.file_name().unwrap_or_default().to_string_lossy();
        *name == *db || ["-wal", "-shm", "-journal"].iter().any(|end| *name == format!("{db}{end}"))
    };
    let mut found = Leftovers::default();
    for path in files.into_iter().filter(|path| !ours(path)) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        if !words.are_in(&text) {
            continue;
        }
        if path.to_string_lossy().ends_with(SET_ASIDE) && rewrite(&path, &bytes, words).is_ok() {
            found.rewritten.push(path);
        } else {
            found.naming.push(path);
        }
    }
    found
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        if files.len() >= FILES {
            return;
        }
        if kind.is_dir() && depth > 0 {
            walk(&entry.path(), depth - 1, files);
        } else if kind.is_file() && entry.metadata().is_ok_and(|meta| meta.len() <= LARGEST) {
            files.push(entry.path());
        }
    }
}

/// Leaves the rows that do not name them; a file without rows goes.
fn rewrite(path: &Path, bytes: &[u8], words: &Words) -> Result<()> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes);
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut kept = 0;
    for record in reader.byte_records() {
        let record = record?;
        if !record.iter().any(|cell| words.are_in(&String::from_utf8_lossy(cell))) {
            writer.write_byte_record(&record)?;
            kept += 1;
        }
    }
    if kept > 1 { file::write(path, &writer.into_inner()?) } else { Ok(std::fs::remove_file(path)?) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_their_rows_are_taken_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv.rejected.csv");
        let text = "line,reason,email,name\n2,bad-score,wang@example.com,王小明\n3,bad-score,ben@example.com,\"Ben,\nB\"\n";
        std::fs::write(&path, text).expect("writes");
        std::fs::write(folder.path().join("letter.md"), "您好，王小明").expect("writes");
        let mut words = Words::default();
        words.add_name("王小明");
        let found = clear(&folder.path().join("groundswell.db"), &words);
        assert_eq!(found.rewritten, std::slice::from_ref(&path));
        assert_eq!(found.naming, [folder.path().join("letter.md")]);
        let kept = std::fs::read_to_string(&path).expect("reads");
        assert_eq!(kept, "line,reason,email,name\n3,bad-score,ben@example.com,\"Ben,\nB\"\n");
        words.add("ben@example.com");
        clear(&folder.path().join("groundswell.db"), &words);
        assert!(!path.exists());
    }
}
