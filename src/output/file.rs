//! Files written for people: whole or not at all, and private.

use anyhow::{Context, Result};
use std::io::Write;
use std::path::Path;

/// Writes a file in one step: a reader sees the old text or the new, never half. Mode 0600.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file =
        tempfile::NamedTempFile::new_in(folder).map_err(|error| bare(&error)).with_context(|| {
            format!("cannot write {}: is {} a folder you may write to?", path.display(), folder.display())
        })?;
    let cannot = || format!("cannot write {}", path.display());
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| bare(&error))
        .with_context(cannot)?;
    file.persist(path).map_err(|error| bare(&error.error)).with_context(cannot)?;
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
