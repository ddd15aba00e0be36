//! A file that was named on the command line: what to do where it is not there.

use crate::output::safe::line;
use crate::store::unusable;
use anyhow::{Result, bail};
use std::path::Path;

/// So many files of a folder are named.
const NAMED: usize = 3;
/// So like is a name that may be meant, by Jaro and Winkler.
const LIKE: f64 = 0.88;

/// As [`is_file`], of a program's file: an error about it ends otherwise.
pub fn is_program(path: &Path) -> Result<()> {
    is_file(path).map_err(|error| unusable(format!("{error}; nothing was changed")))
}

/// Nothing where a file can be read; else what is wrong with its name, and what to do next.
pub fn is_file(path: &Path) -> Result<()> {
    let shown = line(&path.display().to_string());
    if path.is_dir() {
        let mut files = files(path);
        let more = files.len().saturating_sub(NAMED);
        files.truncate(NAMED);
        let files: Vec<String> =
            files.iter().map(|name| line(&path.join(name).display().to_string())).collect();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        if files.is_empty() {
            bail!("{shown} is a folder, and no file is in it: give the file itself");
        }
        bail!("{shown} is a folder: give a file in it, such as {}{more}", files.join(", "));
    }
    if path.try_exists().unwrap_or(true) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        bail!("there is no file {shown}: the folder {} is not there either; {WAY}", folder.display());
    }
    let wanted = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match near(&wanted, files(folder)) {
        Some(name) => {
            // As it was typed, so that it can be typed again.
            let near = line(&path.with_file_name(name).display().to_string());
            bail!("there is no file {shown}; {near} is there: is it that?")
        }
        None => bail!("there is no file {shown}; {WAY}"),
    }
}

const WAY: &str = "give its whole path, or type the command and drag the file onto this window";

/// The names of a folder's files, hidden ones aside, sorted.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// The name that is most like another: nearly the same, or with the same words and more.
fn near(wanted: &str, names: Vec<String>) -> Option<String> {
    let wanted = wanted.to_lowercase();
    let stem = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        let (one, other) = (stem(&wanted), stem(&name));
        let holds = one.chars().count() > 2 && (one == other || other.contains(&one));
        let like = strsim::jaro_winkler(&wanted, &name);
        if holds { like.max(LIKE) } else { like }
    };
    let near = names.into_iter().map(|name| (likeness(&name), name)).filter(|(like, _)| *like >= LIKE);
    near.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1))).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_and_the_same_words_are_near() {
        let names = || ["answers.csv", "nps-2026-05.xlsx", "orders.csv"].map(String::from).to_vec();
        for (wanted, want) in [
            ("anwsers.csv", Some("answers.csv")),
            ("Answers.xlsx", Some("answers.csv")),
            ("nps.csv", Some("nps-2026-05.xlsx")),
            ("deals.csv", None),
            ("a.csv", None),
            ("order.csv", Some("orders.csv")),
        ] {
            assert_eq!(near(wanted, names()).as_deref(), want, "{wanted}");
        }
    }
}
