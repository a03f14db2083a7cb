//! One part of a registration: its frame, and where one goes from it.

use domain::access::Action;
use domain::ids::{GroupId, ParticipantId};
use domain::people::{Participant, Profile, ProfileChange};
use domain::registration::{Lack, Part};
use domain::sync::op::Verb;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::screenings::pick::Questions;
use crate::sync::begun::Fields;
use crate::sync::drafts::Form;
use crate::texts::{self, Lang, registration as t, whole};

/// Whose registration it is, and from which group's roll one came.
#[derive(Clone, Copy)]
pub struct Whose {
    pub person: ParticipantId,
    pub group: GroupId,
}

/// The person, where this user may complete what is known of them and it may be shown. Not somebody whose processing is
/// restricted: what a form would begin from is not here, and nothing is added to it.
pub fn registering(person: ParticipantId) -> Option<Participant> {
    let tablet = use_tablet();
    let may = tablet.account().may(Action::EditProfiles) && !untrack(|| tablet.lapsed().get());
    untrack(|| tablet.participant(person)).filter(|who| may && !who.profile.restricted)
}

/// What stands over a part.
pub fn heading(lang: Lang, part: Part) -> &'static str {
    match part {
        Part::Who => t::heading::who(lang),
        Part::Contact => t::heading::contact(lang),
        Part::Emergency => t::heading::emergency(lang),
        Part::Consents => t::heading::consents(lang),
        Part::TargetGroup => t::heading::target_group(lang),
        Part::Position => t::heading::position(lang),
        Part::Safety => t::heading::safety(lang),
    }
}

/// "Kohta 3/7".
pub fn step(lang: Lang, part: Part) -> String {
    let at = Part::ALL.iter().position(|one| *one == part).unwrap_or_default() + 1;
    t::step(lang, whole(at), whole(Part::ALL.len()))
}

/// Where one goes from a part: to the next one in which something is open, or back to the whole.
pub fn next(whose: Whose, part: Part) -> Address {
    let Whose { person, group } = whose;
    let open = untrack(|| use_tablet().lacks(person));
    match open.into_iter().map(Lack::part).find(|later| *later > part) {
        Some(later) => Address::RegistrationPart(person, group, later),
        None => Address::Registration(person, group),
    }
}

/// A part's form, from what is known and what was typed into it before.
pub fn begin<T>(whose: Whose, part: Part, known: T) -> Form<T>
where
    T: Fields + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    use_tablet().keep_form(draft_of(part, whose.person), known)
}

/// What is known of the person by now: somebody else may have told more since the part was opened.
pub fn known_now(who: &Participant) -> Profile {
    untrack(|| use_tablet().participant(who.id)).map_or_else(|| who.profile.clone(), |now| now.profile)
}

/// What changes the person; nothing where nothing is said differently.
pub fn edit(whose: Whose, changes: Vec<ProfileChange>) -> Vec<Verb> {
    let edit = |changes| domain::people::Verb::Edit { id: whose.person, changes }.into();
    (!changes.is_empty()).then_some(changes).map(edit).into_iter().collect()
}

/// Records what a part says, lets its draft go, and goes on.
pub fn keep(whose: Whose, part: Part, verbs: Vec<Verb>) {
    let (tablet, navigation, draft) = (use_tablet(), use_navigation(), draft_of(part, whose.person));
    if verbs.is_empty() {
        tablet.drop_draft(&draft)
    } else {
        tablet.record_form(verbs, &draft)
    }
    navigation.replace(next(whose, part));
}

/// The name of a part's draft.
fn draft_of(part: Part, person: ParticipantId) -> String {
    format!("registration/{part}/{person}")
}

/// A part: what it is, how far one has come, what is asked, and the way on, with or without an answer.
#[component]
pub fn Frame(
    whose: Whose,
    part: Part,
    /// Said before the questions.
    #[prop(optional)]
    lead: &'static str,
    /// Nothing where answers are recorded one by one.
    #[prop(optional_no_strip)]
    save: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let (lang, tablet, navigation) = (lang(), use_tablet(), use_navigation());
    let name = move || tablet.name_of(whose.person, whose.group).map(|name| texts::named(lang, &name));
    let leave = Callback::new(move |()| navigation.replace(next(whose, part)));
    let without = if save.is_some() { t::later(lang) } else { t::go_on(lang) };
    let save = save.map(|save| (t::save(lang), save));
    view! {
        <View title=heading(lang, part) lead=Signal::derive(name) back=true>
            <Questions label=heading(lang, part) without leave save>
                <p class="quiet">{step(lang, part)}</p>
                {(!lead.is_empty()).then(|| view! { <p>{lead}</p> })}
                {children()}
            </Questions>
        </View>
    }
}
