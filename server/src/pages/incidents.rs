//! The desk's pages of incidents: the list, one incident, and recording one of a group.

use std::collections::BTreeMap;

use app::incidents::choose::ChooseGroup;
use app::incidents::form::{IncidentEditForm, IncidentForm, IncidentTyped};
use app::incidents::list::{IncidentLine, IncidentList};
use app::incidents::page::{IncidentPage, IncidentView, WhoWasThere};
use app::texts::{self, Lang, Words as _, typed_day};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::attendance::Mark;
use domain::fields::TEXT;
use domain::ids::{GroupId, IncidentId, ParticipantId, UserId};
use domain::incidents::{Incident, IncidentAction, IncidentKind, InjuryLevel, Preventable, Verb};
use domain::people::naming::{Form, Named, named_by_id};
use domain::sessions::Session;
use domain::sync::server::write::Seen;
use domain::time::Day;
use leptos::prelude::*;

use super::reading::Reading;
use super::saving::{Sent, id_of_new, saved_beside};
use super::{Reader, Said, form_status, id_in, page, page_with_status, see_other};
use crate::access::{Actor, InReach, ScopedTx, leading};
use crate::audit;
use crate::error::Error;
use crate::incidents::{self, IncidentRow};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::web::request;
use crate::{attendance, groups, memberships, people};

/// How many the list shows.
const LATEST: i64 = 200;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/incidents", list)
        .get("/incidents/new", choose_group)
        .get("/incidents/{id}", show)
        .get("/incidents/{id}/edit", edit_form)
        .post("/incidents/{id}/edit", change)
        .get("/groups/{id}/incidents/new", new_form)
        .post("/groups/{id}/incidents/new", record)
        .post("/incidents/{id}/handle", handle)
}

async fn list(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let rows = incidents::list(&mut tx, LATEST).await?;
    let ids = rows.iter().filter_map(|row| row.incident.participant).collect();
    let known = people::among(&mut tx, Action::SeeProfiles, &ids).await?;
    drop(tx);
    let people: BTreeMap<_, _> = known.into_iter().map(|(id, (_, person))| (id, person)).collect();
    let names = named_by_id(Form::Listed, people.values());
    let lang = reader.lang;
    let name = |id: ParticipantId| names.get(&id).map(|name| texts::named(lang, name));
    let lines: Vec<_> = rows.into_iter().map(|row| line(row, name)).collect();
    let named = lines.iter().filter(|line| line.person.is_some()).count();
    audit::note_list(&state, &actor, None, named, &request::id_of(&extensions)).await?;
    let may_record = actor.scope.may(Action::RecordIncidents);
    let body = move || view! { <IncidentList lang lines may_record/> }.into_any();
    Ok(page(&reader, texts::incidents::title(lang), body).await)
}

fn line(row: IncidentRow, name: impl Fn(ParticipantId) -> Option<String>) -> IncidentLine {
    let IncidentRow { incident, group, .. } = row;
    IncidentLine {
        id: incident.id,
        on: incident.on,
        at: incident.at,
        kind: incident.kind,
        injury: incident.injury,
        serious: incident.is_serious(),
        waits: incident.waits(),
        unfinished: incident.unfinished,
        group: group.name,
        person: incident.participant.and_then(name),
    }
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let IncidentRow { incident, group, by, .. } = incidents::find(&mut tx, id_in(&id)?).await?;
    let known = people::among(&mut tx, Action::SeeProfiles, &incident.participant.into_iter().collect()).await?;
    let there = who_was_there(&mut tx, &incident).await?;
    drop(tx);
    let person = known.into_values().next().map(|(_, person)| (person.id, person.profile.full_name()));
    let (about, request_id) = (person.as_ref().map(|(id, _)| *id), request::id_of(&extensions));
    let look = audit::Entry::of_incident(&actor, state.now(), incident.id, about, &request_id);
    audit::note(&state, actor.scope.municipality(), &look).await?;
    audit::note_list(&state, &actor, Some(group.id), there.present.len(), &request_id).await?;
    let lang = reader.lang;
    let done = match said.as_str() {
        "saved" => Some(texts::incidents::page::saved(lang)),
        "edited" => Some(texts::incidents::page::edited(lang)),
        "handled" => Some(texts::incidents::page::handled_saved(lang)),
        _ => None,
    };
    let view = IncidentView { incident, group, person, by, there, done };
    // Neither name nor injury in the tab: the history of a shared desk keeps titles.
    Ok(page(&reader, texts::incidents::one(lang), move || view! { <IncidentPage lang view/> }.into_any()).await)
}

