//! What waits: unsent, held, refused and contradicted records with their reasons, the state of sending and of the
//! storage, and the settings of this tablet.

use domain::sync::wire::{Outcome, Reason};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::live::WaitingItem;
use super::state::Link;
use crate::device::storage::{self, StorageState};
use crate::tablet::dialog::Dialog;
use crate::tablet::frame::{SyncMark, View, lang, use_tablet};
use crate::tablet::place::Place;
use crate::tablet::prefs::{Choice, Prefs};
use crate::tablet::way::use_way;
use crate::tablet::words::wrong_field;
use crate::texts::{self, Lang, Words, tablet as frame, waiting as t};
use crate::ui::{Each, Icon, IconView, Show, live};

/// Rows that are drawn at once; a longer list says how many more there are by its count.
const SHOWN: usize = 100;

#[component]
pub fn Device() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let items = Memo::new(move |_| tablet.waiting(lang));
    let attention =
        move || items.get().into_iter().filter(|item| item.outcome.is_some()).take(SHOWN).collect::<Vec<_>>();
    let unsent = move || items.get().into_iter().filter(|item| item.outcome.is_none()).take(SHOWN).collect::<Vec<_>>();
    let left = tablet.account().left().map(|(name, n)| t::left(lang, n, name) + " ").collect::<String>();
    let left = (!left.is_empty()).then(|| view! { <div class="notice">{left}</div> });
    view! {
        <View title=t::title(lang)>
            <Sending />
            {left}
            <Show when=move || !attention().is_empty()>
                <section class="stack">
                    <h2>{t::needs_look(lang)}</h2>
                    <ul class="rows">
                        <Each each=attention key=|item| item.op let:item>
                            <WaitingRow item />
                        </Each>
                    </ul>
                </section>
            </Show>
            <Show when=move || !unsent().is_empty()>
                <section class="stack">
                    <h2>{t::list(lang)}</h2>
                    <ul class="rows">
                        <Each each=unsent key=|item| (item.op, item.state) let:item>
                            <WaitingRow item />
                        </Each>
                    </ul>
                    <p class="quiet">{t::export_why(lang)}</p>
                    <button type="button" class="button" on:click=move |_| tablet.export()>
                        {t::export(lang)}
                    </button>
                </section>
            </Show>
            <Storage />
            <Settings />
            <SignOut />
        </View>
    }
}

#[component]
fn Sending() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let status = tablet.status();
    let words = move || {
        let status = status.get();
        match (status.link, status.unsent) {
            _ if status.other_tab_sends => t::other_tab(lang).to_owned(),
            (Link::Busy, _) => t::busy(lang).to_owned(),
            (Link::Offline, _) => t::offline(lang).to_owned(),
            (Link::Failed, _) => t::failed(lang).to_owned(),
            (_, 0) => t::all_sent(lang).to_owned(),
            (_, n) => t::unsent(lang, n),
        }
    };
    let class = move || match status.get().link {
        Link::Failed => "notice notice--look",
        Link::Online if status.get().unsent == 0 => "notice notice--good",
        _ => "notice",
    };
    let when = move || match status.get().last_contact {
        Some(at) => t::last_sync(lang, &texts::moment(lang, at)),
        None => t::never(lang).to_owned(),
    };
    let oldest = move || status.get().oldest_unsent.map(|at| t::oldest(lang, &texts::moment(lang, at)));
    view! {
        <section class=class role="status">
            <div class="notice__body">
                <p class="notice__title">{live(words)}</p>
                <p>{live(when)}</p>
                {live(move || oldest().map(|oldest| view! { <p>{oldest}</p> }))}
                <button type="button" class="button button--main" on:click=move |_| tablet.send_now()>
                    {t::send_now(lang)}
                </button>
            </div>
        </section>
    }
}

#[component]
fn WaitingRow(item: WaitingItem) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let field = item.field.and_then(|field| wrong_field(lang, &field));
    let reason = item.outcome.map(|(outcome, reason)| outcome_words(lang, outcome, reason));
    let op = item.op;
    let dismiss = item.dismissible.then(|| {
        view! {
            <button type="button" class="button" on:click=move |_| tablet.dismiss(op)>
                {t::dismiss(lang)}
            </button>
        }
    });
    view! {
        <li class="row">
            <span class="row__body">
                <span class="row__name">{item.what} {item.who.map(|who| format!(": {who}"))}</span>
                <span class="row__more">{texts::moment(lang, item.at)}</span>
                {reason.map(|reason| view! { <span class="row__reason">{reason} " " {field}</span> })}
            </span>
            <span class="row__end">
                <SyncMark state=Signal::stored(Some(item.state)) />
                {dismiss}
            </span>
        </li>
    }
}

