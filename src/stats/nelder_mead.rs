//! Nelder & Mead's simplex: the minimum of a function of a few variables without derivatives (Computer Journal 1965, 7:308).
//!
//! Restarted from its optimum, because a collapsed simplex may stop short. Example: (x - 1)² + 10 (y + 2)² from (0, 0) is least at (1, -2).

const RESTARTS: usize = 3;
const ITERATIONS: usize = 400;
const TOLERANCE: f64 = 1e-12;

type Corner<const D: usize> = ([f64; D], f64);

/// Where `f` is least, near `start`. Values that are not numbers count as infinite.
pub fn minimise<const D: usize>(f: impl Fn([f64; D]) -> f64, start: [f64; D]) -> [f64; D] {
    let cost = |at: [f64; D]| {
        let value = f(at);
        if value.is_nan() { f64::INFINITY } else { value }
    };
    (0..RESTARTS).fold(start, |from, _| descend(&cost, from))
}

fn descend<const D: usize>(cost: &impl Fn([f64; D]) -> f64, start: [f64; D]) -> [f64; D] {
    let mut corners: Vec<Corner<D>> = vec![(start, cost(start))];
    for axis in 0..D {
        let mut at = start;
        at[axis] += 0.5;
        corners.push((at, cost(at)));
    }
    for _ in 0..ITERATIONS {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (best, worst) = (corners[0], corners[D]);
        if (worst.1 - best.1).abs() <= TOLERANCE * (1.0 + best.1.abs()) {
            break;
        }
        step(cost, &mut corners);
    }
    corners.sort_by(|a, b| a.1.total_cmp(&b.1));
    corners[0].0
}

/// One move of the sorted simplex: reflect, expand, contract or shrink, with the usual coefficients 1, 2, 1/2, 1/2.
fn step<const D: usize>(cost: &impl Fn([f64; D]) -> f64, corners: &mut [Corner<D>]) {
    let (best, worst) = (corners[0], corners[D]);
    let mut centre = [0.0; D];
    for (at, _) in &corners[..D] {
        for axis in 0..D {
            centre[axis] += at[axis] / D as f64;
        }
    }
    let along = |factor: f64| {
        let at: [f64; D] = std::array::from_fn(|axis| centre[axis] + factor * (worst.0[axis] - centre[axis]));
        (at, cost(at))
    };
    let reflected = along(-1.0);
    if reflected.1 < best.1 {
        let expanded = along(-2.0);
        corners[D] = if expanded.1 < reflected.1 { expanded } else { reflected };
    } else if reflected.1 < corners[D - 1].1 {
        corners[D] = reflected;
    } else {
        let contracted = along(if reflected.1 < worst.1 { -0.5 } else { 0.5 });
        if contracted.1 < worst.1.min(reflected.1) {
            corners[D] = contracted;
        } else {
            for corner in &mut corners[1..] {
                let at = std::array::from_fn(|axis| f64::midpoint(best.0[axis], corner.0[axis]));
                *corner = (at, cost(at));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;

    #[test]
    fn a_bowl_and_a_banana() {
        let bowl = minimise(|[x, y]| (x - 1.0).powi(2) + 10.0 * (y + 2.0).powi(2), [0.0, 0.0]);
        near(bowl[0], 1.0, 1e-5);
        near(bowl[1], -2.0, 1e-5);
        // Rosenbrock's valley, least at (1, 1).
        let banana = minimise(|[x, y]| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2), [-1.2, 1.0]);
        near(banana[0], 1.0, 1e-4);
    }
}