/// The names of those who were there; of those out of reach, or erased since, only how many they were.
async fn who_was_there(tx: &mut ScopedTx, incident: &Incident) -> Result<WhoWasThere, Error> {
    let ids = incident.present.iter().copied().collect();
    let known = people::among(tx, Action::SeeProfiles, &ids).await?;
    let mut present: Vec<_> = known.into_values().map(|(_, person)| person.profile.full_name()).collect();
    present.sort_by_cached_key(|name| domain::names::sort_key(name));
    let others = ids.len().saturating_sub(present.len());
    let staff = incidents::names_of_staff(tx, &incident.staff).await?;
    Ok(WhoWasThere { present, others, staff })
}

/// Somebody at the desk has gone through it.
async fn handle(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::UseDesk)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let IncidentRow { incident, group, .. } = incidents::find(&mut tx, id_in(&id)?).await?;
    drop(tx);
    let verb = Verb::Handle { id: incident.id, group: group.id, on: sent.scope().today() };
    let then = format!("/incidents/{}?said=handled", incident.id);
    // Nothing in it can be wrong; whoever may not do it is refused.
    let saved = sent.save(Ok(vec![(verb.into(), Seen::Newest)]), &then, "handle").await?;
    Ok(saved.unwrap_or_else(|_| see_other(&then)))
}

async fn choose_group(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let rows = groups::running(&mut state.db.read(&actor.scope).await?, Action::RecordIncidents).await?;
    let groups = rows.into_iter().map(|row| row.group).collect();
    let (lang, today) = (reader.lang, actor.scope.today());
    let body = move || view! { <ChooseGroup lang groups today/> }.into_any();
    Ok(page(&reader, texts::incidents::form::title(lang), body).await)
}

/// The day on which it happened, where a session's page leads here.
#[derive(serde::Deserialize)]
struct OnDay {
    #[serde(default)]
    on: String,
}

async fn new_form(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(group): Path<String>,
    Query(OnDay { on }): Query<OnDay>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let today = actor.scope.today();
    let day = on.parse().ok().filter(|day: &Day| *day <= today).unwrap_or(today);
    let mut tx = state.db.read(&actor.scope).await?;
    let (reached, group) = of_group(&mut tx, id_in(&group)?).await?;
    let present = marked_as_here(&mut tx, reached, group.id, day).await?;
    drop(tx);
    note_names(&state, &actor, &group, &request::id_of(&extensions)).await?;
    let typed = IncidentTyped {
        rev: id_of_new(&state, IncidentId::new).to_string(),
        on: typed_day(day),
        present: present.iter().map(ParticipantId::to_string).collect(),
        ..IncidentTyped::default()
    };
    Ok(draw(&reader, group, typed, Vec::new()).await)
}

/// The group in which it happened.
struct OfGroup {
    id: GroupId,
    name: String,
    /// What everybody who is or was in it is called.
    people: BTreeMap<ParticipantId, Named>,
    /// Who leads it, by name.
    staff: BTreeMap<UserId, String>,
}

async fn of_group(tx: &mut ScopedTx, id: GroupId) -> Result<(InReach<GroupId>, OfGroup), Error> {
    let row = groups::find(tx, Action::RecordIncidents, id).await?;
    let members = memberships::of_group(tx, row.reached).await?;
    let here = members.iter().filter(|(stay, _)| !stay.is_void());
    let people = named_by_id(Form::Listed, here.map(|(_, person)| person));
    let staff = leading::of_group(tx, row.reached).await?.into_iter().map(|one| (one.account, one.name)).collect();
    Ok((row.reached, OfGroup { id, name: row.group.name, people, staff }))
}

/// Who was in the hall on that day, by the marks.
async fn marked_as_here(
    tx: &mut ScopedTx,
    reached: InReach<GroupId>,
    group: GroupId,
    day: Day,
) -> Result<Vec<ParticipantId>, Error> {
    let marks = attendance::of_session(tx, reached, Session::planned_id(group, day)).await?;
    Ok(marks.into_iter().filter(|one| one.mark.is_some_and(Mark::is_here)).map(|one| one.participant).collect())
}

/// The form offers everybody of the group by name, also when it comes back with what is wrong: that is a look.
async fn note_names(state: &AppState, actor: &Actor, group: &OfGroup, request_id: &str) -> Result<(), Error> {
    audit::note_list(state, actor, Some(group.id), group.people.len(), request_id).await
}

