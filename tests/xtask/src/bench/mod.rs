//! `cargo xtask bench`: measures the release build against the bars and prints one table.
//! It is no test: it never fails on a slow machine, only when it cannot measure.

mod browser;
mod files;
mod import;
mod machine;

use crate::run::{Outcome, say};
use crate::server;
use crate::site::Profile;

/// Measured values of one figure, in the unit of its bar.
pub struct Figure {
    pub name: String,
    pub unit: &'static str,
    pub bar: f64,
    pub values: Vec<f64>,
}

/// A figure that could not be measured says why instead.
pub type Measured = Result<Figure, (String, String)>;

/// Builds the release and measures everything, or only the parts named: size, server, import, browser.
pub fn run(arguments: &[String]) -> Outcome<()> {
    let wanted = |part: &str| arguments.is_empty() || arguments.iter().any(|one| one == part);
    let binary = server::build(Profile::Release)?;
    let mut figures = Vec::new();
    if wanted("size") {
        figures.push(files::first_load());
    }
    if wanted("server") {
        say("measuring the server");
        figures.extend(machine::measure(&binary));
    }
    if wanted("import") {
        say("importing a million rows");
        figures.extend(import::measure(&binary));
    }
    if wanted("browser") {
        say("measuring the tablet in Chromium at 4 × CPU slow-down");
        figures.extend(browser::measure(&binary)?);
    }
    print(&figures);
    Ok(())
}

fn print(figures: &[Measured]) {
    println!("\n{:<58} {:>5} {:>10} {:>10} {:>10}", "", "n", "median", "p95", "bar");
    for figure in figures {
        match figure {
            Ok(figure) => println!("{}", line(figure)),
            Err((name, reason)) => println!("{name:<58} not measured: {reason}"),
        }
    }
}

fn line(figure: &Figure) -> String {
    let (median, p95) = (quantile(&figure.values, 0.5), quantile(&figure.values, 0.95));
    let mark = if p95 <= figure.bar { "✓" } else { "✗" };
    let name = format!("{} ({})", figure.name, figure.unit);
    format!("{name:<58} {:>5} {median:>10.1} {p95:>10.1} {:>10.1} {mark}", figure.values.len(), figure.bar)
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
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), 10.0);
        assert_eq!(quantile(&values, 0.95), 19.0);
        assert_eq!(quantile(&[7.0], 0.95), 7.0);
    }
}
