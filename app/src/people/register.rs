//! Registering a visitor in ten seconds: first name and birth year, the rest optional.

use domain::access::Action;
use domain::attendance::Mark;
use domain::consents::ConsentPurpose;
use domain::finding::{findable, finds};
use domain::ids::{ConsentId, GroupId, ParticipantId};
use domain::people::{Participant, Profile};
use domain::time::Day;
use domain::visitors::{KnownPerson as KnownElsewhere, Question, Whom, may_begin};
use leptos::prelude::*;

use super::elsewhere::{self, ElsewhereSheet, Known as Elsewhere};
use super::short_form::{
    Answered, EMERGENCY, FAMILY, GIVEN, PHONE, ShortForm, Why, Wrong, YEAR, join, may_be_known, register, text_number,
};
use crate::attendance::ahead::AheadSheet;
use crate::attendance::undo::{self, Change, Undo};
use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::typed_text::{Mistakes, TypedText, focus};
use crate::context::view::{NoView, View};
use crate::context::{lang, to_participants, use_tablet};
use crate::sessions::meeting_row::when;
use crate::sessions::today::{Meeting, meeting};
use crate::sync::tablet::Tablet;
use crate::texts::{self, Lang, register as t};
use crate::ui::{Button, ButtonKind, Icon, IconView, Notice, Sheet, Tone};

/// From how many letters on people are searched.
const SEARCH_FROM: usize = 2;
/// People that a search shows: more would push the next field off the screen.
const SHOWN: usize = 3;

#[component]
pub fn Register(group: GroupId, day: Day) -> impl IntoView {
    if untrack(|| use_tablet().group(group).is_some()) {
        view! { <Form group day /> }.into_any()
    } else {
        view! { <NoView /> }.into_any()
    }
}

/// What is done with the form, and what waits for an answer first.
#[derive(Clone, Copy)]
struct Registering {
    group: GroupId,
    form: RwSignal<ShortForm>,
    mistakes: Mistakes,
    /// The question about a year of birth that is unlikely.
    young: RwSignal<Option<String>>,
    /// Waits for an answer: the session is still to come.
    ahead: RwSignal<Option<Profile>>,
    /// Waits for an answer: these people may be the one who was typed.
    alike: RwSignal<Option<(Profile, Vec<ParticipantId>)>>,
    /// The server is asked whether somebody of another group was typed.
    asking: RwSignal<bool>,
    /// Waits for an answer: these people of other groups may be the one who was typed.
    elsewhere: RwSignal<Option<Elsewhere>>,
    add: Callback<Profile>,
    join: Callback<ParticipantId>,
    /// The server has brought somebody into the group: the mark, since the visitor stands there.
    brought: Callback<KnownElsewhere>,
}

/// The steps that the session's roll takes back: a visitor is one more.
#[derive(Clone, Copy)]
struct Steps {
    tablet: Tablet,
    draft: StoredValue<String>,
    undo: RwSignal<Undo>,
}

impl Steps {
    fn of(tablet: Tablet, group: GroupId, day: Day) -> Self {
        let (draft, undo) = (StoredValue::new(undo::draft(group, day)), RwSignal::default());
        tablet.keep_draft(draft.get_value(), undo, Undo::is_empty);
        Self { tablet, draft, undo }
    }

    /// Somebody is about to be marked as present.
    fn came(self, participant: ParticipantId, meeting: &Meeting) {
        let before = untrack(|| self.tablet.mark(meeting.group, meeting.session, participant));
        let mut steps = self.undo.get_untracked();
        steps.did(vec![Change { participant, before, after: Some(Mark::Present) }]);
        // Written at once: this view is gone before it would see the change.
        self.tablet.write_draft(&self.draft.get_value(), &steps);
    }
}

