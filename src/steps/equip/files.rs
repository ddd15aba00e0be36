//! The assets' files: all of them inside one folder, so that nothing else of a disk ever gets into a handbook.

use crate::app::{App, given};
use crate::store::settings;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// The setting that names the folder.
pub const SETTING: &str = "equip.folder";

/// The folder the assets' files are in.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It is there.
    There,
    /// It is not.
    Gone,
    /// It is outside the folder, or a link leads out of it.
    Outside,
}

impl Files {
    /// The folder that was named, else the one of the program file.
    pub fn of(app: &App) -> Result<Self> {
        let beside = app.path().parent().filter(|folder| !folder.as_os_str().is_empty());
        let beside = beside.map_or_else(|| PathBuf::from("."), PathBuf::from);
        let named = settings::read(app.store()?, SETTING)?;
        Ok(Self { folder: named.map_or_else(|| beside.clone(), |named| beside.join(named)) })
    }

    /// At a folder.
    #[cfg(test)]
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.into() }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder as it is said.
    pub fn shown(&self) -> String {
        if self.folder == Path::new(".") { "this folder".into() } else { self.folder.display().to_string() }
    }

    /// A file as it is kept: its path from the folder on, with `/` between.
    ///
    /// # Errors
    /// Where it is not there, or not inside the folder.
    pub fn keep(&self, given: &Path) -> Result<String> {
        let shown = given.display();
        given::is_file(given)?;
        let root = std::fs::canonicalize(&self.folder).with_context(|| {
            format!(
                "the folder {} is gone; name another with `groundswell equip folder DIR`",
                self.folder.display()
            )
        })?;
        let whole = std::fs::canonicalize(given).with_context(|| format!("cannot read {shown}"))?;
        let Ok(inside) = whole.strip_prefix(&root) else {
            bail!(
                "{shown} is not in {}, the folder handbooks take their files from: put it there, or name another folder with `groundswell equip folder DIR`",
                self.shown()
            );
        };
        let words: Option<Vec<&str>> = inside.components().map(|part| part.as_os_str().to_str()).collect();
        let words = words.with_context(|| format!("{shown}: rename the file, its name is not text"))?;
        Ok(words.join("/"))
    }

    /// Where a kept file is.
    pub fn path(&self, kept: &str) -> PathBuf {
        self.folder.join(kept)
    }

    /// What became of it.
    pub fn find(&self, kept: &str) -> Found {
        let path = self.path(kept);
        if !path.is_file() {
            return Found::Gone;
        }
        match (std::fs::canonicalize(&self.folder), std::fs::canonicalize(path)) {
            (Ok(root), Ok(path)) if path.starts_with(&root) => Found::There,
            _ => Found::Outside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_inside_is_kept() {
        let disk = tempfile::tempdir().expect("a folder");
        let folder = disk.path().join("files");
        std::fs::create_dir_all(folder.join("press")).expect("makes");
        std::fs::write(folder.join("press/logo.svg"), "x").expect("writes");
        std::fs::write(disk.path().join("secret"), "x").expect("writes");
        let files = Files::at(&folder);
        assert_eq!(files.keep(&folder.join("press/../press/logo.svg")).expect("inside"), "press/logo.svg");
        assert_eq!(files.find("press/logo.svg"), Found::There);
        assert_eq!(files.find("press/none.svg"), Found::Gone);
        let error = files.keep(&folder.join("../secret")).expect_err("outside").to_string();
        assert!(error.contains("is not in"), "{error}");
        assert_eq!(files.find("../secret"), Found::Outside);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(disk.path().join("secret"), folder.join("door")).expect("links");
            assert_eq!(files.find("door"), Found::Outside);
            assert!(files.keep(&folder.join("door")).is_err());
        }
    }
}
