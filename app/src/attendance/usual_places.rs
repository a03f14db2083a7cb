//! The usual places: names are tapped in the order in which people are in the hall. Nothing is dragged.

use leptos::prelude::*;

use super::roll_call::RollCall;
use super::roster::{Row, UsualPlaces};
use crate::context::lang;
use crate::texts::roll::places as t;
use crate::ui::{Button, ButtonKind, Sheet};

#[component]
pub fn PlacesSheet(call: RollCall, places: RwSignal<UsualPlaces>, open: RwSignal<bool>) -> impl IntoView {
    let lang = lang();
    // The names stay where they were when the sheet was opened, so that no name moves under a finger.
    let rows = call.rows.get_untracked();
    view! {
        <Sheet lang title=t::title(lang) close=move || open.set(false)>
            <p>{t::lead(lang)}</p>
            <div class="sheet__marks">
                {rows.into_iter().map(|row| view! { <PlaceButton row places /> }).collect_view()}
            </div>
            <div class="closing__end">
                <Button
                    text=t::clear(lang)
                    disabled=move || places.with(UsualPlaces::is_empty)
                    script=true
                    on:click=move |_| places.set(UsualPlaces::default())
                />
                <Button text=t::done(lang) kind=ButtonKind::Main script=true on:click=move |_| open.set(false) />
            </div>
        </Sheet>
    }
}

/// A name, and its place so far.
#[component]
fn PlaceButton(row: Row, places: RwSignal<UsualPlaces>) -> impl IntoView {
    let (lang, person) = (lang(), row.participant);
    let place = move || places.with(|places| places.of(person)).and_then(|place| i64::try_from(place).ok());
    let words = move || place().map_or_else(|| t::none(lang).to_owned(), |place| t::place(lang, place));
    view! {
        <Button
            text=row.name
            class="sheet__mark"
            pressed=Signal::derive(move || place().is_some())
            script=true
            on:click=move |_| places.update(|places| places.tap(person))
        >
            <span class="places__place">{words}</span>
        </Button>
    }
}
