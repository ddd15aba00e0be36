//! Where values stand on an axis: round marks from zero, and places in percent of the width.

/// An axis from `lo` to `hi` with a mark every `step`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The lower end; 0 unless something is below it.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
    /// Between two marks.
    pub step: f64,
}

impl Scale {
    /// The axis on which all of these fit, with about three marks; counts have no marks between whole numbers.
    pub fn of(values: impl IntoIterator<Item = f64>, is_whole: bool) -> Self {
        let (mut lo, mut hi) = (0.0_f64, 0.0_f64);
        for value in values.into_iter().filter(|value| value.is_finite()) {
            (lo, hi) = (lo.min(value), hi.max(value));
        }
        if hi - lo <= 0.0 {
            hi = 1.0;
        }
        let mut step = round_up((hi - lo) / 3.0);
        if is_whole {
            step = step.max(1.0).ceil();
        }
        Self { lo: (lo / step).floor() * step, hi: (hi / step - 1e-9).ceil() * step, step }
    }

    /// The marks, lowest first.
    pub fn marks(self) -> Vec<f64> {
        let count = ((self.hi - self.lo) / self.step).round() as usize;
        (0..=count).map(|place| self.lo + place as f64 * self.step).collect()
    }

    /// Where a value stands, 0 at the lower and 1 at the upper end.
    pub fn place(self, value: f64) -> f64 {
        ((value - self.lo) / (self.hi - self.lo)).clamp(0.0, 1.0)
    }
}

/// The next of 1, 2, 2.5, 5 and their tens.
fn round_up(raw: f64) -> f64 {
    let ten = 10_f64.powf(raw.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|one| one * ten).find(|one| *one >= raw - 1e-12).unwrap_or(raw)
}

/// A coordinate in percent of the width.
pub fn percent(share: f64) -> String {
    format!("{:.2}%", 100.0 * share)
}

/// A coordinate in pixels.
pub fn pixels(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_are_round() {
        let marks = |values: &[f64], is_whole| Scale::of(values.iter().copied(), is_whole).marks();
        assert_eq!(marks(&[0.0, 20.0], true), [0.0, 10.0, 20.0]);
        assert_eq!(marks(&[120_287.0], true), [0.0, 50_000.0, 100_000.0, 150_000.0]);
        assert_eq!(marks(&[1.0], true), [0.0, 1.0]);
        assert_eq!(marks(&[], false).len(), Scale::of([1.0], false).marks().len());
        assert_eq!(marks(&[-5.0, 10.0], true), [-5.0, 0.0, 5.0, 10.0]);
    }

    proptest! {
        #[test]
        fn everything_fits(values in prop::collection::vec(-1e9_f64..1e9, 1..20), is_whole: bool) {
            let scale = Scale::of(values.iter().copied(), is_whole);
            prop_assert!(scale.marks().len() <= 8, "{:?}", scale);
            for value in values {
                prop_assert!(scale.lo <= value + 1e-3 && value <= scale.hi + 1e-3, "{value} in {scale:?}");
            }
        }
    }
}
