//! When people were treated at different times: effects by group and period, never a two-way fixed effects regression.
//!
//! `ATT(g, t) = mean(Y_t - Y_base | first treated in g) - mean(Y_t - Y_base | not treated by t)`, base g - 1 (earlier, where
//! people may have been chosen by how they did lately); before g the base is the period before, which shows whether they
//! moved alike. Callaway B, Sant'Anna PHC (2021) J. Econometrics 225:200-230, without covariates.
//!
//! Example: a group that rises from 1 to 4 while the others rise from 1 to 2 has an effect of 2.
use super::welch::{Difference, Group};
use std::collections::BTreeMap;

/// One person over the periods.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// The period of the first treatment; none if never.
    pub first: Option<i32>,
    /// The first period observed.
    pub start: i32,
    /// What was seen in it and in those after.
    pub seen: Vec<f64>,
}

impl Unit {
    fn at(&self, period: i32) -> Option<f64> {
        self.seen.get(usize::try_from(period - self.start).ok()?).copied()
    }
}

/// An effect on one group in one period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// The period in which the group was treated.
    pub group: i32,
    /// The period looked at.
    pub period: i32,
    /// How many in the group.
    pub treated: u64,
    /// How many they were compared with.
    pub controls: u64,
    /// The difference of the changes.
    pub effect: Difference,
}

/// Every group in every period in which at least two of it and two others were seen, by group and period; `skip` periods
/// just before the treatment are no base.
pub fn effects(units: &[Unit], skip: i32) -> Vec<Cell> {
    let mut groups: Vec<i32> = units.iter().filter_map(|unit| unit.first).collect();
    groups.sort_unstable();
    groups.dedup();
    let from = units.iter().map(|unit| unit.start).min().unwrap_or(0);
    let until = units.iter().map(|unit| unit.start + unit.seen.len() as i32).max().unwrap_or(0);
    let cells = groups.into_iter().flat_map(|group| (from..until).map(move |period| (group, period)));
    cells.filter_map(|(group, period)| cell(units, group, period, skip)).collect()
}

fn cell(units: &[Unit], group: i32, period: i32, skip: i32) -> Option<Cell> {
    let base = if period < group { period - 1 } else { group - 1 - skip };
    let change = |unit: &Unit| Some(unit.at(period)? - unit.at(base)?);
    let treated: Vec<f64> =
        units.iter().filter(|unit| unit.first == Some(group)).filter_map(change).collect();
    let waiting = |unit: &&Unit| unit.first.is_none_or(|first| first > period && first != group);
    let controls: Vec<f64> = units.iter().filter(waiting).filter_map(change).collect();
    let (treated, controls) = (Group::of(&treated)?, Group::of(&controls)?);
    let effect = Difference::of(&treated, &controls)?;
    Some(Cell { group, period, treated: treated.n, controls: controls.n, effect })
}

/// The mean effect so many periods after the treatment (0: in its own), groups weighed by their size.
pub fn by_event_time(cells: &[Cell]) -> BTreeMap<i32, f64> {
    let mut sums: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
    for cell in cells {
        let sum = sums.entry(cell.period - cell.group).or_default();
        sum.0 += cell.effect.value * cell.treated as f64;
        sum.1 += cell.treated as f64;
    }
    sums.into_iter().map(|(time, (sum, n))| (time, sum / n)).collect()
}