async fn draw(reader: &Reader, group: OfGroup, typed: IncidentTyped, errors: Vec<FieldError>) -> Response {
    let lang = reader.lang;
    let status = form_status(&errors);
    let OfGroup { id, name, people, staff } = group;
    let mut people: Vec<_> = people.iter().map(|(id, name)| (id.to_string(), texts::named(lang, name))).collect();
    people.sort_by_key(|(_, name)| domain::names::sort_key(name));
    let mut staff: Vec<_> = staff.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    staff.sort_by_key(|(_, name)| domain::names::sort_key(name));
    let title = texts::incidents::form::title(lang);
    let group = (id, name);
    let body = move || view! { <IncidentForm lang group typed people staff errors/> }.into_any();
    page_with_status(reader, status, title, body).await
}

async fn record(Path(group): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::UseDesk)?;
    let typed = typed(&sent.fields);
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let (_, group) = of_group(&mut tx, id_in(&group)?).await?;
    let id = sent.carried(IncidentId::new);
    let before = incidents::find(&mut tx, id).await;
    let read = |id| read(sent.lang(), &typed, id, &group, sent.scope().today());
    let id = match before {
        // Sent twice, it is one.
        Ok(row) if read(id).as_ref() == Ok(&Incident { handled_on: None, ..row.incident.clone() }) => {
            return Ok(see_other(&done(id)));
        }
        Ok(_) => {
            let anew = sent.said_anew(IncidentId);
            if incidents::find(&mut tx, anew).await.is_ok() {
                return Ok(see_other(&done(anew)));
            }
            anew
        }
        Err(Error::NotFound) => id,
        Err(error) => return Err(error),
    };
    drop(tx);
    let wanted = read(id).map(|incident| vec![(Verb::Record { incident }.into(), Seen::Rev(None))]);
    let saved = sent.save(wanted, &done(id), "what_happened").await?;
    match saved {
        Ok(done) => Ok(done),
        Err(errors) => {
            note_names(&sent.state, &sent.actor, &group, &sent.request_id).await?;
            Ok(draw(&sent.reader, group, typed, errors).await)
        }
    }
}

async fn edit_form(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let row = incidents::find(&mut state.db.read(&actor.scope).await?, id_in(&id)?).await?;
    let typed = IncidentTyped::of(reader.lang, &row.incident, row.rev);
    draw_again(&state, &reader, &actor, row, typed, Vec::new(), &request::id_of(&extensions)).await
}

/// The form of an incident that is there: it says whose it is, and that is a look.
async fn draw_again(
    state: &AppState,
    reader: &Reader,
    actor: &Actor,
    row: IncidentRow,
    typed: IncidentTyped,
    errors: Vec<FieldError>,
    request_id: &str,
) -> Result<Response, Error> {
    let IncidentRow { incident, group, .. } = row;
    let mut tx = state.db.read(&actor.scope).await?;
    let known = people::among(&mut tx, Action::SeeProfiles, &incident.participant.into_iter().collect()).await?;
    drop(tx);
    let person = known.into_values().next().map(|(_, person)| (person.id, person.profile.full_name()));
    let about = person.as_ref().map(|(id, _)| *id);
    let look = audit::Entry::of_incident(actor, state.now(), incident.id, about, request_id);
    audit::note(state, actor.scope.municipality(), &look).await?;
    let lead = [Some(texts::day(reader.lang, incident.on)), Some(group.name), person.map(|(_, name)| name)];
    let lead = lead.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let (lang, status, id) = (reader.lang, form_status(&errors), incident.id);
    let body = move || view! { <IncidentEditForm lang id lead typed errors/> }.into_any();
    Ok(page_with_status(reader, status, texts::incidents::form::edit_title(lang), body).await)
}

/// Tells more of it, or corrects what was told; whoever was there stays as it was known in the first moment.
async fn change(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::UseDesk)?;
    let row = incidents::find(&mut sent.state.db.read(sent.scope()).await?, id_in(&id)?).await?;
    let there = row.incident.clone();
    let mut typed = typed(&sent.fields);
    let told = typed.clone();
    // A form that does not tell from what it was filled holds as it is.
    let mut seen = sent.fields.all("rev").first().map_or_else(|| row.rev.to_string(), |rev| (*rev).to_owned());
    let wanted = read_anew(sent.lang(), &typed, &there, sent.scope().today());
    let is_there = |incident: &Incident| *incident == Incident { handled_on: None, ..there.clone() };
    let wanted = wanted.map(|incident| match is_there(&incident) {
        true => Vec::new(),
        false => vec![(Verb::Complete { incident }.into(), Seen::Newest)],
    });
    let saved = || told_meanwhile(sent.lang(), &there, &told);
    let wanted = sent.over_beside(row.rev, &mut seen, "what_happened", wanted, saved);
    match sent.save(wanted, &format!("/incidents/{}?said=edited", there.id), "what_happened").await? {
        Ok(done) => Ok(done),
        Err(errors) => {
            typed.rev = seen;
            draw_again(&sent.state, &sent.reader, &sent.actor, row, typed, errors, &sent.request_id).await
        }
    }
}

