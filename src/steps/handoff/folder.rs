//! The folder a handoff is written to: made beside what stands there, and put in its place at the end.

use crate::app::fail::usage;
use crate::output::file;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The file by which a folder is known to be ours.
const MARK: &str = "groundswell-handoff.txt";
/// What it begins with.
const SAYS: &str =
    "Written by `groundswell handoff`. The next one replaces what it wrote here; files of your own stay.\n";
/// Where the next handoff grows. It begins with a dot, so that nobody loads from it.
const DRAFT: &str = ".draft";
/// What a handoff, and loading it, leave in the folder. What loads it comes last, and goes first: a folder without it
/// is not whole.
const OWN: [&str; 13] = [
    "load.sql",
    "load.py",
    "query.py",
    "tables.json",
    "schema.sql",
    "keys.sql",
    "views.sql",
    "verify.sql",
    "unheld.sql",
    "README.md",
    "sql",
    "data",
    "parquet",
];
/// How many of them load it.
const LOADERS: usize = 2;

/// A folder that is ours to write to.
pub struct Folder {
    path: PathBuf,
    draft: PathBuf,
}

impl Folder {
    /// Makes a folder ours: a new one, an empty one, or one that an earlier handoff wrote.
    pub fn claim(path: &Path) -> Result<Self> {
        let shown = path.display();
        match std::fs::symlink_metadata(path) {
            Ok(meta) if meta.is_symlink() => {
                return Err(usage(format!("{shown} is a link: name the folder it leads to, or another one")));
            }
            Ok(meta) if !meta.is_dir() => {
                return Err(usage(format!("{shown} is a file, not a folder: name another one")));
            }
            Ok(_) if !is_ours(path)? => {
                return Err(usage(format!(
                    "{shown} is not empty, and no handoff wrote it: name a new folder, so that nothing of yours is replaced"
                )));
            }
            Ok(_) => {}
            Err(_) => file::folder(path)?,
        }
        file::write(&path.join(MARK), SAYS.as_bytes())?;
        let draft = path.join(DRAFT);
        remove(&draft)?;
        file::folder(&draft)?;
        Ok(Self { path: path.to_path_buf(), draft })
    }

    /// Where to write.
    pub fn draft(&self) -> &Path {
        &self.draft
    }

    /// Puts what was written in the place of what stood there.
    pub fn publish(self) -> Result<()> {
        for name in OWN {
            remove(&self.path.join(name))?;
        }
        for name in OWN.iter().skip(LOADERS).chain(OWN.iter().take(LOADERS)) {
            let from = self.draft.join(name);
            if from.exists() {
                let to = self.path.join(name);
                std::fs::rename(&from, &to).with_context(|| format!("cannot write {}", to.display()))?;
            }
        }
        Ok(())
    }
}

impl Drop for Folder {
    /// What was begun and not finished goes, as far as it can.
    fn drop(&mut self) {
        let _ = remove(&self.draft);
    }
}

/// Whether nothing is in a folder, or an earlier handoff wrote it. Whoever was killed while marking it left a draft of the
/// mark, which goes.
fn is_ours(path: &Path) -> Result<bool> {
    let is_file = |path: &Path| std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file());
    let says = |path: &Path| std::fs::read_to_string(path).ok().filter(|_| is_file(path));
    let is_marked = says(&path.join(MARK)).is_some_and(|text| text == SAYS);
    let cannot = || format!("cannot look into {}", path.display());
    let mut is_empty = true;
    for entry in std::fs::read_dir(path).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        let begun = entry.file_name().to_string_lossy().starts_with(".tmp");
        if begun && says(&entry.path()).is_some_and(|text| SAYS.starts_with(&text)) {
            remove(&entry.path())?;
        } else {
            is_empty = false;
        }
    }
    Ok(is_marked || is_empty)
}

/// Removes a file, a link or a folder with what is in it; what is not there is gone already.
fn remove(path: &Path) -> Result<()> {
    let Ok(meta) = std::fs::symlink_metadata(path) else { return Ok(()) };
    let removed = if meta.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    removed.with_context(|| format!("cannot replace {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stood_there_is_replaced_and_what_is_the_users_stays() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("warehouse");
        let folder = Folder::claim(&path).expect("claimed");
        std::fs::write(folder.draft().join("load.sql"), "1").expect("written");
        folder.publish().expect("published");
        std::fs::write(path.join("mine.txt"), "mine").expect("written");
        // Killed half way: the old one is whole, and the next one begins anew.
        let folder = Folder::claim(&path).expect("claimed again");
        std::fs::write(folder.draft().join("schema.sql"), "half").expect("written");
        std::mem::forget(folder);
        assert_eq!(std::fs::read_to_string(path.join("load.sql")).expect("there"), "1");
        let folder = Folder::claim(&path).expect("claimed a third time");
        assert!(!folder.draft().join("schema.sql").exists());
        std::fs::write(folder.draft().join("load.sql"), "2").expect("written");
        folder.publish().expect("published");
        assert_eq!(std::fs::read_to_string(path.join("load.sql")).expect("there"), "2");
        assert_eq!(std::fs::read_to_string(path.join("mine.txt")).expect("there"), "mine");
        assert!(!path.join(DRAFT).exists());
    }

    #[test]
    fn a_folder_that_was_being_marked_is_ours() {
        let root = tempfile::tempdir().expect("a folder");
        for begun in ["", "Written by", SAYS] {
            std::fs::write(root.path().join(".tmpAb12"), begun).expect("written");
            assert!(is_ours(root.path()).expect("looks"), "{begun}");
            assert!(!root.path().join(".tmpAb12").exists());
        }
        std::fs::write(root.path().join(".tmpAb12"), "of somebody else").expect("written");
        assert!(!is_ours(root.path()).expect("looks"));
    }
}
