//! A session that is still to come: whoever says that somebody is there, or that it was held, is asked once.

use domain::time::Day;
use leptos::prelude::*;

use crate::context::{lang, use_tablet};
use crate::texts::{self, roll::ahead as t};
use crate::ui::{Button, ButtonKind, Sheet};

/// The question. `yes` goes on with what was begun; `no` leaves everything as it is.
#[component]
pub fn AheadSheet(
    day: Day,
    yes: impl Fn() + Copy + Send + Sync + 'static,
    no: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let lang = lang();
    let (today, _) = use_tablet().local_time();
    let when = t::lead(lang, &texts::weekday_day(lang, today), &texts::weekday_day(lang, day));
    view! {
        <Sheet lang id="ahead" title=t::title(lang) close=no>
            <p>{when}</p>
            <p>{t::question(lang)}</p>
            <div class="closing__end">
                <Button text=t::yes(lang) script=true on:click=move |_| yes() />
                <Button text=t::no(lang) kind=ButtonKind::Main script=true on:click=move |_| no() />
            </div>
        </Sheet>
    }
}
