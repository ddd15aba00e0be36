//! Files written for people: whole or not at all, and private.

use anyhow::{Context, Result};
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes to the path a user named. A link is followed, so that the file it names is replaced and not the link; a
/// device or a pipe is written to, never replaced.
pub fn write_to(path: &Path, bytes: &[u8]) -> Result<()> {
    let target = if path.is_symlink() { std::fs::canonicalize(path) } else { Ok(path.to_path_buf()) };
    let target = target.unwrap_or_else(|_| path.to_path_buf());
    if std::fs::metadata(&target).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
        let cannot = || format!("cannot write {}", path.display());
        let mut device = std::fs::OpenOptions::new().write(true).open(&target).with_context(cannot)?;
        return device.write_all(bytes).with_context(cannot);
    }
    write(&target, bytes)
}

/// Writes a file in one step: a reader sees the old text or the new, never half. Mode 0600. A link that stands
/// there is replaced, so that nothing outside the folder is written to.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    stream(path, |out| Ok(out.write_all(bytes).map_err(|error| bare(&error))?))
}

/// As [`write()`], for what is too large to be held: `fill` writes it bit by bit.
pub fn stream(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = tempfile::NamedTempFile::new_in(folder).map_err(|error| bare(&error)).with_context(|| {
        format!("cannot write {}: is {} a folder you may write to?", path.display(), folder.display())
    })?;
    let cannot = || format!("cannot write {}", path.display());
    let mut out = BufWriter::new(draft);
    fill(&mut out).map_err(of_disk).with_context(cannot)?;
    let draft = out.into_inner().map_err(|error| bare(error.error())).with_context(cannot)?;
    draft.as_file().sync_all().map_err(|error| bare(&error)).with_context(cannot)?;
    draft.persist(path).map_err(|error| bare(&error.error)).with_context(cannot)?;
    Ok(())
}

/// Writes a letter: `STEM.md`, and for whom there is an address the e-mail file `STEM.eml` beside it.
pub fn letter(folder: &Path, stem: &str, markdown: &str, mail: Option<&str>) -> Result<()> {
    write(&folder.join(format!("{stem}.md")), markdown.as_bytes())?;
    match mail {
        Some(mail) => write(&folder.join(format!("{stem}.eml")), mail.as_bytes()),
        None => Ok(()),
    }
}

/// The error without the name of the file it is written to first, which means nothing to anyone.
fn bare(error: &std::io::Error) -> std::io::Error {
    error.kind().into()
}

/// The same of an error of what fills the file.
fn of_disk(error: anyhow::Error) -> anyhow::Error {
    error.downcast::<std::io::Error>().map_or_else(|other| other, |error| bare(&error).into())
}

/// Makes a folder (and those above it) that only its owner can look into; one that is there is left as it is.
pub fn folder(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).with_context(|| format!("cannot make the folder {}", path.display()))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::{FileTypeExt, symlink};

    fn is_link(path: &Path) -> bool {
        std::fs::symlink_metadata(path).expect("there").is_symlink()
    }

    #[test]
    fn a_device_is_written_to_and_stays_a_device() {
        let folder = tempfile::tempdir().expect("folder");
        let link = folder.path().join("nowhere");
        symlink("/dev/null", &link).expect("link");
        write_to(&link, b"text").expect("written");
        assert!(is_link(&link));
        assert!(std::fs::metadata("/dev/null").expect("/dev/null").file_type().is_char_device());
    }

    #[test]
    fn a_link_the_user_named_is_followed_and_one_in_a_folder_is_not() {
        let folder = tempfile::tempdir().expect("folder");
        let (file, link) = (folder.path().join("reach.csv"), folder.path().join("latest.csv"));
        write(&file, b"old").expect("written");
        symlink(&file, &link).expect("link");
        write_to(&link, b"new").expect("written");
        assert!(is_link(&link));
        assert_eq!(std::fs::read(&file).expect("file"), b"new");
        write(&link, b"other").expect("written");
        assert!(!is_link(&link));
        assert_eq!(std::fs::read(&file).expect("file"), b"new");
    }
}
