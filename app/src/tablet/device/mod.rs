//! The device's own view: what waits to be sent and what needs a look, the storage, and the way onto the home screen.

mod records;
mod storage;

use leptos::prelude::*;

use self::records::Records;
use self::storage::Storage;
use super::install::Install;
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::sync::state::{Link, SetAside};
use crate::texts::{self, Lang, waiting as t};
use crate::ui::{Button, ButtonKind, Notice, Rows, Tone};

#[component]
pub fn Device() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let left: Vec<_> = tablet.account().left.iter().map(|left| t::left(lang, left.unsent, &left.name)).collect();
    view! {
        <View title=t::title(lang)>
            <Sending />
            {(!left.is_empty()).then(|| view! { <Notice title=left.join(" ") /> })}
            <Lost />
            <Records />
            <Storage />
            <Install />
        </View>
    }
}

/// What cannot be sent any more: said, so that somebody can do it over.
#[component]
fn Lost() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let counts = Memo::new(move |_| tablet.status().with(|status| (status.damaged, status.lost)));
    let damaged = move |n: i64| {
        view! {
            <Notice tone=Tone::Wrong title=t::damaged(lang, n)>
                <Rows>{tablet.set_aside(lang).into_iter().map(|one| aside(lang, one)).collect_view()}</Rows>
                <Button text=t::export_damaged(lang) script=true on:click=move |_| tablet.export() />
            </Notice>
        }
    };
    let lost = move |n: i64| {
        let numbers = texts::list(lang, &tablet.lost_numbers());
        view! {
            <Notice tone=Tone::Wrong title=t::lost(lang, n)>
                <p>{t::lost_numbers(lang, &numbers)}</p>
            </Notice>
        }
    };
    move || {
        let (unreadable, gone) = counts.get();
        view! {
            {(unreadable > 0).then(|| damaged(unreadable))}
            {(gone > 0).then(|| lost(gone))}
        }
    }
}

/// What is left of an entry that cannot be read: its number, what it was, when.
fn aside(lang: Lang, one: SetAside) -> impl IntoView {
    let number = match one.number {
        Some(n) => t::aside::number(lang, n),
        None => t::aside::no_number(lang).to_owned(),
    };
    let what = one.what.unwrap_or(t::aside::unknown(lang));
    let when = one.at.map_or_else(|| t::aside::no_time(lang).to_owned(), |at| texts::moment(lang, at));
    view! {
        <li class="row">
            <span class="row__body">
                <span class="row__name">{number} ": " {what}</span>
                <span class="row__more">{when}</span>
            </span>
        </li>
    }
}

/// How the sending goes, since when, and the way to begin it at once.
#[component]
fn Sending() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let status = tablet.status();
    let words = move || {
        let status = status.get();
        match (status.link, status.unsent) {
            _ if status.signed_out => texts::tablet::trouble::sign_in_again(lang).to_owned(),
            _ if status.other_tab_sends => t::other_tab(lang).to_owned(),
            (Link::Busy, _) => t::busy(lang).to_owned(),
            (Link::Offline, _) => t::offline(lang).to_owned(),
            (Link::Failed, _) => t::failed(lang).to_owned(),
            (_, 0) => t::all_sent(lang).to_owned(),
            (_, n) => t::unsent(lang, n),
        }
    };
    let tone = move || match status.get().link {
        _ if status.get().signed_out => Tone::Look,
        Link::Failed => Tone::Look,
        Link::Online if status.get().unsent == 0 => Tone::Good,
        _ => Tone::Calm,
    };
    let when = move || match status.get().last_contact {
        Some(at) => t::last_sync(lang, &texts::moment(lang, at)),
        None => t::never(lang).to_owned(),
    };
    let oldest = move || status.get().oldest_unsent.map(|at| t::oldest(lang, &texts::moment(lang, at)));
    view! {
        <Notice tone title=words live=true>
            <p>{when}</p>
            {move || oldest().map(|oldest| view! { <p>{oldest}</p> })}
            <Button text=t::send_now(lang) kind=ButtonKind::Main script=true on:click=move |_| tablet.send_now() />
        </Notice>
    }
}
