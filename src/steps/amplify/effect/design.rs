//! Who is compared with whom, over which days (MEASUREMENT.md 5).
//!
//! People are promoted after a good month, so the days just before a promotion (the gap) are in no baseline. Someone's
//! change is what they made a week in the window from the day of the promotion on, less a week in the window before the
//! gap. Others are looked at over the same days: at each day on which someone was promoted, if they had not been by the
//! end of the window.

/// Days in a week: amounts are per week.
const WEEK: f64 = 7.0;

/// Someone who joined, and what they made.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Whose.
    pub member: i64,
    /// The day they joined.
    pub joined: i32,
    /// The day they left, if they did.
    pub left: Option<i32>,
    /// The day of the first promotion (or reaction), if any.
    pub first: Option<i32>,
    /// What they made: the day, and how much of the outcome it is; none where that is not known.
    pub acts: Vec<(i32, Option<f64>)>,
}

/// The stretches of days around a promotion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Length before and after, in days.
    pub days: i32,
    /// Days just before that count for neither.
    pub gap: i32,
    /// The last day known.
    pub as_of: i32,
}

/// One person before and after, a week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Whose.
    pub member: i64,
    /// Before the gap.
    pub before: f64,
    /// From the day of the promotion on.
    pub after: f64,
    /// The same before, in its first and second half.
    pub halves: [f64; 2],
    /// Days since joining.
    pub tenure: f64,
}

impl Change {
    /// By how much more a week.
    pub fn rise(&self) -> f64 {
        self.after - self.before
    }
}

/// The two groups, and who is in neither.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Groups {
    /// Those who were promoted, in order of member.
    pub treated: Vec<Change>,
    /// Those who were not, over the same days.
    pub others: Vec<Change>,
    /// The days of the promotions that are looked at.
    pub days: Vec<i32>,
    /// Promoted before their whole baseline was seen.
    pub too_new: usize,
    /// Promoted so lately that their window is not over.
    pub too_late: usize,
    /// Those whose outcome is not known of anything they made in a window.
    pub unknown: usize,
}

impl Windows {
    fn baseline(self, day: i32) -> std::ops::Range<i32> {
        day - self.gap - self.days..day - self.gap
    }

    /// Whether the window after a day is over.
    pub fn is_over(self, day: i32) -> bool {
        day + self.days <= self.as_of + 1
    }
}

/// Someone before and after a day; none where nothing is known of what they made.
fn change(person: &Person, day: i32, windows: Windows) -> Option<Change> {
    let baseline = windows.baseline(day);
    let middle = baseline.start + windows.days / 2;
    let half = f64::from(windows.days / 2) / WEEK;
    let whole = f64::from(windows.days) / WEEK;
    let rest = f64::from(windows.days - windows.days / 2) / WEEK;
    let sum = |days: std::ops::Range<i32>| amount(person, days);
    Some(Change {
        member: person.member,
        before: sum(baseline.clone())? / whole,
        after: sum(day..day + windows.days)? / whole,
        halves: [sum(baseline.start..middle)? / half, sum(middle..baseline.end)? / rest],
        tenure: f64::from(day - person.joined),
    })
}

/// What someone made in some days; none where they made something and nothing is known of it. Nothing made is 0.
fn amount(person: &Person, days: std::ops::Range<i32>) -> Option<f64> {
    let from = person.acts.partition_point(|act| act.0 < days.start);
    let made = person.acts[from..].iter().take_while(|act| act.0 < days.end);
    let (count, known, sum) = made.fold((0, 0, 0.0), |(count, known, sum), act| {
        (count + 1, known + usize::from(act.1.is_some()), sum + act.1.unwrap_or(0.0))
    });
    (count == 0 || known > 0).then_some(sum)
}

/// The groups; the people's acts are in order of day.
pub fn groups(people: &[Person], windows: Windows) -> Groups {
    let mut groups = Groups::default();
    let has_baseline = |person: &Person, day: i32| person.joined <= windows.baseline(day).start;
    for person in people {
        let Some(day) = person.first else { continue };
        if !windows.is_over(day) {
            groups.too_late += 1;
        } else if !has_baseline(person, day) {
            groups.too_new += 1;
        } else if let Some(change) = change(person, day, windows) {
            groups.treated.push(change);
            groups.days.push(day);
        } else {
            groups.unknown += 1;
        }
    }
    // Sums in another order differ in their last bits.
    groups.days.sort_unstable();
    for person in people {
        let may = |day: &&i32| {
            has_baseline(person, **day)
                && person.first.is_none_or(|first| first >= **day + windows.days)
                && person.left.is_none_or(|left| left > **day)
        };
        let days: Vec<i32> = groups.days.iter().filter(may).copied().collect();
        let seen: Vec<Change> = days.iter().filter_map(|day| change(person, *day, windows)).collect();
        if seen.is_empty() {
            groups.unknown += usize::from(!days.is_empty());
        } else {
            groups.others.push(mean(&seen));
        }
    }
    groups.treated.sort_by_key(|change| change.member);
    groups.others.sort_by_key(|change| change.member);
    groups
}

/// One person over several days, as one.
fn mean(seen: &[Change]) -> Change {
    let of = |part: fn(&Change) -> f64| seen.iter().map(part).sum::<f64>() / seen.len() as f64;
    Change {
        member: seen[0].member,
        before: of(|one| one.before),
        after: of(|one| one.after),
        halves: [of(|one| one.halves[0]), of(|one| one.halves[1])],
        tenure: of(|one| one.tenure),
    }
}

