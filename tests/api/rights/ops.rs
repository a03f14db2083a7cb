//! The rights matrix of pushed operations: kind × author × relation.

use super::{Cells, RELATIONS, expected};
use domain::access::Role;
use domain::applications::{Answers, Channel, Decided, Reply, Start};
use domain::attendance::{Correction, Mark};
use domain::consents::{Consent, ConsentAct, ConsentPurpose};
use domain::eligibility::Home;
use domain::exercises::Exercise;
use domain::friends::FriendPair;
use domain::groups::membership;
use domain::groups::testing::plain;
use domain::groups::{Group, GroupKind, Membership};
use domain::home_programmes::{Chosen, HomeProgramme};
use domain::ids::{
    ApplicationId, ConsentId, FriendPairId, GroupId, IncidentId, ParticipantId, ScreeningId, SessionId, TalkId, UserId,
};
use domain::incidents::{Incident, IncidentKind, InjuryLevel};
use domain::people::{Decision, Profile, ProfileChange, ReferralSource};
use domain::safety::{Clearance, PreScreen};
use domain::screenings::{Asked, Screening};
use domain::sessions::{Cancellation, Session, SessionStatus};
use domain::sync::op::Verb;
use domain::talks::Talk;
use domain::{
    applications, assessments, attendance, consents, contacts, friends, groups, home_programmes, home_weeks, incidents,
    notes, pauses, people, screenings, sessions, talks,
};
use server::sync::tables;
use std::sync::LazyLock;
use tests::App;
use tests::tablet::Tablet;
use tests::town::{Place, Town, chair_stand, said, today};
use uuid::Uuid;

pub const ACTORS: [&str; 4] = ["instructor", "peer", "lost", "stranger"];

/// A valid operation of this kind about this place by this author, and the version that they had seen.
fn operation(kind: &str, town: &Town, place: &Place, by: UserId) -> (Verb, Option<i64>) {
    let mut all = operations(town, place, by).into_iter();
    all.find(|(verb, _)| verb.kind() == kind).unwrap_or_else(|| panic!("no operation of kind {kind} to try"))
}

