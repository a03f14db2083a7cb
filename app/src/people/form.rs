//! The form that makes a participant or changes one, the simple way.

use domain::codes::Code;
use domain::ids::ParticipantId;
use domain::people::{Decision, Education, IncomeOk, LivingAlone, PersonLanguage, Profile, ReferralSource, Sex};
use domain::time::Day;
use leptos::prelude::*;

use super::stays::{AskedDay, Joinable, ToldFull, choices};
use crate::texts::{Lang, NO_FIGURE, Words, applications, common, people, typed_day};
use crate::ui::{
    Choice, ChoiceCards, EditForm, Field, FieldError, FieldWidth, Notice, SelectField, Tone, options, options_of,
};

/// What stands in the fields, as typed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PersonTyped {
    /// The version that the form was filled from; for a new person the id that it will have.
    pub rev: String,
    pub given_names: String,
    pub called_name: String,
    pub family_name: String,
    pub birth_date: String,
    pub sex: String,
    pub language: String,
    pub phone: String,
    pub postal_code: String,
    pub emergency_contact: String,
    /// `yes`: where the person lives must not become known.
    pub undisclosed: String,
    pub living_alone: String,
    pub education: String,
    pub income_ok: String,
    pub referral_source: String,
    pub applied_on: String,
    pub decision: String,
    /// New participants may join a group at once.
    pub group: String,
    pub joined_on: String,
    /// The age that the reader was asked about, in years.
    pub sure: String,
}

impl PersonTyped {
    /// A profile as the form shows it.
    pub fn of(profile: &Profile) -> Self {
        let p = profile.clone();
        let date = |d: Option<Day>| d.map(typed_day).unwrap_or_default();
        Self {
            given_names: p.given_names,
            called_name: p.called_name.unwrap_or_default(),
            family_name: p.family_name,
            birth_date: p.birth_date.map(typed_day).or(p.birth_year.map(|year| year.to_string())).unwrap_or_default(),
            sex: code(p.sex),
            language: code(p.language),
            phone: p.phone.unwrap_or_default(),
            postal_code: p.postal_code.unwrap_or_default(),
            emergency_contact: p.emergency_contact.unwrap_or_default(),
            undisclosed: if p.undisclosed { "yes" } else { "" }.to_owned(),
            living_alone: code(p.living_alone),
            education: code(p.education),
            income_ok: code(p.income_ok),
            referral_source: code(p.referral_source),
            applied_on: date(p.applied_on),
            decision: code(p.decision),
            ..Self::default()
        }
    }
}

/// A code as a form holds it; empty where there is none.
pub fn code(code: Option<impl Code>) -> String {
    code.map_or("", Code::code).to_owned()
}

/// The words of a code, or a dash when nothing is known.
pub fn known_or_dash(lang: Lang, code: Option<impl Words>) -> String {
    code.map_or(NO_FIGURE, |code| code.words(lang)).to_owned()
}

fn cards<C: Code + Words + 'static>(lang: Lang, codes: &'static [C], chosen: &str) -> Vec<Choice> {
    codes.iter().map(|code| Choice::of(lang, *code, code.code() == chosen)).collect()
}

fn select<C: Code + Words + 'static>(lang: Lang, codes: &'static [C]) -> Vec<(String, String)> {
    options(common::not_known(lang), options_of(lang, codes))
}

#[component]
pub fn PersonForm(
    lang: Lang,
    /// The participant who is changed; nothing for a new one.
    person: Option<ParticipantId>,
    typed: PersonTyped,
    /// Groups that a new participant can join.
    groups: Vec<Joinable>,
    /// Who may be the person already: saving is asked for once more.
    alike: Vec<MaybeSame>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let (title, save) = match person {
        None if !alike.is_empty() => (people::form::new_title(lang), people::form::save_other(lang)),
        None => (people::form::new_title(lang), people::form::save_new(lang)),
        Some(_) => (people::form::edit_title(lang), people::form::save(lang)),
    };
    let (id, rev, all) = (person.map(|id| id.to_string()), typed.rev.clone(), errors.clone());
    // Whoever is known already is added to the group on their own page.
    let then = if typed.group.is_empty() { String::new() } else { format!("?into={}#groups", typed.group) };
    let joining = person.is_none().then(|| view! { <Joining lang typed=typed.clone() groups errors=errors.clone()/> });
    view! {
        <EditForm lang noun="/people" id title save rev errors=all>
            <input type="hidden" name="sure" value=typed.sure.clone()/>
            {(!alike.is_empty()).then(|| view! { <Same lang alike then/> })}
            <Who lang typed=typed.clone() errors=errors.clone()/>
            {joining}
            <Contact lang typed=typed.clone() errors=errors.clone()/>
            <Background lang typed errors/>
        </EditForm>
    }
    .into_any()
}

/// Somebody who may be the one who is being registered, as far as the reader may know of them.
#[derive(Clone, PartialEq, Debug)]
pub struct MaybeSame {
    pub id: ParticipantId,
    pub name: String,
    pub birth_year: Option<i32>,
    pub groups: Vec<String>,
}

/// Whether it is one of them: a link to each, and what the form says when it is sent once more.
#[component]
pub fn Same(
    lang: Lang,
    alike: Vec<MaybeSame>,
    /// What stands before the id in the link to each of them.
    #[prop(default = "/people/")]
    link_to: &'static str,
    /// What stands behind it.
    #[prop(optional)]
    then: String,
) -> impl IntoView {
    let asked = asked(alike.iter().map(|person| person.id));
    let items: Vec<_> = alike
        .into_iter()
        .map(|person| {
            let born = person.birth_year.map(|year| people::list::born(lang, &year.to_string()));
            let groups = match person.groups.is_empty() {
                true => people::list::no_group(lang).to_owned(),
                false => person.groups.join(", "),
            };
            let facts = born.into_iter().chain([groups]).collect::<Vec<_>>().join(" · ");
            let href = format!("{link_to}{}{then}", person.id);
            view! { <li><a href=href>{people::form::ask_same(lang, &person.name)}</a>" "<span class="quiet">{facts}</span></li> }
        })
        .collect();
    view! {
        <Notice title=people::form::ask_title(lang) tone=Tone::Look>
            <p>{people::form::ask_text(lang)}</p>
            <ul>{items}</ul>
        </Notice>
        <input type="hidden" name="asked" value=asked/>
    }
    .into_any()
}

