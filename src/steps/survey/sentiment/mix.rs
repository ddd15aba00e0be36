//! Why a total moved: because its segments did, or because other people answered (the composition trap).
//!
//! A total is the mean of its segments, weighted by their shares of the answers. Its change falls into a part within the
//! segments, mean share x change of the score, and a part of the mix, change of the share x (mean score - mean total).
//! They add up exactly: Kitagawa EM (1955) Journal of the American Statistical Association 50:1168-1194. A segment
//! that answered only once has no change of its own: all it does is mix.
//!
//! Example: two segments of scores 20 and 60 that both gain 5, and whose shares go from 20 : 80 to 80 : 20. The total falls
//! from 52 to 33: within +5, mix -24 (Simpson's paradox).
use crate::stats::largest_remainder::round_to_total;

/// One segment in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// How many answered.
    pub n: u64,
    /// Their score, in points; of no meaning without answers.
    pub score: f64,
}

/// What one segment does to the change of the total, in points.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Part {
    /// By its own change.
    pub within: f64,
    /// By more or fewer of its people among those who answered.
    pub mix: f64,
}

/// What the parts say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trap {
    /// Nothing to beware of.
    None,
    /// The change within the segments and the change of the mix point in different directions.
    Opposed,
    /// No segment moved the way the total did: Simpson's paradox.
    Simpson,
}

/// The parts of every segment, from (before, now); none where one of the periods has no answers.
pub fn parts(segments: &[(Side, Side)]) -> Option<Vec<Part>> {
    let total = |side: fn(&(Side, Side)) -> Side| {
        let n: u64 = segments.iter().map(|one| side(one).n).sum();
        let sum: f64 =
            segments.iter().map(side).filter(|one| one.n > 0).map(|one| one.n as f64 * one.score).sum();
        (n > 0).then(|| (n as f64, sum / n as f64))
    };
    let (n_before, before) = total(|one| one.0)?;
    let (n_now, now) = total(|one| one.1)?;
    let middle = f64::midpoint(before, now);
    let part = |(then, next): &(Side, Side)| {
        let (share_before, share_now) = (then.n as f64 / n_before, next.n as f64 / n_now);
        let (score_before, score_now) = match (then.n, next.n) {
            (0, 0) => return Part::default(),
            (0, _) => (next.score, next.score),
            (_, 0) => (then.score, then.score),
            _ => (then.score, next.score),
        };
        Part {
            within: f64::midpoint(share_before, share_now) * (score_now - score_before),
            mix: (share_now - share_before) * (f64::midpoint(score_before, score_now) - middle),
        }
    };
    Some(segments.iter().map(part).collect())
}

/// The parts in tenths of a point, rounded so that they add up to the change of the total as printed.
pub fn tenths(parts: &[Part]) -> Vec<(i64, i64)> {
    let all: Vec<f64> = parts.iter().flat_map(|part| [10.0 * part.within, 10.0 * part.mix]).collect();
    let total = all.iter().sum::<f64>();
    let rounded = round_to_total(&all, (total + 1e-9 * total.signum()).round() as i64);
    rounded.chunks(2).map(|pair| (pair[0], pair[1])).collect()
}

/// Whether the total misleads; parts smaller than `least` points are no direction.
pub fn trap(segments: &[(Side, Side)], parts: &[Part], least: f64) -> Trap {
    let within: f64 = parts.iter().map(|part| part.within).sum();
    let mix: f64 = parts.iter().map(|part| part.mix).sum();
    if within.abs() < least || mix.abs() < least || within.signum() == mix.signum() {
        return Trap::None;
    }
    let total = within + mix;
    let moved = segments.iter().filter(|(then, now)| then.n > 0 && now.n > 0);
    let mut steps = moved.map(|(then, now)| now.score - then.score);
    if total.abs() >= least && steps.all(|step| step * total <= 0.0) { Trap::Simpson } else { Trap::Opposed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn side(n: u64, score: f64) -> Side {
        Side { n, score }
    }

    fn near(one: f64, other: f64) {
        assert!((one - other).abs() < 1e-9, "{one} {other}");
    }

    #[test]
    fn everyone_gains_and_the_total_falls() {
        let segments = [(side(20, 20.0), side(80, 25.0)), (side(80, 60.0), side(20, 65.0))];
        let parts = parts(&segments).expect("both periods have answers");
        near(parts.iter().map(|part| part.within).sum(), 5.0);
        near(parts.iter().map(|part| part.mix).sum(), -24.0);
        assert_eq!(trap(&segments, &parts, 1.0), Trap::Simpson);
        assert_eq!(tenths(&parts).iter().map(|(within, mix)| within + mix).sum::<i64>(), -190);
    }

    #[test]
    fn one_direction_is_no_trap() {
        let segments = [(side(50, 20.0), side(50, 30.0)), (side(50, 60.0), side(50, 60.0))];
        let found = parts(&segments).expect("both periods have answers");
        assert_eq!(trap(&segments, &found, 1.0), Trap::None);
        near(found.iter().map(|part| part.mix).sum(), 0.0);
        let mixed = [(side(80, 0.0), side(20, -20.0)), (side(20, 60.0), side(80, 62.0))];
        let found = parts(&mixed).expect("both periods have answers");
        assert_eq!(trap(&mixed, &found, 1.0), Trap::Opposed);
        assert!(parts(&[(side(0, 0.0), side(5, 10.0))]).is_none());
    }

    #[test]
    fn who_answers_only_once_is_mix() {
        let segments = [(side(10, 20.0), side(10, 20.0)), (side(0, 0.0), side(10, 80.0))];
        let found = parts(&segments).expect("both periods have answers");
        near(found.iter().map(|part| part.within).sum(), 0.0);
        near(found.iter().map(|part| part.mix).sum(), 30.0);
    }

    fn any_segments() -> impl Strategy<Value = Vec<(Side, Side)>> {
        let any_side = || (0_u64..400, -100.0..100.0_f64).prop_map(|(n, score)| side(n, score));
        prop::collection::vec((any_side(), any_side()), 1..9)
    }

    proptest! {
        #[test]
        fn the_parts_add_up(segments in any_segments()) {
            let mean = |pick: fn(&(Side, Side)) -> Side| {
                let n: u64 = segments.iter().map(|one| pick(one).n).sum();
                segments.iter().map(|one| pick(one).n as f64 * pick(one).score).sum::<f64>() / n as f64
            };
            let Some(found) = parts(&segments) else { return Ok(()) };
            let change = mean(|one| one.1) - mean(|one| one.0);
            let sum: f64 = found.iter().map(|part| part.within + part.mix).sum();
            prop_assert!((sum - change).abs() < 1e-9, "{sum} {change}");
            let printed: i64 = tenths(&found).iter().map(|(within, mix)| within + mix).sum();
            prop_assert!((printed as f64 - 10.0 * change).abs() <= 0.5 + 1e-6);
        }

        #[test]
        fn the_order_of_segments_changes_nothing(segments in any_segments()) {
            let mut turned = segments.clone();
            turned.reverse();
            let (Some(one), Some(mut other)) = (parts(&segments), parts(&turned)) else { return Ok(()) };
            other.reverse();
            for (a, b) in one.iter().zip(&other) {
                prop_assert!((a.within - b.within).abs() < 1e-9 && (a.mix - b.mix).abs() < 1e-9);
            }
        }
    }
}