fn operations(town: &Town, place: &Place, by: UserId) -> Vec<(Verb, Option<i64>)> {
    let Place { group, participant, session, .. } = *place;
    let (day, fresh) = (today(), Uuid::from_u128(0xf00d));
    let stay = |group, joined_on| Membership::begun(group, participant, joined_on);
    let profile = Profile { given_names: "Elli".into(), family_name: "Uusi".into(), ..Profile::default() };
    let phone = ProfileChange::Phone(Some("0401234567".into()));
    let next_week = day.plus_days(7);
    let planned = Session::planned(group, next_week, None);
    vec![
        (
            people::Verb::Register {
                id: ParticipantId(fresh),
                group: Some(group),
                profile: Box::new(profile),
                provisional: true,
            }
            .into(),
            None,
        ),
        (people::Verb::Edit { id: participant, changes: vec![phone] }.into(), Some(1)),
        (groups::Verb::Put { group: Box::new(renamed(place)) }.into(), Some(1)),
        (groups::Verb::TakeBack { id: group }.into(), Some(1)),
        (assessments::Verb::TakeBack { id: chair_stand(place, day.plus_days(-1), 8).id, participant }.into(), Some(1)),
        (consents::Verb::TakeBack { id: ConsentId(fresh), participant }.into(), None),
        (membership::Verb::Join { membership: stay(town.own.group, day) }.into(), None),
        (
            membership::Verb::Leave {
                id: stay(group, day.plus_days(-7)).id,
                group,
                left_on: Some(day),
                exit_reason: None,
            }
            .into(),
            Some(1),
        ),
        (sessions::Verb::Plan { session: planned }.into(), None),
        (sessions::Verb::Status { id: session, group, status: Some(SessionStatus::Held) }.into(), Some(1)),
        (sessions::Verb::Cancel { id: session, group, reason: Cancellation::Weather }.into(), Some(1)),
        (sessions::Verb::Move { id: session, group, starts_at: None, place: Some("Kahvio".into()) }.into(), Some(1)),
        (sessions::Verb::Count { id: session, group, people: Some(40) }.into(), Some(1)),
        (sessions::Verb::Note { id: session, group, note: "Kahviossa".into() }.into(), Some(1)),
        (attendance::Verb::Set { session, group, participant, mark: Some(Mark::Present) }.into(), None),
        (attendance::Verb::Correct { session, group, participant, mark: None, reason: Correction::Slip }.into(), None),
        (assessments::Verb::Record { assessment: Box::new(chair_stand(place, day, 9)) }.into(), None),
        (
            assessments::Verb::Amend {
                id: chair_stand(place, day.plus_days(-1), 8).id,
                participant,
                trials: chair_stand(place, day, 7).trials,
                reason: "laskettiin väärin".into(),
                circumstances: None,
            }
            .into(),
            Some(1),
        ),
        (consents::Verb::Record { consent: given(ConsentId(fresh), participant) }.into(), None),
        (incidents::Verb::Record { incident: near_fall(IncidentId(fresh), place) }.into(), None),
        (incidents::Verb::Complete { incident: near_fall(IncidentId(participant.0), place) }.into(), Some(1)),
        (incidents::Verb::Handle { id: IncidentId(participant.0), group, on: day }.into(), Some(1)),
        (screenings::Verb::Record { screening: answered(ScreeningId(fresh), participant) }.into(), None),
        (
            screenings::Verb::Clear { id: ScreeningId(participant.0), participant, clearance: permission() }.into(),
            Some(1),
        ),
        (pauses::Verb::Set { pause: pause(participant) }.into(), None),
        (contacts::Verb::Set { contact: contact(participant) }.into(), None),
        (home_programmes::Verb::Set { programme: programme(participant, by) }.into(), None),
        (exercised(participant).into(), None),
        (recorded(participant).into(), None),
        (
            applications::Verb::Answer { id: applied(participant), participant, answers: Box::new(at_home()) }.into(),
            Some(1),
        ),
        (applications::Verb::Decide { id: applied(participant), participant, decided: waits(town) }.into(), Some(1)),
        (
            applications::Verb::Offer {
                id: applied(participant),
                participant,
                group,
                on: day,
                until: day.plus_days(7),
            }
            .into(),
            Some(1),
        ),
        (
            applications::Verb::Reply {
                id: applied(participant),
                participant,
                group,
                offered_on: day.plus_days(-1),
                reply: Reply::Declined,
                on: day,
            }
            .into(),
            Some(1),
        ),
        (talks::Verb::Record { talk: talked(TalkId(fresh), participant) }.into(), None),
        (friends::Verb::Set { pair: befriended(FriendPairId(fresh), participant) }.into(), None),
        (notes::Verb::Set { session, group, about: notes::About::Called(participant), holds: true }.into(), None),
    ]
}

/// The application that is there: of the day before.
pub fn applied(participant: ParticipantId) -> ApplicationId {
    ApplicationId::of(participant, today().plus_days(-1))
}

pub fn by_phone() -> Start {
    Start { source: ReferralSource::Myself, channel: Channel::Phone, referred_by: None }
}

fn at_home() -> Answers {
    Answers { home: Some(Home::OwnHome), ..Answers::default() }
}

/// An application of today.
pub fn recorded(participant: ParticipantId) -> applications::Verb {
    let (applied_on, start) = (today(), by_phone());
    let id = ApplicationId::of(participant, applied_on);
    applications::Verb::Record { id, participant, applied_on, start, answers: Box::new(at_home()) }
}

fn waits(town: &Town) -> Decided {
    let by = town.own.account;
    Decided { decision: Decision::WaitingList, reason: "ryhmä on täynnä".into(), on: today(), by }
}

/// An application of the day before, on the waiting list, with a place offered on that day.
pub fn application(place: &Place) -> Vec<Verb> {
    offered(place, place.group)
}

/// The same, with a place in that group.
pub fn offered(place: &Place, group: GroupId) -> Vec<Verb> {
    let (participant, on) = (place.participant, today().plus_days(-1));
    let id = applied(participant);
    let by = UserId(Uuid::nil());
    let decided = Decided { decision: Decision::WaitingList, reason: "ryhmä on täynnä".into(), on, by };
    let (start, answers) = (by_phone(), Box::default());
    vec![
        applications::Verb::Record { id, participant, applied_on: on, start, answers }.into(),
        applications::Verb::Decide { id, participant, decided }.into(),
        applications::Verb::Offer { id, participant, group, on, until: on.plus_days(7) }.into(),
    ]
}