impl Registering {
    fn begin(group: GroupId, day: Day, meets: Memo<Option<(Meeting, bool)>>) -> Self {
        let (lang, tablet, navigation) = (lang(), use_tablet(), use_navigation());
        let draft = StoredValue::new(format!("register/{group}/{day}"));
        let form = RwSignal::new(ShortForm::default());
        tablet.keep_draft(draft.get_value(), form, ShortForm::is_blank);
        // Whoever it turns out to be has said it in this session, or now where that is still to come.
        let answered = move || {
            let given = form.with_untracked(|form| form.consent)?;
            let (today, _) = tablet.local_time();
            Some(Answered { id: tablet.new_ids(ConsentId::new), given, on: day.min(today), lang })
        };
        let steps = Steps::of(tablet, group, day);
        let add = Callback::new(move |profile: Profile| {
            let Some((meeting, recorded)) = meets.get_untracked() else { return };
            let person = tablet.new_ids(ParticipantId::new);
            steps.came(person, &meeting);
            let verbs = register(profile, person, &meeting, recorded, answered());
            tablet.record_form(verbs, &draft.get_value());
            navigation.go(Address::Roll(group, day));
        });
        let join = Callback::new(move |person: ParticipantId| {
            let Some((meeting, recorded)) = meets.get_untracked() else { return };
            let is_member = untrack(|| tablet.is_member(group, person, day));
            if untrack(|| tablet.is_restricted(person)) {
                // They are known, so that nobody registers them anew, and nothing is recorded of them.
                tablet.drop_draft(&draft.get_value());
            } else {
                steps.came(person, &meeting);
                tablet.record_form(join(person, is_member, &meeting, recorded, answered()), &draft.get_value());
            }
            navigation.go(Address::Roll(group, day));
        });
        let brought = Callback::new(move |person: KnownElsewhere| {
            let Some((meeting, recorded)) = meets.get_untracked() else { return };
            // They are a member by now; the tablet hears who it is with the next fetch.
            steps.came(person.id, &meeting);
            let verbs = super::short_form::join(person.id, true, &meeting, recorded, answered());
            tablet.record_form(verbs, &draft.get_value());
            tablet.send_now();
            navigation.go(Address::Roll(group, day));
        });
        let (young, ahead, alike) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(None));
        let (mistakes, asking, elsewhere) = (Mistakes::new(Vec::new()), RwSignal::new(false), RwSignal::new(None));
        Self { group, form, mistakes, young, ahead, alike, asking, elsewhere, add, join, brought }
    }

    fn submit(&self, today: Day, day: Day) {
        let lang = lang();
        match self.form.with_untracked(|typed| typed.profile(today, lang)) {
            Ok(profile) => self.check_known(profile, today, day),
            Err(found) => {
                // To the first field that is wrong.
                focus(found.first().map_or(GIVEN, |wrong| wrong.field));
                let (asked, told) = tell(&found, lang, today);
                self.young.set(asked);
                self.mistakes.set(told);
            }
        }
    }

    /// A person who may be on the tablet already is asked about: two records of one person are hard to join.
    fn check_known(&self, profile: Profile, today: Day, day: Day) {
        let everybody = untrack(|| use_tablet().everybody());
        let alike: Vec<_> = everybody.iter().filter(|one| may_be_known(&profile, &one.profile)).collect();
        if alike.is_empty() {
            return self.ask_elsewhere(profile, today, day);
        }
        self.alike.set(Some((profile, alike.into_iter().map(|one| one.id).collect())));
    }

    /// Somebody of another group is no member of this one for the server yet: it is asked, where the whole of what
    /// identifies a person was typed.
    fn ask_elsewhere(&self, profile: Profile, today: Day, day: Day) {
        let Some(whom) = Whom::of(&profile).filter(|_| may_begin(day, today)) else {
            return self.go_on(profile, today, day);
        };
        if self.asking.get_untracked() {
            return;
        }
        self.asking.set(true);
        let (registering, question) = (*self, Question { group: self.group, whom });
        elsewhere::ask(question.clone(), move |people| {
            // The form may be gone by now.
            if registering.asking.try_set(false).is_some() {
                return;
            }
            match people.is_empty() {
                true => registering.go_on(profile, today, day),
                false => registering.elsewhere.set(Some(Elsewhere { typed: profile, question, people })),
            }
        });
    }

    fn go_on(&self, profile: Profile, today: Day, day: Day) {
        if day > today { self.ahead.set(Some(profile)) } else { self.add.run(profile) }
    }
}

