//! The form that makes or changes a group. What was typed stays as it was typed until it can be read.

use domain::groups::{Group, GroupKind};
use domain::ids::{GroupId, OrganisationId};
use leptos::prelude::*;

use crate::texts::{Lang, Words, common, day, groups, time, weekday_short};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Choice, ChoiceCards, ErrorSummary, Field, FieldError, FieldWidth, PageHead,
    SelectField, TextArea,
};

/// What stands in the fields.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct GroupTyped {
    /// The version that the form was filled from; empty for a new group.
    pub rev: String,
    pub name: String,
    pub kind: String,
    pub provider: String,
    pub place: String,
    pub weekdays: Vec<String>,
    pub starts_at: String,
    pub minutes: String,
    pub capacity: String,
    pub season_start: String,
    pub season_end: String,
}

impl GroupTyped {
    /// A group as the form shows it.
    pub fn of(lang: Lang, group: &Group) -> Self {
        let number = |n: Option<u16>| n.map(|n| n.to_string()).unwrap_or_default();
        let as_day = |d: Option<domain::time::Day>| d.map(typed_day).unwrap_or_default();
        Self {
            rev: String::new(),
            name: group.name.clone(),
            kind: group.kind.code().to_owned(),
            provider: group.provider.to_string(),
            place: group.place.clone().unwrap_or_default(),
            weekdays: group.weekdays.iter().map(u8::to_string).collect(),
            starts_at: group.starts_at.map(|at| time(lang, at)).unwrap_or_default(),
            minutes: number(group.minutes),
            capacity: number(group.capacity),
            season_start: as_day(group.season_start),
            season_end: as_day(group.season_end),
        }
    }
}

/// A day as people type it: the same in every language, since the fields read "8.9.2026".
pub fn typed_day(d: domain::time::Day) -> String {
    day(Lang::Fi, d)
}

#[component]
pub fn GroupForm(
    lang: Lang,
    /// The group that is changed; nothing for a new one.
    group: Option<GroupId>,
    typed: GroupTyped,
    providers: Vec<(OrganisationId, String)>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let (title, action, back, save) = match group {
        None => (
            groups::form::new_title(lang),
            "/groups/new".to_owned(),
            "/groups".to_owned(),
            groups::form::save_new(lang),
        ),
        Some(id) => (
            groups::form::edit_title(lang),
            format!("/groups/{id}/edit"),
            format!("/groups/{id}"),
            groups::form::save(lang),
        ),
    };
    let error = |field: &str| FieldError::of(&errors, field);
    let kinds =
        options(common::choose(lang), GroupKind::ALL.iter().map(|k| (k.code().to_owned(), k.words(lang).to_owned())));
    let providers = options(common::choose(lang), providers.into_iter().map(|(id, name)| (id.to_string(), name)));
    let days = (1..=7_u8)
        .map(|d| Choice::new(d.to_string(), weekday_short(lang, d), typed.weekdays.contains(&d.to_string())))
        .collect();
    let hint = |text: &'static str| Some(text.to_owned());
    view! {
        <PageHead title/>
        <form class="form" method="post" action=action novalidate>
            <input type="hidden" name="rev" value=typed.rev.clone()/>
            <ErrorSummary lang errors=errors.clone()/>
            <div class="form__part">
                <Field lang name="name" label=groups::form::name(lang) value=typed.name hint=hint(groups::form::name_hint(lang))
                    error=error("name") maxlength=200/>
                <SelectField lang name="kind" label=groups::form::kind(lang) options=kinds chosen=typed.kind error=error("kind")/>
                <SelectField lang name="provider" label=groups::form::provider(lang) options=providers chosen=typed.provider
                    error=error("provider")/>
                <TextArea lang name="place" label=groups::form::place(lang) value=typed.place
                    hint=hint(groups::form::place_hint(lang)) optional=true/>
            </div>
            <div class="form__part">
                <ChoiceCards legend=groups::form::weekdays(lang) name="weekdays" choices=days several=true
                    error=error("weekdays")/>
                <div class="fields fields--two">
                    <Field lang name="starts_at" label=groups::form::starts_at(lang) value=typed.starts_at
                        hint=hint(groups::form::starts_at_hint(lang)) error=error("starts_at") optional=true
                        width=FieldWidth::Short/>
                    <Field lang name="minutes" label=groups::form::minutes(lang) value=typed.minutes error=error("minutes")
                        optional=true width=FieldWidth::Short inputmode="numeric"/>
                    <Field lang name="season_start" label=groups::form::season_start(lang) value=typed.season_start
                        hint=hint(groups::form::day_hint(lang)) error=error("season_start") optional=true
                        width=FieldWidth::Middle/>
                    <Field lang name="season_end" label=groups::form::season_end(lang) value=typed.season_end
                        hint=hint(groups::form::day_hint(lang)) error=error("season_end") optional=true
                        width=FieldWidth::Middle/>
                    <Field lang name="capacity" label=groups::form::capacity(lang) value=typed.capacity error=error("capacity")
                        optional=true width=FieldWidth::Short inputmode="numeric"/>
                </div>
            </div>
            <div class="form__actions">
                <Button text=save.to_owned() kind=ButtonKind::Main/>
                <ButtonLink text=common::cancel(lang) href=back kind=ButtonKind::Quiet/>
            </div>
        </form>
    }
    .into_any()
}

/// Options of a select, the first of them empty.
pub fn options(first: &str, rest: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), first.to_owned())).chain(rest).collect()
}
