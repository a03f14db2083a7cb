//! The views of measuring: half of the program's code, and none that a roll call needs. They are a file of their own,
//! which the worker keeps as all others and the browser reads when the first of them is opened.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::assessments::choose::Choose;
use crate::assessments::handed::Held;
use crate::assessments::measure::{Measure, Wanted};
use crate::assessments::own_card::OwnCard;
use crate::assessments::practice::Practice;
use crate::assessments::test_day::{Station, StationTest, TestDay};
use crate::context::address::Address;
use crate::context::lang;
use crate::context::view::NoView;
use crate::device::browser::reload;
use crate::texts::tablet as t;
use crate::ui::{Button, ButtonKind, Notice, Tone};

/// What of it is shown.
#[derive(Clone, Copy)]
pub enum Shown {
    At(Address),
    /// The screens of a participant who holds the tablet.
    Held,
}

/// A view of measuring, as soon as its code is there.
#[component]
pub fn Measuring(shown: Shown) -> impl IntoView {
    let opening = move || view! { <p class="boot" role="status">{t::loading(lang())}</p> };
    view! {
        <Suspense fallback=opening>
            {Suspend::new(async move {
                match view_of(shown).await {
                    Ok(view) => view,
                    Err(_) => view! { <NotThere /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[wasm_split(measuring, wasm_split_path = leptos::wasm_split, fallible)]
fn view_of(shown: Shown) -> Result<AnyView, SplitLoaderError> {
    let Shown::At(address) = shown else { return Ok(view! { <Held /> }.into_any()) };
    Ok(match address {
        Address::ResultsCard(person, group) => view! { <OwnCard person group /> }.into_any(),
        Address::Measure(person, group) => view! { <Choose person group /> }.into_any(),
        Address::Test(person, group, test) => {
            view! { <Measure person group wanted=Wanted::New(test) then=Address::Measure(person, group) /> }.into_any()
        }
        Address::Amend(person, group, test) => {
            view! { <Measure person group wanted=Wanted::Amend(test) then=Address::Person(person, group) /> }.into_any()
        }
        Address::TestDay(group, day) => view! { <TestDay group day /> }.into_any(),
        Address::Station(group, day, test) => view! { <Station group day test /> }.into_any(),
        Address::StationTest(group, day, test, person) => view! { <StationTest group day test person /> }.into_any(),
        Address::Practice => view! { <Practice /> }.into_any(),
        _ => view! { <NoView /> }.into_any(),
    })
}

/// The code could not be fetched: the worker has not stored it yet, and there is no network.
#[component]
fn NotThere() -> impl IntoView {
    let lang = lang();
    view! {
        <main class="view">
            <Notice tone=Tone::Wrong title=t::measuring_not_there(lang)>
                <Button text=t::trouble::reload(lang) kind=ButtonKind::Main script=true on:click=move |_| reload() />
            </Notice>
        </main>
    }
}
