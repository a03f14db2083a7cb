//! The form that records an incident of a group. What was typed stays as it was typed until it can be read.

use domain::ids::GroupId;
use domain::incidents::{IncidentAction, IncidentKind, InjuryLevel, Preventable};
use leptos::prelude::*;

use crate::texts::{Lang, common, incidents};
use crate::ui::{
    Choice, ChoiceCards, EditForm, Field, FieldError, FieldWidth, SelectField, TextArea, options, options_of,
};

/// What stands in the fields.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct IncidentTyped {
    /// The id that the incident will have.
    pub rev: String,
    pub on: String,
    pub at: String,
    pub person: String,
    /// The ids of those who were there, and of the staff.
    pub present: Vec<String>,
    pub staff: Vec<String>,
    pub kind: String,
    pub injury: String,
    pub activity: String,
    pub what_happened: String,
    pub actions: Vec<String>,
    pub preventable: String,
    pub follow_up_on: String,
}

/// `group`: its id and name. `people`: its members, `staff`: those who lead it, each by id and name.
#[component]
pub fn IncidentForm(
    lang: Lang,
    group: (GroupId, String),
    typed: IncidentTyped,
    people: Vec<(String, String)>,
    staff: Vec<(String, String)>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    use incidents::form as t;
    let (rev, all) = (typed.rev.clone(), errors.clone());
    let (group, name) = (format!("/groups/{}", group.0), group.1);
    view! {
        <EditForm lang noun=format!("{group}/incidents") from=group id=None title=t::title(lang) lead=name save=t::save(lang) rev
            errors=all>
            <What lang typed=typed.clone() people=people.clone() errors=errors.clone()/>
            <WhoWasThere lang typed=typed.clone() people staff/>
            <Afterwards lang typed errors/>
        </EditForm>
    }
    .into_any()
}

#[component]
fn What(lang: Lang, typed: IncidentTyped, people: Vec<(String, String)>, errors: Vec<FieldError>) -> impl IntoView {
    use incidents::form as t;
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let kinds = options(common::choose(lang), options_of(lang, IncidentKind::ALL));
    let injuries = options(common::choose(lang), options_of(lang, InjuryLevel::ALL));
    let people = options(t::nobody(lang), people.into_iter());
    view! {
        <div class="form__part">
            <div class="fields fields--two">
                <Field lang name="on" label=t::on(lang) value=typed.on hint=hint(t::on_hint(lang)) error=error("on")
                    width=FieldWidth::Middle/>
                <Field lang name="at" label=t::at(lang) value=typed.at hint=hint(t::at_hint(lang)) error=error("at")
                    optional=true width=FieldWidth::Short/>
            </div>
            <SelectField lang name="kind" label=t::kind(lang) options=kinds chosen=typed.kind error=error("kind")/>
            <SelectField lang name="person" label=t::person(lang) options=people chosen=typed.person
                error=error("person")/>
            <TextArea lang name="what_happened" label=t::what_happened(lang) value=typed.what_happened
                hint=hint(t::what_happened_hint(lang)) error=error("what_happened") maxlength=4000/>
            <Field lang name="activity" label=t::activity(lang) value=typed.activity
                hint=hint(t::activity_hint(lang)) error=error("activity") optional=true maxlength=200/>
            <SelectField lang name="injury" label=t::injury(lang) options=injuries chosen=typed.injury
                error=error("injury")/>
        </div>
    }
    .into_any()
}

/// Who was there: who was marked as present on that day is ticked already.
#[component]
fn WhoWasThere(
    lang: Lang,
    typed: IncidentTyped,
    people: Vec<(String, String)>,
    staff: Vec<(String, String)>,
) -> impl IntoView {
    use incidents::form as t;
    let cards = |all: Vec<(String, String)>, ticked: Vec<String>| -> Vec<Choice> {
        let card = |(id, name): (String, String)| {
            let chosen = ticked.contains(&id);
            Choice::new(id, name, chosen)
        };
        all.into_iter().map(card).collect()
    };
    let (people, staff) = (cards(people, typed.present), cards(staff, typed.staff));
    view! {
        <div class="form__part">
            {(!people.is_empty()).then(|| view! {
                <ChoiceCards legend=t::present(lang) name="present" choices=people several=true
                    hint=Some(t::present_hint(lang).to_owned())/>
            })}
            {(!staff.is_empty()).then(|| view! {
                <ChoiceCards legend=t::staff(lang) name="staff" choices=staff several=true/>
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Afterwards(lang: Lang, typed: IncidentTyped, errors: Vec<FieldError>) -> impl IntoView {
    use incidents::form as t;
    let error = |field: &str| FieldError::of(&errors, field);
    let actions = IncidentAction::ALL
        .iter()
        .map(|action| Choice::of(lang, *action, typed.actions.iter().any(|typed| typed == action.code())));
    let answers = Preventable::ALL.iter().map(|answer| Choice::of(lang, *answer, typed.preventable == answer.code()));
    view! {
        <div class="form__part">
            <ChoiceCards legend=t::actions(lang) name="actions" choices=actions.collect() several=true
                error=error("actions")/>
            <ChoiceCards legend=t::preventable(lang) name="preventable" choices=answers.collect()
                error=error("preventable")/>
            <Field lang name="follow_up_on" label=t::follow_up_on(lang) value=typed.follow_up_on
                hint=Some(t::follow_up_hint(lang).to_owned()) error=error("follow_up_on") optional=true
                width=FieldWidth::Middle/>
        </div>
    }
    .into_any()
}
