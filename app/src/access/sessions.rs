//! One's own sign-ins, each of which can be ended.

use domain::access::Role;
use domain::time::{Day, TimeOfDay};
use leptos::prelude::*;

use crate::texts::{Lang, Words as _, access::own_account, access::own_sessions as words};
use crate::ui::{Button, ButtonKind, ButtonLink, PageHead, Rows, Tag, Tone};

/// One sign-in.
#[derive(Clone, Debug)]
pub struct OwnSession {
    pub id: String,
    pub role: Option<Role>,
    pub on_tablet: bool,
    pub seen: (Day, TimeOfDay),
    pub current: bool,
}

/// `may_have_factor`: whether the account has a role for which a second factor is.
pub fn own_sessions(lang: Lang, sessions: Vec<OwnSession>, may_have_factor: bool) -> impl IntoView {
    let rows: Vec<_> = sessions.into_iter().map(|session| row(lang, session)).collect();
    view! {
        <PageHead title=words::title(lang) lead=words::lead(lang)>
            <ButtonLink text=own_account::password_title(lang) href="/password"/>
            <ButtonLink text=own_account::phone_title(lang) href="/phone"/>
            {may_have_factor.then(|| view! {
                <ButtonLink text=own_account::factor_title(lang) href="/second-factor"/>
            })}
        </PageHead>
        <Rows label=words::title(lang)>{rows}</Rows>
    }
}

fn row(lang: Lang, session: OwnSession) -> impl IntoView {
    let place = if session.on_tablet { words::tablet(lang) } else { words::desk(lang) };
    let role = session.role.map(|role| format!(", {}", role.words(lang))).unwrap_or_default();
    let seen = words::seen(lang, session.seen.0, session.seen.1);
    view! {
        <li class="row">
            <div class="row__body">
                <p class="row__name">{place}{role}</p>
                <p class="row__more">{seen}</p>
            </div>
            {session.current.then(|| view! { <Tag text=words::current(lang) tone=Tone::Good/> })}
            <form method="post" action=format!("/sessions/{}/end", session.id)>
                <Button text=words::end(lang) kind=ButtonKind::Quiet/>
            </form>
        </li>
    }
}
