//! Net Promoter Score: its interval, and whether it moved (MEASUREMENT.md 1).
//!
//! NPS = 100 (promoters - detractors) / n. Interval: adjusted Wald, which adds 3 answers, 3/4 to each end
//! (Lewis & Sauro, measuringu.com/nps-confidence-intervals, after Rocks 2016, Amer. Statistician 70:365), because the
//! plain Wald interval is ±0 when everyone is a promoter. The headline stays the raw score.
//!
//! Example: 19 promoters, 9 passives, 8 detractors: NPS 30.6, likely between 2.9 and 53.5.
use super::estimate::{Estimate, Verdict, two_sided_p, z_of};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Counts of the three kinds of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nps {
    /// Answers 9-10.
    pub promoters: u64,
    /// Answers 7-8.
    pub passives: u64,
    /// Answers 0-6.
    pub detractors: u64,
}

/// How much may be printed for so many answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// No answers: print nothing.
    None,
    /// Fewer than 5: print the counts only.
    CountsOnly,
    /// Fewer than 30: the interval first, the score as indicative.
    Indicative,
    /// 30 or more.
    Full,
}

/// A change of the score, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The raw difference with its interval; none where too few answered, or everybody moved alike.
    pub estimate: Option<Estimate>,
    /// The test statistic (z, or t for the same people).
    pub statistic: f64,
    /// Two-sided p-value.
    pub p: f64,
    /// What may be said.
    pub verdict: Verdict,
}

impl Change {
    const NOT_ENOUGH: Change =
        Change { estimate: None, statistic: 0.0, p: 1.0, verdict: Verdict::NotEnoughData };
}

/// The adjusted net share and its variance for one answer, with the adjusted n.
struct Adjusted {
    net: f64,
    variance: f64,
    n: f64,
}

impl Nps {
    /// From the counts of the three kinds of answer.
    pub fn of(promoters: u64, passives: u64, detractors: u64) -> Nps {
        Nps { promoters, passives, detractors }
    }

    /// From how many gave each answer on 0-10.
    pub fn of_answers(answers: impl IntoIterator<Item = (u8, u64)>) -> Nps {
        let mut nps = Nps::of(0, 0, 0);
        for (score, people) in answers {
            match side(score) {
                1 => nps.promoters += people,
                0 => nps.passives += people,
                _ => nps.detractors += people,
            }
        }
        nps
    }

    /// How many answered.
    pub fn n(&self) -> u64 {
        self.promoters + self.passives + self.detractors
    }

    /// The raw score in points, -100 to 100; none without answers.
    pub fn score(&self) -> Option<f64> {
        let n = self.n();
        (n > 0).then(|| 100.0 * (self.promoters as f64 - self.detractors as f64) / n as f64)
    }

    /// What the number of answers allows to print.
    pub fn basis(&self) -> Basis {
        match self.n() {
            0 => Basis::None,
            1..5 => Basis::CountsOnly,
            5..30 => Basis::Indicative,
            _ => Basis::Full,
        }
    }

    /// The raw score with its adjusted-Wald interval, in points; none without answers. Heed `basis` before printing.
    pub fn estimate(&self, level: f64) -> Option<Estimate> {
        let value = self.score()?;
        let Adjusted { net, variance, n } = self.adjusted();
        let half = z_of(level) * (variance / n).sqrt();
        let (lo, hi) = (100.0 * (net - half), 100.0 * (net + half));
        Some(Estimate { value, lo: lo.max(-100.0), hi: hi.min(100.0), level, n: self.n() })
    }

    /// The change from an earlier group of *different* people: both adjusted, z test.
    pub fn change_from(&self, before: &Nps, level: f64) -> Change {
        let (Some(score), Some(score_before)) = (self.score(), before.score()) else {
            return Change::NOT_ENOUGH;
        };
        if self.n().min(before.n()) < 5 {
            return Change::NOT_ENOUGH;
        }
        let (now, then) = (self.adjusted(), before.adjusted());
        let difference = now.net - then.net;
        let se = (now.variance / now.n + then.variance / then.n).sqrt();
        let half = z_of(level) * se;
        let p = two_sided_p(difference / se);
        let estimate = Estimate {
            value: score - score_before,
            lo: (100.0 * (difference - half)).max(-200.0),
            hi: (100.0 * (difference + half)).min(200.0),
            level,
            n: self.n() + before.n(),
        };
        Change { estimate: Some(estimate), statistic: difference / se, p, verdict: Verdict::from_p(p) }
    }

    fn adjusted(&self) -> Adjusted {
        let n = self.n() as f64 + 3.0;
        let promoters = (self.promoters as f64 + 0.75) / n;
        let detractors = (self.detractors as f64 + 0.75) / n;
        let net = promoters - detractors;
        Adjusted { net, variance: promoters + detractors - net * net, n }
    }
}

/// Which side an answer on 0-10 is on: promoter 1, passive 0, detractor -1.
pub fn side(score: u8) -> i8 {
    match score {
        9.. => 1,
        7 | 8 => 0,
        _ => -1,
    }
}

/// Whether two groups share enough people to be compared person by person: half of the smaller group.
pub fn mostly_same_people(in_both: u64, n_before: u64, n_after: u64) -> bool {
    in_both > 0 && 2 * in_both >= n_before.min(n_after)
}

