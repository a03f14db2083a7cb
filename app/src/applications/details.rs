//! The questions of a full registration: target group, position, contact. Everything may be left open.

use domain::applications::{Answers, Said};
use domain::eligibility::Home;
use domain::people::{Education, IncomeOk, LivingAlone, Profile, Sex};
use leptos::prelude::*;

use crate::people::form::code;
use crate::people::stays::{Joinable, choices};
use crate::texts::{Lang, applications::form as t, common, people};
use crate::ui::{Choice, ChoiceCards, Field, FieldError, FieldWidth, SelectField, TextArea, options, options_of};

/// The five signs of reduced function, by the names of their fields.
pub const SIGNS: [&str; 5] = ["walk500", "stairs", "fell", "aid", "memory"];

/// What stands in the fields, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DetailsTyped {
    pub home: String,
    pub strength_days: String,
    pub brisk_minutes: String,
    /// `yes`, `no` or nothing, in the order of [`SIGNS`].
    pub signs: [String; 5],
    pub living_alone: String,
    pub education: String,
    pub income_ok: String,
    pub no_transport: String,
    pub pension: String,
    pub exception_reason: String,
    pub sex: String,
    pub postal_code: String,
    pub emergency_contact: String,
    /// The second and third group that would suit.
    pub wishes: [String; 2],
    pub remark: String,
}

impl DetailsTyped {
    /// As they are known.
    pub fn of(answers: &Answers, profile: &Profile) -> Self {
        let number = |n: Option<u16>| n.map(|n| n.to_string()).unwrap_or_default();
        let sign = |answer: Option<bool>| answer.map_or("", |yes| if yes { "yes" } else { "no" }).to_owned();
        let signs = answers.function.signs();
        let wish = |at: usize| answers.wishes.get(at).map(ToString::to_string).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            home: answers.home.map_or("", Home::code).to_owned(),
            strength_days: number(answers.activity.strength_days.map(u16::from)),
            brisk_minutes: number(answers.activity.brisk_minutes),
            signs: signs.map(sign),
            living_alone: code(profile.living_alone),
            education: code(profile.education),
            income_ok: code(profile.income_ok),
            no_transport: answers.no_transport.map_or("", Said::code).to_owned(),
            pension: answers.pension.map_or("", Said::code).to_owned(),
            exception_reason: text(&answers.exception_reason),
            sex: code(profile.sex),
            postal_code: text(&profile.postal_code),
            emergency_contact: text(&profile.emergency_contact),
            wishes: [wish(1), wish(2)],
            remark: text(&answers.remark),
        }
    }

    /// Whether nothing is filled in yet.
    pub fn is_blank(&self) -> bool {
        *self == Self::default()
    }
}

/// The whole of it: three parts under headings.
#[component]
pub fn Details(lang: Lang, typed: DetailsTyped, groups: Vec<Joinable>, errors: Vec<FieldError>) -> impl IntoView {
    view! {
        <TargetGroup lang typed=typed.clone() errors=errors.clone()/>
        <Position lang typed=typed.clone() errors=errors.clone()/>
        <Rest lang typed groups errors/>
    }
    .into_any()
}

fn cards(all: impl Iterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
    all.map(|(value, words)| Choice::new(value.clone(), words, value == chosen)).collect()
}