/// What is told of it now, beside each field in which something else was typed.
fn told_meanwhile(lang: Lang, there: &Incident, typed: &IncidentTyped) -> Vec<FieldError> {
    let now = IncidentTyped::of(lang, there, 0);
    let actions: Vec<_> = there.actions.iter().map(|action| action.words(lang)).collect();
    let preventable = there.preventable.map(|answer| answer.words(lang)).unwrap_or_default();
    let injury = if there.unfinished { "" } else { there.injury.words(lang) };
    let same_text = now.what_happened == typed.what_happened.replace("\r\n", "\n").trim();
    let fields = [
        ("at", now.at.clone(), now.at == typed.at),
        ("kind", there.kind.words(lang).to_owned(), now.kind == typed.kind),
        ("what_happened", now.what_happened.clone(), same_text),
        ("activity", now.activity.clone(), now.activity == typed.activity),
        ("injury", injury.to_owned(), now.injury == typed.injury),
        ("actions", actions.join(", "), now.actions == typed.actions),
        ("preventable", preventable.to_owned(), now.preventable == typed.preventable),
        ("follow_up_on", now.follow_up_on.clone(), now.follow_up_on == typed.follow_up_on),
    ];
    saved_beside(lang, fields)
}

fn done(id: IncidentId) -> String {
    format!("/incidents/{id}?said=saved")
}

fn typed(fields: &Fields) -> IncidentTyped {
    let one = |name| fields.one(name).to_owned();
    IncidentTyped {
        rev: one("rev"),
        on: one("on"),
        at: one("at"),
        person: one("person"),
        present: fields.all("present").into_iter().map(str::to_owned).collect(),
        staff: fields.all("staff").into_iter().map(str::to_owned).collect(),
        kind: one("kind"),
        injury: one("injury"),
        activity: one("activity"),
        what_happened: one("what_happened"),
        actions: fields.all("actions").into_iter().map(str::to_owned).collect(),
        preventable: one("preventable"),
        follow_up_on: one("follow_up_on"),
    }
}

/// The incident that was typed, or what is wrong with it.
fn read(
    lang: Lang,
    typed: &IncidentTyped,
    id: IncidentId,
    group: &OfGroup,
    today: Day,
) -> Result<Incident, Vec<FieldError>> {
    use texts::incidents::error as e;
    let mut form = Reading::new(lang);
    let on = form.needed_day("on", &typed.on, e::on(lang), today);
    if on.is_some_and(|on| on > today) {
        form.wrong::<()>("on", e::future(lang));
    }
    let member = |text: &str| text.parse().ok().filter(|id| group.people.contains_key(id));
    let participant = form.maybe("person", &typed.person, e::person(lang), member);
    let blank = |on| Incident {
        id,
        group: group.id,
        session: None,
        participant,
        on,
        at: None,
        kind: IncidentKind::Other,
        injury: InjuryLevel::None,
        what_happened: String::new(),
        activity: None,
        actions: Vec::new(),
        preventable: None,
        follow_up_on: None,
        unfinished: true,
        handled_on: None,
        // Those of the group alone, in the order of their ids.
        present: group.people.keys().copied().filter(|id| typed.present.contains(&id.to_string())).collect(),
        staff: group.staff.keys().copied().filter(|id| typed.staff.contains(&id.to_string())).collect(),
        stopped: None,
    };
    told_of(form, typed, on.map(blank), today)
}

/// The same incident as it is told now, or what is wrong with that.
fn read_anew(lang: Lang, typed: &IncidentTyped, there: &Incident, today: Day) -> Result<Incident, Vec<FieldError>> {
    told_of(Reading::new(lang), typed, Some(Incident { handled_on: None, ..there.clone() }), today)
}

