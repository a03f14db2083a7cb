//! The line over the rows: how many are here, the search, the order.

use leptos::prelude::*;

use super::roll_call::RollCall;
use super::roster::Order;
use crate::context::{lang, use_tablet};
use crate::texts::{Lang, roll as t, whole};
use crate::ui::{Button, Icon, IconView};

/// How the rows are looked for and sorted.
#[derive(Clone, Copy)]
pub struct Looking {
    pub search: RwSignal<String>,
    pub order: RwSignal<Order>,
    pub placing: RwSignal<bool>,
}

#[component]
pub fn RollHead(call: RollCall, looking: Looking, listing: RwSignal<bool>) -> impl IntoView {
    let (lang, lapsed) = (lang(), use_tablet().lapsed());
    let several = Memo::new(move |_| !lapsed.get() && call.rows.with(|rows| rows.len() > 1));
    view! {
        <div class="roll__top">
            <Counter call listing />
            <Show when=move || several.get()>
                <Search search=looking.search />
                <OrderChoice order=looking.order />
            </Show>
        </div>
        <Show when=move || several.get() && looking.order.get() == Order::UsualPlace>
            <Button
                text=t::places::open(lang)
                class="roll__places"
                script=true
                on:click=move |_| looking.placing.set(true)
            />
        </Show>
    }
}

/// "12 / 15 paikalla": always visible, and the way to the list of all who are here.
#[component]
fn Counter(call: RollCall, listing: RwSignal<bool>) -> impl IntoView {
    let (lang, lapsed) = (lang(), use_tablet().lapsed());
    let words = Memo::new(move |_| {
        let (present, total) = (whole(call.present()), whole(call.rows.with(Vec::len)));
        if lapsed.get() { t::lapsed::counter(lang, present) } else { t::counter(lang, present, total) }
    });
    view! {
        <button type="button" class="roll__count" on:click=move |_| listing.set(true)>
            <span class="roll__counter">{words}</span>
            <span class="roll__count-more"><IconView icon=Icon::People /> {t::present_list::open(lang)}</span>
        </button>
        <p class="hidden-visually" role="status">{words}</p>
    }
}

#[component]
fn Search(search: RwSignal<String>) -> impl IntoView {
    let lang = lang();
    view! {
        <div class="roll__box roll__search">
            <label class="roll__label" for="find">{t::search(lang)}</label>
            <input
                id="find"
                class="roll__input"
                type="search"
                autocomplete="off"
                enterkeyhint="search"
                prop:value=search
                on:input:target=move |event| search.set(event.target().value())
            />
        </div>
    }
}

#[component]
fn OrderChoice(order: RwSignal<Order>) -> impl IntoView {
    let lang = lang();
    let choose = move |code: String| {
        if let Some(wanted) = Order::from_code(&code) {
            order.set(wanted);
        }
    };
    let one = move |one: Order| {
        view! {
            <option value=one.code() selected=move || order.get() == one>{order_words(lang, one)}</option>
        }
    };
    view! {
        <div class="roll__box roll__order">
            <label class="roll__label" for="order">{t::order(lang)}</label>
            <select
                id="order"
                class="roll__input"
                prop:value=move || order.get().code()
                on:change:target=move |event| choose(event.target().value())
            >
                {Order::ALL.map(one).into_iter().collect_view()}
            </select>
        </div>
    }
}

fn order_words(lang: Lang, order: Order) -> &'static str {
    match order {
        Order::CalledName => t::order_called(lang),
        Order::FamilyName => t::order_family(lang),
        Order::UsualPlace => t::order_place(lang),
    }
}
