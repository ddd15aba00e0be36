//! `--who FILTER`: the flag of every command that picks people.

use super::evaluate::{Chosen, choose, read};
use crate::app::App;
use crate::model::segment::Filter;
use anyhow::Result;
use clap::Args;

/// Whom a command is about.
#[derive(Debug, Default, Args)]
pub struct Who {
    /// Only who fits a filter, such as "stage=active audience>1000" (see `groundswell explain segment`)
    #[arg(long, num_args = 1.., value_name = "FILTER")]
    who: Vec<String>,
}

impl Who {
    /// Whether a filter was given.
    pub fn is_given(&self) -> bool {
        !self.who.is_empty()
    }

    /// Who fits the filter; none where there is no filter. Several arguments are one filter.
    pub fn chosen(&self, app: &App) -> Result<Option<Chosen>> {
        self.and(app, Vec::new())
    }

    /// Who fits the filter and further conditions, where there are any.
    pub fn and(&self, app: &App, further: Vec<Filter>) -> Result<Option<Chosen>> {
        let text = self.who.join(" ");
        let mut parts = further;
        if self.is_given() {
            parts.insert(0, read("--who", &text)?);
        }
        Filter::all(parts).map(|filter| choose(app, "--who", &text, filter)).transpose()
    }
}
