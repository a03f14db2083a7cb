//! Several people brought into one group at once, out of a page of the table.

use std::collections::BTreeSet;

use app::people::narrow::Chosen;
use app::people::several::{PATH, Several, SeveralTyped, SeveralView};
use app::people::stays::Joinable;
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::groups::Membership;
use domain::ids::{GroupId, ParticipantId};
use domain::people::Participant;
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::Day;
use leptos::prelude::*;

use super::{asked, joinable, joining, read_joining};
use crate::access::{Actor, InReach};
use crate::error::Error;
use crate::pages::saving::Sent;
use crate::pages::{Reader, form_status, id_in, page_with_status, see_other};
use crate::people::merged;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;
use crate::{audit, memberships, people};

pub fn routes(routes: Routes) -> Routes {
    routes.get(PATH, form).post(PATH, join)
}

async fn form(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(chosen): Query<Chosen>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::ManageGroups)?;
    let joined_on = texts::typed_day(actor.scope.today());
    let typed = SeveralTyped { joined_on, ..SeveralTyped::default() };
    let request_id = &request::id_of(&extensions);
    Page { state: &state, reader: &reader, actor: &actor, request_id }.draw(chosen, typed, Vec::new()).await
}

/// Whom the page is drawn for.
struct Page<'a> {
    state: &'a AppState,
    reader: &'a Reader,
    actor: &'a Actor,
    request_id: &'a str,
}

impl Page<'_> {
    /// The people of that page of the table, once the look at them is logged.
    async fn draw(&self, chosen: Chosen, typed: SeveralTyped, errors: Vec<FieldError>) -> Result<Response, Error> {
        let lang = self.reader.lang;
        let mut tx = self.state.db.read(&self.actor.scope).await?;
        let table = asked(&mut tx, self.state, lang, chosen).await?;
        let joinable = joinable(&mut tx, lang).await?;
        drop(tx);
        audit::note_list(self.state, self.actor, None, table.lines.len(), self.request_id).await?;
        let status = form_status(&errors);
        let view = SeveralView { chosen: table.chosen, lines: table.lines, joinable, typed, errors };
        let body = move || view! { <Several lang view/> }.into_any();
        Ok(page_with_status(self.reader, status, texts::people::several::title(lang), body).await)
    }
}

async fn join(Query(chosen): Query<Chosen>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageGroups)?;
    let one = |name| sent.fields.one(name).to_owned();
    let people = sent.fields.all("people").into_iter().map(str::to_owned).collect();
    let typed = SeveralTyped { people, group: one("group"), joined_on: one("joined_on") };
    let errors = match wanted(&sent, &typed).await? {
        Ok(wanted) => match save(&sent, &wanted).await? {
            Ok(done) => return Ok(done),
            Err(errors) => errors,
        },
        Err(errors) => errors,
    };
    let Sent { state, reader, actor, request_id, .. } = &sent;
    Page { state, reader, actor, request_id }.draw(chosen, typed, errors).await
}

/// Who joins which group: a name for each of the verbs.
struct Wanted {
    group: GroupId,
    names: Vec<String>,
    verbs: Vec<(Verb, Seen)>,
}

/// All of them or nobody; whoever keeps the others out is named.
async fn save(sent: &Sent, wanted: &Wanted) -> Result<Result<Response, Vec<FieldError>>, Error> {
    let changed = sent.state.change(sent.scope(), &sent.request_id, &wanted.verbs).await?;
    let done = see_other(&format!("/groups/{}?said=joined", wanted.group));
    Ok(changed.map(|()| done).map_err(|refused| {
        let name = wanted.names.get(refused.at).map(String::as_str).unwrap_or_default();
        vec![about(name, texts::common::not_saved(sent.lang()))]
    }))
}

fn about(name: &str, words: &str) -> FieldError {
    FieldError::new("people", format!("{name}: {}", texts::small(words)))
}

/// What was ticked and typed, or all that is wrong with it. Who is not within reach is not found.
async fn wanted(sent: &Sent, typed: &SeveralTyped) -> Result<Result<Wanted, Vec<FieldError>>, Error> {
    let lang = sent.lang();
    let ids = typed.people.iter().map(|id| id_in(id)).collect::<Result<BTreeSet<ParticipantId>, Error>>()?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let groups = joinable(&mut tx, lang).await?;
    let mut people: Vec<_> = people::among(&mut tx, Action::ManageGroups, &ids).await?.into_values().collect();
    if people.len() < ids.len() {
        return Err(Error::NotFound);
    }
    merged::protect(&mut tx, people.iter_mut().map(|(_, person)| person)).await?;
    people.sort_by_cached_key(|(_, person)| domain::names::sort_key(&person.profile.list_name()));
    let nobody = people.is_empty().then(|| FieldError::new("people", texts::people::several::nobody(lang)));
    let mut errors: Vec<_> = nobody.into_iter().collect();
    let (group, day) = match read_joining(lang, &typed.group, &typed.joined_on, &groups, sent) {
        Ok(read) if errors.is_empty() => read,
        Ok(_) => return Ok(Err(errors)),
        Err(found) => {
            errors.extend(found);
            return Ok(Err(errors));
        }
    };
    let stays = memberships::of_people(&mut tx, people.iter().map(|(reached, _)| *reached)).await?;
    let stays: Vec<_> = stays.into_iter().map(|(stay, _)| stay).collect();
    let refused = people.iter().filter_map(|person| refusal(lang, person, group, day, &stays));
    errors.extend(refused.chain(over(sent, &groups, group, people.len())));
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut wanted = Wanted { group, names: Vec::new(), verbs: Vec::new() };
    for (_, person) in people {
        wanted.verbs.push(joining(&mut tx, Membership::begun(group, person.id, day)).await?);
        wanted.names.push(person.profile.list_name());
    }
    Ok(Ok(wanted))
}

/// Why this person does not join the group from that day on.
fn refusal(
    lang: Lang,
    (_, person): &(InReach<ParticipantId>, Participant),
    group: GroupId,
    day: Day,
    stays: &[Membership],
) -> Option<FieldError> {
    let new = Membership::begun(group, person.id, day);
    let name = person.profile.list_name();
    if let Some(died) = person.profile.died_on {
        return Some(about(&name, &texts::people::touch::has_died(lang, died)));
    }
    let there = stays.iter().find(|stay| stay.overlaps(&new))?;
    Some(about(&name, &texts::people::several::already_in(lang, there.joined_on)))
}

/// More people than there are places left: told once, as of a group that is full.
fn over(sent: &Sent, groups: &[Joinable], group: GroupId, people: usize) -> Option<FieldError> {
    let one = groups.iter().find(|one| one.id == group)?;
    let (capacity, more) = (one.capacity.map(i64::from)?, texts::whole(people));
    let told = one.full().is_some() || sent.fields.one("full") == group.to_string();
    let fits = one.members + more <= capacity;
    let words = || texts::people::several::full(sent.lang(), capacity, one.members, more);
    (!told && !fits).then(|| FieldError::new("group", words()))
}
