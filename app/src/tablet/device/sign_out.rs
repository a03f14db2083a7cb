//! Signing out, which removes the user's data. Refused while something is unsent: says how many and what to do.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::{lang, use_tablet};
use crate::texts::{Words, tablet as t, waiting};
use crate::ui::{Button, ButtonKind, Icon, Sheet};

#[component]
pub fn SignOut() -> impl IntoView {
    let (lang, tablet, navigation) = (lang(), use_tablet(), use_navigation());
    let refused = RwSignal::new(None::<i64>);
    let account = tablet.account();
    let out = move |_| match tablet.status().get_untracked().unsent {
        0 => spawn_local(async move {
            if tablet.sign_out().await {
                navigation.go(Address::SignIn);
            }
        }),
        n => refused.set(Some(n)),
    };
    let send = move |_| {
        tablet.send_now();
        refused.set(None);
    };
    view! {
        <section class="card">
            <p>{t::signed_in_as(lang, &account.name, account.role.words(lang))}</p>
            <Button text=t::sign_out(lang) script=true on:click=out />
        </section>
        {move || {
            refused
                .get()
                .map(|n| {
                    view! {
                        <Sheet lang title=t::sign_out_refused::title(lang) close=move || refused.set(None)>
                            <p>{waiting::unsent(lang, n)}</p>
                            <p>{t::sign_out_refused::what(lang)}</p>
                            <Button
                                text=waiting::send_now(lang)
                                kind=ButtonKind::Main
                                icon=Icon::Upload
                                script=true
                                on:click=send
                            />
                        </Sheet>
                    }
                })
        }}
    }
}
