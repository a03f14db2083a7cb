//! Repeated measurements of people who sit in groups: a linear mixed model with a random intercept for each person and
//! for each group, fitted by restricted maximum likelihood (Patterson and Thompson 1971; Laird and Ware 1982).
//!
//! `value = fixed · β + of the group + of the person + within`, each of the last three normal about zero. Given the two
//! ratios of variances, everything else has a closed form: the covariance of one person's measurements is the unit
//! matrix and a constant, that of a group another constant on top, so that both inverses are those of Sherman and
//! Morrison, and sums over people with equally many measurements are made once.

use super::minimum::minimum;
use crate::outcomes::statistics::{Estimate, Interval, t_quantile};
use nalgebra::{Cholesky, DMatrix, DVector};
use std::collections::BTreeMap;
use std::f64::consts::TAU;

/// All measurements of one person.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Repeated {
    /// Any number that stands for the person's group.
    pub group: u32,
    /// What is known at each measurement, the intercept's 1 included, and the value: all of the same width.
    pub rows: Vec<(Vec<f64>, f64)>,
}

/// What the model says.
#[derive(Clone, PartialEq, Debug)]
pub struct Fit {
    /// The coefficients β, in the order of the columns.
    pub fixed: Vec<f64>,
    /// Their standard errors.
    pub errors: Vec<f64>,
    /// How the coefficients vary together.
    pub covariance: DMatrix<f64>,
    /// Standard deviation within people, between people, and between groups (0 while there is one group).
    pub within: f64,
    pub between_people: f64,
    pub between_groups: f64,
    /// −2 × the restricted log-likelihood.
    pub deviance: f64,
    pub measurements: usize,
    pub people: usize,
    pub groups: usize,
}

impl Fit {
    /// A coefficient of something that varies within people, with its 95 % interval: Student's t with the measurements
    /// less the people and such columns as degrees of freedom (Pinheiro and Bates 2000, 2.4.2).
    pub fn within_people(&self, column: usize, columns_within: usize) -> Option<Estimate> {
        self.with_interval(*self.fixed.get(column)?, *self.errors.get(column)?, columns_within)
    }

    /// The mean where a column is 1 and the others but the intercept are 0, or that of the intercept alone, with its 95 %
    /// interval; degrees of freedom as of [`Self::within_people`].
    pub fn level(&self, column: Option<usize>, columns_within: usize) -> Option<Estimate> {
        let covariance = |a: usize, b: usize| self.covariance.get((a, b)).copied();
        let (first, of_first) = (*self.fixed.first()?, covariance(0, 0)?);
        let (value, variance) = match column {
            None => (first, of_first),
            Some(at) => (first + *self.fixed.get(at)?, of_first + covariance(at, at)? + 2.0 * covariance(0, at)?),
        };
        self.with_interval(value, variance.max(0.0).sqrt(), columns_within)
    }

    fn with_interval(&self, value: f64, error: f64, columns_within: usize) -> Option<Estimate> {
        let freedom = self.measurements.checked_sub(self.people + columns_within)?;
        let half = t_quantile(freedom as f64)? * error;
        Some(Estimate { value, interval: Interval { lo: value - half, hi: value + half } })
    }
}

/// Fits the model. Nothing where it says nothing: nobody was measured twice, a column follows from the others, or
/// the measurements do not vary.
pub fn fit(people: &[Repeated]) -> Option<Fit> {
    let sums = Sums::of(people)?;
    // Ratios to the deviation within people; what does not exist stays at zero.
    let start = if sums.groups.len() > 1 { vec![1.0, 0.3] } else { vec![1.0] };
    let best = minimum(&start, |ratios| sums.at(ratios).map_or(f64::INFINITY, |at| at.deviance))?;
    let at = sums.at(&best)?;
    let within = at.variance.sqrt();
    Some(Fit {
        errors: at.inverse.diagonal().iter().map(|spread| (spread * at.variance).sqrt()).collect(),
        covariance: at.inverse * at.variance,
        fixed: at.fixed.iter().copied().collect(),
        within,
        between_people: best[0].abs() * within,
        between_groups: best.get(1).map_or(0.0, |ratio| ratio.abs() * within),
        deviance: at.deviance,
        measurements: sums.measurements,
        people: sums.people(),
        groups: sums.groups.len(),
    })
}

/// Sums over people with equally many measurements.
#[derive(Clone)]
struct Alike {
    people: f64,
    /// The sum of their rows.
    rows: DVector<f64>,
}

