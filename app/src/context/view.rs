//! What stands round every view: the way home, the title, where the records are, who is signed in, and what needs attention.

use leptos::prelude::*;

use super::address::Address;
use super::navigation::{Navigation, use_navigation};
use super::troubles::Troubles;
use super::{lang, use_tablet};
use crate::sync::state::{Link, Status};
use crate::texts::{Lang, common, tablet as t, waiting};
use crate::ui::{Button, HelpLine, Icon, IconView};

/// A view: its head with the way home, its title, the state of sending and who is signed in, then its content.
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
    /// The head is one line: the view needs the screen for its rows.
    #[prop(optional)]
    tight: bool,
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
    let (help, status) = (use_tablet().account().help, use_tablet().status());
    // Where somebody works, a notice that came over the rows would move them: the link in the head says it.
    let told = status.with_untracked(|status| status.signed_out);
    let sign_in = Signal::derive(move || tight && !told && status.with(|status| status.signed_out));
    view! {
        <div class=if tight { "view view--tight" } else { "view" }>
            <header class="view__head">
                {back.then(|| view! { <Back /> })}
                {(!start).then(|| view! { <Home only=!back /> })}
                <div class="view__words">
                    <h1 tabindex="-1" node_ref=heading class="view__title">{title}</h1>
                    {move || lead.get().map(|lead| view! { <p class="view__lead">{lead}</p> })}
                </div>
                <SendingLink sign_in />
                <MeLink />
            </header>
            <Troubles working=tight />
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
pub fn go_back(navigation: Navigation) {
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

/// To who is signed in, and to the settings.
#[component]
fn MeLink() -> impl IntoView {
    view! {
        <a href=Address::Me.to_string() class="view__me">
            <IconView icon=Icon::Person />
            <span>{t::me(lang())}</span>
        </a>
    }
}

/// What the way to the list of what waits says: where the records are, or that a new sign-in is needed.
#[derive(Clone, PartialEq)]
struct Sending {
    words: String,
    /// How many entries wait or must be looked at.
    count: i64,
    icon: Icon,
    class: &'static str,
    to: Address,
}

impl Sending {
    fn of(lang: Lang, status: &Status, sign_in: bool) -> Self {
        let (attention, unsent) = (status.attention, status.unsent);
        if sign_in {
            let words = t::sign_in::again(lang).to_owned();
            return Self {
                words,
                count: 0,
                icon: Icon::Person,
                class: "sending sending--attention",
                to: Address::SignIn,
            };
        }
        let (words, icon) = match (attention, unsent) {
            (0, 0) => (waiting::all_sent(lang).to_owned(), Icon::Server),
            (0, n) => (waiting::unsent(lang, n), Icon::Tablet),
            (n, _) => (waiting::attention(lang, n), Icon::Look),
        };
        let class = match (attention, unsent, status.link) {
            (1.., ..) => "sending sending--attention",
            (_, _, Link::Failed) => "sending sending--failed",
            (_, 0, _) => "sending sending--done",
            _ => "sending",
        };
        Self { words, count: if attention > 0 { attention } else { unsent }, icon, class, to: Address::Device }
    }
}

/// Where the records are, in words, with the way to the list of what waits. Offline is grey, not red.
#[component]
fn SendingLink(sign_in: Signal<bool>) -> impl IntoView {
    let (lang, status) = (lang(), use_tablet().status());
    let sending = Memo::new(move |_| status.with(|status| Sending::of(lang, status, sign_in.get())));
    let count = move || sending.with(|sending| (sending.count > 0).then_some(sending.count));
    view! {
        <a href=move || sending.with(|sending| sending.to.to_string()) class=move || sending.with(|sending| sending.class)>
            {move || view! { <IconView icon=sending.with(|sending| sending.icon) /> }}
            <span class="sending__words">{move || sending.with(|sending| sending.words.clone())}</span>
            <span class="sending__count" aria-hidden="true">{count}</span>
            // Where there is no room for the words.
            {move || (!sign_in.get()).then(|| view! { <span class="sending__short">{waiting::device(lang)}</span> })}
        </a>
    }
}
