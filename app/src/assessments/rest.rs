//! Rests that a protocol asks for, counted down beside the trial that comes next. They are shown and hold nobody up.

use std::time::Duration;

use domain::assessments::protocol::rest_before;
use domain::time::Clock;
use leptos::prelude::*;

use super::entering::{OpenPart, now};
use super::stage::clock;
use crate::context::lang;
use crate::device::clock::BrowserClock;
use crate::sync::notes::use_notes;
use crate::texts::measure::rest as t;
use crate::ui::{Icon, IconView};

/// How long the person still rests before the chosen trial. A line that has come stays, so that nothing moves when the
/// rest is over.
#[component]
pub fn Rest(open: OpenPart) -> impl IntoView {
    let (lang, notes) = (lang(), use_notes());
    let tick = RwSignal::new(());
    let timer = set_interval_with_handle(move || tick.set(()), Duration::from_millis(500)).ok();
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
    });
    let who = open.form.now(|form| Some((form.participant, form.instrument)));
    let chairs = untrack(|| who.and_then(|(person, test)| notes.rests_until(person, test, BrowserClock.now())));
    // Milliseconds that are left, of whichever rest there is.
    let left = move || {
        let chairs = chairs.map(|until| until.millis_since(BrowserClock.now()));
        hands_rest(open).or(chairs)
    };
    let said = Memo::new(move |_| {
        tick.track();
        left().map(|left| if left > 0 { t::left(lang, &clock((left + 999) / 1_000)) } else { t::over(lang).to_owned() })
    });
    view! {
        <Show when=move || said.with(Option::is_some)>
            <p class="rest number" role="timer">
                <IconView icon=Icon::Clock />
                <span>{move || said.get()}</span>
            </p>
        </Show>
    }
}

/// Milliseconds that are left of the rest before the chosen trial; less than nothing once it is over, `None` where
/// there is no rest.
fn hands_rest(open: OpenPart) -> Option<i64> {
    let place = open.place();
    open.form.read(|form| {
        let cell = form.cells.get(place)?;
        let rest = rest_before(form.instrument, cell.item, cell.trial)?;
        let left = f64::from(rest) - (now().steady - form.rests_since?);
        // Another start of the browser may have another clock: nobody waits longer than the rest.
        #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds are enough")]
        (left <= f64::from(rest)).then_some(left as i64)
    })
}
