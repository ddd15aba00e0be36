//! One treated person and several others: is the difference larger than if any of the others had been the one?
//!
//! Each in turn is held against the mean of all others; p is the rank of the treated one, on its side, over how many there
//! are (Abadie, Diamond & Hainmueller 2010, J. Amer. Statist. Assoc. 105:493-505, without their weights). With 39 the
//! smallest possible p is .026.
//!
//! Example: changes of 9, 1, 2 and 0: the first is 8 above the others, rank 1 of 4.

/// The change of one less the mean change of the others; none without others.
pub fn against_others(changes: &[f64], one: usize) -> Option<f64> {
    let others = changes.len().checked_sub(1).filter(|others| *others > 0)?;
    let mut rest: Vec<f64> = changes.to_vec();
    let own = rest.remove(one);
    rest.sort_by(f64::total_cmp);
    Some(own - rest.iter().sum::<f64>() / others as f64)
}

/// The rank (1 is the most extreme) on the side the difference is on, equals counted against it, and the rank's share.
pub fn rank(changes: &[f64], one: usize) -> Option<(usize, f64)> {
    let own = against_others(changes, one)?;
    let side = if own < 0.0 { -1.0 } else { 1.0 };
    let as_far = changes.iter().filter(|change| (**change - changes[one]) * side >= 0.0).count();
    Some((as_far, as_far as f64 / changes.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;

    #[test]
    fn the_first_of_four() {
        let changes = [9.0, 1.0, 2.0, 0.0];
        near(against_others(&changes, 0).unwrap(), 8.0, 1e-12);
        assert_eq!(rank(&changes, 0), Some((1, 0.25)));
        assert_eq!(rank(&changes, 3), Some((1, 0.25)));
        assert_eq!(rank(&[3.0, 3.0, 3.0], 0), Some((3, 1.0)));
        assert_eq!(rank(&[1.0], 0), None);
    }
}
