//! The table of what was measured.

use super::Values;
use super::bars::{Bar, Most};

pub fn print(bars: &[Bar], values: &Values) {
    println!("\n{:<66} {:>4} {:>9} {:>9} {:>9} {:>10}", "", "n", "median", "p95", "p99", "bar");
    bars.iter().filter_map(|bar| line(bar, values)).for_each(|line| println!("{line}"));
}

/// Nothing for what was not measured.
fn line(bar: &Bar, values: &Values) -> Option<String> {
    let measured = values.of(bar.key);
    let [median, p95, p99] = [0.5, 0.95, 0.99].map(|share| quantile(&measured, share));
    let what = format!("{} ({})", bar.what, bar.unit);
    let verdict = verdict(bar, [median, p95, p99], |key| quantile(&values.of(key), 0.5))?;
    (!measured.is_empty())
        .then(|| format!("{what:<66} {:>4} {median:>9.1} {p95:>9.1} {p99:>9.1} {verdict}", measured.len()))
}

/// What may be, and whether it is; nothing where the reference is missing.
fn verdict(bar: &Bar, [median, p95, p99]: [f64; 3], reference: impl Fn(&str) -> f64) -> Option<String> {
    let sign = |good| if good { "✓" } else { "✗" };
    Some(match bar.most {
        Most::Told => format!("{:>10}", ""),
        Most::Is(most) => {
            // Where others wait for it, the slowest hundredth counts.
            let value = if bar.what.contains("99 %") { p99 } else { p95 };
            format!("{most:>10.0} {}", sign(value <= most))
        }
        Most::Times(key, times) => {
            let reference = reference(key);
            let ratio = p95 / reference;
            if !reference.is_finite() {
                return None;
            }
            format!("{:>10} {} {ratio:.1} ×", format!("≤ {times} ×"), sign(ratio <= times))
        }
        Most::Faster(key, times) => {
            let ratio = reference(key) / median;
            if !ratio.is_finite() {
                return None;
            }
            format!("{:>10} {} {ratio:.1} ×", format!("≥ {times} ×"), sign(ratio >= times))
        }
    })
}

/// The smallest value that at least this share of the values does not exceed.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
    let place = (share * values.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::super::bars::BARS;
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), 10.0);
        assert_eq!(quantile(&values, 0.95), 19.0);
        assert_eq!(quantile(&[7.0], 0.95), 7.0);
    }

    #[test]
    fn a_bar_is_held_against_the_middle_of_its_reference_of_the_same_run() {
        let values = Values::read("bare_row 2\nbare_row 4\nbare_row 90\ntap 8\ntap 12.5\nnoise\n");
        let tap = BARS.iter().find(|bar| bar.key == "tap").unwrap();
        assert!(line(tap, &values).unwrap().ends_with("✗ 3.1 ×"));
        assert_eq!(line(tap, &Values::read("tap 8")), None, "a ratio to nothing is none");
    }

    #[test]
    fn what_must_be_faster_is_held_against_its_reference_middle_by_middle() {
        let push = BARS.iter().find(|bar| bar.key == "sync_push").unwrap();
        let verdict =
            |pushed| line(push, &Values::read(&format!("pouch_push 5000\npouch_push 9000\n{pushed}"))).unwrap();
        assert!(verdict("sync_push 1000\nsync_push 4000").ends_with("≥ 5 × ✓ 5.0 ×"));
        assert!(verdict("sync_push 1250").ends_with("✗ 4.0 ×"));
        assert_eq!(line(push, &Values::read("sync_push 1000")), None, "a ratio to nothing is none");
        assert_eq!(line(push, &Values::read("pouch_push 5000")), None, "nor one of nothing");
    }

    #[test]
    fn every_reference_is_measured_and_stands_before_what_is_held_against_it() {
        for (at, bar) in BARS.iter().enumerate() {
            let (Most::Times(key, _) | Most::Faster(key, _)) = bar.most else { continue };
            assert!(BARS[..at].iter().any(|before| before.key == key), "{key}");
        }
    }
}
