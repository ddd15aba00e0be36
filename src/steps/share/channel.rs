//! By which way news goes out: data/channels.toml.

use crate::app::fail::usage;
use crate::data;
use crate::model::time::half_width;
use anyhow::{Context, Result};
use serde::Deserialize;

/// The file.
#[derive(Debug, Deserialize)]
struct Channels {
    usual: String,
    channel: Vec<Channel>,
}

/// One way.
#[derive(Debug, Clone, Deserialize)]
pub struct Channel {
    /// Its name.
    pub name: String,
    /// Whether nobody else reads along.
    pub private: bool,
}

/// The way `--by` names; the usual one where it is not given.
pub fn named(text: Option<&str>) -> Result<Channel> {
    let all: Channels = toml::from_str(data::needed("channels.toml")?).context("channels.toml")?;
    let word = text.map_or_else(|| all.usual.clone(), |text| half_width(text.trim()).to_lowercase());
    let names: Vec<&str> = all.channel.iter().map(|channel| channel.name.as_str()).collect();
    let found = all.channel.iter().find(|channel| channel.name == word).cloned();
    found.ok_or_else(|| usage(format!("--by {word}: there is no such way; they are {}", names.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_one_of_the_list() {
        assert!(named(None).expect("the usual").private && !named(Some("Ｐost")).expect("known").private);
        let error = named(Some("fax")).expect_err("unknown").to_string();
        assert!(error.starts_with("--by fax: there is no such way; they are mail, message"), "{error}");
    }
}
