//! The form that makes or changes a group. What was typed stays as it was typed until it can be read.

use domain::groups::{Break, Group, GroupKind, Level};
use domain::ids::{GroupId, OrganisationId};
use domain::time::Day;
use leptos::prelude::*;

use crate::people::stays::AskedDay;
use crate::texts::{Lang, common, groups, time, typed_day, weekday_short};
use crate::ui::{
    Choice, ChoiceCards, EditForm, Field, FieldError, FieldWidth, SelectField, TextArea, options, options_of,
};

/// What stands in the fields.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct GroupTyped {
    /// The version that the form was filled from; for a new group the id that it will have.
    pub rev: String,
    pub name: String,
    pub kind: String,
    /// The code of a [`Level`]; empty where nobody has said it.
    pub level: String,
    pub provider: String,
    /// The id of a place on the list; empty for one that is written.
    pub place_id: String,
    pub place: String,
    pub aed: String,
    /// What stood in that field when the form was filled: where it stands there still, nobody has said it anew of the
    /// place that is chosen now. Nothing where whatever is typed holds.
    pub aed_was: Option<String>,
    pub weekdays: Vec<String>,
    pub starts_at: String,
    pub minutes: String,
    pub capacity: String,
    pub season_start: String,
    pub season_end: String,
    /// One break a line.
    pub breaks: String,
    /// From which day a changed timetable holds; nothing where that is not asked.
    pub holds_from: Option<String>,
    /// Sessions to come of which somebody has spoken, and which a change leaves as they are.
    pub kept: Vec<KeptSession>,
    /// Days that were asked about, as they were typed.
    pub asked_days: Vec<String>,
}

/// A session that stays as it is when its group's timetable changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptSession {
    pub day: Day,
    /// When it is and what was said of it.
    pub words: String,
}

impl GroupTyped {
    /// A group as the form shows it.
    pub fn of(lang: Lang, group: &Group) -> Self {
        let number = |n: Option<u16>| n.map(|n| n.to_string()).unwrap_or_default();
        let as_day = |d: Option<Day>| d.map(typed_day).unwrap_or_default();
        Self {
            rev: String::new(),
            name: group.name.clone(),
            kind: group.kind.code().to_owned(),
            level: group.level.map(|level| level.code().to_owned()).unwrap_or_default(),
            provider: group.provider.to_string(),
            place_id: String::new(),
            place: group.place.clone().unwrap_or_default(),
            aed: group.aed.clone().unwrap_or_default(),
            aed_was: Some(group.aed.clone().unwrap_or_default()),
            weekdays: group.weekdays.iter().map(u8::to_string).collect(),
            starts_at: times_typed(lang, group),
            minutes: number(group.minutes),
            capacity: number(group.capacity),
            season_start: as_day(group.season_start),
            season_end: as_day(group.season_end),
            breaks: group.breaks.iter().map(|one| written(*one)).collect::<Vec<_>>().join("\n"),
            holds_from: None,
            kept: Vec::new(),
            asked_days: Vec::new(),
        }
    }
}

#[component]
pub fn GroupForm(
    lang: Lang,
    /// The group that is changed; nothing for a new one.
    group: Option<GroupId>,
    typed: GroupTyped,
    providers: Vec<(OrganisationId, String)>,
    /// Those on the list: id and line.
    places: Vec<(String, String)>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let changed = group.is_some();
    let (title, save) = match group {
        None => (groups::form::new_title(lang), groups::form::save_new(lang)),
        Some(_) => (groups::form::edit_title(lang), groups::form::save(lang)),
    };
    let (id, rev, all) = (group.map(|id| id.to_string()), typed.rev.clone(), errors.clone());
    view! {
        <EditForm lang noun="/groups" id title save rev errors=all>
            <GroupFields lang typed providers places errors changed/>
        </EditForm>
    }
    .into_any()
}

/// "12.10.2026–18.10.2026", as it is typed.
fn written(one: Break) -> String {
    if one.from == one.to { typed_day(one.from) } else { format!("{}–{}", typed_day(one.from), typed_day(one.to)) }
}

/// Every field of a group.
#[component]
pub fn GroupFields(
    lang: Lang,
    typed: GroupTyped,
    providers: Vec<(OrganisationId, String)>,
    places: Vec<(String, String)>,
    errors: Vec<FieldError>,
    /// Whether it is a group that is there.
    #[prop(optional)]
    changed: bool,
) -> impl IntoView {
    let (holds_from, kept) = (typed.holds_from.clone(), typed.kept.clone());
    let error = FieldError::of(&errors, "holds_from");
    view! {
        <What lang typed=typed.clone() providers errors=errors.clone()/>
        <Where lang typed=typed.clone() places errors=errors.clone()/>
        <When lang typed errors changed/>
        {holds_from.map(|value| view! { <SinceWhen lang value kept error/> })}
    }
    .into_any()
}

