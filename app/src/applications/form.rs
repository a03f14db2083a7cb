//! An application at the desk: the short way by phone first, the rest below it or later.

use domain::applications::YesBy;
use domain::ids::ApplicationId;
use domain::people::{PersonLanguage, ReferralSource};
use leptos::prelude::*;

use super::details::{Details, DetailsTyped};
use crate::people::form::{MaybeSame, Same};
use crate::people::stays::{Joinable, choices};
use crate::texts::{Lang, applications::form as t, common, people};
use crate::ui::{Choice, ChoiceCards, EditForm, Field, FieldError, FieldWidth, SelectField, options, options_of};

/// What stands in the fields, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ApplicationTyped {
    /// The id that the person will have, or the version that the form was filled from.
    pub rev: String,
    /// The public form that is taken up.
    pub form: String,
    /// Somebody who is known already.
    pub person: String,
    pub given_names: String,
    pub family_name: String,
    /// A date or a year.
    pub born: String,
    pub phone: String,
    pub language: String,
    pub source: String,
    pub referred_by: String,
    pub own_yes: String,
    pub applied_on: String,
    /// The group that would suit best; nothing: any.
    pub wish: String,
    pub details: DetailsTyped,
    /// The age that was asked about and is right.
    pub sure: String,
}

/// What the form shows beside what was typed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ApplicationView {
    pub typed: ApplicationTyped,
    pub groups: Vec<Joinable>,
    /// Who may be the person already.
    pub alike: Vec<MaybeSame>,
    /// The name of the one who is known already.
    pub known: Option<String>,
    pub errors: Vec<FieldError>,
}

/// A new application.
#[component]
pub fn NewApplication(lang: Lang, view: ApplicationView) -> impl IntoView {
    let ApplicationView { typed, groups, alike, known, errors } = view;
    let save = if alike.is_empty() { t::save(lang) } else { people::form::save_other(lang) };
    let open = !typed.details.is_blank() || errors.iter().any(|error| !FIRST.contains(&error.field));
    let (rev, all) = (typed.rev.clone(), errors.clone());
    let lead = known.clone().unwrap_or_else(|| t::lead(lang).to_owned());
    view! {
        <EditForm lang noun="/applications" id=None title=t::new_title(lang) lead save rev errors=all>
            <input type="hidden" name="form" value=typed.form.clone()/>
            <input type="hidden" name="person" value=typed.person.clone()/>
            <input type="hidden" name="sure" value=typed.sure.clone()/>
            {(!alike.is_empty()).then(|| view! { <Same lang alike link_to="/applications/new?person="/> })}
            {known.is_none().then(|| view! { <Who lang typed=typed.clone() errors=errors.clone()/> })}
            <How lang typed=typed.clone() groups=groups.clone() errors=errors.clone()/>
            <details class="more more--form" open=open>
                <summary>{t::more(lang)}</summary>
                <Details lang typed=typed.details groups errors/>
            </details>
        </EditForm>
    }
    .into_any()
}

/// The fields of the short way: an error in another one opens the rest.
const FIRST: [&str; 10] = [
    "given_names",
    "family_name",
    "born",
    "phone",
    "language",
    "source",
    "referred_by",
    "own_yes",
    "applied_on",
    "wish",
];

#[component]
fn Who(lang: Lang, typed: ApplicationTyped, errors: Vec<FieldError>) -> impl IntoView {
    use people::{field as f, form as pf};
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let languages = options_of(lang, PersonLanguage::ALL);
    let languages =
        languages.map(|(value, words)| Choice::new(value.clone(), words, value == typed.language)).collect();
    view! {
        <section class="form__part">
            <h2>{t::who(lang)}</h2>
            <div class="fields fields--two">
                <Field lang name="given_names" label=f::given_names(lang) value=typed.given_names error=error("given_names")/>
                <Field lang name="family_name" label=f::family_name(lang) value=typed.family_name error=error("family_name")/>
                <Field lang name="born" label=t::born(lang) value=typed.born hint=hint(t::born_hint(lang))
                    error=error("born") width=FieldWidth::Middle/>
                <Field lang name="phone" label=f::phone(lang) value=typed.phone hint=hint(pf::phone_hint(lang))
                    error=error("phone") width=FieldWidth::Middle kind="tel"/>
            </div>
            <ChoiceCards legend=f::language(lang) name="language" choices=languages error=error("language")/>
        </section>
    }
    .into_any()
}

/// How it came, and which group is wished for.
#[component]
fn How(lang: Lang, typed: ApplicationTyped, groups: Vec<Joinable>, errors: Vec<FieldError>) -> impl IntoView {
    use people::field as f;
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let wishes = options(t::any_group(lang), choices(lang, &groups));
    view! {
        <section class="form__part">
            <h2>{t::how(lang)}</h2>
            <div class="fields fields--two">
                <SelectField lang name="source" label=t::source(lang)
                    options=options_of(lang, ReferralSource::ALL).collect() chosen=typed.source error=error("source")/>
                <SelectField lang name="wish" label=t::wish(lang) options=wishes chosen=typed.wish error=error("wish")/>
                <Field lang name="applied_on" label=f::applied_on(lang) value=typed.applied_on width=FieldWidth::Middle
                    error=error("applied_on")/>
            </div>
            <div class="fields fields--two">
                <Field lang name="referred_by" label=t::referred_by(lang) value=typed.referred_by
                    hint=hint(t::referred_hint(lang)) error=error("referred_by") optional=true/>
                <SelectField lang name="own_yes" label=t::own_yes(lang) hint=hint(t::own_yes_hint(lang))
                    options=yeses(lang) chosen=typed.own_yes error=error("own_yes")/>
            </div>
        </section>
    }
    .into_any()
}

fn yeses(lang: Lang) -> Vec<(String, String)> {
    options(t::not_yet(lang), options_of(lang, YesBy::ALL))
}

/// What was told is written anew. `name`: whose application it is.
#[component]
pub fn EditApplication(lang: Lang, id: ApplicationId, name: String, view: ApplicationView) -> impl IntoView {
    let ApplicationView { typed, groups, errors, .. } = view;
    let (rev, all) = (typed.rev.clone(), errors.clone());
    let wishes = options(t::any_group(lang), choices(lang, &groups));
    let wrong_wish = FieldError::of(&errors, "wish");
    let referral = typed.source != ReferralSource::Myself.code();
    let own_yes = referral.then(|| {
        let error = FieldError::of(&errors, "own_yes");
        view! {
            <SelectField lang name="own_yes" label=t::own_yes(lang) hint=Some(t::own_yes_hint(lang).to_owned())
                options=yeses(lang) chosen=typed.own_yes.clone() error=error/>
        }
    });
    view! {
        <EditForm lang noun="/applications" id=Some(id.to_string()) title=t::edit_title(lang) lead=name
            save=common::save(lang) rev errors=all>
            <section class="form__part">
                <div class="fields fields--two">
                    <SelectField lang name="wish" label=t::wish(lang) options=wishes chosen=typed.wish.clone()
                        error=wrong_wish/>
                    {own_yes}
                </div>
            </section>
            <Details lang typed=typed.details groups errors/>
        </EditForm>
    }
    .into_any()
}
