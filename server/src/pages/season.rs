//! The desk's form that continues a group in the next season, with those of its people who go on.

use std::collections::BTreeSet;

use app::groups::copy::{CopyForm, CopyView};
use app::groups::form::GroupTyped;
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::Action;
use domain::groups::{Group, Membership, membership, season};
use domain::ids::{GroupId, ParticipantId, UserId};
use domain::people::naming::{Form, named_by_id};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::Day;
use leptos::prelude::*;

use super::groups::{Id, Known, filled, listed_places, new_id, read, to_choose, typed};
use super::saving::{Sent, id_of_new};
use super::staff::told;
use super::{Reader, form_status, id_in, page_with_status, see_other};
use crate::access::{Actor, ScopedTx, leading};
use crate::audit;
use crate::error::Error;
use crate::groups::{self, GroupRow};
use crate::memberships;
use crate::people::merged;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/groups/{id}/copy", form).post("/groups/{id}/copy", copy)
}

/// The group's people today, by name.
async fn people(tx: &mut ScopedTx, lang: Lang, row: &GroupRow) -> Result<Vec<(ParticipantId, String)>, Error> {
    let today = tx.scope().today();
    // A group whose season is over is continued with those who were in it at its end.
    let day = row.group.season_end.filter(|end| *end < today).unwrap_or(today);
    let stays = memberships::of_group(tx, row.reached).await?;
    let here = stays.into_iter().filter(|(stay, _)| stay.covers(day)).map(|(_, person)| person);
    let mut here: Vec<_> = here.collect();
    // Somebody may have died since the season ended.
    merged::protect(tx, &mut here).await?;
    here.retain(|person| person.profile.died_on.is_none());
    let names = named_by_id(Form::Listed, &here);
    let mut seen = BTreeSet::new();
    let here = here.iter().filter(|person| seen.insert(person.id));
    Ok(here.filter_map(|person| Some((person.id, texts::named(lang, names.get(&person.id)?)))).collect())
}

async fn form(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let row = groups::find(&mut tx, Action::ManageGroups, id_in(&id)?).await?;
    let people = people(&mut tx, reader.lang, &row).await?;
    let providers = groups::providers(&mut tx).await?;
    let places = listed_places(&mut tx).await?;
    drop(tx);
    // The form names the group's people, also when it comes back with what is wrong: that is a look.
    audit::note_list(&state, &actor, Some(row.group.id), people.len(), &request::id_of(&extensions)).await?;
    let next = next(&row.group, actor.scope.today());
    let rev = id_of_new(&state, GroupId::new).to_string();
    let typed = GroupTyped { rev, ..filled(reader.lang, &next, &places) };
    let people = people.into_iter().map(|(id, name)| (id.to_string(), name, true)).collect();
    let view = CopyView {
        group: (row.group.id, row.group.name),
        typed,
        providers,
        places: to_choose(&places),
        people,
        errors: Vec::new(),
        told_full: false,
    };
    Ok(draw(&reader, view).await)
}

/// The group as it is proposed for the season after its own. Breaks are another season's.
fn next(group: &Group, today: Day) -> Group {
    let after = season::next_season(group.season_end.unwrap_or(today));
    Group {
        season_start: after.map(|(from, _)| from),
        season_end: after.map(|(_, to)| to),
        breaks: Vec::new(),
        earlier: Vec::new(),
        ..group.clone()
    }
}

async fn draw(reader: &Reader, view: CopyView) -> Response {
    let lang = reader.lang;
    let status = form_status(&view.errors);
    let body = move || view! { <CopyForm lang view/> }.into_any();
    page_with_status(reader, status, texts::groups::copy::title(lang), body).await
}

async fn copy(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::UseDesk)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let row = groups::find(&mut tx, Action::ManageGroups, id_in(&id)?).await?;
    let people = people(&mut tx, sent.lang(), &row).await?;
    let providers = groups::providers(&mut tx).await?;
    let new = sent.carried(GroupId::new);
    let before = groups::find(&mut tx, Action::ManageGroups, new).await;
    let leaders = leading::of_group(&mut tx, row.reached).await?;
    let places = listed_places(&mut tx).await?;
    let done = |id: GroupId| format!("/groups/{id}?said=saved");
    let typed = typed(&sent.fields);
    let (lang, today) = (sent.lang(), sent.scope().today());
    let known = Known { providers: &providers, places: &places, filled_from: Some(&row.group), today };
    let read = |id| read(lang, &typed, id, None, &known);
    let made = |row: &GroupRow| read(row.group.id).as_ref() == Ok(&row.group);
    let new = match new_id(&sent, &mut tx, new, before, made).await? {
        Id::Made(id) => return Ok(see_other(&done(id))),
        Id::New(id) => id,
    };
    drop(tx);
    let chosen = sent.fields.all("people");
    let goes_on = |id: &ParticipantId| chosen.contains(&id.to_string().as_str());
    let going: Vec<_> = people.iter().map(|(id, _)| *id).filter(goes_on).collect();
    // Of the form that came, whatever id the group gets: after going back and sending again that is another one.
    let told_full = sent.fields.all("full").contains(&typed.rev.as_str());
    let wanted = read(new).and_then(|group| fits(lang, group, going.len(), told_full));
    let wanted = wanted.and_then(|group| continued(lang, group, &going));
    let starts = wanted.as_ref().ok().map(|(_, start)| *start);
    match sent.save(wanted.map(|(verbs, _)| verbs), &done(new), "name").await? {
        Ok(answer) => {
            let permanent: Vec<_> =
                leaders.into_iter().filter(|leader| leader.to.is_none()).map(|leader| leader.account).collect();
            if let Some(start) = starts {
                lead_on(&sent, new, &permanent, start).await?;
            }
            Ok(answer)
        }
        Err(errors) => {
            audit::note_list(&sent.state, &sent.actor, Some(row.group.id), people.len(), &sent.request_id).await?;
            let people = people.into_iter().map(|(id, name)| (id.to_string(), name, goes_on(&id))).collect();
            let (providers, places) = (providers.clone(), to_choose(&places));
            let view = CopyView {
                group: (row.group.id, row.group.name),
                typed,
                providers,
                places,
                people,
                told_full: told_full || errors.iter().any(|error| error.field == "people"),
                errors,
            };
            Ok(draw(&sent.reader, view).await)
        }
    }
}

