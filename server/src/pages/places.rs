//! The desk's places: the list, one place, and the form that makes or changes one.

use app::places::{PlaceForm, PlaceGroup, PlaceLine, PlaceList, PlacePage, PlaceTyped, PlaceView};
use app::texts::{self, Lang, places as t};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::fields::is_phone;
use domain::ids::{GroupId, PlaceId};
use domain::places::Place;
use domain::time::Day;
use leptos::prelude::*;

use super::reading::Reading;
use super::saving::{id_of_new, saved_beside};
use super::{Reader, Said, Sent, form_status, id_in, page, page_with_status, see_other};
use crate::access::{Actor, ScopedTx};
use crate::audit;
use crate::error::Error;
use crate::places::{self, PlaceRow};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::{groups, write};

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/places", list)
        .get("/places/new", new_form)
        .post("/places/new", create)
        .get("/places/{id}", show)
        .get("/places/{id}/edit", edit_form)
        .post("/places/{id}/edit", change)
        .post("/places/{id}/remove", remove)
        .post("/places/{id}/return", put_back)
}

/// Which place was just taken off the list, so that it can be put back.
#[derive(serde::Deserialize)]
struct Removed {
    #[serde(default)]
    removed: String,
}

async fn list(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(Removed { removed }): Query<Removed>,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let removed = match removed.parse::<PlaceId>() {
        // Put back meanwhile, it stands on the list again.
        Ok(id) if places::find(&mut tx, Action::UseDesk, id).await.is_err() => {
            places::find_ever(&mut tx, id).await.ok().map(|row| row.place)
        }
        _ => None,
    };
    let (lang, today) = (reader.lang, actor.scope.today());
    let rows = places::list(&mut tx, Action::UseDesk).await?;
    let running = groups::running(&mut tx, Action::UseDesk).await?;
    drop(tx);
    let line = |PlaceRow { place, .. }: PlaceRow| {
        let (line, id) = (place.line(), place.id.to_string());
        let here = running.iter().filter(|row| row.group.meets_at(&line, today)).count();
        let facts = app::places::access_words(lang, &place);
        PlaceLine { id, groups: texts::whole(here), facts, place }
    };
    let lines: Vec<_> = rows.into_iter().map(line).collect();
    Ok(page(&reader, t::title(lang), move || view! { <PlaceList lang lines removed/> }.into_any()).await)
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let PlaceRow { place, .. } = places::find(&mut tx, Action::UseDesk, id_in(&id)?).await?;
    let here = places::groups_at(&mut tx, &place.line()).await?;
    drop(tx);
    Ok(draw_place(&reader, place, (here, actor.scope.today()), &said, Vec::new()).await)
}

async fn draw_place(
    reader: &Reader,
    place: Place,
    (here, today): (Vec<groups::GroupRow>, Day),
    said: &str,
    errors: Vec<FieldError>,
) -> Response {
    let (lang, title, status) = (reader.lang, place.name.clone(), form_status(&errors));
    let group = |row: groups::GroupRow| PlaceGroup {
        href: format!("/groups/{}", row.group.id),
        when: app::groups::times_of(lang, &row.group, today),
        name: row.group.name,
    };
    let view = PlaceView { place, groups: here.into_iter().map(group).collect(), saved: said == "saved", errors };
    page_with_status(reader, status, &title, move || view! { <PlacePage lang view/> }.into_any()).await
}

/// A place at which no group of a running season meets leaves the list. Groups of earlier seasons keep its name.
async fn remove(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let PlaceRow { place, .. } = places::find_ever(&mut tx, id_in(&id)?).await?;
    let here = places::groups_at(&mut tx, &place.line()).await?;
    drop(tx);
    if !here.is_empty() {
        let errors = vec![FieldError::new("groups", t::error::in_use(sent.lang()))];
        return Ok(draw_place(&sent.reader, place, (here, sent.scope().today()), "", errors).await);
    }
    list_no_more(&sent, &place, true).await?;
    Ok(see_other(&format!("/places?removed={}", place.id)))
}

async fn put_back(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let PlaceRow { place, .. } = places::find_ever(&mut tx, id_in(&id)?).await?;
    let listed = places::list(&mut tx, Action::ManageGroups).await?;
    drop(tx);
    // Made anew meanwhile: that one is it now.
    if let Some(again) = listed.iter().find(|row| row.place.line() == place.line()) {
        return Ok(see_other(&format!("/places/{}", again.place.id)));
    }
    list_no_more(&sent, &place, false).await?;
    Ok(see_other(&done(place.id)))
}

async fn list_no_more(sent: &Sent, place: &Place, removed: bool) -> Result<(), Error> {
    let (state, now) = (&sent.state, sent.state.now());
    let verb = if removed { "place.remove" } else { "place.return" };
    state
        .write(sent.scope(), |mut tx| async move {
            if places::list_no_more(&mut tx, place.id, removed, now).await? {
                log(sent, &mut tx, place, verb, 0).await?;
            }
            Ok(tx.done(()))
        })
        .await
}