/// The mean over the periods from the treatment on; none without one.
pub fn average(by_event_time: &BTreeMap<i32, f64>) -> Option<f64> {
    let after: Vec<f64> = by_event_time.range(0..).map(|(_, effect)| *effect).collect();
    (!after.is_empty()).then(|| after.iter().sum::<f64>() / after.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    fn unit(first: Option<i32>, seen: &[f64]) -> Unit {
        Unit { first, start: 0, seen: seen.to_vec() }
    }

    #[test]
    fn by_hand() {
        let units = [
            unit(Some(1), &[1.0, 4.0]),
            unit(Some(1), &[2.0, 5.5]),
            unit(None, &[1.0, 2.0]),
            unit(None, &[0.0, 1.5]),
        ];
        let cells = effects(&units, 0);
        assert_eq!(cells.len(), 1);
        near(cells[0].effect.value, 2.0, 1e-12);
        assert_eq!(average(&by_event_time(&cells)), Some(2.0));
        // The base would be before the first period.
        assert!(effects(&units, 1).is_empty());
        assert_eq!(average(&BTreeMap::new()), None);
    }

    fn panel(rows: &[std::collections::HashMap<String, String>]) -> Vec<Unit> {
        let mut units: BTreeMap<&str, Vec<(i32, f64, i32)>> = BTreeMap::new();
        for row in rows {
            let number = |name: &str| row[name].parse::<f64>().unwrap();
            let seen = (number("year") as i32, number("y"), number("first_treated") as i32);
            units.entry(&row["unit"]).or_default().push(seen);
        }
        let unit = |mut seen: Vec<(i32, f64, i32)>| {
            seen.sort_by_key(|one| one.0);
            let first = Some(seen[0].2).filter(|year| *year > 0);
            Unit { first, start: seen[0].0, seen: seen.iter().map(|one| one.1).collect() }
        };
        units.into_values().map(unit).collect()
    }

    fn compare(units: &[Unit], cells: &serde_json::Value, averages: &serde_json::Value) {
        let found = effects(units, 0);
        let cells = cells.as_object().unwrap();
        assert_eq!(found.len(), cells.len());
        for cell in &found {
            let want = &cells[&format!("{},{}", cell.group, cell.period)];
            near(cell.effect.value, want["att"].as_f64().unwrap(), 1e-9);
            near(cell.effect.se, want["se"].as_f64().unwrap(), 1e-9);
            assert_eq!(Some(cell.controls), want["n_control"].as_u64());
        }
        let times = by_event_time(&found);
        for (time, want) in averages["event_time"].as_object().unwrap() {
            near(times[&time.parse().unwrap()], want.as_f64().unwrap(), 1e-9);
        }
        near(average(&times).unwrap(), averages["dynamic_average"].as_f64().unwrap(), 1e-9);
    }

    #[test]
    fn reference_mpdta() {
        let Some(case) = case("05-lift/staggered-mpdta") else { return };
        let units = panel(&case.rows("panel.csv"));
        compare(&units, &case.expected["att_not_yet_treated"], &case.expected["aggregate_not_yet"]);
        // Against the never treated only: each group alone with them.
        let group_of = |group: i32| -> Vec<Unit> {
            units.iter().filter(|unit| unit.first.is_none_or(|first| first == group)).cloned().collect()
        };
        for (key, want) in case.expected["att_never_treated"].as_object().unwrap() {
            let (group, year) = key.split_once(',').unwrap();
            let (group, year): (i32, i32) = (group.parse().unwrap(), year.parse().unwrap());
            let cell = cell(&group_of(group), group, year, 0).unwrap();
            near(cell.effect.value, want["att"].as_f64().unwrap(), 1e-9);
            near(cell.effect.se, want["se"].as_f64().unwrap(), 1e-9);
        }
    }

    proptest! {
        #[test]
        fn order_does_not_matter(
            people in prop::collection::vec((0_i32..4, prop::collection::vec(0_u8..9, 4)), 0..20),
        ) {
            let units: Vec<Unit> = people
                .iter()
                .map(|(first, seen)| unit(
                    Some(*first).filter(|first| *first > 0),
                    &seen.iter().map(|value| f64::from(*value)).collect::<Vec<_>>(),
                ))
                .collect();
            let turned: Vec<Unit> = units.iter().rev().cloned().collect();
            prop_assert_eq!(effects(&units, 0), effects(&turned, 0));
        }
    }
}
