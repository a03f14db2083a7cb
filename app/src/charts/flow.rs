//! People as bars, one a step: the participants' way, or parts of the same people. Numbers are written at the bars' ends.

use leptos::prelude::*;

use super::bar::BarRow;
use super::frame::{count_or_dots, in_both, joined};
use crate::texts::{Lang, outcomes};

/// One step; `n` is nothing where the number is hidden.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlowStep {
    pub name: String,
    pub n: Option<i64>,
    /// Hidden for privacy, not merely unknown.
    pub hidden: bool,
}

impl FlowStep {
    /// Its number, as it is written at the bar's end.
    fn number(&self, lang: Lang) -> String {
        if self.n.is_none() && !self.hidden {
            outcomes::undefined(lang).to_owned()
        } else {
            count_or_dots(lang, self.n)
        }
    }
}

/// Two drawings: names left of the bars where there is room, above them where there is not.
struct Layout {
    class: &'static str,
    width: i64,
    /// Room for the names left of the bars; without any they stand above them.
    labels: i64,
    row: i64,
}

const LAYOUTS: [Layout; 2] = [
    Layout { class: "chart chart--wide", width: 720, labels: 190, row: 46 },
    Layout { class: "chart chart--narrow", width: 340, labels: 0, row: 60 },
];
const NUMBERS: i64 = 90;
const BAR: i64 = 26;

/// Bars in proportion to the largest step; `label`: what they are of, for those who do not see them.
pub fn flow_chart(lang: Lang, label: &str, steps: &[FlowStep]) -> AnyView {
    let label = heard(lang, label, steps);
    in_both(&LAYOUTS, |layout| drawing(lang, &label, steps, layout))
}

/// The bars as one text.
fn heard(lang: Lang, label: &str, steps: &[FlowStep]) -> String {
    joined(label, steps.iter().map(|step| format!("{} {}", step.name, step.number(lang))))
}

fn drawing(lang: Lang, label: &str, steps: &[FlowStep], layout: &Layout) -> AnyView {
    let most = steps.iter().filter_map(|step| step.n).max().unwrap_or(0).max(1);
    let height = i64::try_from(steps.len()).unwrap_or(0) * layout.row + 8;
    let view_box = format!("0 0 {} {height}", layout.width);
    let rows: Vec<_> = steps.iter().zip(0..).map(|(step, i)| row(lang, step, layout, i, most)).collect();
    let label = label.to_owned();
    view! {
        <svg class=layout.class viewBox=view_box role="img" aria-label=label>{rows}</svg>
    }
    .into_any()
}

fn row(lang: Lang, step: &FlowStep, layout: &Layout, i: i64, most: i64) -> AnyView {
    let room = layout.width - layout.labels - NUMBERS;
    BarRow {
        name: step.name.clone(),
        length: step.n.map(|n| n.max(0) * room / most),
        number: step.number(lang),
        labels: layout.labels,
        top: (i + 1) * layout.row - BAR - if layout.labels > 0 { 16 } else { 6 },
        height: BAR,
    }
    .draw()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::HIDDEN_FIGURE;

    #[test]
    fn a_hidden_step_is_two_dots_and_an_unknown_one_is_said_to_be_so() {
        let step = |n: Option<i64>, hidden: bool| FlowStep { name: String::new(), n, hidden }.number(Lang::En);
        assert_eq!(step(Some(12), false), "12");
        assert_eq!(step(None, true), HIDDEN_FIGURE);
        assert_eq!(step(None, false), outcomes::undefined(Lang::En));
    }

    #[test]
    fn whoever_does_not_see_the_bars_hears_every_number() {
        let steps =
            [(Some(30), false), (None, true)].map(|(n, hidden)| FlowStep { name: "Asked".to_owned(), n, hidden });
        assert_eq!(heard(Lang::En, "People", &steps), "People: Asked 30; Asked ...");
    }
}