#[component]
fn Form(group: GroupId, day: Day) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (today, _) = tablet.local_time();
    let meets = Memo::new(move |_| {
        let recorded = tablet.sessions(group).into_iter().find(|session| session.day == day);
        tablet.group(group).map(|group| (meeting(&group, day, recorded.as_ref()), recorded.is_some()))
    });
    let registering = Registering::begin(group, day, meets);
    let Registering { form, mistakes, young, ahead, alike, asking, elsewhere, add, join, .. } = registering;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        registering.submit(today, day);
    };
    let meant = move || {
        if let Some(profile) = ahead.try_update(Option::take).flatten() {
            add.run(profile);
        }
    };
    // Who stands in the hall is not sent away by a form; whoever adds them is told before it is saved.
    let full = Memo::new(move |_| {
        let capacity = i64::from(tablet.group(group)?.capacity?);
        let members = texts::whole(tablet.members(group, day).len());
        (members >= capacity).then(|| t::full(lang, capacity, members))
    });
    let other = Callback::new(move |profile: Profile| registering.ask_elsewhere(profile, today, day));
    view! {
        <View
            title=t::title(lang)
            back=true
            tight=true
            lead=Signal::derive(move || meets.get().map(|(m, _)| format!("{}, {}", m.group_name, when(lang, &m, true))))
        >
            {move || full.get().map(|title| view! { <Notice tone=Tone::Look title /> })}
            <form class="register stack" on:submit=submit novalidate>
                <div class="register__short">
                    <div class="register__room">
                        <p>{t::lead(lang)}</p>
                        <Known form group join />
                    </div>
                    <Given form mistakes />
                    <Year form mistakes young />
                    <Button
                        text=move || if asking.get() { t::elsewhere::asking(lang) } else { t::submit(lang) }
                        kind=ButtonKind::Main
                        wide=true
                        disabled=asking
                    />
                </div>
                <Rest form mistakes />
            </form>
            <Show when=move || ahead.with(Option::is_some)>
                <AheadSheet day yes=meant no=move || ahead.set(None) />
            </Show>
            {move || alike.get().map(|(profile, people)| view! { <Alike profile people group alike join other /> })}
            {move || elsewhere.get().map(|known| view! { <AskElsewhere known registering today day /> })}
        </View>
    }
}

#[component]
pub fn Given(form: RwSignal<ShortForm>, mistakes: Mistakes) -> impl IntoView {
    let lang = lang();
    view! {
        <TypedText id=GIVEN label=t::given(lang) mistakes
            value=move || form.get().given set=move |text| form.update(|form| form.given = text) />
    }
}

/// Who is known by what was typed so far, also of another group: one tap, and nothing is entered twice. They stand in
/// the room of the words above the fields, so that no field moves under a finger.
#[component]
fn Known(form: RwSignal<ShortForm>, group: GroupId, join: Callback<ParticipantId>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let everybody = Memo::new(move |_| tablet.everybody());
    let found = Memo::new(move |_| {
        let typed = form.with(|form| form.given.trim().to_owned());
        if typed.chars().count() < SEARCH_FROM {
            return Vec::new();
        }
        let matches = |one: &&Participant| {
            finds(&typed, &findable([one.profile.full_name().as_str(), one.profile.spoken_name()]))
        };
        everybody.with(|all| all.iter().filter(matches).map(|one| one.id).take(SHOWN).collect::<Vec<_>>())
    });
    view! {
        <Show when=move || found.with(|found| !found.is_empty())>
            <div class="register__known" role="group" aria-label=t::known_title(lang)>
                <For each=move || found.get() key=|person| *person let:person>
                    <KnownPerson person group join />
                </For>
            </div>
        </Show>
    }
}

#[component]
fn KnownPerson(person: ParticipantId, group: GroupId, join: Callback<ParticipantId>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let name = untrack(|| tablet.name_of(person, group)).map(|name| texts::named(lang, &name)).unwrap_or_default();
    let groups = untrack(|| tablet.groups_of(person)).join(", ");
    view! {
        <Button text=t::known_add(lang, &name) icon=Icon::Person class="register__one" script=true on:click=move |_| join.run(person)>
            <span class="quiet">{groups}</span>
        </Button>
    }
}

/// The question whether the one who was typed is one of these.
#[component]
fn Alike(
    profile: Profile,
    people: Vec<ParticipantId>,
    group: GroupId,
    alike: RwSignal<Option<(Profile, Vec<ParticipantId>)>>,
    join: Callback<ParticipantId>,
    other: Callback<Profile>,
) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let one = move |person: ParticipantId| {
        let name = untrack(|| tablet.name_of(person, group)).map(|name| texts::named(lang, &name)).unwrap_or_default();
        let groups = untrack(|| tablet.groups_of(person)).join(", ");
        view! {
            <Button
                text=t::same::yes(lang, &name)
                icon=Icon::Person
                class="sheet__mark sheet__mark--person"
                script=true
                on:click=move |_| join.run(person)
            >
                <span class="quiet">{groups}</span>
            </Button>
        }
    };
    let new = move |_| {
        alike.set(None);
        other.run(profile.clone());
    };
    view! {
        <Sheet lang id="alike" title=t::same::title(lang) close=move || alike.set(None)>
            <p>{t::same::lead(lang)}</p>
            <div class="sheet__marks">{people.into_iter().map(one).collect_view()}</div>
            <div class="closing__end">
                <Button text=t::same::no(lang) script=true on:click=new />
            </div>
        </Sheet>
    }
}

