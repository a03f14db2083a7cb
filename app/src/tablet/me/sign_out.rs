//! Signing out, which removes the user's data. Refused while something would be lost by it: says how much, and what to
//! do.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::{lang, use_tablet};
use crate::sync::state::LeftToSave;
use crate::texts::{tablet as t, waiting};
use crate::ui::{Button, ButtonKind, Icon, Sheet};

#[component]
pub fn SignOut() -> impl IntoView {
    let (lang, tablet, navigation) = (lang(), use_tablet(), use_navigation());
    let refused = RwSignal::new(None::<LeftToSave>);
    let out = move |_| {
        spawn_local(async move {
            match tablet.sign_out().await {
                Ok(()) => navigation.go(Address::SignIn),
                Err(left) => refused.set(left),
            }
        });
    };
    view! {
        <section class="card">
            <Button text=t::sign_out(lang) script=true on:click=out />
        </section>
        {move || refused.get().map(|left| view! { <Refused left close=move || refused.set(None) /> })}
    }
}

/// What would be lost, and what to do.
#[component]
fn Refused(left: LeftToSave, close: impl Fn() + Copy + 'static) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let send = move |_| {
        tablet.send_now();
        close();
    };
    let save = move |_| {
        tablet.export();
        close();
    };
    let what = match left {
        LeftToSave::Unsent(n) => view! {
            <p>{waiting::unsent(lang, n)}</p>
            <p>{t::sign_out_refused::what(lang)}</p>
            <Button
                text=waiting::send_now(lang)
                kind=ButtonKind::Main
                icon=Icon::Upload
                script=true
                on:click=send
            />
        }
        .into_any(),
        LeftToSave::Damaged(n) => view! {
            <p>{waiting::damaged(lang, n)}</p>
            <Button text=waiting::export_damaged(lang) kind=ButtonKind::Main script=true on:click=save />
        }
        .into_any(),
    };
    view! { <Sheet lang title=t::sign_out_refused::title(lang) close>{what}</Sheet> }
}
