//! The app: opens the tablet's own store before it asks any server, then shows the view of the address.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::beside::Beside;
use super::download::Download;
use super::measuring::{Measuring, Shown};
use super::signing_out::SigningOut;
use super::update::UpdateBar;
use crate::access::tablet::SignIn;
use crate::assessments::handed::HandedOver;
use crate::attendance::roll::Roll;
use crate::context::address::Address;
use crate::context::guard::guard_taps;
use crate::context::navigation::{Navigation, use_navigation};
use crate::context::preferences::Preferences;
use crate::context::view::NoView;
use crate::context::{lang, use_tablet, words};
use crate::device::account::Account;
use crate::device::browser::{self, reload};
use crate::device::trouble::Trouble;
use crate::device::users::Users;
use crate::sessions::done::Done;
use crate::sessions::start::Start;
use crate::sync::notes::Notes;
use crate::sync::tablet::Tablet;
use crate::texts::{list, tablet as t, waiting};
use crate::ui::{Button, ButtonKind, Notice, Tone};

/// Mounts the app into the static shell.
pub fn mount() {
    guard_taps();
    mount_to_body(App);
}

/// How far the start has come.
#[derive(Clone)]
enum Stage {
    Opening,
    /// The store cannot be opened; nothing can be recorded.
    Stuck(Trouble),
    /// `damaged`: who was signed in cannot be read any more.
    SignedOut {
        users: Users,
        damaged: bool,
    },
    SignedIn(Tablet),
}

#[component]
fn App() -> impl IntoView {
    let preferences = Preferences::load();
    provide_context(preferences);
    let navigation = Navigation::open();
    provide_context(navigation);
    provide_context(Done::default());
    let stage = RwSignal::new_local(Stage::Opening);
    spawn_local(async move { stage.set(open(stage).await) });
    // A change of language draws everything anew; what is typed lies in drafts, the place in the address.
    move || {
        let lang = preferences.lang.get();
        match stage.get() {
            Stage::Opening => view! { <p class="boot" role="status">{t::loading(lang)}</p> }.into_any(),
            Stage::Stuck(trouble) => view! { <Stuck trouble /> }.into_any(),
            Stage::SignedOut { users, damaged } => {
                browser::tell_shell("virea:taken-back");
                let users = StoredValue::new_local(users);
                let done = move |account: Account| {
                    spawn_local(async move {
                        let opened = enter(users.get_value(), account, stage, navigation).await;
                        stage.set(opened);
                    });
                };
                view! { <SignIn known=None damaged done /> }.into_any()
            }
            Stage::SignedIn(tablet) => {
                provide_context(tablet);
                view! { <SignedIn tablet again=move |account| again(stage, account) /> }.into_any()
            }
        }
    }
}

/// Opens the list of users, and the store of the one who is signed in.
async fn open(stage: RwSignal<Stage, LocalStorage>) -> Stage {
    let users = match Users::open(move |trouble| stage.set(Stage::Stuck(trouble))).await {
        Ok(users) => users,
        Err(trouble) => return Stage::Stuck(trouble),
    };
    match users.current().await {
        Ok(Some(account)) => open_store(users, account, stage).await,
        Ok(None) => Stage::SignedOut { users, damaged: false },
        // Their store is there: a new sign-in finds it.
        Err(Trouble::Unreadable) => Stage::SignedOut { users, damaged: true },
        Err(trouble) => Stage::Stuck(trouble),
    }
}

async fn enter(users: Users, account: Account, stage: RwSignal<Stage, LocalStorage>, navigation: Navigation) -> Stage {
    match users.welcome(account).await {
        Ok(account) => {
            // Whoever signs in after a sign-out stands at the form's address: it has done its work.
            if navigation.here_now() == Some(Address::SignIn) {
                navigation.go(Address::Start);
            }
            open_store(users, account, stage).await
        }
        Err(trouble) => Stage::Stuck(trouble),
    }
}

async fn open_store(users: Users, account: Account, stage: RwSignal<Stage, LocalStorage>) -> Stage {
    let left = users.clone();
    let signed_out = move || stage.set(Stage::SignedOut { users: left.clone(), damaged: false });
    match Tablet::open(users, account, signed_out).await {
        Ok(tablet) => Stage::SignedIn(tablet),
        Err(trouble) => Stage::Stuck(trouble),
    }
}

/// A new sign-in over a store that is open. The same person goes on in it; somebody else gets their own, so that
/// nothing is recorded under another's name. What the first has not sent waits for their next sign-in.
fn again(stage: RwSignal<Stage, LocalStorage>, account: Account) {
    let Stage::SignedIn(tablet) = stage.get_untracked() else { return };
    let now = tablet.account();
    if (now.user, now.device) == (account.user, account.device) {
        tablet.signed_in_again(account);
    } else {
        tablet.hand_over(account);
    }
}

