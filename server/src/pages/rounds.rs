//! Whom to measure: by group, with the number to call.

use std::collections::{BTreeSet, HashMap};

use app::assessments::rounds::{DueLine, DuePage, DueView, GroupDue, PAGE};
use app::groups::{place_of, times_of};
use app::texts::{self, Lang};
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::assessments::rounds::{DueRound, Standing};
use domain::assessments::tester::Training;
use domain::ids::{GroupId, ParticipantId};
use domain::people::naming::{Form, named_by_id};
use domain::people::{Participant, may_be_contacted};
use domain::time::Day;
use leptos::prelude::*;

use super::{PageAsked, Reader, page};
use crate::access::{Actor, ScopedTx, training};
use crate::audit;
use crate::error::Error;
use crate::groups::GroupRow;
use crate::people::{self, Listed};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;
use crate::{assessments, groups, memberships};

pub fn routes(routes: Routes) -> Routes {
    routes.get("/rounds", list)
}

async fn list(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(part): Query<PageAsked>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let view = due_view(&mut tx, reader.lang, part.number()).await?;
    drop(tx);
    let named = view.groups.iter().map(|group| group.lines.len()).sum();
    audit::note_list(&state, &actor, None, named, &request::id_of(&extensions)).await?;
    let lang = reader.lang;
    Ok(page(&reader, texts::rounds::title(lang), move || view! { <DuePage lang view/> }.into_any()).await)
}

async fn due_view(tx: &mut ScopedTx, lang: Lang, page: i64) -> Result<DueView, Error> {
    let today = tx.scope().today();
    let (_, total) = groups::how_many(tx, Action::SeeAssessments, None).await?;
    let mut rows = groups::page(tx, Action::SeeAssessments, None, PAGE, (page - 1) * PAGE).await?;
    rows.retain(|row| row.group.season_end.is_none_or(|end| end >= today));
    let mut members: HashMap<GroupId, BTreeSet<ParticipantId>> = HashMap::new();
    let stays = memberships::today_in(tx, rows.iter().map(|row| row.reached)).await?;
    for stay in &stays {
        members.entry(stay.group).or_default().insert(stay.participant);
    }
    let everybody = members.values().flatten().copied().collect();
    let mut people = people::among(tx, Action::SeeProfiles, &everybody).await?;
    let own = |id: ParticipantId| stays.iter().filter(move |stay| stay.participant == id);
    people.retain(|id, (_, person)| may_be_contacted(&person.profile, own(*id), today));
    let reached: Vec<_> = people.values().map(|(reached, _)| *reached).collect();
    let due = assessments::due(tx, &reached).await?;
    let of_group = |row: GroupRow| {
        let own = members.remove(&row.group.id).unwrap_or_default();
        let people = own.iter().filter_map(|id| people.get(id)).map(|(_, person)| person);
        group_due(lang, row, today, lines(people, &due))
    };
    let groups = rows.into_iter().map(of_group).collect();
    let testers = training::list(tx).await?;
    let old = testers.iter().filter(|tester| Training::of(tester.trained_on, today).is_old()).count();
    Ok(DueView { groups, total, page, old_training: texts::whole(old) })
}

fn group_due(lang: Lang, row: GroupRow, today: Day, lines: Vec<DueLine>) -> GroupDue {
    let when = times_of(lang, &row.group, today);
    let meets = [when, place_of(&row.group, today)].into_iter().filter(|part| !part.is_empty());
    GroupDue { group: row.group.id, name: row.group.name, meets: meets.collect::<Vec<_>>().join(" · "), lines }
}

/// Those of a group's people who wait for a measurement.
pub(super) async fn of_people(tx: &mut ScopedTx, ids: &BTreeSet<ParticipantId>) -> Result<Vec<DueLine>, Error> {
    let people = people::among(tx, Action::SeeProfiles, ids).await?;
    let reached: Vec<_> = people.values().map(|(reached, _): &Listed| *reached).collect();
    let due = assessments::due(tx, &reached).await?;
    let in_order = ids.iter().filter_map(|id| people.get(id)).map(|(_, person)| person);
    Ok(lines(in_order, &due))
}

/// Overdue ones first, then whose days end first.
fn lines<'a>(
    people: impl Iterator<Item = &'a Participant> + Clone,
    due: &HashMap<ParticipantId, DueRound>,
) -> Vec<DueLine> {
    let names = named_by_id(Form::Listed, people.clone());
    let line = |person: &Participant| {
        let due = due.get(&person.id)?.clone();
        let name = names.get(&person.id).cloned().unwrap_or_default();
        let phone = person.profile.clone().disclosed().phone;
        Some(DueLine { id: person.id, name, phone, due })
    };
    let mut lines: Vec<_> = people.filter_map(line).collect();
    lines.sort_by_key(|line| (line.due.standing == Standing::Due, line.due.aimed_at, line.name.name.clone()));
    lines
}
