//! What is done beside the roll: a person's card, a registration, what stopped a test, other groups, the device itself, and
//! who is signed in on it.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::device::Device;
use super::later::Later;
use super::me::Me;
use crate::attendance::decide::Decide;
use crate::contacts::card::NewContact;
use crate::context::address::Address;
use crate::context::view::NoView;
use crate::home_programmes::choosing::Choosing;
use crate::home_weeks::entering::Entering;
use crate::pauses::card::NewPause;
use crate::people::card::Card;
use crate::people::register::Register;
use crate::registration::one_part::OnePart;
use crate::registration::overview::Registration;
use crate::screenings::stop::Stop;
use crate::sessions::other::OtherGroups;

/// A view beside the roll, as soon as its code is there.
#[component]
pub fn Beside(address: Address) -> impl IntoView {
    view! { <Later view=view_at(address) /> }
}

#[wasm_split(beside, wasm_split_path = leptos::wasm_split, fallible)]
fn view_at(address: Address) -> Result<AnyView, SplitLoaderError> {
    Ok(match address {
        Address::Visitor(group, day) => view! { <Register group day /> }.into_any(),
        Address::Person(person, group) => view! { <Card person group /> }.into_any(),
        Address::Pause(person, group) => view! { <NewPause person group /> }.into_any(),
        Address::HomeProgramme(person, group) => view! { <Choosing person group /> }.into_any(),
        Address::HomeDays(person, group) => view! { <Entering person group /> }.into_any(),
        Address::Contact(person, group, absence) => view! { <NewContact person group absence /> }.into_any(),
        Address::Registration(person, group) => view! { <Registration person group /> }.into_any(),
        Address::RegistrationPart(person, group, part) => view! { <OnePart person group part /> }.into_any(),
        Address::Stop(person, group, stopped) => view! { <Stop person group stopped /> }.into_any(),
        Address::Device => view! { <Device /> }.into_any(),
        Address::Me => view! { <Me /> }.into_any(),
        Address::Decide => view! { <Decide /> }.into_any(),
        Address::OtherGroups => view! { <OtherGroups /> }.into_any(),
        _ => view! { <NoView /> }.into_any(),
    })
}