/// All that the likelihood needs of the measurements; the value stands behind the columns as one more.
struct Sums {
    columns: usize,
    measurements: usize,
    /// The sum of the rows' squares.
    squares: DMatrix<f64>,
    /// By number of measurements: how many people, and the squares of the sums of their rows.
    by_number: BTreeMap<usize, (f64, DMatrix<f64>)>,
    groups: Vec<BTreeMap<usize, Alike>>,
}

/// The likelihood and what goes with it at given ratios.
struct At {
    deviance: f64,
    variance: f64,
    fixed: DVector<f64>,
    inverse: DMatrix<f64>,
}

impl Sums {
    fn of(people: &[Repeated]) -> Option<Self> {
        let columns = people.iter().find_map(|person| person.rows.first())?.0.len();
        let width = columns + 1;
        let mut groups: BTreeMap<u32, BTreeMap<usize, Alike>> = BTreeMap::new();
        let mut squares = DMatrix::zeros(width, width);
        let mut by_number: BTreeMap<usize, (f64, DMatrix<f64>)> = BTreeMap::new();
        for person in people.iter().filter(|person| !person.rows.is_empty()) {
            let mut sum = DVector::zeros(width);
            for (fixed, value) in &person.rows {
                let row = DVector::from_iterator(width, fixed.iter().chain([value]).copied());
                squares.ger(1.0, &row, &row, 1.0);
                sum += row;
            }
            let number = person.rows.len();
            let (of_number, outer) = by_number.entry(number).or_insert_with(|| (0.0, DMatrix::zeros(width, width)));
            *of_number += 1.0;
            outer.ger(1.0, &sum, &sum, 1.0);
            let of_group = groups.entry(person.group).or_default().entry(number);
            let alike = of_group.or_insert_with(|| Alike { people: 0.0, rows: DVector::zeros(width) });
            alike.people += 1.0;
            alike.rows += sum;
        }
        let measurements = people.iter().map(|person| person.rows.len()).sum();
        let sums = Self { columns, measurements, squares, by_number, groups: groups.into_values().collect() };
        (measurements > columns && measurements > sums.people()).then_some(sums)
    }

    fn people(&self) -> usize {
        self.by_number.values().map(|(people, _)| *people as usize).sum()
    }

    /// The restricted likelihood at the ratios of the deviations between people and between groups to that within.
    fn at(&self, ratios: &[f64]) -> Option<At> {
        let [of_people, of_groups] = [ratios[0].powi(2), ratios.get(1).map_or(0.0, |ratio| ratio.powi(2))];
        let (weighted, spread) = self.weighted(of_people, of_groups);
        let n = self.columns;
        let (left, right) = (weighted.view((0, 0), (n, n)).into_owned(), weighted.view((0, n), (n, 1)).into_owned());
        let scale = left.diagonal();
        let factor = Cholesky::new(left)?;
        let lower = factor.l_dirty().diagonal();
        // A pivot that has all but vanished: its column follows from those before it.
        if lower.iter().zip(&scale).any(|(pivot, before)| pivot * pivot <= 1e-10 * before) {
            return None;
        }
        let fixed = factor.solve(&right);
        let rest = weighted[(n, n)] - right.dot(&fixed);
        if rest <= 1e-10 * weighted[(n, n)] {
            return None;
        }
        let freedom = (self.measurements - n) as f64;
        let variance = rest / freedom;
        let design = 2.0 * lower.iter().map(|pivot| pivot.ln()).sum::<f64>();
        let deviance = freedom * ((TAU * variance).ln() + 1.0) + spread + design;
        Some(At { deviance, variance, fixed: fixed.column(0).into_owned(), inverse: factor.inverse() })
    }

    /// The squares of the rows weighted by the inverse of their covariance, and the logarithm of its determinant; both
    /// in units of the variance within people.
    fn weighted(&self, of_people: f64, of_groups: f64) -> (DMatrix<f64>, f64) {
        let mut weighted = self.squares.clone();
        let mut spread = 0.0;
        for (number, (people, outer)) in &self.by_number {
            let factor = 1.0 + *number as f64 * of_people;
            weighted -= outer * (of_people / factor);
            spread += people * factor.ln();
        }
        for group in &self.groups {
            let mut rows = DVector::zeros(self.columns + 1);
            let mut size = 0.0;
            for (number, alike) in group {
                let weight = 1.0 / (1.0 + *number as f64 * of_people);
                rows.axpy(weight, &alike.rows, 1.0);
                size += weight * alike.people * *number as f64;
            }
            let factor = 1.0 + of_groups * size;
            weighted.ger(-of_groups / factor, &rows, &rows, 1.0);
            spread += factor.ln();
        }
        (weighted, spread)
    }
}
