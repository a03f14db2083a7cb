//! Records that have not arrived, and those that a person must look at, with their reasons.

use domain::attendance::Mark;
use domain::sync::wire::{Outcome, Reason};
use leptos::prelude::*;

use crate::attendance::contested::marked_by;
use crate::context::address::Address;
use crate::context::words::wrong_field;
use crate::context::{lang, use_tablet};
use crate::sync::state::{WaitingItem, Why};
use crate::texts::{self, Lang, Words, waiting as t};
use crate::ui::{Button, ButtonLink, Rows, SyncMark};

/// Rows that are drawn at once; a longer list says how many more there are by its count.
const SHOWN: usize = 100;

#[component]
pub fn Records() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let items = Memo::new(move |_| tablet.waiting(lang));
    let some = move |looked_at: bool| {
        let wanted = items.get().into_iter().filter(move |item| item.outcome.is_some() == looked_at);
        wanted.take(SHOWN).collect::<Vec<_>>()
    };
    view! {
        <Show when=move || !some(true).is_empty()>
            <section class="stack">
                <h2>{t::needs_look(lang)}</h2>
                <Rows>
                    // What others marked becomes known later than that they did.
                    <For each=move || some(true) key=|item| (item.op, item.both.clone()) let:item>
                        <Record item />
                    </For>
                </Rows>
            </section>
        </Show>
        <Show when=move || !some(false).is_empty()>
            <section class="stack">
                <h2>{t::list(lang)}</h2>
                <Rows>
                    <For each=move || some(false) key=|item| (item.op, item.state) let:item>
                        <Record item />
                    </For>
                </Rows>
                <p class="quiet">{t::export_why(lang)}</p>
                <Button text=t::export(lang) script=true on:click=move |_| tablet.export() />
            </section>
        </Show>
    }
}

#[component]
fn Record(item: WaitingItem) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let field = item.field.and_then(|field| wrong_field(lang, &field));
    let chooses = item.chooses;
    let reason = item.outcome.map(|(outcome, reason)| outcome_words(lang, outcome, reason, chooses));
    let who = item.who.map(|who| format!(": {}", texts::named(lang, &who)));
    let both = item.both.map(|(own, others)| {
        let word = |mark: Option<Mark>| mark.map_or(texts::attendance::mark::none(lang), |mark| mark.words(lang));
        let by = |(mark, author): (Option<Mark>, Option<String>)| marked_by(word(mark), author.as_deref());
        let others: Vec<_> = others.into_iter().map(by).collect();
        t::both(lang, &texts::list(lang, &others), word(own))
    });
    let place: Vec<_> = item.group.into_iter().chain(item.day.map(|day| texts::day(lang, day))).collect();
    let (op, state, waits) = (item.op, item.state, item.outcome.is_none());
    let why = Memo::new(move |_| waits.then(|| tablet.status().with(|status| status.why(state))));
    let dismiss = item.dismissible.then(|| {
        view! { <Button text=t::dismiss(lang) script=true on:click=move |_| tablet.dismiss(op) /> }
    });
    view! {
        <li class="row">
            <span class="row__body">
                <span class="row__name">{item.what} {who}</span>
                {(!place.is_empty()).then(|| view! { <span class="row__more">{place.join(", ")}</span> })}
                <span class="row__more">{t::recorded(lang, &texts::moment(lang, item.at))}</span>
                {both.map(|both| view! { <span class="row__both">{both}</span> })}
                {move || why.get().map(|why| view! { <span class="row__more">{why_words(lang, why)}</span> })}
                {reason.map(|reason| view! { <span class="row__reason">{reason} " " {field}</span> })}
            </span>
            <span class="row__end">
                {chooses.then(|| view! { <ButtonLink text=t::decide::choose(lang) href=Address::Decide.to_string() /> })}
                <SyncMark lang state=Some(item.state) />
                {dismiss}
            </span>
        </li>
    }
}

fn why_words(lang: Lang, why: Why) -> &'static str {
    use t::why as w;
    match why {
        Why::Sending => w::sending(lang),
        Why::SignIn => w::sign_in(lang),
        Why::OtherTab => w::other_tab(lang),
        Why::Network => w::network(lang),
        Why::Server => w::server(lang),
        Why::Turn => w::turn(lang),
    }
}

/// `chooses`: both sides are known here, so that one can be chosen.
fn outcome_words(lang: Lang, outcome: Outcome, reason: Option<Reason>, chooses: bool) -> &'static str {
    use t::outcome as o;
    match (outcome, reason) {
        (Outcome::Held, Some(Reason::Rights)) => o::held_rights(lang),
        (Outcome::Held, Some(Reason::Schema)) => o::held_schema(lang),
        (Outcome::Held, _) => o::held(lang),
        (Outcome::Rejected, Some(Reason::Invalid)) => o::rejected_invalid(lang),
        (Outcome::Rejected, Some(Reason::Erased)) => o::rejected_erased(lang),
        (Outcome::Rejected, Some(Reason::IdReuse)) => o::rejected_id_reuse(lang),
        (Outcome::Rejected, _) => o::rejected(lang),
        (Outcome::Applied | Outcome::Noop, _) => o::reference_left_out(lang),
        _ if chooses => o::conflict_choose(lang),
        _ => o::conflict(lang),
    }
}