pub fn befriended(id: FriendPairId, participant: ParticipantId) -> FriendPair {
    FriendPair {
        id,
        participant,
        name: "Ville Vapaaehtoinen".into(),
        phone: "040 123 4567".into(),
        since: today(),
        ended: None,
        visits: std::collections::BTreeSet::new(),
    }
}

pub fn talked(id: TalkId, participant: ParticipantId) -> Talk {
    let goal = "Kauppaan kävellen".into();
    Talk { id, participant, on: today(), goal, plan: String::new(), next_on: None, taken_back: None }
}

fn renamed(place: &Place) -> Group {
    let (id, provider) = (place.group, place.organisation);
    Group { id, name: "Toinen nimi".into(), kind: GroupKind::Outdoor, provider, ..plain() }
}

pub fn given(id: ConsentId, participant: ParticipantId) -> Consent {
    said(id, participant, (ConsentPurpose::HealthTests, ConsentAct::Given), today())
}

pub fn near_fall(id: IncidentId, place: &Place) -> Incident {
    Incident {
        id,
        group: place.group,
        session: None,
        participant: Some(place.participant),
        on: today(),
        kind: IncidentKind::NearFall,
        injury: InjuryLevel::None,
        what_happened: "Horjahti tuolista noustessa.".into(),
        at: None,
        activity: None,
        actions: Vec::new(),
        preventable: None,
        follow_up_on: None,
        unfinished: false,
        handled_on: None,
        present: Vec::new(),
        staff: Vec::new(),
        stopped: None,
    }
}

/// A yes to chest pain: tests wait for a permission.
pub fn answered(id: ScreeningId, participant: ParticipantId) -> Screening {
    let mut answers = [Some(false); 12];
    answers[0] = Some(true);
    Screening { id, participant, on: today(), asked: Asked::Questions(PreScreen { answers, clearance: None }) }
}

/// The answers of the place's participant; their id is the participant's.
pub fn screened(place: &Place) -> Verb {
    let screening = answered(ScreeningId(place.participant.0), place.participant);
    screenings::Verb::Record { screening }.into()
}

fn permission() -> Clearance {
    Clearance { by: "fysioterapeutti Laine".into(), on: today(), limits: String::new(), because: String::new() }
}

fn place(town: &Town, relation: &str) -> Place {
    match relation {
        "own" => town.own.clone(),
        "group" => town.other.clone(),
        "organisation" => town.partner.clone(),
        "municipality" => town.foreign.clone(),
        _ => Place {
            group: GroupId(Uuid::from_u128(0xdead01)),
            participant: ParticipantId(Uuid::from_u128(0xdead02)),
            session: SessionId(Uuid::from_u128(0xdead03)),
            ..town.own.clone()
        },
    }
}

fn pause(participant: ParticipantId) -> pauses::Pause {
    pauses::Pause {
        id: domain::ids::PauseId(Uuid::from_u128(0xbeef)),
        participant,
        from: today(),
        to: None,
        reason: pauses::PauseReason::Travel,
        holds: true,
    }
}

fn programme(participant: ParticipantId, by: UserId) -> HomeProgramme {
    let exercises = vec![Chosen::usual(Exercise::ChairStand)];
    HomeProgramme { participant, exercises, from: today(), to: None, by, note: String::new() }
}

fn exercised(participant: ParticipantId) -> home_weeks::Verb {
    let monday = today().monday();
    home_weeks::Verb::Set { participant, monday, days: [(today(), true)].into() }
}

fn contact(participant: ParticipantId) -> contacts::Contact {
    contacts::Contact {
        id: domain::ids::ContactId(Uuid::from_u128(0xbeef)),
        participant,
        on: today(),
        way: contacts::ContactWay::Phone,
        outcome: contacts::ContactOutcome::Reached,
        next_on: None,
        note: String::new(),
        holds: true,
    }
}

/// A tablet of this author. The one who lost the group recorded before and pushes after.
async fn author(town: &Town, actor: &str) -> Tablet {
    match actor {
        "peer" => Tablet::of(town, Role::PeerInstructor).await,
        "stranger" => {
            let user = town.user(Role::Coordinator).await;
            Tablet { user, ..Tablet::of(town, Role::Instructor).await }
        }
        _ => Tablet::of(town, Role::Instructor).await,
    }
}

