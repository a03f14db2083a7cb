//! Who goes out with somebody, on their own page: the first name, and the number to call.

use domain::input::call_link;
use leptos::prelude::*;

use crate::texts::{Lang, friends::own as t};

/// A friend as their participant knows them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnFriend {
    pub first_name: String,
    pub phone: String,
}

#[component]
pub fn OwnFriends(lang: Lang, friends: Vec<OwnFriend>) -> impl IntoView {
    let any = !friends.is_empty();
    let lines: Vec<_> = friends
        .into_iter()
        .map(|OwnFriend { first_name, phone }| {
            let link = call_link(&phone);
            view! { <li>{first_name}" "<a href=link>{phone}</a></li> }
        })
        .collect();
    any.then(|| {
        view! {
            <section class="own__next" aria-labelledby="friend">
                <h2 class="own__label" id="friend">{t::title(lang)}</h2>
                <ul class="own__facts" role="list">{lines}</ul>
            </section>
        }
    })
}
