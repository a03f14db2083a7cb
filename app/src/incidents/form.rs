//! The forms that record an incident of a group, and that tell more of it or correct what was told. What was typed stays as
//! it was typed until it can be read.

use domain::ids::{GroupId, IncidentId};
use domain::incidents::{Incident, IncidentAction, IncidentKind, InjuryLevel, Preventable};
use leptos::prelude::*;

use crate::texts::{Lang, common, incidents, time, typed_day};
use crate::ui::{
    Choice, ChoiceCards, EditForm, Field, FieldError, FieldWidth, SelectField, TextArea, options, options_of,
};

/// What stands in the fields.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct IncidentTyped {
    /// The id that the incident will have; of one that is there, the version that the form was filled from.
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

impl IncidentTyped {
    /// What is told of an incident, as the form shows it.
    pub fn of(lang: Lang, incident: &Incident, rev: i64) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            rev: rev.to_string(),
            on: typed_day(incident.on),
            at: incident.at.map(|at| time(lang, at)).unwrap_or_default(),
            kind: incident.kind.code().to_owned(),
            // Of what was recorded in the first moment nobody has said it yet.
            injury: if incident.unfinished { String::new() } else { incident.injury.code().to_owned() },
            activity: text(&incident.activity),
            what_happened: incident.what_happened.clone(),
            actions: incident.actions.iter().map(|action| action.code().to_owned()).collect(),
            preventable: incident.preventable.map(|answer| answer.code().to_owned()).unwrap_or_default(),
            follow_up_on: incident.follow_up_on.map(typed_day).unwrap_or_default(),
            ..Self::default()
        }
    }
}

/// Tells more of an incident, or corrects what was told. `lead`: to whom, where and on which day, which stays as it was
/// recorded.
#[component]
pub fn IncidentEditForm(
    lang: Lang,
    id: IncidentId,
    lead: String,
    typed: IncidentTyped,
    errors: Vec<FieldError>,
) -> impl IntoView {
    use incidents::form as t;
    let (rev, all) = (typed.rev.clone(), errors.clone());
    view! {
        <EditForm lang noun="/incidents" id=Some(id.to_string()) title=t::edit_title(lang) lead save=t::edit_save(lang) rev
            errors=all>
            <What lang typed=typed.clone() people=None errors=errors.clone()/>
            <Afterwards lang typed errors/>
        </EditForm>
    }
    .into_any()
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
            <What lang typed=typed.clone() people=Some(people.clone()) errors=errors.clone()/>
            <WhoWasThere lang typed=typed.clone() people staff/>
            <Afterwards lang typed errors/>
        </EditForm>
    }
    .into_any()
}

/// `people`: to whom it may have happened; nothing where that and the day are recorded already.
#[component]
fn What(
    lang: Lang,
    typed: IncidentTyped,
    people: Option<Vec<(String, String)>>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    use incidents::form as t;
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let kinds = options(common::choose(lang), options_of(lang, IncidentKind::ALL));
    let injuries = options(common::choose(lang), options_of(lang, InjuryLevel::ALL));
    let day = people.is_some().then(|| {
        view! {
            <Field lang name="on" label=t::on(lang) value=typed.on hint=hint(t::on_hint(lang)) error=error("on")
                width=FieldWidth::Middle/>
        }
    });
    let person = people.map(|people| {
        let people = options(t::nobody(lang), people.into_iter());
        view! {
            <SelectField lang name="person" label=t::person(lang) options=people chosen=typed.person
                error=error("person")/>
        }
    });
    view! {
        <div class="form__part">
            <div class="fields fields--two">
                {day}
                <Field lang name="at" label=t::at(lang) value=typed.at hint=hint(t::at_hint(lang)) error=error("at")
                    optional=true width=FieldWidth::Short/>
            </div>
            <SelectField lang name="kind" label=t::kind(lang) options=kinds chosen=typed.kind error=error("kind")/>
            {person}
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
