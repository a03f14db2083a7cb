//! What the groups of the period cost, by what the officer has told.

use domain::outcomes::council::{Costs, CouncilReport, GroupCosts};
use domain::outcomes::suppression::Shown;
use leptos::prelude::*;

use super::super::numbers::{figure, number, whole};
use super::super::table::{FigureRow, figures_table, framed};
use crate::texts::{Lang, council as t, count, decimal, outcomes, with_unit};

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

/// What events cost, where some did: a part of the sum.
pub(super) fn of_events(costs: &Costs) -> Option<u64> {
    Some(costs.of_events()).filter(|sum| *sum > 0)
}

/// What must be known to read the costs: where they are from, what each is divided by, what of them is not.
pub(super) fn notes(lang: Lang, costs: &Costs) -> Vec<String> {
    let sources = t::costs::source_of(lang, &costs.sources().join("; "));
    let events = of_events(costs).map(|_| t::costs::events_are(lang).to_owned());
    [Some(sources), Some(t::costs::note(lang).to_owned()), events].into_iter().flatten().collect()
}

/// Nothing where no costs are told.
pub(super) fn costs(lang: Lang, report: &CouncilReport) -> Option<AnyView> {
    use t::costs as c;
    let costs = report.costs.as_ref()?;
    let ([people, visits], [staff, rooms, materials]) = (per_each(lang, report), costs.sums());
    let sums = [
        Some((c::staff(lang).to_owned(), euros(lang, staff))),
        Some((c::rooms(lang).to_owned(), euros(lang, rooms))),
        Some((c::materials(lang).to_owned(), euros(lang, materials))),
        Some((c::total(lang).to_owned(), euros(lang, costs.total()))),
        of_events(costs).map(|sum| (c::of_events(lang).to_owned(), euros(lang, sum))),
        Some((people, each(lang, report.cost_per_participant()))),
        Some((visits, each(lang, report.cost_per_visit()))),
    ];
    let rows = sums.into_iter().flatten().map(|(name, sum)| FigureRow::new(name, [sum]));
    let table = framed(c::title(lang), figures_table(c::title(lang), [c::sum(lang)], rows));
    let view = view! {
        <section class="report__section council__costs">
            <h2>{c::title(lang)}</h2>
            {table}
            <p class="quiet">{notes(lang, costs).join(" ")}</p>
        </section>
    };
    Some(view.into_any())
}

/// More groups than these stand in the spreadsheet alone: the annex is a few pages.
pub(super) const MOST_GROUPS: usize = 15;

/// Under a heading: each group by what it cost itself; nothing where none is told.
pub(super) fn by_group(lang: Lang, report: &CouncilReport) -> Option<AnyView> {
    use t::costs as c;
    let groups = report.costs.as_ref().map(|costs| costs.groups.as_slice()).filter(|groups| !groups.is_empty())?;
    let row = |group: &GroupCosts| {
        let each = group.per_session().map(|euros| with_unit(&decimal(lang, euros, 2), "€"));
        let each = each.unwrap_or_else(|| outcomes::undefined(lang).to_owned());
        let figures = [euros(lang, group.total()), count(lang, whole(group.sessions)), each];
        FigureRow::new(group.name.as_str(), figures)
    };
    let heads = [c::total(lang), c::sessions(lang), c::per_session(lang)];
    let table = if groups.len() > MOST_GROUPS {
        view! { <p class="quiet">{c::by_group_elsewhere(lang)}</p> }.into_any()
    } else {
        framed(c::by_group(lang), figures_table(c::group(lang), heads, groups.iter().map(row)))
    };
    Some(view! { <h3>{c::by_group(lang)}</h3><p class="quiet">{c::by_group_is(lang)}</p>{table} }.into_any())
}