/// Which group's free text is to become a place.
#[derive(serde::Deserialize)]
struct Taken {
    #[serde(default)]
    group: String,
}

async fn new_form(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(Taken { group }): Query<Taken>,
) -> Result<Response, Error> {
    actor.scope.require(Action::ManageGroups)?;
    let mut typed = PlaceTyped { rev: id_of_new(&state, PlaceId::new).to_string(), ..PlaceTyped::default() };
    if let Ok(id) = group.parse::<GroupId>() {
        let mut tx = state.db.read(&actor.scope).await?;
        let row = groups::find(&mut tx, Action::ManageGroups, id).await?;
        let now = row.group.timetable_on(actor.scope.today());
        let was = now.place.unwrap_or_default().to_owned();
        let (name, address) = was.split_once(',').map_or((was.as_str(), ""), |(name, rest)| (name, rest.trim()));
        (typed.name, typed.address) = (name.to_owned(), address.to_owned());
        typed.aed = now.aed.unwrap_or_default().to_owned();
        typed.was = was;
    }
    Ok(draw(&reader, None, typed, Vec::new()).await)
}

async fn edit_form(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let mut tx = state.db.read(&actor.scope).await?;
    let PlaceRow { place, rev, .. } = places::find(&mut tx, Action::ManageGroups, id_in(&id)?).await?;
    let typed = PlaceTyped { rev: rev.to_string(), ..PlaceTyped::of(&place) };
    Ok(draw(&reader, Some(place.id), typed, Vec::new()).await)
}

async fn draw(reader: &Reader, place: Option<PlaceId>, typed: PlaceTyped, errors: Vec<FieldError>) -> Response {
    let lang = reader.lang;
    let status = form_status(&errors);
    let title = if place.is_none() { t::new_title(lang) } else { t::edit_title(lang) };
    let body = move || view! { <PlaceForm lang place typed errors/> }.into_any();
    page_with_status(reader, status, title, body).await
}

fn done(id: PlaceId) -> String {
    format!("/places/{id}?said=saved")
}

async fn create(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageGroups)?;
    let typed = typed(&sent.fields);
    let id = sent.carried(PlaceId::new);
    let place = match read(sent.lang(), &typed, id) {
        Ok(place) => place,
        Err(errors) => return Ok(draw(&sent.reader, None, typed, errors).await),
    };
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let others = places::list(&mut tx, Action::ManageGroups).await?;
    drop(tx);
    // Sent twice, it is one.
    if others.iter().any(|row| row.place == place) {
        return Ok(see_other(&done(id)));
    }
    if others.iter().any(|row| row.place.line() == place.line()) {
        let errors = vec![FieldError::new("name", t::error::twice(sent.lang()))];
        return Ok(draw(&sent.reader, None, typed, errors).await);
    }
    let was = if typed.was.is_empty() { place.line() } else { typed.was.clone() };
    match save(&sent, &place, (0, None), &was).await? {
        Ok(()) => Ok(see_other(&done(id))),
        Err(error) => Ok(draw(&sent.reader, None, typed, vec![error]).await),
    }
}

async fn change(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let there = places::find(&mut tx, Action::ManageGroups, id_in(&id)?).await?;
    let others = places::list(&mut tx, Action::ManageGroups).await?;
    drop(tx);
    let (lang, id) = (sent.lang(), there.place.id);
    let mut typed = typed(&sent.fields);
    let wanted = read(lang, &typed, id).map(|place| (place != there.place).then_some(place));
    let told = typed.clone();
    let saved = || saved_meanwhile(lang, &there.place, &told);
    let place = match sent.over_beside(there.rev, &mut typed.rev, "name", wanted, saved) {
        Ok(None) => return Ok(see_other(&done(id))),
        Ok(Some(place)) => place,
        Err(errors) => return Ok(draw(&sent.reader, Some(id), typed, errors).await),
    };
    if others.iter().any(|row| row.place.id != id && row.place.line() == place.line()) {
        let errors = vec![FieldError::new("name", t::error::twice(lang))];
        return Ok(draw(&sent.reader, Some(id), typed, errors).await);
    }
    match save(&sent, &place, (there.rev, Some(&there.place)), &there.place.line()).await? {
        Ok(()) => Ok(see_other(&done(id))),
        Err(error) => Ok(draw(&sent.reader, Some(id), typed, vec![error]).await),
    }
}

