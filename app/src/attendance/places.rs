//! The usual places: names are tapped in the order in which people are in the hall. Nothing is dragged (T5).

use crate::ui::live;
use leptos::prelude::*;

use super::roll::RollCall;
use super::roster::Places;
use crate::tablet::dialog::Dialog;
use crate::tablet::frame::lang;
use crate::texts::roll::places as t;

#[component]
pub fn PlacesSheet(call: RollCall, places: RwSignal<Places>, open: RwSignal<bool>) -> impl IntoView {
    let lang = lang();
    // The names stay where they were when the sheet was opened, so that no name moves under a finger.
    let names = call.rows.get_untracked();
    let rows = names
        .into_iter()
        .map(|row| {
            let person = row.participant;
            let place = move || places.with(|places| places.of(person)).and_then(|place| i64::try_from(place).ok());
            view! {
                <button
                    type="button"
                    class="button sheet__mark"
                    aria-pressed=move || place().is_some().to_string()
                    on:click=move |_| places.update(|places| places.tap(person))
                >
                    <span class="places__name">{row.name}</span>
                    <span class="places__place">
                        {live(move || place().map_or_else(|| t::none(lang).to_owned(), |place| t::place(lang, place)))}
                    </span>
                </button>
            }
        })
        .collect_view();
    view! {
        <Dialog title=t::title(lang) close=move || open.set(false)>
            <p>{t::lead(lang)}</p>
            <div class="sheet__marks">{rows}</div>
            <div class="closing__end">
                <button
                    type="button"
                    class="button"
                    prop:disabled=move || places.with(Places::is_empty)
                    on:click=move |_| places.set(Places::default())
                >
                    {t::clear(lang)}
                </button>
                <button type="button" class="button button--main" on:click=move |_| open.set(false)>
                    {t::done(lang)}
                </button>
            </div>
        </Dialog>
    }
}
