//! The coordinator's page: the same rows with their exact numbers, each of which leads to a list.

use domain::ids::GroupId;
use domain::quality::{Missing, Quality, Rolls};
use leptos::prelude::*;

use super::{Looked, groups, named};
use crate::texts::{Lang, count, percent, quality as t, reviews, whole};

/// A group's row.
#[derive(Clone, PartialEq, Debug)]
pub struct DeskRow {
    pub group: GroupId,
    pub name: String,
    /// The organisation that runs it, and its season.
    pub below: String,
    pub quality: Quality,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct DeskView {
    /// The code of the period, for the lists' addresses.
    pub period: String,
    pub looked: Looked,
    /// Those of this page.
    pub rows: Vec<DeskRow>,
}

/// Where a group's list is.
pub fn list_address(group: GroupId, list: Missing, period: &str) -> String {
    format!("/reviews/quality/{group}?list={list}&period={period}")
}

#[component]
pub fn DeskPage(lang: Lang, view: DeskView) -> impl IntoView {
    let DeskView { period, looked, rows } = view;
    let back = ("/reviews".to_owned(), reviews::title(lang).to_owned());
    let rows = rows.into_iter().map(|one| row(lang, &period, one)).collect();
    groups(lang, back, looked, (().into_any(), ().into_any()), rows)
}

fn row(lang: Lang, period: &str, row: DeskRow) -> AnyView {
    use t::column as c;
    let DeskRow { group, name, below, quality } = row;
    let Quality { rolls, no_baseline, no_follow_up, unexplained } = quality;
    let Rolls { expected, made, punctual, by_file } = rolls;
    // Where all came out of files there is nothing to say of time.
    let in_time = (rolls.timed() > 0 || by_file == 0).then(|| part(lang, punctual, rolls.timed()));
    let by_file = super::by_file(lang, by_file).map(|words| view! { <span class="table__more">{words}</span> });
    let name = view! { <a href=format!("/groups/{group}")>{name}</a> }.into_any();
    let led = |n: u64, list: Missing, words: String| led(lang, n, list_address(group, list, period), words);
    let people = |n: u64, list: Missing| led(n, list, t::people(lang, whole(n)));
    let without = expected - made.min(expected);
    let lacking = (without > 0).then(|| led(without, Missing::Rolls, t::without_roll(lang, whole(without))));
    view! {
        <tr>
            {named(name, below)}
            <td data-label=c::rolls(lang)>
                <span class="table__name">{part(lang, made, expected)}{lacking}</span>
            </td>
            <td data-label=c::punctual(lang)>
                <span class="table__name">{in_time}{by_file}</span>
            </td>
            <td data-label=c::baseline(lang)>{people(no_baseline, Missing::Baseline)}</td>
            <td data-label=c::follow_up(lang)>{people(no_follow_up, Missing::FollowUp)}</td>
            <td data-label=c::reasons(lang)>{people(unexplained, Missing::Reasons)}</td>
        </tr>
    }
    .into_any()
}

/// "12 / 15 (80 %)"; of no session, that there was none.
fn part(lang: Lang, x: u64, n: u64) -> String {
    if n == 0 {
        return t::no_sessions(lang).to_owned();
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of sessions are far below 2^52")]
    let share = x as f64 / n as f64;
    format!("{} / {} ({})", count(lang, whole(x)), count(lang, whole(n)), percent(lang, share))
}

/// A number that leads to its list; nothing missing leads nowhere.
fn led(lang: Lang, n: u64, href: String, words: String) -> AnyView {
    match n {
        0 => view! { {count(lang, 0)} }.into_any(),
        _ => view! { <a href=href>{words}</a> }.into_any(),
    }
}