/// More people than the group has places go on only where somebody who was told so saves again.
fn fits(lang: Lang, group: Group, going: usize, told: bool) -> Result<Group, Vec<FieldError>> {
    let going = texts::whole(going);
    match group.capacity.map(i64::from).filter(|places| going > *places && !told) {
        Some(places) => Err(vec![FieldError::new("people", texts::groups::copy::full(lang, places, going))]),
        None => Ok(group),
    }
}

type Continued = Result<(Vec<(Verb, Seen)>, Day), Vec<FieldError>>;

/// The new group and the stays of those who go on, from its first day; which must be known.
fn continued(lang: Lang, group: Group, going: &[ParticipantId]) -> Continued {
    let Some(start) = group.season_start else {
        return Err(vec![FieldError::new("season_start", texts::groups::error::season_start(lang))]);
    };
    let id = group.id;
    let join = |person: &ParticipantId| {
        let membership = Membership::begun(id, *person, start);
        (Verb::Membership(membership::Verb::Join { membership }), Seen::Rev(None))
    };
    let put = Verb::Group(domain::groups::Verb::Put { group: Box::new(group) });
    Ok((std::iter::once((put, Seen::Rev(None))).chain(going.iter().map(join)).collect(), start))
}

/// Whoever leads the group without an end leads it in the next season, too.
async fn lead_on(sent: &Sent, group: GroupId, leaders: &[UserId], start: Day) -> Result<(), Error> {
    let written = sent.state.write(sent.scope(), |mut tx| async move {
        let row = groups::find(&mut tx, Action::ManageGroups, group).await?;
        let candidates = leading::candidates(&mut tx).await?;
        for account in leaders.iter().filter(|id| candidates.iter().any(|(known, ..)| known == *id)) {
            leading::assign(&mut tx, row.reached, *account, start, None).await?;
            told(sent, &mut tx, "group.lead", (group, *account), &format!("{start}..")).await?;
        }
        Ok(tx.done(()))
    });
    written.await?;
    leaders.iter().for_each(|account| sent.state.hub.rights_changed(sent.scope().municipality(), *account));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::groups::testing::plain;
    use uuid::Uuid;

    #[test]
    fn a_group_goes_on_in_the_season_after_its_own() {
        let day = |text: &str| -> Option<Day> { text.parse().ok() };
        let group = Group {
            season_start: day("2026-08-24"),
            season_end: day("2026-12-11"),
            weekdays: vec![2, 4],
            breaks: vec![domain::groups::Break { from: day("2026-10-12").unwrap(), to: day("2026-10-18").unwrap() }],
            ..plain()
        };
        let next = next(&group, day("2026-11-28").unwrap());
        assert_eq!((next.season_start, next.season_end), (day("2027-01-11"), day("2027-05-21")));
        assert_eq!((next.weekdays, next.breaks.len()), (vec![2, 4], 0));
    }

    #[test]
    fn more_people_than_places_go_on_only_after_somebody_was_told() {
        let small = || Group { capacity: Some(1), ..plain() };
        assert!(fits(Lang::Fi, small(), 1, false).is_ok() && fits(Lang::Fi, plain(), 9, false).is_ok());
        let told = fits(Lang::Fi, small(), 2, false).expect_err("full");
        assert_eq!((told[0].field, told[0].text.contains("(2 / 1)")), ("people", true), "{}", told[0].text);
        assert!(fits(Lang::Fi, small(), 2, true).is_ok());
    }

    #[test]
    fn without_a_first_day_nobody_can_join() {
        let refused = continued(Lang::Fi, plain(), &[]).expect_err("no first day");
        assert_eq!(refused[0].field, "season_start");
        let start: Day = "2027-01-11".parse().unwrap();
        let person = ParticipantId(Uuid::from_u128(1));
        let (verbs, on) = continued(Lang::Fi, Group { season_start: Some(start), ..plain() }, &[person]).unwrap();
        assert_eq!((verbs.len(), on), (2, start));
    }
}
