//! Whoever tests is reminded when their own training in it is long ago.

use domain::assessments::tester::Training;
use leptos::prelude::*;

use crate::context::{lang, use_tablet};
use crate::texts::testers as t;
use crate::ui::{Notice, Tone};

#[component]
pub fn TrainingReminder() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (today, _) = tablet.local_time();
    let training = Memo::new(move |_| Training::of(tablet.you().trained_on, today));
    move || match training.get() {
        Training::Old(day) => Some(view! { <Notice tone=Tone::Look title=t::reminder(lang, day) /> }),
        Training::Current(_) | Training::Unknown => None,
    }
}