#[component]
fn SignedIn(tablet: Tablet, again: impl Fn(Account) + Copy + Send + Sync + 'static) -> impl IntoView {
    let status = tablet.status();
    let ready = Memo::new(move |_| status.with(|status| status.ready));
    let signed_out = Memo::new(move |_| status.with(|status| status.signed_out));
    // Without anything to show, nothing can be done before the sign-in; later its way is the banner's.
    let first = move || match signed_out.get() {
        true => view! { <SignInAgain again /> }.into_any(),
        false => view! { <Download /> }.into_any(),
    };
    let unsent = Memo::new(move |_| status.with(|status| status.unsent));
    Effect::new(move |_| browser::badge(unsent.get()));
    provide_context(Notes::open(tablet));
    let (navigation, handed) = (use_navigation(), HandedOver::open(tablet));
    provide_context(handed);
    let is_handed = Memo::new(move |_| handed.is_handed());
    let leaving = tablet.leaving();
    view! {
        <Show when=move || leaving.get().is_none() fallback=move || view! { <SigningOut leaving /> }>
            <Show when=move || handed.is_known()>
                <Show when=move || !is_handed.get() fallback=|| view! { <Measuring shown=Shown::Held /> }>
                    <UpdateBar />
                    <Emptied />
                    <Show when=move || ready.get() fallback=move || first>
                        {move || view_at(navigation.here(), again)}
                    </Show>
                </Show>
            </Show>
        </Show>
    }
}

/// The browser has thrown this person's store away since they were here: said over every view until it is read.
#[component]
fn Emptied() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let lost = Memo::new(move |_| tablet.status().with(|status| status.lost));
    let missing = move || {
        let n = lost.get();
        (n > 0).then(|| {
            let numbers = list(lang, &tablet.lost_numbers());
            view! { <p>{waiting::lost(lang, n)} " " {waiting::lost_numbers(lang, &numbers)}</p> }
        })
    };
    view! {
        <Show when=move || tablet.is_emptied()>
            <Notice tone=Tone::Wrong title=waiting::emptied(lang) live=true>
                {missing}
                <Button text=waiting::emptied_read(lang) script=true on:click=move |_| tablet.emptied_was_read() />
            </Notice>
        </Show>
    }
}

fn view_at(address: Option<Address>, again: impl Fn(Account) + Copy + Send + Sync + 'static) -> AnyView {
    match address {
        Some(Address::Start) => view! { <Start /> }.into_any(),
        Some(Address::Roll(group, day)) => view! { <Roll group day /> }.into_any(),
        Some(
            address @ (Address::OtherGroups
            | Address::Decide
            | Address::Visitor(..)
            | Address::Person(..)
            | Address::Pause(..)
            | Address::HomeProgramme(..)
            | Address::HomeDays(..)
            | Address::Contact(..)
            | Address::Registration(..)
            | Address::RegistrationPart(..)
            | Address::Stop(..)
            | Address::Device
            | Address::Me),
        ) => view! { <Beside address /> }.into_any(),
        Some(
            address @ (Address::ResultsCard(..)
            | Address::Measure(..)
            | Address::Test(..)
            | Address::Paper(..)
            | Address::Amend(..)
            | Address::Tests
            | Address::TestDay(..)
            | Address::Station(..)
            | Address::StationTest(..)
            | Address::Practice
            | Address::Sources),
        ) => view! { <Measuring shown=Shown::At(address) /> }.into_any(),
        Some(Address::SignIn) => view! { <SignInAgain again /> }.into_any(),
        None => view! { <NoView /> }.into_any(),
    }
}

/// The session has ended; recording goes on meanwhile, and nothing is removed.
#[component]
fn SignInAgain(again: impl Fn(Account) + Copy + Send + Sync + 'static) -> impl IntoView {
    let (tablet, navigation) = (use_tablet(), use_navigation());
    let done = move |account: Account| {
        again(account);
        navigation.go(Address::Start);
    };
    view! { <SignIn known=Some(tablet.account()) done /> }
}

#[component]
fn Stuck(trouble: Trouble) -> impl IntoView {
    let lang = lang();
    view! {
        <main class="door">
            <div class="door__card">
                <h1>{t::trouble::title(lang)}</h1>
                <Notice tone=Tone::Wrong title=words::trouble(lang, trouble) live=true />
                <Button text=t::trouble::reload(lang) kind=ButtonKind::Main script=true on:click=move |_| reload() />
            </div>
        </main>
    }
}
