//! The places in which the own groups meet, with the way there, and how demanding the groups are.

use domain::access::{Action, Role};
use domain::groups::{Group, Level};
use domain::ids::PlaceId;
use domain::places::Place;
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;

use super::build::Account;
use crate::access::{Asker, Scope};
use crate::error::Error;
use crate::state::AppState;
use crate::{groups, places, write};

/// Name as the groups say it, address, way there, without steps, toilet, defibrillator, equipment.
type Known = (&'static str, &'static str, &'static str, bool, bool, &'static str, &'static str);

const PLACES: [Known; 5] = [
    (
        "Keskustan liikuntasali",
        "Torikatu 5, 99962 Haukkasalo",
        "Bussit 1 ja 3, pysäkki Tori",
        true,
        true,
        "Aulassa, vahtimestarin oven vieressä",
        "25 tuolia, matot, kuminauhat",
    ),
    (
        "Rannan kylätalo",
        "Rantatie 18, 99963 Haukkasalo",
        "Bussi 7, pysäkki Kylätalo",
        false,
        true,
        "Eteisessä naulakon vieressä",
        "18 tuolia, käsipainot",
    ),
    (
        "Pohjoisen koulun sali",
        "Koulutie 2, 99961 Haukkasalo",
        "Sisään pihan puolelta, ovi C",
        true,
        false,
        "Opettajainhuoneen ovella",
        "Matot, penkit",
    ),
    (
        "Centrums motionssal",
        "Torggatan 7, 99962 Hökholm",
        "Buss 1 och 3, hållplats Torget",
        true,
        true,
        "I aulan",
        "20 stolar, mattor",
    ),
    (
        "Liikuntahalli",
        "Hallitie 1, 99964 Haukkasalo",
        "Bussi 4, päätepysäkki",
        true,
        true,
        "Lipunmyynnin takana",
        "30 tuolia, tasapainorata",
    ),
];

/// The coordinator puts them on the list; where other groups meet is left to whoever tries it.
pub async fn put_down(state: &AppState, scope: &Scope, hired: &[Account]) -> Result<(), Error> {
    let Some(coordinator) = hired.iter().find(|one| one.role == Role::Coordinator) else { return Ok(()) };
    let asker =
        Asker::Staff { user: coordinator.user, role: Role::Coordinator, organisation: coordinator.organisation };
    let scope = Scope::of(asker, scope.municipality().clone(), scope.today())?;
    for known in &PLACES {
        let place = &place(state, known);
        let saved = state.write(&scope, |mut tx| async move {
            let wanted = places::renaming(&mut tx, known.0, None, place).await?;
            places::save(&mut tx, place, 0, state.now()).await?;
            if !wanted.is_empty() {
                write::write(state, &mut tx, "demo", wanted).await?;
            }
            Ok(tx.done(()))
        });
        saved.await?;
    }
    say_levels(state, &scope).await
}

/// By how the names of groups begin; of the partners' groups nobody has said it.
const LEVELS: [(&str, Level); 6] = [
    ("Voimaa ja tasapainoa, keskusta", Level::Moderate),
    ("Voimaa ja tasapainoa, ranta", Level::Light),
    ("Voimaa ja tasapainoa, pohjoinen", Level::Moderate),
    ("Styrka och balans, centrum", Level::Light),
    ("Kuntosalista", Level::Demanding),
    ("Tasapainorata", Level::Demanding),
];

fn said(group: Group) -> Option<(Verb, Seen)> {
    let (_, level) = LEVELS.into_iter().find(|(name, _)| group.name.starts_with(name))?;
    let group = Box::new(Group { level: Some(level), ..group });
    Some((domain::groups::Verb::Put { group }.into(), Seen::Newest))
}

async fn say_levels(state: &AppState, scope: &Scope) -> Result<(), Error> {
    let saved = state.write(scope, |mut tx| async move {
        let all = groups::all(&mut tx, Action::ManageGroups).await?;
        let wanted: Vec<_> = all.into_iter().filter_map(|(group, _)| said(group)).collect();
        write::write(state, &mut tx, "demo", wanted).await?;
        Ok(tx.done(()))
    });
    saved.await
}

fn place(state: &AppState, (name, address, route, step_free, toilet, aed, equipment): &Known) -> Place {
    let text = |text: &str| Some(text.to_owned());
    Place {
        id: state.with_chance(|chance| PlaceId::new(state.now(), chance)),
        name: (*name).to_owned(),
        address: text(address),
        route: text(route),
        // What is said of the way there tells of it.
        bus: None,
        step_free: Some(*step_free),
        toilet: Some(*toilet),
        aed: text(aed),
        equipment: text(equipment),
        phone: text("050 000 4001"),
    }
}
