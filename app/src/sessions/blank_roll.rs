//! An empty attendance list for paper: the group's people down, its next sessions across.

use leptos::prelude::*;

use super::today::Meeting;
use crate::texts::{Lang, day_month, sessions, weekday_short};
use crate::ui::{Empty, PageHead, TableFrame};

/// Rows without a name, for whoever comes along.
const FOR_VISITORS: usize = 4;

/// Everything that the list shows.
#[derive(Clone, PartialEq, Debug)]
pub struct BlankRoll {
    /// Address and name of the group.
    pub group: (String, String),
    /// When and where it meets.
    pub lead: String,
    pub people: Vec<String>,
    pub sessions: Vec<Meeting>,
}

#[component]
pub fn BlankRollPage(lang: Lang, view: BlankRoll) -> impl IntoView {
    use sessions::blank as t;
    let BlankRoll { group: (href, name), lead, people, sessions } = view;
    let back = Some((href, name.clone()));
    let title = format!("{}: {name}", t::title(lang));
    if people.is_empty() {
        return view! {
            <PageHead title lead back/>
            <Empty title=t::empty_title(lang) text=t::empty_text(lang)/>
        }
        .into_any();
    }
    view! {
        <PageHead title lead back/>
        <p class="quiet screen-only">{t::hint(lang)}</p>
        <Sheet lang people sessions/>
    }
    .into_any()
}

#[component]
fn Sheet(lang: Lang, people: Vec<String>, sessions: Vec<Meeting>) -> impl IntoView {
    use sessions::blank as t;
    let head: Vec<_> = sessions
        .iter()
        .map(|one| {
            let day = format!("{} {}", weekday_short(lang, one.day.weekday()), day_month(lang, one.day));
            view! { <th scope="col">{day}</th> }
        })
        .collect();
    let columns = sessions.len();
    let boxes = move || (0..columns).map(|_| view! { <td></td> }).collect::<Vec<_>>();
    let named: Vec<_> =
        people.into_iter().map(|name| view! { <tr><th scope="row">{name}</th>{boxes()}</tr> }).collect();
    let more: Vec<_> = (0..FOR_VISITORS).map(|_| view! { <tr><td></td>{boxes()}</tr> }).collect();
    view! {
        <TableFrame label=t::title(lang)>
            <table class="table blank-roll">
                <thead><tr><th scope="col">{t::name(lang)}</th>{head}</tr></thead>
                <tbody>{named}</tbody>
                <tbody>
                    <tr><th scope="rowgroup" class="blank-roll__extra">{t::extra(lang)}</th>{boxes()}</tr>
                    {more}
                </tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}
