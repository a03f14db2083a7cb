//! What went wrong with the store, what lapsed, and what the tablet's clock shows: each says what to do.

use std::collections::BTreeSet;

use domain::sync::entity::Bucket;
use leptos::prelude::*;

use super::address::Address;
use super::{lang, use_tablet, words};
use crate::device::trouble::Trouble;
use crate::sync::state::Status;
use crate::texts::{self, common, tablet as t};
use crate::ui::{Button, ButtonKind, ButtonLink, Notice, Tone};

/// `working`: somebody taps in a list here. What is only to be known is told when the view opens and never comes over
/// the list meanwhile; what fails to be stored lies over everything, wherever the screen is scrolled.
#[component]
pub fn Troubles(working: bool) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let status = tablet.status();
    let (before, clock_before) = status.with_untracked(|status| (Hindered::by(status), status.clock_off_minutes));
    let hindered = Memo::new(move |_| match status.with(Hindered::by) {
        // Names vanish with it: the whole list changes.
        Some(Hindered::Lapsed) => Some(Hindered::Lapsed),
        _ if working => before.filter(|before| *before != Hindered::Lapsed),
        now => now,
    });
    let clock = Memo::new(move |_| {
        let now = status.with(|status| status.clock_off_minutes);
        if working { clock_before } else { now }
    });
    // People may be missing from the list: worth a word; while somebody taps in it, only as it was known at first.
    let broken_before = status.with_untracked(|status| status.broken.clone());
    let broken =
        Memo::new(move |_| if working { broken_before.clone() } else { status.with(|now| now.broken.clone()) });
    let shortened = tablet.shortened();
    view! {
        <StoreTroubles />
        <div class="troubles">
            {move || hindered.get().map(|hindered| view! { <Hindrance hindered /> })}
            {move || broken.with(|broken| (!broken.is_empty()).then(|| view! { <Broken broken=broken.clone() /> }))}
            {move || (!working && shortened.get()).then(|| view! { <Shortened shortened /> })}
            {move || clock.get().map(|minutes| {
                view! { <Notice tone=Tone::Look title=words::clock_off(lang, minutes) live=true /> }
            })}
        </div>
    }
}

/// Of what something stored cannot be read: by the groups' names, as far as those can be.
#[component]
fn Broken(broken: BTreeSet<Bucket>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let name = |bucket: &Bucket| match bucket {
        Bucket::Roll(group) | Bucket::Health(group) => untrack(|| tablet.group(*group)).map(|group| group.name),
        Bucket::Organisation(_) | Bucket::Me(_) => None,
    };
    let mut names: Vec<_> = broken.iter().filter_map(name).collect();
    names.sort();
    names.dedup();
    let title = match names.is_empty() {
        true => t::trouble::broken(lang).to_owned(),
        false => t::trouble::broken_in(lang, &texts::list(lang, &names)),
    };
    view! { <Notice tone=Tone::Look title live=true><p>{t::trouble::broken_cure(lang)}</p></Notice> }
}

/// A form that was begun before an update has lost a part of what was typed.
#[component]
fn Shortened(shortened: RwSignal<bool>) -> impl IntoView {
    let lang = lang();
    view! {
        <Notice tone=Tone::Look title=t::trouble::shortened(lang) live=true>
            <Button text=common::close(lang) script=true on:click=move |_| shortened.set(false) />
        </Notice>
    }
}

/// What could not be stored, over everything that is shown.
#[component]
pub fn StoreTroubles() -> impl IntoView {
    let trouble = use_tablet().trouble();
    view! { <div class="troubles__store">{move || trouble.get().map(|trouble| view! { <StoreTrouble trouble /> })}</div> }
}

/// What keeps the tablet from its usual work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hindered {
    Lapsed,
    SignedOut,
}

impl Hindered {
    /// The graver of the two.
    fn by(status: &Status) -> Option<Self> {
        if status.lapsed { Some(Self::Lapsed) } else { status.signed_out.then_some(Self::SignedOut) }
    }
}

#[component]
fn Hindrance(hindered: Hindered) -> impl IntoView {
    let lang = lang();
    let (title, sign_in) = match hindered {
        Hindered::Lapsed => (t::trouble::lapsed(lang), None),
        Hindered::SignedOut => (t::trouble::sign_in_again(lang), Some(Address::SignIn.to_string())),
    };
    view! {
        <Notice tone=Tone::Look title live=true>
            {sign_in.map(|href| view! { <ButtonLink text=t::sign_in::submit(lang) href /> })}
        </Notice>
    }
}

#[component]
fn StoreTrouble(trouble: Trouble) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let title = match trouble {
        Trouble::Invalid(wrong) => {
            let field = words::wrong_field(lang, wrong.field).unwrap_or_default();
            format!("{} {field}", words::trouble(lang, trouble)).trim_end().to_owned()
        }
        _ => words::trouble(lang, trouble).to_owned(),
    };
    let again = tablet.can_retry().then(|| {
        let text = t::trouble::try_again(lang);
        view! { <Button text kind=ButtonKind::Main script=true on:click=move |_| tablet.retry() /> }
    });
    let is_invalid = matches!(trouble, Trouble::Invalid(_));
    let text = if is_invalid { common::close(lang) } else { t::trouble::reload(lang) };
    let last = move |_| if is_invalid { tablet.retry() } else { crate::device::browser::reload() };
    view! {
        <Notice tone=Tone::Wrong title live=true>
            <div class="cluster">{again} <Button text script=true on:click=last /></div>
        </Notice>
    }
}
