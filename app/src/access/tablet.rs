//! Signing in on the tablet, once, online; then the first download as a step of its own.

use domain::devices::{SIGN_IN_PATH, SignInRefusal, SignInReply, SignInRequest};
use domain::ids::StreamId;
use domain::sync::read_json;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::context::lang;
use crate::context::preferences::Preferences;
use crate::context::typed_text::{Mistakes, TypedText, focus};
use crate::device::account::Account;
use crate::device::clock::{BrowserChance, BrowserClock};
use crate::device::storage;
use crate::sync::fetch::{Answer, post};
use crate::texts::{Lang, tablet as t};
use crate::ui::{Button, ButtonKind, Notice, Tone};
use domain::time::Clock;

/// Milliseconds until a sign-in is given up.
const PATIENCE: u32 = 20_000;

/// Why it did not work, as far as it changes what to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Refused {
    EmptyLogin,
    EmptyPassword,
    Wrong,
    NoTabletRole,
    RoleWaits,
    SlowDown,
    NoNetwork,
    Server,
}

impl Refused {
    fn words(self, lang: Lang) -> &'static str {
        use t::sign_in as s;
        match self {
            Self::EmptyLogin => s::empty_login(lang),
            Self::EmptyPassword => s::empty_password(lang),
            Self::Wrong => s::wrong(lang),
            Self::NoTabletRole => s::no_tablet_role(lang),
            Self::RoleWaits => s::role_waits(lang),
            Self::SlowDown => s::slow_down(lang),
            Self::NoNetwork => s::no_network(lang),
            Self::Server => s::server_error(lang),
        }
    }
}

/// The form. `done` gets the account; `known` is who was signed in before on this tablet.
#[component]
pub fn SignIn(
    known: Option<Account>,
    /// Who was signed in cannot be read any more.
    #[prop(optional)]
    damaged: bool,
    done: impl Fn(Account) + Copy + 'static,
) -> impl IntoView {
    let lang = lang();
    let typed = Typed::default();
    let refused = RwSignal::new(None::<Refused>);
    let mistakes = Mistakes::new(Vec::new());
    let busy = RwSignal::new(false);
    let known = StoredValue::new(known);
    let send = move |request: SignInRequest| async move {
        let answer = ask(&request, known.get_value()).await;
        busy.set(false);
        match answer {
            Ok(account) => {
                // The person has shown that they mean to stay: the moment to ask.
                let _ = storage::persist().await;
                done(account);
            }
            Err(why) => {
                refused.set(Some(why));
                focus("login");
            }
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let request = typed.request();
        let empty = missing(&request);
        mistakes.set(empty.iter().map(|(field, why)| (*field, why.words(lang).to_owned())).collect());
        if let Some((field, why)) = empty {
            refused.set(Some(why));
            focus(field);
        } else if !busy.get_untracked() {
            busy.set(true);
            spawn_local(send(request));
        }
    };
    let told = move || refused.get().map(|why| view! { <Notice tone=Tone::Wrong title=why.words(lang) live=true /> });
    view! {
        <main class="door">
            <div class="door__card">
                <h1>{t::sign_in::title(lang)}</h1>
                <p>{t::sign_in::lead(lang)}</p>
                {damaged.then(|| view! { <Notice tone=Tone::Look title=t::trouble::account_damaged(lang) /> })}
                {told}
                <form class="stack" on:submit=submit novalidate>
                    <SignInFields typed mistakes />
                    <Button
                        text=move || if busy.get() { t::sign_in::sending(lang) } else { t::sign_in::submit(lang) }
                        kind=ButtonKind::Main
                        wide=true
                        disabled=busy
                    />
                </form>
                <Languages />
            </div>
        </main>
    }
}

/// What stands in the form.
#[derive(Clone, Copy, Default)]
struct Typed {
    login: RwSignal<String>,
    password: RwSignal<String>,
    /// What the tablet is called.
    label: RwSignal<String>,
}

impl Typed {
    fn request(self) -> SignInRequest {
        SignInRequest {
            login: self.login.get_untracked().trim().to_owned(),
            password: self.password.get_untracked(),
            device_label: self.label.get_untracked().trim().to_owned(),
            signs: true,
        }
    }
}

/// The first field that must not be empty and is.
fn missing(request: &SignInRequest) -> Option<(&'static str, Refused)> {
    match (request.login.is_empty(), request.password.is_empty()) {
        (true, _) => Some(("login", Refused::EmptyLogin)),
        (_, true) => Some(("password", Refused::EmptyPassword)),
        _ => None,
    }
}

#[component]
fn SignInFields(typed: Typed, mistakes: Mistakes) -> impl IntoView {
    use t::sign_in as s;
    let lang = lang();
    let Typed { login, password, label } = typed;
    view! {
        <TypedText id="login" label=s::login(lang) autocomplete="username" mistakes
            value=login set=move |text| login.set(text) />
        <TypedText id="password" label=s::password(lang) kind="password" autocomplete="current-password" mistakes
            value=password set=move |text| password.set(text) />
        <TypedText id="device" label=s::device(lang) hint=s::device_hint(lang) optional=true mistakes
            value=label set=move |text| label.set(text) />
    }
}

/// "Suomi | Svenska | English", in words.
#[component]
fn Languages() -> impl IntoView {
    let preferences = expect_context::<Preferences>();
    let now = lang();
    let one = move |lang: Lang| {
        view! {
            <li>
                <button
                    type="button"
                    class="languages__link"
                    lang=lang.code()
                    aria-current=(lang == now).then_some("true")
                    on:click=move |_| preferences.speak(lang)
                >
                    {lang.own_name()}
                </button>
            </li>
        }
    };
    view! {
        <ul class="languages" role="list">
            {Lang::ALL.map(one).into_iter().collect_view()}
        </ul>
    }
}

async fn ask(request: &SignInRequest, known: Option<Account>) -> Result<Account, Refused> {
    match post::<_, SignInReply>(SIGN_IN_PATH, request, PATIENCE).await {
        Answer::Ok(reply) => Ok(account(reply, known)),
        Answer::Refused { status: 429, .. } => Err(Refused::SlowDown),
        Answer::Refused { body, status } => match read_json::<SignInRefusal>(&body) {
            Ok(SignInRefusal::Wrong) => Err(Refused::Wrong),
            Ok(SignInRefusal::NoTabletRole) => Err(Refused::NoTabletRole),
            Ok(SignInRefusal::RoleWaits) => Err(Refused::RoleWaits),
            Err(_) if status == 401 => Err(Refused::Wrong),
            Err(_) if status == 403 => Err(Refused::NoTabletRole),
            Err(_) => Err(Refused::Server),
        },
        Answer::Unreachable => Err(Refused::NoNetwork),
        Answer::Unreadable => Err(Refused::Server),
    }
}

/// The same user on the same tablet goes on with the same stream of operations, also where the tablet does not know them
/// any more.
fn account(reply: SignInReply, known: Option<Account>) -> Account {
    let same = known.filter(|known| known.user == reply.user && known.device == reply.device);
    let known = same.map(|known| known.stream).or(reply.had.map(|had| had.stream));
    let stream = known.unwrap_or_else(|| StreamId::new(BrowserClock.now(), &mut BrowserChance));
    let made = reply.had.filter(|had| had.stream == stream).map_or(0, |had| had.made);
    Account {
        user: reply.user,
        name: reply.name,
        role: reply.role,
        municipality: reply.municipality,
        device: reply.device,
        stream,
        help: reply.help,
        left: Vec::new(),
        key: reply.author_key,
        kept_here: reply.kept_here,
        emptied: false,
        made,
    }
}