/// The change of the *same* people, from their (earlier, later) answers on 0-10: mean step of -2..2, times 100, ± t sd/√n.
///
/// When everybody moved by the same step the spread is unknown, so there is no interval and nothing is claimed.
pub fn change_of_same_people(answers: &[(u8, u8)], level: f64) -> Change {
    let n = answers.len() as f64;
    if answers.len() < 5 {
        return Change::NOT_ENOUGH;
    }
    let steps: Vec<f64> = answers.iter().map(|&(then, now)| f64::from(side(now) - side(then))).collect();
    let mean = steps.iter().sum::<f64>() / n;
    let variance = steps.iter().map(|step| (step - mean).powi(2)).sum::<f64>() / (n - 1.0);
    if variance == 0.0 {
        return Change { verdict: Verdict::CannotTell, ..Change::NOT_ENOUGH };
    }
    let Ok(student) = StudentsT::new(0.0, 1.0, n - 1.0) else { return Change::NOT_ENOUGH };
    let se = (variance / n).sqrt();
    let half = student.inverse_cdf(f64::midpoint(1.0, level)) * se;
    let statistic = mean / se;
    let p = 2.0 * student.sf(statistic.abs());
    let estimate = Estimate {
        value: 100.0 * mean,
        lo: 100.0 * (mean - half).max(-2.0),
        hi: 100.0 * (mean + half).min(2.0),
        level,
        n: answers.len() as u64,
    };
    Change { estimate: Some(estimate), statistic, p, verdict: Verdict::from_p(p) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    #[test]
    fn thirty_six_answers() {
        let estimate = Nps::of(19, 9, 8).estimate(0.95).unwrap();
        near(estimate.value, 30.5556, 1e-4);
        near(estimate.lo, 2.8784, 1e-4);
        near(estimate.hi, 53.5318, 1e-4);
    }

    #[test]
    fn few_answers_allow_less() {
        use Basis::{CountsOnly, Full, Indicative, None};
        let basis: Vec<_> = [0, 1, 4, 5, 29, 30].iter().map(|&n| Nps::of(n, 0, 0).basis()).collect();
        assert_eq!(basis, [None, CountsOnly, CountsOnly, Indicative, Indicative, Full]);
        assert!(Nps::of(0, 0, 0).estimate(0.95).is_none());
    }

    #[test]
    fn answers_are_counted_on_their_side() {
        assert_eq!(Nps::of_answers([10, 9, 8, 7, 6, 0].map(|score| (score, 1))), Nps::of(2, 2, 2));
    }

    #[test]
    fn a_change_between_groups() {
        // By hand: adjusted nets 11/39 and 7/43, variances from the same.
        let change = Nps::of(19, 9, 8).change_from(&Nps::of(17, 13, 10), 0.95);
        let estimate = change.estimate.unwrap();
        near(estimate.value, 30.5556 - 17.5, 1e-4);
        near(f64::midpoint(estimate.lo, estimate.hi), 100.0 * (11.0 / 39.0 - 7.0 / 43.0), 1e-9);
        assert_eq!(change.verdict, Verdict::CannotTell);
        assert_eq!(Nps::of(500, 300, 200).change_from(&Nps::of(300, 300, 400), 0.95).verdict, Verdict::Clear);
        assert_eq!(Nps::of(4, 0, 0).change_from(&Nps::of(50, 0, 0), 0.95).verdict, Verdict::NotEnoughData);
    }

    #[test]
    fn a_change_of_the_same_people() {
        // Steps 1, 1, 0, 0, -1, 1: mean 1/3, sd 0.8165, t(5) 2.5706.
        let answers = [(8, 9), (6, 7), (9, 10), (3, 4), (9, 8), (7, 10)];
        let change = change_of_same_people(&answers, 0.95);
        let estimate = change.estimate.unwrap();
        near(estimate.value, 33.3333, 1e-4);
        near(estimate.hi - estimate.value, 100.0 * 2.570_582 * 0.816_497 / 6_f64.sqrt(), 1e-3);
        assert_eq!(change.verdict, Verdict::CannotTell);
        assert!(change_of_same_people(&[(7, 9); 6], 0.95).estimate.is_none());
        assert!(mostly_same_people(5, 10, 40) && !mostly_same_people(4, 10, 40));
    }

    #[test]
    fn reference_nps_intervals() {
        let Some(case) = case("01-nps-csat/nps-intervals") else { return };
        for row in case.rows("counts.csv") {
            let count = |name: &str| row[name].parse::<u64>().unwrap();
            let nps = Nps::of(count("promoters"), count("passives"), count("detractors"));
            let want = &case.expected[&row["id"]];
            let got = nps.estimate(0.95).unwrap();
            near(got.value, want["nps"].as_f64().unwrap(), 1e-6);
            near(got.lo, want["aw_lo"].as_f64().unwrap(), 1e-6);
            near(got.hi, want["aw_hi"].as_f64().unwrap(), 1e-6);
            let adjusted = nps.adjusted();
            near(100.0 * adjusted.net, want["nps_adj"].as_f64().unwrap(), 1e-6);
            near(100.0 * (adjusted.variance / adjusted.n).sqrt(), want["se_aw"].as_f64().unwrap(), 1e-6);
        }
    }

    proptest! {
        #[test]
        fn the_interval_holds_its_centre(r in 0_u64..500, p in 0_u64..500, d in 0_u64..500) {
            prop_assume!(r + p + d >= 5);
            let e = Nps::of(r, p, d).estimate(0.95).unwrap();
            prop_assert!(e.lo <= e.value && e.value <= e.hi, "{e:?}");
            prop_assert!(e.lo >= -100.0 && e.hi <= 100.0);
            let mirrored = Nps::of(d, p, r).estimate(0.95).unwrap();
            prop_assert!((mirrored.lo + e.hi).abs() < 1e-9);
        }
    }
}
