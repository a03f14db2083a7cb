//! A programme on paper: the chosen exercises, each with room for a cross on each day of four weeks.

use domain::exercises::Exercise;
use leptos::prelude::*;

use super::pages::{Before, Told};
use super::{PATH, said};
use crate::texts::{Lang, exercises as t};
use crate::ui::{ButtonLink, PrintButton, TableFrame};

const WEEKS: i64 = 4;

#[component]
pub fn Sheet(
    lang: Lang,
    chosen: Vec<Exercise>,
    /// Whose programme it is; without a name there is room to write one.
    #[prop(optional_no_strip)]
    name: Option<String>,
) -> impl IntoView {
    // Whoever is named did not come by the page of all exercises.
    let ways = name.is_none();
    let each: Vec<_> = chosen
        .iter()
        .map(|exercise| {
            view! {
                <section class="exercises__one">
                    <h2>{said(lang, *exercise).name}</h2>
                    <Told lang exercise=*exercise/>
                </section>
            }
        })
        .collect();
    view! {
        <h1>{t::sheet::title(lang)}</h1>
        <p class="exercises__name">{t::sheet::name(lang)}": "<span class="exercises__line">{name}</span></p>
        {ways.then(|| view! { <p class="screen-only">{t::sheet::print(lang)}</p><PrintButton lang/> })}
        <Before lang/>
        {each}
        <Ticks lang chosen/>
        {ways.then(|| view! {
            <nav class="own__ways screen-only" aria-label=t::all(lang)>
                <ButtonLink text=t::sheet::change(lang) href=PATH/>
            </nav>
        })}
    }
    .into_any()
}

#[component]
fn Ticks(lang: Lang, chosen: Vec<Exercise>) -> impl IntoView {
    let weeks = || (1..=WEEKS).map(|week| t::sheet::week(lang, week));
    let heads: Vec<_> = weeks().map(|week| view! { <th scope="col">{week}</th> }).collect();
    let rows: Vec<_> = chosen
        .into_iter()
        .map(|exercise| {
            let boxes = |week: String| {
                let boxes: Vec<_> = (0..7).map(|_| view! { <span class="exercises__box"></span> }).collect();
                view! { <td data-label=week><span class="exercises__boxes" aria-hidden="true">{boxes}</span></td> }
            };
            let cells: Vec<_> = weeks().map(boxes).collect();
            view! { <tr><th scope="row">{said(lang, exercise).name}</th>{cells}</tr> }
        })
        .collect();
    view! {
        <section class="exercises__ticks">
            <h2>{t::sheet::tick(lang)}</h2>
            <TableFrame label=t::sheet::tick(lang)>
                <table class="table table--cards">
                    <thead><tr><th scope="col">{t::sheet::exercise(lang)}</th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableFrame>
        </section>
    }
    .into_any()
}