/// A town in which an incident and answers are there to go on with.
async fn furnished(app: App) -> Town {
    let town = Town::on(app).await;
    for place in [&town.own, &town.other, &town.partner, &town.foreign] {
        let incident = near_fall(IncidentId(place.participant.0), place);
        town.write_at(place, vec![incidents::Verb::Record { incident }.into(), screened(place)]).await;
        town.write_at(place, application(place)).await;
    }
    town
}

async fn lose_the_group(town: &Town) {
    let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    tx.run("DELETE FROM group_staff", []).await.unwrap();
    tx.commit().await.unwrap();
}

/// What tells of every table that an operation may change.
static FINGERPRINTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let revisions = tables::NAMES.iter().map(|table| format!("SUM(rev), 0) AS BIGINT) AS n FROM {table}"));
    let sums = revisions.chain(["SUM(head), 0) AS BIGINT) AS n FROM bucket".to_owned()]);
    sums.map(|sum| format!("SELECT CAST(COALESCE({sum}")).collect()
});

/// Everything that an operation without effect must leave as it was.
async fn entities(town: &Town) -> Vec<i64> {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let mut sums = Vec::new();
    for sql in FINGERPRINTS.iter() {
        sums.push(tx.one(sql, []).await.unwrap().get("n").unwrap());
    }
    sums
}

async fn cell(town: &Town, kind: &str, actor: &str, relation: &str) -> (String, bool, String) {
    let mut tablet = author(town, actor).await;
    let about = place(town, relation);
    let (verb, base) = operation(kind, town, &about, tablet.user);
    tablet.record(&town.app, base, verb);
    let before = entities(town).await;
    let answer = tablet.send(&town.app, &tablet.request(&town.app, 1).await).await;
    assert_eq!(answer.status, 200, "{kind} {actor} {relation}: {}", answer.text());
    let result = answer.json()["results"][0].clone();
    let word = result["outcome"].as_str().unwrap_or("nothing").to_owned();
    (word, entities(town).await == before, result["reason"].to_string())
}

async fn walk(app: App) {
    let cells: Cells = expected();
    let (places, begin) = furnished(app).await.freeze().await;
    let fresh = async || places.on(begin.thaw().await);
    let (shared, without) = (fresh().await, fresh().await);
    lose_the_group(&without).await;
    let mut wrong = Vec::new();
    for kind in Verb::kinds() {
        for actor in ACTORS {
            let mut alike = Vec::new();
            for relation in RELATIONS {
                let key = (format!("OP {kind}"), actor.to_owned(), relation.to_owned());
                let Some(wanted) = cells.get(&key) else {
                    wrong.push(format!("OP {kind}: {actor} {relation} is not said in rights.txt"));
                    continue;
                };
                let own_town = if wanted == "applied" { Some(fresh().await) } else { None };
                let town = own_town.as_ref().unwrap_or(if actor == "lost" { &without } else { &shared });
                let (word, unchanged, reason) = cell(town, kind, actor, relation).await;
                if word != *wanted {
                    wrong.push(format!("OP {kind}: {actor} {relation}: expected {wanted}, got {word} {reason}"));
                }
                if unchanged != (*wanted != "applied") {
                    wrong.push(format!("OP {kind}: {actor} {relation}: {wanted}, unchanged: {unchanged}"));
                }
                if ["municipality", "nothing"].contains(&relation) {
                    alike.push((word, reason));
                }
                if let Some(used) = own_town {
                    used.app.end().await;
                }
            }
            if let [foreign, nothing] = alike.as_slice()
                && foreign != nothing
            {
                wrong.push(format!("OP {kind}: {actor}: foreign {foreign:?}, nonexistent {nothing:?}"));
            }
        }
    }
    shared.app.end().await;
    without.app.end().await;
    assert!(wrong.is_empty(), "{} cells differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn pushed_operations_do_what_rights_txt_says_on_sqlite() {
    walk(App::sqlite().await).await;
}

#[tokio::test]
async fn pushed_operations_do_what_rights_txt_says_on_postgres() {
    if std::env::var("TEST_DATABASE_URL").is_err() {
        return eprintln!("not run: TEST_DATABASE_URL is not set");
    }
    walk(App::postgres().await.expect("a PostgreSQL that was there a moment ago")).await;
}
