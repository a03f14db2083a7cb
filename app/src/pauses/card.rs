//! Agreed pauses on a person's card on the tablet, and the screen on which one begins.

use domain::access::Action;
use domain::ids::{GroupId, ParticipantId, PauseId};
use domain::pauses::{Pause, PauseReason, Verb};
use domain::time::Day;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::typed_text::{DayField, Mistakes, focus, wrong_of};
use crate::context::view::{View, go_back};
use crate::context::{lang, use_tablet};
use crate::people::card_parts::{Listing, NotHere};
use crate::registration::part::registering;
use crate::screenings::pick::{Choose, Questions};
use crate::texts::{self, Lang, Words, card as t, common, days, people, people::touch as say};
use crate::ui::Button;

const FROM: &str = "pause-from";
const TO: &str = "pause-to";
const REASON: &str = "pause-reason";
/// Pauses on the card: earlier ones stand at the desk.
const SHOWN: usize = 3;

#[component]
pub fn Pauses(person: ParticipantId, group: GroupId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let may = tablet.account().may(Action::EditProfiles);
    let pauses = Memo::new(move |_| tablet.pauses(person).into_iter().take(SHOWN).collect::<Vec<_>>());
    let add = may.then(|| (say::add_pause(lang), Address::Pause(person, group).to_string()));
    let any = Memo::new(move |_| pauses.with(|all| !all.is_empty()));
    view! {
        <Listing id="pauses" title=say::pauses(lang) add none=say::no_pauses(lang) any>
            <For each=move || pauses.get() key=|pause| (pause.id, pause.from, pause.to, pause.reason) let:pause>
                <OnePause pause may />
            </For>
        </Listing>
    }
}

#[component]
fn OnePause(pause: Pause, may: bool) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (today, _) = tablet.local_time();
    let when = match pause.to {
        Some(to) => days(lang, pause.from, to),
        None => say::pause_since(lang, pause.from),
    };
    let reason = pause.reason.words(lang);
    let begun = pause.from < today;
    let end = (may && pause.is_open(today)).then(|| {
        let text = if begun { t::pause_back(lang) } else { say::take_back(lang) };
        let ended = pause.clone().ended(today);
        let press = move |_| tablet.record(vec![Verb::Set { pause: ended.clone() }.into()]);
        view! { <Button text script=true on:click=press /> }
    });
    view! {
        <li class="stay">
            <span class="table__name">{when}<span class="table__more">{reason}</span></span>
            {end}
        </li>
    }
}

/// What was tapped so far.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
struct Typed {
    from: Option<Day>,
    to: Option<Day>,
    reason: Option<PauseReason>,
}

impl Typed {
    /// The pause that was agreed, or what is wrong.
    fn pause(&self, id: PauseId, participant: ParticipantId, lang: Lang) -> Result<Pause, Vec<(&'static str, String)>> {
        let order = self.from.zip(self.to).is_some_and(|(from, to)| to < from);
        let wrong = [
            (REASON, self.reason.is_none(), people::error::choose(lang)),
            (FROM, self.from.is_none(), people::error::day(lang)),
            (TO, order, say::wrong_order(lang)),
        ];
        match (self.reason, self.from, order) {
            (Some(reason), Some(from), false) => Ok(Pause { id, participant, from, to: self.to, reason, holds: true }),
            _ => Err(wrong_of(wrong)),
        }
    }
}

#[component]
pub fn NewPause(person: ParticipantId, group: GroupId) -> impl IntoView {
    if registering(person).is_none() {
        return view! { <NotHere /> }.into_any();
    }
    let (lang, tablet, navigation) = (lang(), use_tablet(), use_navigation());
    let (today, _) = tablet.local_time();
    let blank = Typed { from: Some(today), ..Typed::default() };
    let form = RwSignal::new(blank.clone());
    let draft = StoredValue::new(format!("pause/{person}"));
    tablet.keep_draft(draft.get_value(), form, move |form| *form == blank);
    let mistakes = Mistakes::new(Vec::new());
    let save = Callback::new(move |()| match form.get_untracked().pause(tablet.new_ids(PauseId::new), person, lang) {
        Ok(pause) => {
            tablet.record_form(vec![Verb::Set { pause }.into()], &draft.get_value());
            go_back(navigation);
        }
        Err(wrong) => {
            wrong.first().map(|(field, _)| *field).into_iter().for_each(focus);
            mistakes.set(wrong);
        }
    });
    let leave = Callback::new(move |()| go_back(navigation));
    let name = move || tablet.name_of(person, group).map(|name| texts::named(lang, &name));
    let reasons = PauseReason::ALL.iter().map(|one| (*one, one.words(lang).to_owned())).collect();
    view! {
        <View title=say::add_pause(lang) lead=Signal::derive(name) back=true>
            <Questions label=say::add_pause(lang) without=common::cancel(lang) leave save=Some((say::save_pause(lang), save))>
                <Choose name=REASON asked=say::pause_why(lang) answers=reasons mistakes
                    chosen=Signal::derive(move || form.with(|form| form.reason))
                    choose=move |one| form.update(|form| form.reason = Some(one)) />
                <DayField id=FROM label=say::pause_from(lang) mistakes
                    value=Signal::derive(move || form.with(|form| form.from))
                    set=move |day| form.update(|form| form.from = day) />
                <DayField id=TO label=say::pause_to(lang) hint=say::pause_to_hint(lang) mistakes
                    value=Signal::derive(move || form.with(|form| form.to))
                    set=move |day| form.update(|form| form.to = day) />
            </Questions>
        </View>
    }
    .into_any()
}
