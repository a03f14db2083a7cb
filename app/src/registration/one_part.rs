//! The screen of one part of a registration.

use domain::ids::{GroupId, ParticipantId};
use domain::registration::Part;
use leptos::prelude::*;

use super::consents::Consents;
use super::contact::ContactPart;
use super::emergency::EmergencyPart;
use super::part::{Whose, registering};
use super::position::PositionPart;
use super::safety::SafetyPart;
use super::target::TargetPart;
use super::who::WhoPart;
use crate::people::card_parts::NotHere;

#[component]
pub fn OnePart(person: ParticipantId, group: GroupId, part: Part) -> impl IntoView {
    let Some(who) = registering(person) else { return view! { <NotHere /> }.into_any() };
    let whose = Whose { person, group };
    match part {
        Part::Who => view! { <WhoPart whose who /> }.into_any(),
        Part::Contact => view! { <ContactPart whose who /> }.into_any(),
        Part::Emergency => view! { <EmergencyPart whose who /> }.into_any(),
        Part::Consents => view! { <Consents whose /> }.into_any(),
        Part::TargetGroup => view! { <TargetPart whose who /> }.into_any(),
        Part::Position => view! { <PositionPart whose who /> }.into_any(),
        Part::Safety => view! { <SafetyPart whose /> }.into_any(),
    }
}
