//! Who it is: names, date of birth, and the sex that reference values of tests go by.

use domain::people::{Participant, Profile, Sex};
use domain::registration::Part;
use leptos::prelude::*;

use super::part::{Frame, Whose, begin, edit, keep, known_now};
use crate::context::typed_text::{Mistakes, focus};
use crate::context::{lang, use_tablet};
use crate::people::register::{Family, Given, Year, tell};
use crate::people::short_form::{GIVEN, ShortForm};
use crate::screenings::pick::Choose;
use crate::texts::{Words, people};

#[component]
pub fn WhoPart(whose: Whose, who: Participant) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (today, _) = tablet.local_time();
    // How to reach the person is another part's.
    let asked_here = |profile: Profile| Profile { phone: None, emergency_contact: None, ..profile };
    let begun = begin(whose, Part::Who, ShortForm::of(&asked_here(who.profile.clone())));
    let form = begun.typed;
    let (mistakes, young) = (Mistakes::new(Vec::new()), RwSignal::new(None::<String>));
    let save = Callback::new(move |()| {
        let now = asked_here(known_now(&who));
        match begun.onto(&ShortForm::of(&now)).completed(&now, today, lang) {
            Ok(after) => keep(whose, Part::Who, edit(whose, now.changes_to(&after))),
            Err(found) => {
                focus(found.first().map_or(GIVEN, |wrong| wrong.field));
                let (asked, told) = tell(&found, lang, today);
                young.set(asked);
                mistakes.set(told);
            }
        }
    });
    let sexes = Sex::ALL.iter().map(|one| (*one, one.words(lang).to_owned())).collect();
    view! {
        <Frame whose part=Part::Who save=Some(save)>
            <Given form mistakes />
            <Family form mistakes />
            <Year form mistakes young />
            <Choose name="sex" asked=people::field::sex(lang) hint=people::form::sex_hint(lang) answers=sexes
                chosen=Signal::derive(move || form.with(|form| form.sex))
                choose=move |one| form.update(|form| form.sex = Some(one)) />
        </Frame>
    }
}
