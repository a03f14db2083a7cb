//! A mark that is changed after its session was over: why, in one tap. No free text, so that nothing on health is
//! written there.

use domain::attendance::Correction;
use leptos::prelude::*;

use super::roll_call::RollCall;
use crate::context::lang;
use crate::texts::{Words, roll::correction as t};
use crate::ui::{Button, Sheet};

const REASONS: [Correction; 4] = [Correction::Slip, Correction::ToldLater, Correction::WrongPerson, Correction::Other];

#[component]
pub fn CorrectionSheet(call: RollCall) -> impl IntoView {
    let lang = lang();
    let one = move |reason: Correction| {
        view! {
            <Button
                text=reason.words(lang)
                class="sheet__mark"
                script=true
                on:click=move |_| call.correct(reason)
            />
        }
    };
    view! {
        <Sheet lang id="late" title=t::title(lang) close=move || call.late.set(None)>
            <p>{t::lead(lang)}</p>
            <div class="sheet__marks">{REASONS.map(one).into_iter().collect_view()}</div>
        </Sheet>
    }
}