/// Beside each field that was typed otherwise: what is saved there now.
fn saved_meanwhile(lang: Lang, saved: &Place, typed: &PlaceTyped) -> Vec<FieldError> {
    let now = PlaceTyped::of(saved);
    let words = |code: &str| app::places::yes_or_no(lang, code);
    let fields: [(&'static str, String, bool); 9] = [
        ("name", now.name.clone(), now.name == typed.name),
        ("address", now.address.clone(), now.address == typed.address),
        ("route", now.route.clone(), now.route == typed.route),
        ("bus", words(&now.bus).to_owned(), now.bus == typed.bus),
        ("step_free", words(&now.step_free).to_owned(), now.step_free == typed.step_free),
        ("toilet", words(&now.toilet).to_owned(), now.toilet == typed.toilet),
        ("aed", now.aed.clone(), now.aed == typed.aed),
        ("equipment", now.equipment.clone(), now.equipment == typed.equipment),
        ("phone", now.phone.clone(), now.phone == typed.phone),
    ];
    saved_beside(lang, fields)
}

/// The place over the version that it stands on, and the groups that meet there, in one unit of work.
async fn save(
    sent: &Sent,
    place: &Place,
    (seen, before): (i64, Option<&Place>),
    was: &str,
) -> Result<Result<(), FieldError>, Error> {
    let (state, now, lang) = (&sent.state, sent.state.now(), sent.lang());
    let saved = state.write(sent.scope(), |mut tx| async move {
        let wanted = places::renaming(&mut tx, was, before, place).await?;
        if !places::save(&mut tx, place, seen, now).await? {
            return Ok(tx.undone(Err(FieldError::new("name", texts::common::changed_meanwhile(lang)))));
        }
        let groups = wanted.len();
        if groups > 0 {
            let done = write::write(state, &mut tx, &sent.request_id, wanted).await?;
            if write::refused(&done).is_some() {
                return Ok(tx.undone(Err(FieldError::new("name", texts::common::not_saved(lang)))));
            }
        }
        log(sent, &mut tx, place, "place.save", groups).await?;
        Ok(tx.done(Ok(())))
    });
    saved.await
}

async fn log(sent: &Sent, tx: &mut ScopedTx, place: &Place, verb: &str, groups: usize) -> Result<(), Error> {
    let at = sent.state.now();
    let entry = audit::Entry {
        entities: format!("place:{}", place.id),
        fields: format!("groups={groups}"),
        ..audit::Entry::at_the_desk(&sent.actor, at, verb, &sent.request_id)
    };
    audit::append_in_scope(tx, &sent.state.secrets, &entry).await
}

fn typed(fields: &Fields) -> PlaceTyped {
    let one = |name| fields.one(name).to_owned();
    PlaceTyped {
        rev: one("rev"),
        was: one("was"),
        name: one("name"),
        address: one("address"),
        route: one("route"),
        bus: one("bus"),
        step_free: one("step_free"),
        toilet: one("toilet"),
        aed: one("aed"),
        equipment: one("equipment"),
        phone: one("phone"),
    }
}

/// The place that was typed, or what is wrong with it.
fn read(lang: Lang, typed: &PlaceTyped, id: PlaceId) -> Result<Place, Vec<FieldError>> {
    let mut form = Reading::new(lang);
    let name = form.line("name", &typed.name, Some(t::error::name(lang)));
    let address = form.line("address", &typed.address, None);
    let route = form.line("route", &typed.route, None);
    let aed = form.line("aed", &typed.aed, None);
    let equipment = form.line("equipment", &typed.equipment, None);
    let phone = form.line("phone", &typed.phone, None);
    if phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
        form.wrong::<()>("phone", t::error::phone(lang));
    }
    let (bus, step_free, toilet) = (answer(&typed.bus), answer(&typed.step_free), answer(&typed.toilet));
    let (Some(name), true) = (name, form.errors.is_empty()) else { return Err(form.errors) };
    let place = Place { id, name, address, route, bus, step_free, toilet, aed, equipment, phone };
    match place.check() {
        Ok(()) => Ok(place),
        Err(_) => Err(vec![FieldError::new("address", t::error::long(lang))]),
    }
}

fn answer(code: &str) -> Option<bool> {
    match code {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn wrong(typed: &PlaceTyped) -> Vec<&'static str> {
        let read = read(Lang::Fi, typed, PlaceId(Uuid::nil()));
        read.err().unwrap_or_default().into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_place_needs_a_name_and_a_number_that_is_one_and_fits_into_a_groups_place() {
        assert_eq!(wrong(&PlaceTyped { phone: "12".into(), ..PlaceTyped::default() }), ["name", "phone"]);
        let named = PlaceTyped { name: "Kylätalo".into(), ..PlaceTyped::default() };
        assert!(wrong(&named).is_empty());
        assert_eq!(wrong(&PlaceTyped { address: "x".repeat(195), ..named.clone() }), ["address"]);
        let read = read(Lang::Fi, &PlaceTyped { step_free: "no".into(), ..named }, PlaceId(Uuid::nil())).unwrap();
        assert_eq!((read.step_free, read.toilet), (Some(false), None), "not known is not no");
    }
}
