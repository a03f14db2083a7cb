//! How to put the app on the home screen, with pictures: a browser may throw away what a mere page has stored. Offered
//! after the second session, never at the first visit; always on the tablet's own page.

use leptos::prelude::*;

use crate::context::{lang, use_tablet};
use crate::device::browser;
use crate::sync::notes::use_notes;
use crate::texts::{Lang, tablet::install as t};
use crate::ui::{Button, ButtonKind};

/// Sessions ended on this tablet before the app is offered.
const SESSIONS: usize = 2;

/// Each device's own way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum HowTo {
    /// The browser itself asks when told to.
    Asks,
    /// Share → Add to Home Screen.
    Apple,
    /// Menu → Install.
    Menu,
}

impl HowTo {
    fn here() -> Self {
        let agent = browser::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default();
        if browser::shell_state("data-install").is_some() {
            Self::Asks
        } else if ["iPhone", "iPad", "Macintosh"].iter().any(|apple| agent.contains(apple)) {
            Self::Apple
        } else {
            Self::Menu
        }
    }
}

/// On the tablet's own page.
#[component]
pub fn Install() -> impl IntoView {
    let lang = lang();
    view! {
        <section class="card">
            <h2>{t::title(lang)}</h2>
            {if browser::is_installed() {
                view! { <p>{t::installed(lang)}</p> }.into_any()
            } else {
                view! { <Steps lang /> }.into_any()
            }}
        </section>
    }
}

/// On the start view, until the app is installed or the reader wants no more of it.
#[component]
pub fn InstallHint() -> impl IntoView {
    let (lang, notes, tablet) = (lang(), use_notes(), use_tablet());
    let refused = RwSignal::new(false);
    tablet.keep_draft("no-install".to_owned(), refused, |refused| !refused);
    let wanted = move || !browser::is_installed() && !refused.get() && notes.sessions_ended() >= SESSIONS;
    view! {
        <Show when=wanted>
            <section class="card install">
                <h2>{t::title(lang)}</h2>
                <Steps lang />
                <Button text=t::not_now(lang) script=true on:click=move |_| refused.set(true) />
            </section>
        </Show>
    }
}

#[component]
fn Steps(lang: Lang) -> impl IntoView {
    let ask = move || {
        let ask = |_| browser::tell_shell("virea:install");
        view! { <Button text=t::now(lang) kind=ButtonKind::Main script=true on:click=ask /> }
    };
    let way = HowTo::here();
    let steps = match way {
        HowTo::Asks => return view! { <p>{t::why(lang)}</p> {ask()} }.into_any(),
        HowTo::Apple => [(SHARE, t::apple_share(lang)), (ADD, t::apple_add(lang)), (HOME, t::open(lang))],
        HowTo::Menu => [(MENU, t::menu(lang)), (ADD, t::menu_add(lang)), (HOME, t::open(lang))],
    };
    let one = |(path, words): (&'static str, &'static str)| {
        view! {
            <li class="install__step">
                <svg class="install__picture" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
                    <path d=path />
                </svg>
                <span>{words}</span>
            </li>
        }
    };
    view! {
        <p>{t::why(lang)}</p>
        <ol class="install__steps" role="list">{steps.map(one).into_iter().collect_view()}</ol>
    }
    .into_any()
}

/// A tablet with the sign of sharing: a box with an arrow out of it.
const SHARE: &str = "M12 4h40v56H12zM24 30h-4v18h24V30h-4M32 38V16M25 22l7-7 7 7";
/// A line of a menu with a square and a plus in it.
const ADD: &str = "M4 18h56v28H4zM10 32h22M40 24h14v16H40zM47 28v8M43 32h8";
/// A home screen with the app's sign on it.
const HOME: &str = "M12 4h40v56H12zM20 12h8v8h-8zM36 12h8v8h-8zM20 28h24v20H20zM26 34l6 10 6-10";
/// A browser's window with the three points of its menu.
const MENU: &str = "M4 10h56v44H4zM4 22h56M52 15.500v.1M48 15.500v.1M56 15.500v.1M34 28h22v20H34zM40 36h10M40 42h10";
