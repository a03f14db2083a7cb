//! Rounding of numbers that people read: one way for figures, sentences and files, so that a share in a sentence and the same
//! one in a table are one number.

/// Rounds a real number to the six decimals of the report: the nearest decimal to the exact binary value,
/// ties to even, as writing it with six decimals does in every language.
pub fn six_decimals(value: f64) -> f64 {
    // Adding zero turns -0.0 into 0.0.
    format!("{value:.6}").parse().unwrap_or(value) + 0.0
}

/// The nearest multiple of `step`; halves go away from zero, also those that binary numbers miss by a hair.
pub fn rounded(value: f64, step: f64) -> f64 {
    const HAIR: f64 = 1e-9;
    // From here on there are no halves of a step any more.
    const MOST: f64 = 1e15;
    let steps = (value.abs() / step + 0.5 + HAIR).floor();
    if steps < MOST { six_decimals((steps * step).copysign(value)) } else { value }
}

/// The nearest number of so many decimals, at most six: [`rounded`].
pub fn to_places(value: f64, places: usize) -> f64 {
    rounded(value, 0.1_f64.powi(i32::try_from(places).unwrap_or(i32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_six_decimals_and_no_negative_zero() {
        assert_eq!(six_decimals(2.0 / 3.0), 0.666_667);
        assert!(six_decimals(-1e-9).is_sign_positive());
        assert_eq!((six_decimals(0.757_812_5), six_decimals(0.007_812_5)), (0.757_812, 0.007_812));
        assert_eq!(six_decimals(17.0), 17.0);
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (value, step, expected) in [
            (0.75, 0.1, 0.8),
            (-0.75, 0.1, -0.8),
            (0.35, 0.1, 0.4),
            (0.8 - 0.45, 0.1, 0.4),
            (0.349, 0.1, 0.3),
            (-0.04, 0.1, 0.0),
            (54.9, 10.0, 50.0),
            (55.0, 10.0, 60.0),
            (0.545, 0.01, 0.55),
        ] {
            assert_eq!(rounded(value, step), expected, "{value} by {step}");
        }
        assert!(rounded(-0.04, 0.1).is_sign_positive());
    }

    #[test]
    fn decimals_are_rounded_by_the_same_rule() {
        for (value, places, expected) in
            [(62.5, 0, 63.0), (-0.25, 1, -0.3), (12.25, 1, 12.3), (0.249, 1, 0.2), (2.125, 2, 2.13), (1e300, 1, 1e300)]
        {
            assert_eq!(to_places(value, places), expected, "{value} to {places}");
        }
        assert!(to_places(f64::NAN, 1).is_nan());
    }
}