/// Whom the reader was asked about, as the form carries it.
pub fn asked(people: impl IntoIterator<Item = ParticipantId>) -> String {
    people.into_iter().map(|id| id.to_string()).collect::<Vec<_>>().join(" ")
}

#[component]
fn Who(lang: Lang, typed: PersonTyped, errors: Vec<FieldError>) -> impl IntoView {
    use people::{field as f, form as t};
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    view! {
        <section class="form__part">
            <h2>{t::who(lang)}</h2>
            <div class="fields fields--two">
                <Field lang name="given_names" label=f::given_names(lang) value=typed.given_names error=error("given_names")/>
                <Field lang name="family_name" label=f::family_name(lang) value=typed.family_name error=error("family_name")/>
                <Field lang name="called_name" label=f::called_name(lang) value=typed.called_name
                    hint=hint(t::called_name_hint(lang)) error=error("called_name") optional=true/>
                <Field lang name="birth_date" label=f::birth_date(lang) value=typed.birth_date
                    hint=hint(applications::form::born_hint(lang)) error=error("birth_date") optional=true
                    width=FieldWidth::Middle/>
            </div>
            <ChoiceCards legend=f::sex(lang) name="sex" choices=cards(lang, Sex::ALL, &typed.sex)
                hint=hint(t::sex_hint(lang)) error=error("sex")/>
            <ChoiceCards legend=f::language(lang) name="language" choices=cards(lang, PersonLanguage::ALL, &typed.language)
                error=error("language")/>
        </section>
    }
    .into_any()
}

#[component]
fn Joining(lang: Lang, typed: PersonTyped, groups: Vec<Joinable>, errors: Vec<FieldError>) -> impl IntoView {
    use people::form as t;
    let error = |field: &str| FieldError::of(&errors, field);
    let groups = options(t::no_group(lang), choices(lang, &groups));
    view! {
        <section class="form__part">
            <h2>{t::joining(lang)}</h2>
            <div class="fields fields--two">
                <ToldFull told=error("group").is_some() group=typed.group.clone()/>
                <SelectField lang name="group" label=t::group(lang) options=groups chosen=typed.group error=error("group")/>
                <AskedDay asked=error("joined_on").is_some() day=typed.joined_on.clone()/>
                <Field lang name="joined_on" label=t::joined_on(lang) value=typed.joined_on error=error("joined_on")
                    width=FieldWidth::Middle/>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Contact(lang: Lang, typed: PersonTyped, errors: Vec<FieldError>) -> impl IntoView {
    use people::{field as f, form as t};
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let hidden = typed.undisclosed == "yes";
    let undisclosed =
        vec![Choice::new("", t::undisclosed_no(lang), !hidden), Choice::new("yes", t::undisclosed_yes(lang), hidden)];
    view! {
        <section class="form__part">
            <h2>{t::contact(lang)}</h2>
            <div class="fields fields--two">
                <Field lang name="phone" label=f::phone(lang) value=typed.phone hint=hint(t::phone_hint(lang))
                    error=error("phone") optional=true width=FieldWidth::Middle kind="tel"/>
                <Field lang name="postal_code" label=f::postal_code(lang) value=typed.postal_code error=error("postal_code")
                    optional=true width=FieldWidth::Short inputmode="numeric"/>
                <Field lang name="emergency_contact" label=f::emergency_contact(lang) value=typed.emergency_contact
                    hint=hint(t::emergency_hint(lang)) error=error("emergency_contact") optional=true/>
            </div>
            <ChoiceCards legend=t::undisclosed(lang) name="undisclosed" choices=undisclosed
                hint=hint(t::undisclosed_hint(lang))/>
        </section>
    }
    .into_any()
}

#[component]
fn Background(lang: Lang, typed: PersonTyped, errors: Vec<FieldError>) -> impl IntoView {
    use people::{field as f, form as t};
    let error = |field: &str| FieldError::of(&errors, field);
    view! {
        <section class="form__part">
            <h2>{t::background(lang)}</h2>
            <p class="quiet">{t::background_hint(lang)}</p>
            <div class="fields fields--two">
                <SelectField lang name="living_alone" label=f::living_alone(lang) options=select(lang, LivingAlone::ALL)
                    chosen=typed.living_alone error=error("living_alone")/>
                <SelectField lang name="education" label=f::education(lang) options=select(lang, Education::ALL)
                    chosen=typed.education error=error("education")/>
                <SelectField lang name="income_ok" label=f::income_ok(lang) options=select(lang, IncomeOk::ALL)
                    chosen=typed.income_ok error=error("income_ok")/>
                <SelectField lang name="referral_source" label=f::referral_source(lang)
                    options=select(lang, ReferralSource::ALL) chosen=typed.referral_source error=error("referral_source")/>
                <Field lang name="applied_on" label=f::applied_on(lang) value=typed.applied_on error=error("applied_on")
                    optional=true width=FieldWidth::Middle/>
                <SelectField lang name="decision" label=f::decision(lang) options=select(lang, Decision::ALL)
                    chosen=typed.decision error=error("decision")/>
            </div>
        </section>
    }
    .into_any()
}
