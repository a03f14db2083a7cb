//! The smallest changes that mean something, on the page of sources: the rules' own numbers.

use domain::assessments::OutcomeMeasure;
use domain::assessments::change::{MEANINGFUL, Meaningful};
use leptos::prelude::*;

use super::source_table::{Column, SourceTable};
use super::sources::Standing;
use super::words::{outcome_name, plain_value};
use crate::texts::guide::sources as s;
use crate::texts::{Lang, NO_FIGURE, decimal, results::unit, with_unit};

#[component]
pub fn MeaningfulChanges(lang: Lang) -> impl IntoView {
    let rows: Vec<_> = MEANINGFUL.iter().map(|change| change_row(lang, change)).collect();
    let columns = vec![
        Column::Words(s::what(lang)),
        Column::Figures(s::one_person(lang)),
        Column::Figures(s::group_mean(lang)),
        Column::Words(s::where_from(lang)),
        Column::Words(s::standing(lang)),
    ];
    view! { <SourceTable name=s::changes(lang) columns rows/> }
}

fn change_row(lang: Lang, change: &Meaningful) -> AnyView {
    let standing = if change.weak { Standing::Weak } else { Standing::Checked };
    let mean = change.group_mean.map_or_else(|| NO_FIGURE.to_owned(), |mean| of_group(lang, change.outcome, mean));
    view! {
        <tr>
            <th scope="row" class="guide__name">{outcome_name(lang, change.outcome)}</th>
            <td class="table__figure">{plain_value(lang, change.outcome, change.one_person)}</td>
            <td class="table__figure">{mean}</td>
            <td>{change.source}</td>
            <td>{standing.words(lang)}</td>
        </tr>
    }
    .into_any()
}

/// "0,5 pistettä", "0,05 m/s".
fn of_group(lang: Lang, outcome: OutcomeMeasure, mean: f64) -> String {
    match outcome {
        OutcomeMeasure::SppbTotal => with_unit(&decimal(lang, mean, 1), unit::points(lang)),
        // All others are whole in the outcome's unit.
        other => plain_value(lang, other, mean.round() as i64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_group_is_told_in_the_unit_that_people_read() {
        let told = |outcome, mean| of_group(Lang::Fi, outcome, mean).replace('\u{a0}', " ");
        assert_eq!(told(OutcomeMeasure::SppbTotal, 0.5), "0,5 pistettä");
        assert_eq!(told(OutcomeMeasure::Gait4Speed, 50.0), "0,05 m/s");
        assert_eq!(told(OutcomeMeasure::Walk6Distance, 20.0), "20 m");
    }
}