/// The question whether somebody of another group was typed.
#[component]
fn AskElsewhere(known: Elsewhere, registering: Registering, today: Day, day: Day) -> impl IntoView {
    let other = Callback::new(move |profile: Profile| {
        registering.elsewhere.set(None);
        registering.go_on(profile, today, day);
    });
    let close = Callback::new(move |()| registering.elsewhere.set(None));
    view! { <ElsewhereSheet known day brought=registering.brought other close /> }
}

#[component]
pub fn Year(form: RwSignal<ShortForm>, mistakes: Mistakes, young: RwSignal<Option<String>>) -> impl IntoView {
    let lang = lang();
    let confirm = move |_| {
        form.update(|form| form.year_confirmed = true);
        young.set(None);
    };
    let set_year = move |text| {
        form.update(|form| {
            form.birth_year = text;
            form.year_confirmed = false;
        });
    };
    view! {
        <TypedText id=YEAR label=t::birth_year(lang) hint=t::birth_year_hint(lang) numeric=true mistakes
            value=move || form.get().birth_year set=set_year />
        {move || young.get().map(|asked| view! {
            <Notice tone=Tone::Look title=asked live=true>
                <Button text=t::year_is_right(lang) script=true on:click=confirm />
            </Notice>
        })}
    }
}

/// What can wait: the consent first, since measuring asks for it.
#[component]
fn Rest(form: RwSignal<ShortForm>, mistakes: Mistakes) -> impl IntoView {
    let (lang, account) = (lang(), use_tablet().account());
    view! {
        <section class="register__rest stack">
            <h2>{t::more_title(lang)}</h2>
            {account.may(Action::RecordConsents).then(|| view! { <Consent form /> })}
            <Family form mistakes />
            {account.may(Action::EditProfiles).then(|| view! { <Phone form mistakes /> <Emergency form mistakes /> })}
        </section>
    }
}

#[component]
pub fn Family(form: RwSignal<ShortForm>, mistakes: Mistakes) -> impl IntoView {
    view! {
        <TypedText id=FAMILY label=t::family(lang()) optional=true mistakes
            value=move || form.get().family set=move |text| form.update(|form| form.family = text) />
    }
}

#[component]
pub fn Phone(form: RwSignal<ShortForm>, mistakes: Mistakes) -> impl IntoView {
    view! {
        <TypedText id=PHONE label=t::phone(lang()) optional=true numeric=true mistakes
            value=move || form.get().phone set=move |text| form.update(|form| form.phone = text) />
    }
}

/// Whom to call in an emergency.
#[component]
pub fn Emergency(form: RwSignal<ShortForm>, mistakes: Mistakes) -> impl IntoView {
    let lang = lang();
    view! {
        <TypedText id=EMERGENCY label=texts::people::field::emergency_contact(lang)
            hint=texts::people::form::emergency_hint(lang) optional=true mistakes
            value=move || form.get().emergency set=move |text| form.update(|form| form.emergency = text) />
    }
}

/// What is asked, and what is told beside which field.
pub fn tell(found: &[Wrong], lang: Lang, today: Day) -> (Option<String>, Vec<(&'static str, String)>) {
    let (mut asked, mut told) = (None, Vec::new());
    for wrong in found {
        let words = wrong.words(lang, today);
        if let Why::Young(_) = wrong.why { asked = Some(words) } else { told.push((wrong.field, words)) }
    }
    (asked, told)
}

/// The text to read out, and the answer. Its version and language are kept with the answer.
#[component]
fn Consent(form: RwSignal<ShortForm>) -> impl IntoView {
    let lang = lang();
    view! {
        <fieldset class="consent">
            <legend class="choices__legend">{t::consent_legend(lang)}</legend>
            <p class="consent__read">{t::consent_read(lang)}</p>
            <blockquote class="consent__text" lang=lang.code()>
                <p>{t::consent_text(to_participants(lang))}</p>
            </blockquote>
            <div class="choices__list">
                {answer(form, Some(true), t::consent_yes(lang))}
                {answer(form, Some(false), t::consent_no(lang))}
                {answer(form, None, t::consent_later(lang))}
            </div>
            <p class="quiet">{t::consent_note(lang, text_number(ConsentPurpose::HealthTests))}</p>
        </fieldset>
    }
}

fn answer(form: RwSignal<ShortForm>, answer: Option<bool>, words: &'static str) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                class="choice__input"
                type="radio"
                name="consent"
                prop:checked=move || form.get().consent == answer
                on:change=move |_| form.update(|form| form.consent = answer)
            />
            <span class="choice__card">
                <span class="choice__dot">
                    <span class="choice__tick"><IconView icon=Icon::Tick /></span>
                </span>
                {words}
            </span>
        </label>
    }
}
