//! The programme on paper: each exercise with its picture, and room for a cross on each day of four weeks.

use domain::home_programmes::HomeProgramme;
use domain::home_weeks::{DAYS, days_from};
use domain::time::Day;
use leptos::prelude::*;

use super::own::{Ahead, Note, OneExercise, SHEET_PIN};
use crate::exercises::pages::Before;
use crate::home_weeks::WEEKS;
use crate::texts::{Lang, days, home_exercise as texts, home_exercise::sheet as t, weekday_short};
use crate::ui::{ButtonLink, PrintButton, TableFrame};

/// What stands on the paper.
#[derive(Clone, PartialEq, Debug)]
pub struct HomeSheet {
    /// Whose it is; nothing where that stands beside it.
    pub name: Option<String>,
    pub programme: HomeProgramme,
    pub made_by: Option<String>,
    /// The instructor's words may be shown.
    pub with_note: bool,
    pub today: Day,
    /// Address and words of the page that it belongs to; nothing where it lies among other sheets.
    pub back: Option<(String, String)>,
}

#[component]
pub fn HomeSheetPage(lang: Lang, view: HomeSheet) -> impl IntoView {
    let HomeSheet { name, programme, made_by, with_note, today, back } = view;
    let title = name.map_or_else(|| t::title(lang).to_owned(), |name| t::whose(lang, &name));
    let note = programme.note.clone();
    let from = programme.first_on_paper(today);
    let each: Vec<_> = programme.exercises.iter().map(|chosen| view! { <OneExercise lang chosen=*chosen/> }).collect();
    view! {
        <div class="own__main home-sheet">
            <h1>{title}</h1>
            {back.is_some().then(|| view! { <p class="screen-only">{t::print(lang)}</p><PrintButton lang/> })}
            <Ahead lang programme=programme.clone() today/>
            <p>{texts::own::lead(lang)}</p>
            <Note lang note shown=with_note pin=SHEET_PIN/>
            <Before lang/>
            {each}
            <Boxes lang from/>
            {made_by.map(|name| view! { <p>{texts::made_by(lang, &name)}</p> })}
            {back.map(|(href, words)| view! {
                <nav class="own__ways screen-only" aria-label=words.clone()>
                    <ButtonLink text=words.clone() href/>
                </nav>
            })}
        </div>
    }
    .into_any()
}

/// Four weeks, a row for each: the same rows as where they are entered afterwards.
#[component]
fn Boxes(lang: Lang, from: Day) -> impl IntoView {
    let first = from.monday();
    let heads: Vec<_> =
        days_from(first).map(|day| view! { <th scope="col">{weekday_short(lang, day.weekday())}</th> }).collect();
    let rows: Vec<_> = (0..WEEKS)
        .map(|week| {
            let monday = first.plus_days(DAYS * week);
            let words = days(lang, monday, monday.plus_days(DAYS - 1));
            let boxes: Vec<_> = days_from(monday)
                .map(|day| {
                    let name = weekday_short(lang, day.weekday());
                    view! { <td data-label=name><span class="home-sheet__box" aria-hidden="true"></span></td> }
                })
                .collect();
            view! { <tr><th scope="row">{words}</th>{boxes}</tr> }
        })
        .collect();
    view! {
        <section class="home-sheet__weeks">
            <h2>{t::tick(lang)}</h2>
            <TableFrame label=t::tick(lang)>
                <table class="table">
                    <thead><tr><th scope="col">{t::week(lang)}</th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableFrame>
            <p>{t::bring(lang)}</p>
        </section>
    }
    .into_any()
}
