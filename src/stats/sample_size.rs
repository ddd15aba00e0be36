//! How many people it takes before weights can be learnt from outcomes.
//!
//! Riley RD et al. (2019) Statistics in Medicine 38:1276-1296; (2020) BMJ 368:m441. Three criteria, the largest counts:
//! n1 = p/((S-1) ln(1 - R²/S)), a shrinkage S of .9; n2 the same with S2 = R²/(R² + .05 max R²), an optimism of .05 in R²;
//! n3 = (1.96/.05)² φ(1-φ), the share itself to ±.05. R² is Cox and Snell's; where none is known, 15 % of the most it can be.
//!
//! Example (their paper): R² .288, 24 parameters, φ .174: 623, 662, 221, so 662.

const SHRINKAGE: f64 = 0.9;
const OPTIMISM: f64 = 0.05;
const MARGIN: f64 = 0.05;
const UNKNOWN_SHARE: f64 = 0.15;

/// The three criteria, in people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// So that the weights shrink by no more than a tenth.
    pub shrinkage: u64,
    /// So that the fit is not flattered.
    pub optimism: u64,
    /// So that the share itself is known.
    pub share: u64,
}

impl Needed {
    /// For `parameters` weights and a share of outcomes `phi` between 0 and 1, both excluded.
    pub fn of(parameters: u32, phi: f64) -> Self {
        Self::with_r2(UNKNOWN_SHARE * max_r2(phi), parameters, phi)
    }

    fn with_r2(r2: f64, parameters: u32, phi: f64) -> Self {
        let fit = |shrinkage: f64| f64::from(parameters) / ((shrinkage - 1.0) * (1.0 - r2 / shrinkage).ln());
        let share = (1.96 / MARGIN).powi(2) * phi * (1.0 - phi);
        Self {
            shrinkage: up(fit(SHRINKAGE)),
            optimism: up(fit(r2 / (r2 + OPTIMISM * max_r2(phi)))),
            share: up(share),
        }
    }

    /// The largest of the three.
    pub fn people(self) -> u64 {
        self.shrinkage.max(self.optimism).max(self.share)
    }
}

/// The largest R² of Cox and Snell at a share of outcomes.
fn max_r2(phi: f64) -> f64 {
    1.0 - (2.0 * (phi * phi.ln() + (1.0 - phi) * (1.0 - phi).ln())).exp()
}

fn up(people: f64) -> u64 {
    people.ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::case;

    #[test]
    fn the_papers_example() {
        let needed = Needed::with_r2(0.288, 24, 0.174);
        assert_eq!(needed, Needed { shrinkage: 623, optimism: 662, share: 221 });
        assert_eq!(needed.people(), 662);
        assert_eq!(Needed::of(4, 0.5).share, 385);
    }

    #[test]
    fn reference_riley() {
        let Some(case) = case("02-identify/riley-sample-size") else { return };
        for (name, want) in case.expected["default_nagelkerke_015"].as_object().unwrap() {
            let (parameters, phi) = name[1..].split_once("_phi").unwrap();
            let needed = Needed::of(parameters.parse().unwrap(), phi.parse().unwrap());
            let got = (needed.shrinkage, needed.optimism, needed.share, needed.people());
            let number = |key: &str| want[key].as_u64().unwrap();
            assert_eq!(got, (number("n1"), number("n2"), number("n3"), number("n")), "{name}");
        }
    }
}
