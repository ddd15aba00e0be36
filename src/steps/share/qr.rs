//! `share link --qr`: a link as a QR code, for slides and print.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::output::{file, qr};
use anyhow::Result;
use std::path::{Path, PathBuf};

fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Refuses a file whose ending is neither, before anything is written.
pub fn is_drawable(files: &[PathBuf]) -> Result<End> {
    match files.iter().find(|file| !matches!(ending(file).as_str(), "svg" | "png")) {
        Some(file) => Err(usage(format!(
            "--qr {}: a QR code is drawn as .svg or .png; name such a file",
            file.display()
        ))),
        None => Ok(End::Done),
    }
}

/// Draws the link into each file.
pub fn draw(app: &App, link: &str, files: &[PathBuf]) -> Result<()> {
    for path in files {
        let bytes = match ending(path).as_str() {
            "svg" => qr::svg(link)?.into_bytes(),
            _ => qr::png(link)?,
        };
        file::write_to(path, &bytes)?;
        app.screen.say(&format!("Wrote {}", path.display()));
    }
    Ok(())
}
