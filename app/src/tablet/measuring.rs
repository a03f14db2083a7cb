//! The views of measuring: half of the program's code, and none that a roll call needs.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::later::Later;
use crate::assessments::choose::Choose;
use crate::assessments::handed::Held;
use crate::assessments::measure::{Measure, Wanted};
use crate::assessments::own_card::OwnCard;
use crate::assessments::practice::Practice;
use crate::assessments::sources_view::SourcesView;
use crate::assessments::test_day::{Station, StationTest, TestDay, TodaysTests};
use crate::context::address::Address;
use crate::context::view::NoView;

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
    view! { <Later view=view_of(shown) /> }
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
        Address::Paper(person, group, test) => {
            view! { <Measure person group wanted=Wanted::Paper(test) then=Address::Measure(person, group) /> }
                .into_any()
        }
        Address::Amend(person, group, test) => {
            view! { <Measure person group wanted=Wanted::Amend(test) then=Address::Person(person, group) /> }.into_any()
        }
        Address::Tests => view! { <TodaysTests /> }.into_any(),
        Address::TestDay(group, day) => view! { <TestDay group day /> }.into_any(),
        Address::Station(group, day, test) => view! { <Station group day test /> }.into_any(),
        Address::StationTest(group, day, test, person) => view! { <StationTest group day test person /> }.into_any(),
        Address::Practice => view! { <Practice /> }.into_any(),
        Address::Sources => view! { <SourcesView /> }.into_any(),
        _ => view! { <NoView /> }.into_any(),
    })
}