/// What the treated made, week by week, around their own day: so many whole weeks before the gap and from the day on as
/// all of them have, at most `most` of each; and how many weeks lie before. Those with fewer than `least` on a side are
/// left out, as long as somebody has enough.
pub fn weeks(people: &[Person], windows: Windows, least: usize, most: usize) -> (Vec<f64>, usize) {
    let mut treated: Vec<(&Person, i32)> = people.iter().filter_map(|one| Some((one, one.first?))).collect();
    let whole = |days: i32| usize::try_from(days / 7).unwrap_or(0).min(most);
    let is_long = |(one, day): &(&Person, i32)| {
        whole(day - windows.gap - one.joined) >= least && whole(windows.as_of + 1 - day) >= least
    };
    if treated.iter().any(is_long) {
        treated.retain(is_long);
    }
    let before = treated.iter().map(|(one, day)| whole(day - windows.gap - one.joined)).min().unwrap_or(0);
    let after = treated.iter().map(|(_, day)| whole(windows.as_of + 1 - day)).min().unwrap_or(0);
    let week = |from: i32| -> f64 {
        treated.iter().map(|(one, day)| amount(one, day + from..day + from + 7).unwrap_or(0.0)).sum()
    };
    let (before, after) = (before as i32, after as i32);
    let series: Vec<f64> = (0..before)
        .map(|at| week(-windows.gap - 7 * (before - at)))
        .chain((0..after).map(|at| week(7 * at)))
        .collect();
    (series, before as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WINDOWS: Windows = Windows { days: 84, gap: 28, as_of: 1000 };

    fn person(member: i64, first: Option<i32>, days: &[i32]) -> Person {
        let acts = days.iter().map(|day| (*day, Some(1.0))).collect();
        Person { member, joined: 0, left: None, first, acts }
    }

    #[test]
    fn the_gap_is_in_no_baseline() {
        // Day 500: baseline 388 to 471, gap 472 to 499, after 500 to 583.
        let treated = person(1, Some(500), &[387, 388, 471, 472, 499, 500, 583, 584]);
        let groups = groups(&[treated, person(2, None, &[400, 500, 501])], WINDOWS);
        let seen = groups.treated[0];
        assert_eq!((seen.before * 12.0, seen.after * 12.0), (2.0, 2.0));
        assert!(seen.halves.iter().all(|half| (half * 6.0 - 1.0).abs() < 1e-12));
        assert_eq!((groups.others[0].before * 12.0, groups.others[0].after * 12.0), (1.0, 2.0));
    }

    #[test]
    fn who_is_in_neither_group_is_counted() {
        let mut late = person(1, Some(950), &[]);
        late.joined = 0;
        let mut new = person(2, Some(500), &[]);
        new.joined = 400;
        let mut gone = person(3, None, &[]);
        gone.left = Some(450);
        let mut silent = person(4, Some(500), &[]);
        silent.acts = vec![(510, None)];
        let all = [late, new, gone, silent, person(5, Some(500), &[]), person(6, Some(584), &[])];
        let groups = groups(&all, WINDOWS);
        assert_eq!((groups.too_late, groups.too_new, groups.unknown), (1, 1, 1));
        assert_eq!(groups.treated.iter().map(|one| one.member).collect::<Vec<_>>(), [5, 6]);
        // Whoever is promoted after the window is a comparison until then; who left before is none.
        assert_eq!(groups.others.iter().map(|one| one.member).collect::<Vec<_>>(), [1, 6]);
    }

    #[test]
    fn weeks_stand_around_each_ones_own_day() {
        let people = [person(1, Some(500), &[471, 500, 506, 507]), person(2, Some(600), &[571, 600])];
        let (series, first) = weeks(&people, WINDOWS, 12, 12);
        assert_eq!((series.len(), first), (24, 12));
        assert_eq!((series[11], series[12], series[13], series[0]), (2.0, 3.0, 1.0, 0.0));
        // A latecomer does not cost the others their weeks; alone they have as many as they have.
        let late = person(3, Some(980), &[980]);
        assert_eq!(weeks(&[people[0].clone(), late.clone()], WINDOWS, 12, 12).0.len(), 24);
        assert_eq!(weeks(&[late], WINDOWS, 12, 12).0.len(), 12 + 3);
    }

    proptest! {
        #[test]
        fn neither_order_nor_names_matter(
            people in prop::collection::vec((0_i32..60, prop::option::of(200_i32..900), prop::collection::vec(0_i32..1000, 0..30)), 0..12),
        ) {
            let person = |(place, (joined, first, days)): (usize, &(i32, Option<i32>, Vec<i32>))| {
                let mut days = days.clone();
                days.sort_unstable();
                Person { joined: *joined, ..person(place as i64, *first, &days) }
            };
            let all: Vec<Person> = people.iter().enumerate().map(person).collect();
            let turned: Vec<Person> = all.iter().rev().cloned().collect();
            let one = groups(&all, WINDOWS);
            prop_assert_eq!(&one, &groups(&turned, WINDOWS));
            let renamed: Vec<Person> = all.iter().map(|one| Person { member: 100 - one.member, ..one.clone() }).collect();
            let other = groups(&renamed, WINDOWS);
            prop_assert_eq!((one.treated.len(), one.others.len()), (other.treated.len(), other.others.len()));
        }
    }
}
