//! What stands round every view: the way home, the title, where the records are, and what needs attention.

use leptos::prelude::*;

use super::address::Address;
use super::navigation::{Navigation, use_navigation};
use super::troubles::Troubles;
use super::{lang, use_tablet};
use crate::sync::state::Link;
use crate::texts::{common, tablet as t, waiting};
use crate::ui::{Button, HelpLine, Icon, IconView};

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
    let lang = lang();
    let heading = NodeRef::<leptos::html::H1>::new();
    // A reader of the screen hears where it is, and the keyboard starts at the top of the new view.
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    Effect::new(move |_| document().set_title(&title.get()));
    let help = use_tablet().account().help;
    view! {
        <div class="view">
            <header class="view__head">
                {back.then(|| view! { <Back /> })}
                {(!start).then(|| view! { <Home only=!back /> })}
                <div class="view__words">
                    <h1 tabindex="-1" node_ref=heading class="view__title">{title}</h1>
                    {move || lead.get().map(|lead| view! { <p class="view__lead">{lead}</p> })}
                </div>
                <SendingLink />
            </header>
            <Troubles />
            <main class="view__main">{children()}</main>
            {help.map(|help| view! { <footer class="view__foot"><HelpLine lang help /></footer> })}
        </div>
    }
}

/// The address leads nowhere, or to a group that is not on this tablet.
#[component]
pub fn NoView() -> impl IntoView {
    let lang = lang();
    view! {
        <View title=t::start::title(lang)>
            <p>{t::no_view(lang)}</p>
        </View>
    }
}

#[component]
fn Back() -> impl IntoView {
    let navigation = use_navigation();
    view! {
        <Button text=common::back(lang()) icon=Icon::Back class="view__back" script=true on:click=move |_| go_back(navigation) />
    }
}

/// To the view that this one was opened from.
fn go_back(navigation: Navigation) {
    let history = window().history();
    // Opened by its address, there is nothing to go back to: then home.
    let deeper = history.as_ref().is_ok_and(|history| history.length().is_ok_and(|length| length > 1));
    let gone = deeper && history.is_ok_and(|history| history.back().is_ok());
    if !gone {
        navigation.go(Address::Start);
    }
}

/// The way home; the arrow stands where no way back does.
#[component]
fn Home(only: bool) -> impl IntoView {
    view! {
        <a href=Address::Start.to_string() class="view__home">
            {only.then(|| view! { <IconView icon=Icon::Back /> })}
            {t::home(lang())}
        </a>
    }
}

/// Where the records are, in words, with the way to the list of what waits. Offline is grey, not red.
#[component]
fn SendingLink() -> impl IntoView {
    let (lang, status) = (lang(), use_tablet().status());
    let words = move || {
        status.with(|status| match (status.attention, status.unsent) {
            (0, 0) => waiting::all_sent(lang).to_owned(),
            (0, n) => waiting::unsent(lang, n),
            (n, _) => waiting::attention(lang, n),
        })
    };
    let class = move || {
        status.with(|status| match (status.attention, status.unsent, status.link) {
            (1.., ..) => "sending sending--attention",
            (_, _, Link::Failed) => "sending sending--failed",
            (_, 0, _) => "sending sending--done",
            _ => "sending",
        })
    };
    let icon = move || {
        status.with(|status| match (status.attention, status.unsent) {
            (0, 0) => Icon::Server,
            (0, _) => Icon::Tablet,
            _ => Icon::Look,
        })
    };
    view! {
        <a href=Address::Device.to_string() class=class>
            {move || view! { <IconView icon=icon() /> }}
            <span class="sending__words">{words}</span>
        </a>
    }
}