/// From which day a change of days, times or place holds, and what stays of the sessions after it.
#[component]
fn SinceWhen(lang: Lang, value: String, kept: Vec<KeptSession>, error: Option<String>) -> impl IntoView {
    use groups::form as t;
    let hint = Some(t::holds_from_hint(lang).to_owned());
    let told = kept.iter().map(|one| view! { <input type="hidden" name="kept" value=one.day.to_string()/> });
    let told = told.collect_view();
    let any = !kept.is_empty();
    let lines = kept.into_iter().map(|one| view! { <li>{one.words}</li> }).collect_view();
    view! {
        <div class="form__part">
            <Field lang name="holds_from" label=t::holds_from(lang) value hint error width=FieldWidth::Middle/>
            {any.then(|| view! {
                <p>{t::kept(lang)}</p>
                <ul class="days" role="list">{lines}</ul>
                {told}
            })}
        </div>
    }
    .into_any()
}

#[component]
fn What(
    lang: Lang,
    typed: GroupTyped,
    providers: Vec<(OrganisationId, String)>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    use groups::form as t;
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let kinds = options(common::choose(lang), options_of(lang, GroupKind::ALL));
    let levels = options(common::not_known(lang), options_of(lang, Level::ALL));
    let providers = options(common::choose(lang), providers.into_iter().map(|(id, name)| (id.to_string(), name)));
    view! {
        <div class="form__part">
            <Field lang name="name" label=t::name(lang) value=typed.name hint=hint(t::name_hint(lang)) error=error("name")
                maxlength=200/>
            <SelectField lang name="kind" label=t::kind(lang) options=kinds chosen=typed.kind error=error("kind")/>
            <SelectField lang name="level" label=t::level(lang) options=levels chosen=typed.level
                hint=hint(t::level_hint(lang)) error=error("level") optional=true/>
            <SelectField lang name="provider" label=t::provider(lang) options=providers chosen=typed.provider
                error=error("provider")/>
        </div>
    }
    .into_any()
}

/// A place of the list, or one that is written.
#[component]
fn Where(lang: Lang, typed: GroupTyped, places: Vec<(String, String)>, errors: Vec<FieldError>) -> impl IntoView {
    use groups::form as t;
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let any = !places.is_empty();
    // Whoever was told that something is wrong with it has looked at it.
    let aed_was = typed.aed_was.filter(|_| error("aed").is_none());
    let places = options(t::other_place(lang), places.into_iter());
    let (label, told) =
        if any { (t::other_place(lang), t::other_place_hint(lang)) } else { (t::place(lang), t::place_hint(lang)) };
    view! {
        <div class="form__part">
            {any.then(|| view! {
                <SelectField lang name="place_id" label=t::place(lang) options=places chosen=typed.place_id
                    hint=hint(t::place_id_hint(lang)) error=error("place_id")/>
            })}
            <TextArea lang name="place" label value=typed.place hint=hint(told) error=error("place") optional=true
                maxlength=200/>
            <Field lang name="aed" label=t::aed(lang) value=typed.aed hint=hint(t::aed_hint(lang)) error=error("aed")
                optional=true maxlength=200/>
            {aed_was.map(|was| view! { <input type="hidden" name="aed_was" value=was/> })}
        </div>
    }
    .into_any()
}

/// "10.30", or "ti 10.30, to 13.00" where the days differ.
fn times_typed(lang: Lang, group: &Group) -> String {
    if group.times.is_empty() {
        return group.starts_at.map(|at| time(lang, at)).unwrap_or_default();
    }
    let one = |day: &u8| {
        let at = group.time_of(*day)?;
        Some(format!("{} {}", weekday_short(lang, *day), time(lang, at)))
    };
    group.weekdays.iter().filter_map(one).collect::<Vec<_>>().join(", ")
}

#[component]
fn When(lang: Lang, typed: GroupTyped, errors: Vec<FieldError>, changed: bool) -> impl IntoView {
    use groups::form as t;
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let days = (1..=7_u8)
        .map(|d| Choice::new(d.to_string(), weekday_short(lang, d), typed.weekdays.contains(&d.to_string())))
        .collect();
    view! {
        <div class="form__part">
            <ChoiceCards legend=t::weekdays(lang) name="weekdays" choices=days several=true error=error("weekdays")
                hint=changed.then(|| t::weekdays_changed(lang).to_owned())/>
            <div class="fields fields--two">
                <Field lang name="starts_at" label=t::starts_at(lang) value=typed.starts_at
                    hint=hint(t::starts_at_hint(lang)) error=error("starts_at") optional=true width=FieldWidth::Middle/>
                <Field lang name="minutes" label=t::minutes(lang) value=typed.minutes error=error("minutes")
                    optional=true width=FieldWidth::Short inputmode="numeric"/>
                <AskedDay asked=error("season_start").is_some() day=typed.season_start.clone()/>
                <AskedDay asked=error("season_end").is_some() day=typed.season_end.clone()/>
                <Field lang name="season_start" label=t::season_start(lang) value=typed.season_start
                    hint=hint(t::day_hint(lang)) error=error("season_start") optional=true width=FieldWidth::Middle/>
                <Field lang name="season_end" label=t::season_end(lang) value=typed.season_end
                    hint=hint(t::day_hint(lang)) error=error("season_end") optional=true width=FieldWidth::Middle/>
                <TextArea lang name="breaks" label=t::breaks(lang) value=typed.breaks hint=hint(t::breaks_hint(lang))
                    error=error("breaks") optional=true maxlength=1000/>
                <Field lang name="capacity" label=t::capacity(lang) value=typed.capacity error=error("capacity")
                    optional=true width=FieldWidth::Short inputmode="numeric"/>
            </div>
        </div>
    }
    .into_any()
}
