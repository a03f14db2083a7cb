//! The lowest point of a smooth function of one or two numbers (Nelder and Mead 1965).

const MOST_STEPS: usize = 500;
/// Width of the simplex at which it ends; the function's own rounding hides anything finer.
const NARROW: f64 = 1e-8;

/// Where the function is lowest; nothing where it has no value at the start.
pub(super) fn minimum(start: &[f64], f: impl Fn(&[f64]) -> f64) -> Option<Vec<f64>> {
    // Begun anew from where it ended: a simplex may fall flat before it is there.
    let mut best = descend(start, 0.5, &f)?;
    for width in [0.1, 0.01] {
        best = descend(&best, width, &f)?;
    }
    Some(best)
}

type Corner = (Vec<f64>, f64);

fn descend(start: &[f64], width: f64, f: &impl Fn(&[f64]) -> f64) -> Option<Vec<f64>> {
    let corner = |point: Vec<f64>| -> Corner {
        let height = f(&point);
        (point, height)
    };
    let mut corners = vec![corner(start.to_vec())];
    for axis in 0..start.len() {
        let mut point = start.to_vec();
        point[axis] += width;
        corners.push(corner(point));
    }
    for _ in 0..MOST_STEPS {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        if across(&corners) < NARROW {
            break;
        }
        step(&mut corners, &corner);
    }
    corners.sort_by(|a, b| a.1.total_cmp(&b.1));
    corners.into_iter().next().filter(|(_, height)| height.is_finite()).map(|(point, _)| point)
}

/// Replaces the highest corner by a lower one on the line through the middle of the others, or draws all of them
/// towards the lowest. The corners come sorted.
fn step(corners: &mut [Corner], corner: &impl Fn(Vec<f64>) -> Corner) {
    let last = corners.len() - 1;
    let middle: Vec<f64> =
        (0..last).map(|axis| corners[..last].iter().map(|(point, _)| point[axis]).sum::<f64>() / last as f64).collect();
    let along = |by: f64| {
        let worst = &corners[last].0;
        corner(middle.iter().zip(worst).map(|(middle, worst)| middle + by * (middle - worst)).collect())
    };
    let reflected = along(1.0);
    let better = if reflected.1 < corners[0].1 {
        let further = along(2.0);
        Some(if further.1 < reflected.1 { further } else { reflected })
    } else if reflected.1 < corners[last - 1].1 {
        Some(reflected)
    } else {
        let nearer = along(if reflected.1 < corners[last].1 { 0.5 } else { -0.5 });
        (nearer.1 < corners[last].1.min(reflected.1)).then_some(nearer)
    };
    match better {
        Some(better) => corners[last] = better,
        None => {
            let lowest = corners[0].0.clone();
            for one in &mut corners[1..] {
                *one = corner(one.0.iter().zip(&lowest).map(|(here, lowest)| (here + lowest) / 2.0).collect());
            }
        }
    }
}

/// The longest way from the first corner to another along one axis.
fn across(corners: &[Corner]) -> f64 {
    let (first, others) = corners.split_first().expect("a simplex has corners");
    let ways = others.iter().flat_map(|(point, _)| point.iter().zip(&first.0).map(|(a, b)| (a - b).abs()));
    ways.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bent_valley_is_followed_to_its_end() {
        let found = minimum(&[-1.2, 1.0], |x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)).unwrap();
        assert!((found[0] - 1.0).abs() < 1e-6 && (found[1] - 1.0).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn one_number_alone_is_found_and_an_edge_kept_to() {
        let found = minimum(&[1.0], |x| (x[0].abs() - 0.25).powi(2)).unwrap();
        assert!((found[0].abs() - 0.25).abs() < 1e-6, "{found:?}");
        assert_eq!(minimum(&[1.0], |_| f64::INFINITY), None);
    }
}
