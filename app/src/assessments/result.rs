//! The result at once: points per part, total, band and change against the last time, in plain words (S8).

use leptos::prelude::*;

use super::entry::Entry;
use super::measure::part_words;
use super::told::{band, headline, last_before, lines};
use crate::tablet::frame::{lang, use_tablet};
use crate::texts::measure as t;
use crate::ui::{Icon, IconView, Show, live};

#[component]
pub fn Result(
    entry: RwSignal<Option<Entry>>,
    save: impl Fn(leptos::ev::MouseEvent) + Copy + 'static,
    discard: impl Fn(leptos::ev::MouseEvent) + Copy + 'static,
) -> impl IntoView {
    let lang = lang();
    let open = Memo::new(move |_| entry.with(|e| e.as_ref().map(Entry::open_parts).unwrap_or_default()));
    let amends = move || entry.with(|e| e.as_ref().is_some_and(|e| e.amends.is_some()));
    let reason = move || entry.with(|e| e.as_ref().and_then(|e| e.amends.clone()).unwrap_or_default());
    let no_reason = move || amends() && reason().trim().is_empty();
    let unfinished = move || {
        let parts: Vec<_> = open.get().into_iter().map(|part| part_words(lang, part).to_owned()).collect();
        t::unfinished(lang, &crate::texts::list(lang, &parts))
    };
    view! {
        <div class="result stack">
            <Show when=move || !open.get().is_empty()>
                <div class="notice notice--look">
                    <span class="notice__icon"><IconView icon=Icon::Look /></span>
                    <div class="notice__body"><p>{live(unfinished)}</p></div>
                </div>
            </Show>
            {live(move || entry.get().map(|entry| view! { <Told assessment=entry.assessment() /> }))}
            <div class="field">
                <label class="field__label" for="note">
                    {t::note(lang)} <span class="field__optional">" (" {crate::texts::common::optional(lang)} ")"</span>
                </label>
                <p class="field__hint" id="note-hint">{t::note_hint(lang)}</p>
                // An ordinary text field: the keyboard's own dictation writes into it (H11).
                <textarea
                    class="field__input"
                    id="note"
                    rows="2"
                    autocomplete="off"
                    autocapitalize="sentences"
                    aria-describedby="note-hint"
                    prop:value=move || entry.with(|e| e.as_ref().map(|e| e.note().to_owned()).unwrap_or_default())
                    on:input:target=move |event| {
                        let text = event.target().value();
                        entry.update(|e| if let Some(e) = e { e.set_note(&text) });
                    }
                ></textarea>
            </div>
            <Show when=amends>
                <div class="field">
                    <label class="field__label" for="reason">{t::amend_reason(lang)}</label>
                    <p class="field__hint" hidden=move || !no_reason()>{t::amend_reason_empty(lang)}</p>
                    <input
                        class="field__input"
                        id="reason"
                        autocomplete="off"
                        prop:value=reason
                        on:input:target=move |event| {
                            let text = event.target().value();
                            entry.update(|e| if let Some(e) = e { e.amends = Some(text) });
                        }
                    />
                </div>
            </Show>
            <button
                type="button"
                class="button button--main button--wide"
                prop:disabled=move || !open.get().is_empty()
                on:click=save
            >
                {live(move || if amends() { t::amend_save(lang) } else { t::save(lang) })}
            </button>
            <button type="button" class="button button--quiet result__discard" on:click=discard>
                {t::discard(lang)}
            </button>
        </div>
    }
}

/// Blanks the numbers before the group (S8).
#[component]
pub fn Privacy() -> impl IntoView {
    let (lang, hidden) = (lang(), use_tablet().privacy());
    view! {
        <button
            type="button"
            class="button told__privacy"
            aria-pressed=move || hidden.get().to_string()
            on:click=move |_| hidden.update(|hidden| *hidden = !*hidden)
        >
            {live(move || if hidden.get() { t::privacy_off(lang) } else { t::privacy(lang) })}
        </button>
    }
}

/// What a test says. The privacy switch blanks the numbers before the group.
#[component]
pub fn Told(
    assessment: domain::assessments::Assessment,
    /// Stands in a list, which has the privacy switch for all.
    #[prop(optional)]
    listed: bool,
) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let hidden = tablet.privacy();
    let all = untrack(|| tablet.assessments(assessment.participant));
    let last = last_before(&all, &assessment).cloned();
    let notes: Vec<_> = assessment.trials.iter().filter_map(|trial| trial.note.clone()).collect();
    let notes = (!notes.is_empty()).then(|| t::noted(lang, &notes.join(" ")));
    let lines = lines(lang, &assessment, last.as_ref());
    let band = band(lang, &assessment).map(|band| t::band_is(lang, band));
    let last_said = match &last {
        Some(last) => t::last_time(lang, last.measured_on, &headline(lang, last)),
        None if untrack(|| tablet.lapsed().get()) => t::last_hidden(lang).to_owned(),
        None => t::first_time(lang).to_owned(),
    };
    view! {
        <div class="told">
            {(!listed).then(|| view! { <Privacy /> })}
            <Show
                when=move || !hidden.get()
                fallback=move || view! { <p class="told__hidden">{t::privacy_on(lang)}</p> }
            >
                <dl class="told__lines">
                    {lines
                        .iter()
                        .map(|line| {
                            let main = matches!(
                                line.outcome,
                                domain::assessments::Outcome::SppbTotal
                                    | domain::assessments::Outcome::Gait10UsualSpeed
                            );
                            view! {
                                <div class="told__line" class:told__line--main=main>
                                    <dt>{line.label}</dt>
                                    <dd>
                                        <span class="number">{line.value.clone()}</span>
                                        {line.change.map(|change| view! { <span class="tag">{change}</span> })}
                                    </dd>
                                </div>
                            }
                        })
                        .collect_view()}
                </dl>
                <p class="told__band">{band.clone()}</p>
                <p class="quiet">{last_said.clone()}</p>
                {notes.clone().map(|notes| view! { <p class="told__note">{notes}</p> })}
            </Show>
        </div>
    }
}
