//! The annex: every figure in tables, what each is of and how it is counted, what is hidden, and from when data are.

use domain::outcomes::Page;
use domain::outcomes::council::CouncilReport;
use domain::outcomes::report::WindowName;
use leptos::prelude::*;

use super::super::answers;
use super::super::gaps;
use super::super::groups;
use super::super::leaving;
use super::super::model;
use super::super::said::window_words;
use super::super::sections::{self, steps_table};
use super::super::strata;
use super::super::table::{cells, framed, heads};
use super::super::value::Value;
use super::costs::by_group;
use super::frozen::FrozenFacts;
use super::goals::{details, followed_part};
use super::keys::{Key, keys, keys_of};
use super::to_be_known;
use crate::texts::{Lang, council as t, day, days, moment, outcomes};

#[component]
pub(super) fn Annex(lang: Lang, report: CouncilReport, facts: Option<FrozenFacts>) -> impl IntoView {
    let page = report.page.clone();
    let windows: Vec<_> = WindowName::ALL.iter().filter_map(|window| change(lang, &page, *window)).collect();
    let strata = strata::table(lang, &page, None)
        .unwrap_or_else(|| view! { <p class="quiet">{outcomes::strata_elsewhere(lang)}</p> }.into_any());
    view! {
        <section class="report__section council__annex" aria-labelledby="annex">
            <h2 id="annex">{t::annex::title(lang)}</h2>
            <p>{data_of(lang, &page)}</p>
            <h3>{t::annex::keys(lang)}</h3>
            {key_table(lang, keys_of(lang, &report))}
            <p class="quiet">{t::annex::staying_elsewhere(lang)}</p>
            <h3>{t::annex::applications(lang)}</h3>
            {applications(lang, &page)}
            {leaving::inside(lang, &page)}
            <h3>{outcomes::change(lang)}</h3>
            <p class="quiet">{t::annex::change_is(lang)}</p>
            {windows}
            {sections::others(lang, &page)}
            <h3>{outcomes::model::title(lang)}</h3>
            {model::inside(lang, &page)}
            {answers::inside(lang, &page).map(|inside| view! { <h3>{outcomes::answers::title(lang)}</h3>{inside} })}
            <h3>{outcomes::strata(lang)}</h3>
            {strata}
            {groups::beside_each_other(lang, &page).map(|drawn| view! { <div class="stack screen-only">{drawn}</div> })}
            {gaps::table(lang, &page).map(|table| view! { <h3>{outcomes::gap_table::title(lang)}</h3>{table} })}
            {details(lang, &report)}
            {followed_part(lang, &report)}
            {by_group(lang, &report)}
            {report.costs.is_some().then(|| view! {
                <h3>{t::costs::background(lang)}</h3><p>{t::costs::background_is(lang)}</p>
            })}
            <h3>{outcomes::caveats(lang)}</h3>
            <p>{to_be_known(lang).join(" ")}</p>
            <h3>{t::annex::hidden(lang)}</h3>
            <p>{outcomes::hidden_note(lang, i64::from(report.basis), i64::from(report.k))}</p>
            {facts.map(|facts| frozen(lang, &facts))}
        </section>
    }
    .into_any()
}

/// What the key figures of a page are: each with numerator, denominator and how it is counted, up to when and by which
/// rules.
pub(in crate::outcomes) fn definitions(lang: Lang, page: &Page) -> AnyView {
    view! {
        <section class="report__section">
            <h2>{t::annex::keys(lang)}</h2>
            <p class="quiet">{data_of(lang, page)}</p>
            {key_table(lang, keys(lang, page))}
        </section>
    }
    .into_any()
}

/// Period, cut-off, rule version.
pub(super) fn data_of(lang: Lang, page: &Page) -> String {
    let report = &page.report;
    let (day_made, kept) = (day(lang, report.cut_off), days(lang, report.from, report.to));
    t::annex::data(lang, &day_made, &kept, &report.rule_version)
}

fn key_table(lang: Lang, keys: Vec<Key>) -> AnyView {
    use t::annex as a;
    let row = |key: Key| {
        let (x, n) = key.part.unwrap_or((Value::Nothing, Value::Nothing));
        let values = [key.value, x, n, key.ci.unwrap_or(Value::Nothing)];
        let cells = cells(values.map(|value| value.words(lang)));
        view! {
            <tr>
                <th scope="row">{key.name}<span class="table__more council__meaning">{key.meaning}</span></th>
                {cells}
            </tr>
        }
    };
    let rows: Vec<_> = keys.into_iter().map(row).collect();
    let heads = heads([a::value(lang), a::numerator(lang), a::denominator(lang), outcomes::interval(lang)]);
    let inside = view! {
        <thead><tr><th scope="col">{a::figure(lang)}</th>{heads}</tr></thead>
        <tbody>{rows}</tbody>
    };
    framed(a::keys(lang), inside.into_any())
}

fn applications(lang: Lang, page: &Page) -> AnyView {
    use outcomes::step as s;
    let flow = &page.report.flow;
    let steps = [(s::applied(lang), &flow.applied), (s::accepted(lang), &flow.accepted)];
    let table = framed(t::annex::applications(lang), steps_table(lang, &steps));
    view! { <p class="quiet">{t::annex::applications_is(lang)}</p>{table} }.into_any()
}

/// The changes of a window; nothing before anybody's has passed.
fn change(lang: Lang, page: &Page, window: WindowName) -> Option<AnyView> {
    (page.report.flow.of(window).due.value() != Some(&0)).then_some(())?;
    let words = window_words(lang, window);
    let table = sections::table(lang, page, window);
    Some(framed(words, view! { <caption>{words}</caption>{table} }.into_any()))
}

fn frozen(lang: Lang, facts: &FrozenFacts) -> AnyView {
    let when = moment(lang, facts.made_at);
    view! {
        <h3>{t::frozen::title(lang)}</h3>
        <p>{t::frozen::made(lang, &facts.by, &facts.reason, &when)}</p>
        <p class="council__sum">{t::frozen::checksum(lang, &facts.checksum)}</p>
        <p>{t::frozen::how(lang)}</p>
    }
    .into_any()
}
