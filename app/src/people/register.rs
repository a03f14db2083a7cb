//! Registering a visitor in ten seconds: first name and birth year, the rest optional (H7).

use domain::access::Action;
use domain::ids::{ConsentId, GroupId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use super::short_form::{FAMILY, GIVEN, NewIds, PHONE, ShortForm, Why, Wrong, YEAR, register, text_number};
use crate::sessions::start::when;
use crate::sessions::today::meeting;
use crate::tablet::frame::{View, lang, use_tablet};
use crate::tablet::place::Place;
use crate::tablet::way::use_way;
use crate::texts::{Lang, common, register as t};
use crate::ui::{Icon, IconView, Show, live};

#[component]
pub fn Register(group: GroupId, day: Day) -> impl IntoView {
    if untrack(|| use_tablet().group(group).is_some()) {
        view! { <Form group day /> }.into_any()
    } else {
        view! { <crate::tablet::app::NoView /> }.into_any()
    }
}

#[component]
fn Form(group: GroupId, day: Day) -> impl IntoView {
    let (lang, tablet, way) = (lang(), use_tablet(), use_way());
    let (today, _) = tablet.local_time();
    let draft = format!("register/{group}/{day}");
    let form = RwSignal::new(ShortForm::default());
    let wrong = Told::new(Vec::new());
    let young = RwSignal::new(None::<String>);
    tablet.keep_draft(draft.clone(), form, ShortForm::is_blank);
    let meets = Memo::new(move |_| {
        let recorded = tablet.sessions(group).into_iter().find(|session| session.day == day);
        tablet.group(group).map(|group| (meeting(&group, day, recorded.as_ref()), recorded.is_some()))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = form.get_untracked();
        let (profile, meets) = match (typed.profile(today, lang), meets.get_untracked()) {
            (Ok(profile), Some(meets)) => (profile, meets),
            (Err(found), _) => {
                // To the first field that is wrong (W5).
                crate::tablet::focus(found.first().map_or(GIVEN, |wrong| wrong.field));
                let (asked, told) = tell(&found, lang, today);
                young.set(asked);
                wrong.set(told);
                return;
            }
            (Ok(_), None) => return,
        };
        let ids = tablet.new_ids(|now, chance| NewIds {
            participant: ParticipantId::new(now, chance),
            consent: ConsentId::new(now, chance),
        });
        tablet.record_form(register(profile, ids, &meets.0, meets.1, typed.consent, lang), &draft);
        way.go(Place::Roll(group, day));
    };
    view! {
        <View
            title=t::title(lang)
            back=true
            lead=Signal::derive(move || meets.get().map(|(m, _)| format!("{}, {}", m.group_name, when(lang, &m, true))))
        >
            <form class="register stack" on:submit=submit novalidate>
                <p>{t::lead(lang)}</p>
                <Text id=GIVEN label=t::given(lang) wrong
                    value=move || form.get().given
                    set=move |text| form.update(|form| form.given = text) />
                <Text id=YEAR label=t::birth_year(lang) hint=t::birth_year_hint(lang) numeric=true
                    wrong
                    value=move || form.get().birth_year
                    set=move |text| form.update(|form| { form.birth_year = text; form.year_confirmed = false; }) />
                {live(move || young.get().map(|asked| view! {
                    <div class="notice notice--look" role="alert">
                        <span class="notice__icon"><IconView icon=Icon::Look /></span>
                        <div class="notice__body">
                            <p>{asked}</p>
                            <button type="button" class="button" on:click=move |_| {
                                form.update(|form| form.year_confirmed = true);
                                young.set(None);
                            }>{t::year_is_right(lang)}</button>
                        </div>
                    </div>
                }))}
                <Text id=FAMILY label=t::family(lang) optional=true wrong
                    value=move || form.get().family
                    set=move |text| form.update(|form| form.family = text) />
                <Show when=move || tablet.account().may(Action::EditProfiles)>
                    <Text id=PHONE label=t::phone(lang) optional=true numeric=true
                        wrong
                        value=move || form.get().phone
                        set=move |text| form.update(|form| form.phone = text) />
                </Show>
                <Show when=move || tablet.account().may(Action::RecordConsents)>
                    <Consent form />
                </Show>
                <button type="submit" class="button button--main button--wide">{t::submit(lang)}</button>
            </form>
        </View>
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
                {answer(lang, form, Some(true), t::consent_yes(lang))}
                {answer(lang, form, Some(false), t::consent_no(lang))}
                {answer(lang, form, None, t::consent_later(lang))}
            </div>
            <p class="quiet">{t::consent_note(lang, text_number())}</p>
        </fieldset>
    }
}

fn answer(_: Lang, form: RwSignal<ShortForm>, answer: Option<bool>, words: &'static str) -> impl IntoView {
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

/// What is wrong with a form, and what to do: by the ids of its fields.
pub type Told = RwSignal<Vec<(&'static str, String)>>;

/// A text field with its error beside it.
#[component]
pub fn Text(
    id: &'static str,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] numeric: bool,
    #[prop(optional)] kind: Option<&'static str>,
    #[prop(optional)] autocomplete: Option<&'static str>,
    wrong: Told,
    #[prop(into)] value: Signal<String>,
    set: impl Fn(String) + 'static,
) -> impl IntoView {
    let lang = lang();
    let described = format!("{id}-hint {id}-wrong");
    let told = move || wrong.get().into_iter().find(|(field, _)| *field == id).map(|(_, words)| words);
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label} {optional.then(|| view! { <span class="field__optional">" (" {common::optional(lang)} ")"</span> })}
            </label>
            {hint.map(|hint| view! { <p class="field__hint" id=format!("{id}-hint")>{hint}</p> })}
            <p class="field__error" id=format!("{id}-wrong") hidden=move || told().is_none()>
                <IconView icon=Icon::Look /> {live(told)}
            </p>
            <input
                class="field__input"
                id=id
                name=id
                type=kind.unwrap_or("text")
                autocomplete=autocomplete.unwrap_or("off")
                autocapitalize=if numeric || kind.is_some() || autocomplete.is_some() { "none" } else { "words" }
                inputmode=if numeric { "numeric" } else { "text" }
                aria-describedby=described
                aria-invalid=move || told().is_some().to_string()
                prop:value=value
                on:input:target=move |event| set(event.target().value())
            />
        </div>
    }
}
