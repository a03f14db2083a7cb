//! What stands round every view: the way home, the title, where the records are, and what needs attention.

use leptos::prelude::*;

use super::place::Place;
use super::prefs::Prefs;
use super::way::{Way, use_way};
use super::words;
use crate::device::trouble::Trouble;
use crate::sync::live::Tablet;
use crate::sync::state::{Link, RecordState};
use crate::texts::{Lang, common, tablet, waiting};
use crate::ui::{HelpLine, Icon, IconView, live};

/// The language of this rendering. A change of language renders everything anew.
pub fn lang() -> Lang {
    use_context::<Prefs>().map_or(Lang::Fi, |prefs| prefs.lang.get_untracked())
}

/// The signed-in tablet. Every view below the frame has one.
pub fn use_tablet() -> Tablet {
    expect_context::<Tablet>()
}

/// A view: its head with the way home, its title and the state of sending, then its content.
#[component]
pub fn View(
    #[prop(into)] title: Signal<String>,
    /// Shown under the title.
    #[prop(into, optional)]
    lead: MaybeProp<String>,
    /// The start view has no way home.
    #[prop(optional)]
    start: bool,
    /// A view that is reached from another one offers the way back to it: an installed app has no back button.
    #[prop(optional)]
    back: bool,
    children: Children,
) -> impl IntoView {
    let (lang, way) = (lang(), use_way());
    let heading = NodeRef::<leptos::html::H1>::new();
    // A reader of the screen hears where it is, and the keyboard starts at the top of the new view.
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    Effect::new(move |_| document().set_title(&title.get()));
    view! {
        <div class="view">
            <header class="view__head">
                {back
                    .then(|| {
                        view! {
                            <button type="button" class="button view__back" on:click=move |_| go_back(way)>
                                <IconView icon=Icon::Back />
                                {common::back(lang)}
                            </button>
                        }
                    })}
                {(!start)
                    .then(|| {
                        view! {
                            <a href=Place::Start.to_string() class="view__home">
                                {(!back).then(|| view! { <IconView icon=Icon::Back /> })}
                                {tablet::home(lang)}
                            </a>
                        }
                    })}
                <div class="view__words">
                    <h1 tabindex="-1" node_ref=heading class="view__title">{title}</h1>
                    {live(move || lead.get().map(|lead| view! { <p class="view__lead">{lead}</p> }))}
                </div>
                <SendingLink />
            </header>
            <Troubles />
            <main class="view__main">{children()}</main>
            {use_tablet().account().help.map(|help| view! { <footer class="view__foot"><HelpLine lang help /></footer> })}
        </div>
    }
}

/// To the view that this one was opened from.
fn go_back(way: Way) {
    let history = window().history();
    // Opened by its address, there is nothing to go back to: then home.
    let deeper = history.as_ref().is_ok_and(|history| history.length().is_ok_and(|length| length > 1));
    let gone = deeper && history.is_ok_and(|history| history.back().is_ok());
    if !gone {
        way.go(Place::Start);
    }
}

/// Where the records are, in words, with the way to the list of what waits. Offline is grey, not red (P3).
#[component]
fn SendingLink() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let status = tablet.status();
    let words = move || {
        let status = status.get();
        match (status.attention, status.unsent) {
            (0, 0) => waiting::all_sent(lang).to_owned(),
            (0, n) => waiting::unsent(lang, n),
            (n, _) => waiting::attention(lang, n),
        }
    };
    let class = move || {
        let status = status.get();
        match (status.attention, status.unsent, status.link) {
            (1.., ..) => "sending sending--attention",
            (_, _, Link::Failed) => "sending sending--failed",
            (_, 0, _) => "sending sending--done",
            _ => "sending",
        }
    };
    let icon = move || {
        let status = status.get();
        match (status.attention, status.unsent) {
            (0, 0) => Icon::Server,
            (0, _) => Icon::Tablet,
            _ => Icon::Look,
        }
    };
    view! {
        <a href=Place::Device.to_string() class=class>
            {live(move || view! { <IconView icon=icon() /> })}
            <span class="sending__words">{live(words)}</span>
        </a>
    }
}

/// What went wrong with the store, what lapsed, and a waiting update: each says what to do.
#[component]
fn Troubles() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let status = tablet.status();
    let trouble = move || {
        tablet.trouble().get().map(|trouble| {
            let again = tablet.can_retry();
            let wrong = if let Trouble::Invalid(wrong) = trouble { words::wrong_field(lang, wrong.field) } else { None };
            let invalid = matches!(trouble, Trouble::Invalid(_));
            let last = if invalid { common::close(lang) } else { tablet::trouble::reload(lang) };
            view! {
                <div class="notice notice--wrong" role="alert">
                    <span class="notice__icon"><IconView icon=Icon::Look /></span>
                    <div class="notice__body">
                        <p>{words::trouble(lang, trouble)} " " {wrong}</p>
                        <div class="cluster">
                            {again
                                .then(|| {
                                    view! {
                                        <button type="button" class="button button--main" on:click=move |_| tablet.retry()>
                                            {tablet::trouble::try_again(lang)}
                                        </button>
                                    }
                                })}
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| if invalid { tablet.retry() } else { tablet.reload() }
                            >
                                {last}
                            </button>
                        </div>
                    </div>
                </div>
            }
        })
    };
    let told = move || {
        let status = status.get();
        let text = if status.lapsed {
            Some(tablet::trouble::lapsed(lang).to_owned())
        } else if status.signed_out {
            Some(tablet::trouble::sign_in_again(lang).to_owned())
        } else {
            status.clock_off_minutes.map(|minutes| words::clock_off(lang, minutes))
        };
        text.map(|text| {
            view! {
                <div class="notice notice--look" role="status">
                    <span class="notice__icon"><IconView icon=Icon::Look /></span>
                    <div class="notice__body">
                        <p>{text}</p>
                        {status
                            .signed_out
                            .then(|| {
                                view! {
                                    <a href=Place::SignIn.to_string() class="button">
                                        {tablet::sign_in::submit(lang)}
                                    </a>
                                }
                            })}
                    </div>
                </div>
            }
        })
    };
    view! { <div class="troubles">{live(trouble)} {live(told)}</div> }
}

/// Where one record is: shape and word (F4).
#[component]
pub fn SyncMark(#[prop(into)] state: Signal<Option<RecordState>>) -> impl IntoView {
    let lang = lang();
    live(move || {
        state.get().map(|state| {
            let short = match state {
                RecordState::Here => waiting::short::here(lang),
                RecordState::Sending => waiting::short::sending(lang),
                RecordState::Server => waiting::short::server(lang),
                RecordState::Attention => waiting::short::attention(lang),
            };
            let (icon, class, long) = (state.icon(), state.class(), state.words(lang));
            view! { <span class=class title=long><IconView icon=icon /> <span class="sync-mark__word">{short}</span></span> }
        })
    })
}