#[component]
fn TargetGroup(lang: Lang, typed: DetailsTyped, errors: Vec<FieldError>) -> impl IntoView {
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let homes = options_of(lang, Home::ALL);
    let questions = [t::walk500(lang), t::stairs(lang), t::fell(lang), t::aid(lang), t::memory(lang)];
    let signs: Vec<_> = SIGNS
        .into_iter()
        .zip(questions)
        .zip(typed.signs)
        .map(|((name, legend), chosen)| {
            let answers = [("yes", common::yes(lang)), ("no", common::no(lang)), ("", t::not_asked(lang))];
            let answers = answers.map(|(value, words)| (value.to_owned(), words.to_owned()));
            view! { <ChoiceCards legend name choices=cards(answers.into_iter(), &chosen) error=error(name)/> }
        })
        .collect();
    view! {
        <section class="form__part">
            <h2>{t::target_group(lang)}</h2>
            <ChoiceCards legend=t::home(lang) name="home" choices=cards(homes, &typed.home) error=error("home")/>
            <div class="fields fields--two">
                <Field lang name="strength_days" label=t::strength_days(lang) value=typed.strength_days inputmode="numeric"
                    hint=hint(t::strength_hint(lang)) width=FieldWidth::Short error=error("strength_days") optional=true/>
                <Field lang name="brisk_minutes" label=t::brisk_minutes(lang) value=typed.brisk_minutes inputmode="numeric"
                    hint=hint(t::brisk_hint(lang)) width=FieldWidth::Short error=error("brisk_minutes") optional=true/>
            </div>
            <div class="signs">{signs}</div>
            <Field lang name="exception_reason" label=t::exception_reason(lang) value=typed.exception_reason
                hint=hint(t::exception_hint(lang)) error=error("exception_reason") optional=true/>
        </section>
    }
    .into_any()
}

#[component]
fn Position(lang: Lang, typed: DetailsTyped, errors: Vec<FieldError>) -> impl IntoView {
    use people::field as f;
    let error = |field: &str| FieldError::of(&errors, field);
    let first = t::not_asked(lang);
    let said = || options(first, options_of(lang, Said::ALL));
    view! {
        <section class="form__part">
            <h2>{t::position(lang)}</h2>
            <p class="quiet">{t::position_hint(lang)}</p>
            <div class="fields fields--two">
                <SelectField lang name="living_alone" label=f::living_alone(lang)
                    options=options(first, options_of(lang, LivingAlone::ALL)) chosen=typed.living_alone
                    error=error("living_alone")/>
                <SelectField lang name="education" label=f::education(lang)
                    options=options(first, options_of(lang, Education::ALL)) chosen=typed.education error=error("education")/>
                <SelectField lang name="income_ok" label=t::income_ok(lang)
                    options=options(first, options_of(lang, IncomeOk::ALL)) chosen=typed.income_ok error=error("income_ok")/>
                <SelectField lang name="no_transport" label=t::no_transport(lang) options=said() chosen=typed.no_transport
                    error=error("no_transport")/>
                <SelectField lang name="pension" label=t::pension(lang) options=said() chosen=typed.pension
                    error=error("pension")/>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Rest(lang: Lang, typed: DetailsTyped, groups: Vec<Joinable>, errors: Vec<FieldError>) -> impl IntoView {
    use people::{field as f, form as pf};
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let [second, third] = typed.wishes;
    let wishes = || options(t::no_wish(lang), choices(lang, &groups));
    view! {
        <section class="form__part">
            <h2>{t::rest(lang)}</h2>
            <div class="fields fields--two">
                <Field lang name="emergency_contact" label=f::emergency_contact(lang) value=typed.emergency_contact
                    hint=hint(pf::emergency_hint(lang)) error=error("emergency_contact") optional=true/>
                <Field lang name="postal_code" label=f::postal_code(lang) value=typed.postal_code error=error("postal_code")
                    optional=true width=FieldWidth::Short inputmode="numeric"/>
                <SelectField lang name="sex" label=f::sex(lang) hint=hint(pf::sex_hint(lang))
                    options=options(t::not_asked(lang), options_of(lang, Sex::ALL)) chosen=typed.sex error=error("sex")/>
                <SelectField lang name="wish2" label=t::second_wish(lang) options=wishes() chosen=second error=error("wish2")/>
                <SelectField lang name="wish3" label=t::third_wish(lang) options=wishes() chosen=third error=error("wish3")/>
            </div>
            <TextArea lang name="remark" label=t::remark(lang) value=typed.remark hint=hint(t::remark_hint(lang))
                error=error("remark") optional=true/>
        </section>
    }
    .into_any()
}
