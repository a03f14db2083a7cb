//! What the groups of the period cost, by what the officer has told.

use domain::outcomes::council::CouncilReport;
use domain::outcomes::suppression::Shown;
use leptos::prelude::*;

use super::super::numbers::{figure, number, whole};
use super::super::table::{FigureRow, figures_table, framed};
use crate::texts::{Lang, council as t, count, decimal, with_unit};

pub(super) fn euros(lang: Lang, euros: u64) -> String {
    with_unit(&count(lang, whole(euros)), "€")
}

fn each(lang: Lang, each: Option<Shown<f64>>) -> String {
    figure(lang, &each.unwrap_or_default(), |euros| with_unit(&decimal(lang, *euros, 2), "€"))
}

/// "Per participant" and "per visit", each with how many there were.
pub(super) fn per_each(lang: Lang, report: &CouncilReport) -> [String; 2] {
    let of = &report.page.report;
    let (people, visits) = (number(lang, &of.flow.participants), number(lang, &of.attendance.visits));
    [t::costs::per_participant(lang, &people), t::costs::per_visit(lang, &visits)]
}

/// Nothing where no costs are told.
pub(super) fn costs(lang: Lang, report: &CouncilReport) -> Option<AnyView> {
    use t::costs as c;
    let costs = report.costs.as_ref()?;
    let [people, visits] = per_each(lang, report);
    let lines = [
        (c::staff(lang).to_owned(), euros(lang, costs.staff)),
        (c::rooms(lang).to_owned(), euros(lang, costs.rooms)),
        (c::materials(lang).to_owned(), euros(lang, costs.materials)),
        (c::total(lang).to_owned(), euros(lang, costs.total())),
        (people, each(lang, report.cost_per_participant())),
        (visits, each(lang, report.cost_per_visit())),
    ];
    let rows = lines.into_iter().map(|(name, sum)| FigureRow::new(name, [sum]));
    let table = framed(c::title(lang), figures_table(c::title(lang), [c::sum(lang)], rows));
    let view = view! {
        <section class="report__section">
            <h2>{c::title(lang)}</h2>
            {table}
            <p class="quiet">{c::source_of(lang, &costs.source)}" "{c::note(lang)}</p>
        </section>
    };
    Some(view.into_any())
}