fn outcome_words(lang: Lang, outcome: Outcome, reason: Option<Reason>) -> &'static str {
    use t::outcome as o;
    match (outcome, reason) {
        (Outcome::Held, Some(Reason::Rights)) => o::held_rights(lang),
        (Outcome::Held, Some(Reason::Schema)) => o::held_schema(lang),
        (Outcome::Held, _) => o::held(lang),
        (Outcome::Rejected, Some(Reason::Invalid)) => o::rejected_invalid(lang),
        (Outcome::Rejected, Some(Reason::Erased)) => o::rejected_erased(lang),
        (Outcome::Rejected, Some(Reason::IdReuse)) => o::rejected_id_reuse(lang),
        (Outcome::Rejected, _) => o::rejected(lang),
        _ => o::conflict(lang),
    }
}

/// What the browser says about keeping the data. Shown, never relied on (P4).
#[component]
fn Storage() -> impl IntoView {
    let lang = lang();
    let state = RwSignal::new(StorageState::default());
    spawn_local(async move { state.set(storage::state().await) });
    let kept = move || match state.get().persisted {
        Some(true) => t::persisted(lang),
        Some(false) => t::not_persisted(lang),
        None => t::persist_unknown(lang),
    };
    let used = move || {
        #[expect(clippy::cast_possible_truncation, reason = "no tablet holds so many megabytes")]
        let megabytes = |bytes: f64| texts::count(lang, (bytes / 1e6).round() as i64);
        let state = state.get();
        Some(t::used(lang, &megabytes(state.quota?), &megabytes(state.used?)))
    };
    view! {
        <section class="card">
            <h2>{t::storage(lang)}</h2>
            // Shown when the shell has said so (`public/boot.js`).
            <div class="notice notice--look online-only">{t::online_only(lang)}</div>
            <p>{live(kept)}</p>
            {live(move || used().map(|used| view! { <p class="quiet">{used}</p> }))}
        </section>
    }
}

/// Language, text size, colours, hand.
#[component]
fn Settings() -> impl IntoView {
    let lang = lang();
    let prefs = expect_context::<Prefs>();
    let languages = Lang::ALL.map(|one| {
        view! {
            <button
                type="button"
                class="switch__button"
                lang=one.code()
                aria-pressed=(one == lang).to_string()
                on:click=move |_| prefs.speak(one)
            >
                {one.own_name()}
            </button>
        }
    });
    view! {
        <section class="card">
            <h2>{frame::language(lang)}</h2>
            <div class="switch" role="group" aria-label=frame::language(lang)>
                {languages.into_iter().collect_view()}
            </div>
            <h2>{frame::text_size(lang)}</h2>
            {choices(prefs, Choice::Size, frame::text_size(lang), vec!["A", "A+", "A++"])}
            <h2>{frame::theme(lang)}</h2>
            {choices(
                prefs,
                Choice::Theme,
                frame::theme(lang),
                vec![frame::theme_auto(lang), frame::theme_light(lang), frame::theme_dark(lang)],
            )}
            <h2>{frame::hand(lang)}</h2>
            {choices(prefs, Choice::Hand, frame::hand(lang), vec![frame::hand_right(lang), frame::hand_left(lang)])}
        </section>
    }
}

fn choices(prefs: Prefs, choice: Choice, label: &'static str, words: Vec<&'static str>) -> impl IntoView {
    let buttons = choice.values().iter().zip(words).map(|(value, words)| {
        view! {
            <button
                type="button"
                class="switch__button"
                aria-pressed=move || (prefs.get(choice) == *value).to_string()
                on:click=move |_| prefs.set(choice, value)
            >
                {words}
            </button>
        }
    });
    view! {
        <div class="switch" role="group" aria-label=label>
            {buttons.collect_view()}
        </div>
    }
}

/// Refused while something is unsent: says how many and what to do.
#[component]
fn SignOut() -> impl IntoView {
    let (lang, tablet, way) = (lang(), use_tablet(), use_way());
    let refused = RwSignal::new(None::<i64>);
    let account = tablet.account();
    let out = move |_| match tablet.status().get_untracked().unsent {
        0 => spawn_local(async move {
            if tablet.sign_out().await {
                way.go(Place::SignIn);
            }
        }),
        n => refused.set(Some(n)),
    };
    view! {
        <section class="card">
            <p>{frame::signed_in_as(lang, &account.name, account.role.words(lang))}</p>
            <button type="button" class="button" on:click=out>
                {frame::sign_out(lang)}
            </button>
        </section>
        {live(move || {
            refused
                .get()
                .map(|n| {
                    view! {
                        <Dialog title=frame::sign_out_refused::title(lang) close=move || refused.set(None)>
                            <p>{t::unsent(lang, n)}</p>
                            <p>{frame::sign_out_refused::what(lang)}</p>
                            <button
                                type="button"
                                class="button button--main"
                                on:click=move |_| {
                                    tablet.send_now();
                                    refused.set(None);
                                }
                            >
                                <IconView icon=Icon::Upload />
                                {t::send_now(lang)}
                            </button>
                        </Dialog>
                    }
                })
        })}
    }
}
