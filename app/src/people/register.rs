//! Registering a visitor in ten seconds: first name and birth year, the rest optional.

use domain::access::Action;
use domain::ids::{ConsentId, GroupId, ParticipantId};
use domain::people::Profile;
use domain::time::Day;
use leptos::prelude::*;

use super::short_form::{FAMILY, GIVEN, NewIds, PHONE, ShortForm, Why, Wrong, YEAR, register, text_number};
use crate::attendance::ahead::AheadSheet;
use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::typed_text::{Mistakes, TypedText, focus};
use crate::context::view::{NoView, View};
use crate::context::{lang, use_tablet};
use crate::sessions::start::when;
use crate::sessions::today::meeting;
use crate::texts::{Lang, register as t};
use crate::ui::{Button, ButtonKind, Icon, IconView, Notice, Tone};

#[component]
pub fn Register(group: GroupId, day: Day) -> impl IntoView {
    if untrack(|| use_tablet().group(group).is_some()) {
        view! { <Form group day /> }.into_any()
    } else {
        view! { <NoView /> }.into_any()
    }
}

#[component]
fn Form(group: GroupId, day: Day) -> impl IntoView {
    let (lang, tablet, navigation) = (lang(), use_tablet(), use_navigation());
    let (today, _) = tablet.local_time();
    let draft = format!("register/{group}/{day}");
    let form = RwSignal::new(ShortForm::default());
    let mistakes = Mistakes::new(Vec::new());
    let young = RwSignal::new(None::<String>);
    tablet.keep_draft(draft.clone(), form, ShortForm::is_blank);
    let meets = Memo::new(move |_| {
        let recorded = tablet.sessions(group).into_iter().find(|session| session.day == day);
        tablet.group(group).map(|group| (meeting(&group, day, recorded.as_ref()), recorded.is_some()))
    });
    // Waits for an answer: the session is still to come.
    let ahead = RwSignal::new(None::<Profile>);
    let add = Callback::new(move |profile: Profile| {
        let Some((meeting, recorded)) = meets.get_untracked() else { return };
        let ids = tablet.new_ids(|now, chance| NewIds {
            participant: ParticipantId::new(now, chance),
            consent: ConsentId::new(now, chance),
        });
        let consent = form.with_untracked(|form| form.consent);
        tablet.record_form(register(profile, ids, &meeting, recorded, consent, lang), &draft);
        navigation.go(Address::Roll(group, day));
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match form.with_untracked(|typed| typed.profile(today, lang)) {
            Ok(profile) if day > today => ahead.set(Some(profile)),
            Ok(profile) => add.run(profile),
            Err(found) => {
                // To the first field that is wrong.
                focus(found.first().map_or(GIVEN, |wrong| wrong.field));
                let (asked, told) = tell(&found, lang, today);
                young.set(asked);
                mistakes.set(told);
            }
        }
    };
    let meant = move || {
        if let Some(profile) = ahead.try_update(Option::take).flatten() {
            add.run(profile);
        }
    };
    view! {
        <View
            title=t::title(lang)
            back=true
            lead=Signal::derive(move || meets.get().map(|(m, _)| format!("{}, {}", m.group_name, when(lang, &m, true))))
        >
            <form class="register stack" on:submit=submit novalidate>
                <p>{t::lead(lang)}</p>
                <Fields form mistakes young />
                <Button text=t::submit(lang) kind=ButtonKind::Main wide=true />
            </form>
            <Show when=move || ahead.with(Option::is_some)>
                <AheadSheet day yes=meant no=move || ahead.set(None) />
            </Show>
        </View>
    }
}

/// `young`: the question about a year of birth that is unlikely.
#[component]
fn Fields(form: RwSignal<ShortForm>, mistakes: Mistakes, young: RwSignal<Option<String>>) -> impl IntoView {
    let (lang, account) = (lang(), use_tablet().account());
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
    let phone = move || {
        view! {
            <TypedText id=PHONE label=t::phone(lang) optional=true numeric=true mistakes
                value=move || form.get().phone set=move |text| form.update(|form| form.phone = text) />
        }
    };
    view! {
        <TypedText id=GIVEN label=t::given(lang) mistakes
            value=move || form.get().given set=move |text| form.update(|form| form.given = text) />
        <TypedText id=YEAR label=t::birth_year(lang) hint=t::birth_year_hint(lang) numeric=true mistakes
            value=move || form.get().birth_year set=set_year />
        {move || young.get().map(|asked| view! {
            <Notice tone=Tone::Look title=asked live=true>
                <Button text=t::year_is_right(lang) script=true on:click=confirm />
            </Notice>
        })}
        <TypedText id=FAMILY label=t::family(lang) optional=true mistakes
            value=move || form.get().family set=move |text| form.update(|form| form.family = text) />
        {account.may(Action::EditProfiles).then(phone)}
        {account.may(Action::RecordConsents).then(|| view! { <Consent form /> })}
    }
}

/// What is asked, and what is told beside which field.
fn tell(found: &[Wrong], lang: Lang, today: Day) -> (Option<String>, Vec<(&'static str, String)>) {
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
                <p>{t::consent_text(lang)}</p>
            </blockquote>
            <div class="choices__list">
                {answer(form, Some(true), t::consent_yes(lang))}
                {answer(form, Some(false), t::consent_no(lang))}
                {answer(form, None, t::consent_later(lang))}
            </div>
            <p class="quiet">{t::consent_note(lang, text_number())}</p>
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
