//! What the report's page and its sections both show: sentences, the names of windows, and up to when data count.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::report::WindowName;
use domain::outcomes::{Page, Report};
use leptos::prelude::*;

use crate::texts::{Lang, days, outcomes};

/// Sentences as a list; a quiet line when nothing may be said.
#[component]
pub(super) fn Said(lang: Lang, said: Vec<String>) -> impl IntoView {
    if said.is_empty() {
        return view! { <p class="quiet">{outcomes::all_hidden(lang)}</p> }.into_any();
    }
    let items: Vec<_> = said.into_iter().map(|sentence| view! { <li class="finding">{sentence}</li> }).collect();
    view! { <ul class="findings" role="list">{items}</ul> }.into_any()
}

/// For captions: the day up to which data count.
pub(super) fn data_until(lang: Lang, report: &Report) -> String {
    outcomes::lead(lang, report.cut_off, &days(lang, report.from, report.to))
}

/// The same for one change, which may be older than the rest of its page.
pub(super) fn change_until(lang: Lang, page: &Page, window: WindowName, outcome: OutcomeMeasure) -> String {
    match page.change_kept(window, outcome) {
        Some(as_of) => outcomes::said::kept_from(lang, as_of),
        None => data_until(lang, &page.report),
    }
}

/// The same for what is told by population group, which may be older than the rest of its page, too.
pub(super) fn strata_until(lang: Lang, page: &Page) -> String {
    strata_kept(lang, page).unwrap_or_else(|| data_until(lang, &page.report))
}

/// From when gaps in coming are; nothing where they are as new as their page.
pub(super) fn coming_kept(lang: Lang, page: &Page) -> Option<String> {
    page.coming_day().filter(|as_of| *as_of != page.made_on).map(|as_of| outcomes::coming::kept_from(lang, as_of))
}

/// From when figures by population group are; nothing where they are as new as their page.
pub(super) fn strata_kept(lang: Lang, page: &Page) -> Option<String> {
    (page.strata_as_of != page.made_on).then(|| outcomes::strata_kept(lang, page.strata_as_of))
}

/// What a window is called.
pub(super) fn window_words(lang: Lang, window: WindowName) -> &'static str {
    match window {
        WindowName::M3 => outcomes::window::m3(lang),
        WindowName::M6 => outcomes::window::m6(lang),
        WindowName::M12 => outcomes::window::m12(lang),
    }
}
