//! Corrections of one test side by side: what each says, who wrote it and when, and the way to choose.

use domain::assessments::{Assessment, Instrument, Version};
use domain::time::Instant;
use leptos::prelude::*;

use super::told::headline;
use super::versions::{Corrected, Said, differing};
use crate::attendance::contested::marked_by;
use crate::context::{lang, use_tablet};
use crate::texts::{self, measure as t, people, reviews, waiting::decide as d};
use crate::ui::{Button, Tag, Tone};

/// The versions side by side. The privacy switch blanks what they say before the group.
#[component]
pub fn Versions(
    test: Assessment,
    /// Where one can be chosen.
    #[prop(optional)]
    take: Option<Callback<Version>>,
) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let sides = untrack(|| tablet.versions(&test));
    let said: Vec<_> = sides.iter().map(|side| Said::from(&side.version)).collect();
    let told = differing(lang, test.instrument, &said);
    let one = |(side, facts): (Corrected, Vec<(String, String)>)| {
        let value = headline(lang, &test.as_in(&side.version));
        let asked = test.instrument == Instrument::SelfReport;
        view! { <OneVersion side value facts asked take /> }
    };
    let sides: Vec<_> = sides.into_iter().zip(told).map(one).collect();
    view! { <ul class="sides" role="list">{sides}</ul> }
}

#[component]
fn OneVersion(
    side: Corrected,
    /// The result in one phrase; empty for answers.
    value: String,
    facts: Vec<(String, String)>,
    /// Answers, which are shown on request alone: the hall looks on.
    asked: bool,
    take: Option<Callback<Version>>,
) -> impl IntoView {
    let (lang, hidden) = (lang(), use_tablet().privacy());
    let Corrected { version, by, shown } = side;
    let who = by.unwrap_or_else(|| d::somebody(lang).to_owned());
    let when = texts::moment(lang, Instant::from_millis(version.at.wall));
    let reason = version.amended_because.as_ref().map(|reason| people::page::amended(lang, reason));
    let acts = take.map(|take| view! { <Take take version who=who.clone() value=value.clone() /> });
    let facts = StoredValue::new(facts);
    let lines = move || {
        let line = |(name, value): (String, String)| view! { <p>{format!("{name}: {value}")}</p> };
        facts.get_value().into_iter().map(line).collect_view()
    };
    view! {
        <li class="side">
            <Show when=move || !hidden.get() fallback=move || view! { <p>{t::privacy_on(lang)}</p> }>
                {(!value.is_empty()).then(|| view! { <p class="side__words">{value.clone()}</p> })}
                {match asked {
                    true => view! {
                        <details class="conditions"><summary>{t::answers::show(lang)}</summary>{lines()}</details>
                    }
                    .into_any(),
                    false => lines().into_any(),
                }}
                // It may say a figure, too.
                {reason.clone().map(|reason| view! { <p>{reason}</p> })}
            </Show>
            <p class="quiet">{format!("{who}, {when}")}</p>
            {shown.then(|| view! { <p><Tag text=reviews::in_force(lang) tone=Tone::Calm /></p> })}
            {acts}
        </li>
    }
}

/// The button says the value and whose it is; the latter alone where none is to be said.
#[component]
fn Take(take: Callback<Version>, version: Version, who: String, value: String) -> impl IntoView {
    let (lang, hidden) = (lang(), use_tablet().privacy());
    let words = move || {
        let said = if hidden.get() || value.is_empty() { who.clone() } else { marked_by(&value, Some(&who)) };
        format!("{}: {said}", reviews::take(lang))
    };
    view! {
        <div class="cluster side__acts">
            <Button text=words class="decide__take" script=true on:click=move |_| take.run(version.clone()) />
        </div>
    }
}
