//! A bar for long work: how far, how fast and how long still, only on a terminal and only when it is worth it.

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How many rows pass between two looks at the clock.
const STRIDE: u64 = 1024;
/// A file is read in pieces of many kilobytes, and letters are written one by one: each is worth a look.
const EACH: u64 = 1;

/// Whether bars are over: the program ends, and its last words stand alone.
static OVER: AtomicBool = AtomicBool::new(false);

/// No bar draws itself any more, however far the work goes on.
pub fn end() {
    OVER.store(true, Ordering::SeqCst);
    // Who is drawing just now has drawn by then.
    std::thread::sleep(Duration::from_millis(30));
}

/// A bar that shows itself late, and goes when it is dropped.
pub struct Progress {
    bar: ProgressBar,
    patience: Duration,
    stride: u64,
    done: AtomicU64,
    looked: AtomicU64,
}

impl Progress {
    /// A bar over `rows` rows; `shown` false never draws.
    pub fn rows(rows: u64, patience: Duration, shown: bool) -> Self {
        Self::new(
            rows,
            STRIDE,
            "{bar:24} {human_pos} of {human_len} rows, {rate}, {eta} left",
            patience,
            shown,
        )
    }

    /// A bar over `bytes` bytes that are read; `shown` false never draws.
    pub fn bytes(bytes: u64, patience: Duration, shown: bool) -> Self {
        Self::new(bytes, EACH, "{bar:24} reading, {percent} %, {bytes_per_sec}, {eta} left", patience, shown)
    }

    /// A bar over `pieces` pieces of work that each take a while; `shown` false never draws.
    pub fn pieces(pieces: u64, patience: Duration, shown: bool) -> Self {
        Self::new(pieces, EACH, "{bar:24} {human_pos} of {human_len}, {eta} left", patience, shown)
    }

    fn new(whole: u64, stride: u64, template: &str, patience: Duration, shown: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(whole), ProgressDrawTarget::hidden());
        let rate = |state: &ProgressState, text: &mut dyn std::fmt::Write| {
            // A writer that fails has nowhere to say so.
            let _ = write!(text, "{} rows/s", HumanCount(state.per_sec() as u64));
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.with_key("rate", rate));
        Self {
            bar,
            patience: if shown { patience } else { Duration::MAX },
            stride,
            done: AtomicU64::new(0),
            looked: AtomicU64::new(0),
        }
    }

    /// So much more is done.
    pub fn advance(&self, more: u64) {
        let done = self.done.fetch_add(more, Ordering::Relaxed) + more;
        if done - self.looked.load(Ordering::Relaxed) >= self.stride {
            self.looked.store(done, Ordering::Relaxed);
            if self.bar.elapsed() > self.patience && !OVER.load(Ordering::SeqCst) {
                if self.bar.is_hidden() {
                    self.bar.set_draw_target(ProgressDrawTarget::stderr());
                }
                self.bar.set_position(done);
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
