//! A bar for long work: rows, rate and time left, only on a terminal and only when it is worth it.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// How many rows pass between two looks at the clock.
const STRIDE: u64 = 1024;

/// A bar that shows itself late, and goes when it is dropped.
pub struct Progress {
    bar: ProgressBar,
    patience: Duration,
    rows: std::cell::Cell<u64>,
}

impl Progress {
    /// A bar over `rows` rows; `shown` false never draws.
    pub fn new(rows: u64, patience: Duration, shown: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(rows), ProgressDrawTarget::hidden());
        let style =
            ProgressStyle::with_template("{bar:30} {human_pos} of {human_len} rows, {per_sec}, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, patience: if shown { patience } else { Duration::MAX }, rows: std::cell::Cell::new(0) }
    }

    /// One row more.
    pub fn tick(&self) {
        let rows = self.rows.get() + 1;
        self.rows.set(rows);
        if rows.is_multiple_of(STRIDE) && self.bar.elapsed() > self.patience {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.set_position(rows);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