/// What was typed of an incident, told of this one; nothing of it where it could not be read whose or when it was.
fn told_of(
    mut form: Reading,
    typed: &IncidentTyped,
    of: Option<Incident>,
    today: Day,
) -> Result<Incident, Vec<FieldError>> {
    use texts::incidents::error as e;
    let lang = form.lang();
    let at = form.maybe("at", &typed.at, e::at(lang), |text| text.parse().ok());
    let kind = form.chosen("kind", IncidentKind::from_code(&typed.kind), e::kind(lang));
    let what_happened = told(&mut form, &typed.what_happened, lang);
    let activity = form.line("activity", &typed.activity, None);
    let injury = form.chosen("injury", InjuryLevel::from_code(&typed.injury), e::injury(lang));
    let follow_up_on = form.day("follow_up_on", &typed.follow_up_on, e::follow_up_on(lang), today);
    let (Some(of), Some(kind), Some(injury), true) = (of, kind, injury, form.errors.is_empty()) else {
        return Err(form.errors);
    };
    let done = |action: &IncidentAction| typed.actions.iter().any(|typed| typed == action.code());
    Ok(Incident {
        at,
        kind,
        injury,
        what_happened,
        activity,
        actions: IncidentAction::ALL.iter().copied().filter(done).collect(),
        preventable: Preventable::from_code(&typed.preventable),
        follow_up_on,
        unfinished: false,
        ..of
    })
}

/// What happened, in a person's own words; it must be said.
fn told(form: &mut Reading, typed: &str, lang: Lang) -> String {
    use texts::incidents::error as e;
    let told = typed.replace("\r\n", "\n").trim().to_owned();
    if told.is_empty() {
        form.wrong::<()>("what_happened", e::what_happened(lang));
    } else if told.chars().count() > TEXT {
        form.wrong::<()>("what_happened", e::what_happened_long(lang, texts::whole(TEXT)));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const AINO: ParticipantId = ParticipantId(Uuid::from_u128(1));
    const HANNA: UserId = UserId(Uuid::from_u128(2));

    fn full() -> IncidentTyped {
        IncidentTyped {
            on: "20.11.2026".into(),
            at: "10.40".into(),
            person: AINO.to_string(),
            kind: "fall".into(),
            injury: "minor".into(),
            what_happened: " Kompastui.\r\nNousi itse. ".into(),
            actions: vec!["emergency".into(), "rest".into(), "rest".into()],
            ..IncidentTyped::default()
        }
    }

    fn read_it(typed: &IncidentTyped) -> Result<Incident, Vec<&'static str>> {
        let people = BTreeMap::from([(AINO, Named::default())]);
        let staff = BTreeMap::from([(HANNA, "Hanna".to_owned())]);
        let group = OfGroup { id: GroupId(Uuid::nil()), name: String::new(), people, staff };
        let today = Day::new(2026, 11, 21).unwrap();
        read(Lang::Fi, typed, IncidentId(Uuid::nil()), &group, today)
            .map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn an_incident_is_read_as_people_type_it() {
        let incident = read_it(&full()).unwrap();
        assert_eq!(incident.at.map(|at| at.to_string()), Some("10:40".into()));
        assert_eq!(incident.what_happened, "Kompastui.\nNousi itse.");
        assert_eq!(incident.actions, [IncidentAction::Rest, IncidentAction::Emergency]);
        assert_eq!((incident.participant, incident.activity, incident.preventable), (Some(AINO), None, None));
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let nothing = IncidentTyped::default();
        assert_eq!(read_it(&nothing), Err(vec!["on", "kind", "what_happened", "injury"]));
        let wrong = IncidentTyped { on: "22.11.2026".into(), at: "kello".into(), ..full() };
        assert_eq!(read_it(&wrong), Err(vec!["on", "at"]));
        let long = IncidentTyped { what_happened: "a".repeat(4001), activity: "a".repeat(201), ..full() };
        assert_eq!(read_it(&long), Err(vec!["what_happened", "activity"]));
    }

    #[test]
    fn who_was_there_is_of_the_group_or_leads_it() {
        let stranger = Uuid::from_u128(7).to_string();
        let present = vec![stranger.clone(), AINO.to_string(), AINO.to_string()];
        let staff = vec![HANNA.to_string(), stranger];
        let incident = read_it(&IncidentTyped { present, staff, ..full() }).unwrap();
        assert_eq!((incident.present, incident.staff), (vec![AINO], vec![HANNA]));
        assert_eq!(read_it(&full()).unwrap().present, []);
    }

    #[test]
    fn only_a_member_of_the_group_can_be_named() {
        let typed = IncidentTyped { person: Uuid::from_u128(7).to_string(), ..full() };
        assert_eq!(read_it(&typed), Err(vec!["person"]));
    }
}
