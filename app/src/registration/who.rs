//! Who it is: names, date of birth, and the sex that reference values of tests go by.

use domain::people::{Participant, Profile, ProfileChange, Sex, Verb};
use domain::registration::Part;
use leptos::prelude::*;

use super::part::{Choose, Frame, Whose, draft_of, keep};
use crate::context::typed_text::{Mistakes, focus};
use crate::context::{lang, use_tablet};
use crate::people::register::{Family, Given, Year, tell};
use crate::people::short_form::{GIVEN, ShortForm, changes};
use crate::texts::{Words, people};

#[component]
pub fn WhoPart(whose: Whose, who: Participant) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (today, _) = tablet.local_time();
    // How to reach the person is another part's.
    let before = Profile { phone: None, emergency_contact: None, ..who.profile };
    let (known, known_sex) = (ShortForm::of(&before), before.sex);
    let (form, sex) = (RwSignal::new(known.clone()), RwSignal::new(known_sex));
    let (draft, draft_sex) = (draft_of(Part::Who, whose.person), format!("registration/sex/{}", whose.person));
    tablet.keep_draft(draft.clone(), form, move |form| *form == known);
    tablet.keep_draft(draft_sex.clone(), sex, move |sex| *sex == known_sex);
    let (mistakes, young) = (Mistakes::new(Vec::new()), RwSignal::new(None::<String>));
    let save = Callback::new(move |()| match form.with_untracked(|typed| typed.profile(today, lang)) {
        Ok(after) => {
            let mut changes = changes(&before, &after);
            let now = sex.get_untracked();
            changes.extend((now != known_sex).then_some(ProfileChange::Sex(now)));
            let edit = (!changes.is_empty()).then(|| Verb::Edit { id: whose.person, changes }.into());
            tablet.drop_draft(&draft_sex);
            keep(whose, Part::Who, edit.into_iter().collect(), &draft);
        }
        Err(found) => {
            focus(found.first().map_or(GIVEN, |wrong| wrong.field));
            let (asked, told) = tell(&found, lang, today);
            young.set(asked);
            mistakes.set(told);
        }
    });
    let sexes = Sex::ALL.iter().map(|one| (*one, one.words(lang).to_owned())).collect();
    view! {
        <Frame whose part=Part::Who save=Some(save)>
            <Given form mistakes />
            <Family form mistakes />
            <Year form mistakes young />
            <Choose name="sex" asked=people::field::sex(lang) hint=people::form::sex_hint(lang) answers=sexes
                chosen=sex choose=move |one| sex.set(Some(one)) />
        </Frame>
    }
}
