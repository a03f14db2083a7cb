//! A small town for tests: two organisations and three groups in municipality 091, one group in 049,
//! an account for every role, and names that must never be seen where they do not belong.

use crate::{Answer, App, Frozen};
use axum::body::Body;
use domain::access::Role;
use domain::assessments::{Assessment, Instrument, Item, Trial, TrialOutcome};
use domain::consents::{self, Consent, ConsentAct, ConsentChannel, ConsentPurpose};
use domain::devices::API_HEADER;
use domain::groups::membership;
use domain::groups::testing::plain;
use domain::groups::{Group, Membership};
use domain::ids::{
    AssessmentId, ConsentId, DeviceId, GroupId, MunicipalityCode, OrganisationId, ParticipantId, SessionId, UserId,
};
use domain::people::Profile;
use domain::sessions::Session;
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::Day;
use domain::{assessments, groups, people};
use http::Request;
use server::access::accounts::{self, NewAccount};
use server::access::sessions::{self, NewSession};
use server::access::{Scope, token};
use uuid::Uuid;

/// The family name of each place's participant: a canary.
pub const CANARIES: [&str; 4] = ["Kanariaoma", "Kanariamuu", "Kanariakumppani", "Kanariavieras"];

/// The other municipality's group.
pub const FOREIGN_GROUP: &str = "Vierasryhmä";

/// One group with one member, one session, and one account of its organisation.
#[derive(Clone, Debug)]
pub struct Place {
    pub municipality: MunicipalityCode,
    pub organisation: OrganisationId,
    pub group: GroupId,
    pub participant: ParticipantId,
    pub session: SessionId,
    /// An account of the same organisation, which no test signs in with.
    pub account: UserId,
    pub canary: &'static str,
}

/// Somebody with a browser: what it sends as cookies.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    pub cookies: String,
}

/// The places of a town whose application is closed.
pub struct Places([Place; 4]);

impl Places {
    /// The same town on an application that goes on from there.
    pub fn on(&self, app: App) -> Town {
        let [own, other, partner, foreign] = self.0.clone();
        Town { app, own, other, partner, foreign }
    }
}

pub struct Town {
    pub app: App,
    /// The group that the instructor and the peer instructor lead.
    pub own: Place,
    /// Another group of the same organisation.
    pub other: Place,
    /// A group of the partner organisation.
    pub partner: Place,
    /// A group of another municipality.
    pub foreign: Place,
}

/// The sign-in name of the one person in this role.
pub fn login(role: Role) -> String {
    format!("{}@091", role.code())
}

/// The day on which the tests begin.
pub fn today() -> Day {
    Day::new(2026, 9, 8).expect("a day of the calendar")
}

impl Town {
    pub async fn on(app: App) -> Self {
        let (home, away) = (code("091"), code("049"));
        let mut tx = app.state.db.begin(server::db::Unscoped::Installation).await.expect("begin");
        let own = accounts::create_municipality(&app.state, &mut tx, &home, "Helsinki").await.expect("municipality");
        let far = accounts::create_municipality(&app.state, &mut tx, &away, "Espoo").await.expect("municipality");
        tx.commit().await.expect("commit");
        let mut tx = app.state.db.begin(&scope(&app, &home)).await.expect("begin");
        let partner = accounts::organisation_named(&app.state, &mut tx, "Ikiliike ry").await.expect("partner");
        tx.commit().await.expect("commit");
        let town = Self {
            own: place(&app, &home, own, 1).await,
            other: place(&app, &home, own, 2).await,
            partner: place(&app, &home, partner, 3).await,
            foreign: place(&app, &away, far, 4).await,
            app,
        };
        town.hire().await;
        town
    }

    /// Keeps all of it, to begin from there many times.
    pub async fn freeze(self) -> (Places, Frozen) {
        let Self { app, own, other, partner, foreign } = self;
        (Places([own, other, partner, foreign]), app.freeze().await)
    }

    /// One account for every role in 091; instructor and peer instructor lead the own group.
    async fn hire(&self) {
        let scope = scope(&self.app, &self.own.municipality);
        let mut tx = self.app.state.db.begin(&scope).await.expect("begin");
        for role in Role::ALL {
            let new = account(&login(*role), self.own.organisation, *role);
            let made = accounts::create(&self.app.state, &mut tx, &new).await.expect("create");
            let user = made.expect("a free sign-in name");
            if matches!(role, Role::Instructor | Role::PeerInstructor) {
                accounts::lead(&mut tx, self.own.group, user, None).await.expect("lead");
            }
        }
        tx.commit().await.expect("commit");
    }

    pub async fn user(&self, role: Role) -> UserId {
        let mut tx = self.app.state.db.read(server::db::Unscoped::Installation).await.expect("read");
        let row = tx.one("SELECT id FROM account WHERE login = $1", [login(role).into()]).await.expect("account");
        row.parse("id").expect("id")
    }

    /// Makes operations take effect in the own municipality, as an import does.
    pub async fn write(&self, verbs: Vec<Verb>) {
        written(&self.app, &scope(&self.app, &self.own.municipality), verbs).await;
    }

    /// The same in the municipality of that place.
    pub async fn write_at(&self, place: &Place, verbs: Vec<Verb>) {
        written(&self.app, &scope(&self.app, &place.municipality), verbs).await;
    }

    /// Signed in at the desk, in this role or before a role was chosen.
    pub async fn signed_in(&self, role: Role, chosen: bool) -> Browser {
        let state = &self.app.state;
        let user = self.user(role).await;
        let mut tx = state.db.begin(server::db::Unscoped::Installation).await.expect("begin");
        let new = NewSession {
            municipality: &self.own.municipality,
            user,
            role: chosen.then_some(role),
            device: None,
            device_label: "desk",
        };
        let secret = sessions::create(state, &mut tx, new).await.expect("session");
        tx.commit().await.expect("commit");
        Browser { cookies: format!("sid={secret}") }
    }

    /// Signed in on a tablet of its own.
    pub async fn on_tablet(&self, role: Role) -> (Browser, DeviceId) {
        let state = &self.app.state;
        let (user, secret) = (self.user(role).await, state.secret());
        let device = state.with_chance(|chance| DeviceId::new(domain::time::Instant::from_millis(1), chance));
        let tenant = &self.own.municipality;
        let mut tx = state.db.begin(server::db::Unscoped::Installation).await.expect("begin");
        tx.run(
            "INSERT INTO device (municipality, id, hash, organisation, label, created_at, seen_at) \
             VALUES ($1, $2, $3, $4, 'test', 0, 0)",
            [tenant.into(), device.into(), token::hash(&secret).into(), self.own.organisation.into()],
        )
        .await
        .expect("device");
        tx.run(
            "INSERT INTO device_account (municipality, device, account, role, since) VALUES ($1, $2, $3, $4, 0)",
            [tenant.into(), device.into(), user.into(), role.code().into()],
        )
        .await
        .expect("device account");
        let new =
            NewSession { municipality: tenant, user, role: Some(role), device: Some(device), device_label: "tablet" };
        let session = sessions::create(state, &mut tx, new).await.expect("session");
        tx.commit().await.expect("commit");
        (Browser { cookies: format!("sid={session}; device={secret}") }, device)
    }
}

impl Browser {
    pub async fn get(&self, app: &App, path: &str) -> Answer {
        app.send(self.request("GET", path).body(Body::empty()).expect("a request")).await
    }

    /// Sends a plain form, as a page of ours would.
    pub async fn post(&self, app: &App, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.request("POST", path).header("content-type", "application/x-www-form-urlencoded");
        app.send(request.body(Body::from(encoded(fields))).expect("a request")).await
    }

    /// Sends a plain form, and fetches the page that it leads to: what was made stands there once.
    pub async fn made(&self, app: &App, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(app, path, fields).await;
        match answer.headers.get("location").and_then(|to| to.to_str().ok()) {
            Some(to) => self.get(app, to).await,
            None => answer,
        }
    }

    /// What the desk's search for people leads to.
    pub async fn search(&self, app: &App, typed: &str) -> Answer {
        let answer = self.post(app, "/people/search", &[("q", typed)]).await;
        let to = answer.headers.get("location").and_then(|to| to.to_str().ok()).expect("an address to go on to");
        self.get(app, to).await
    }

    /// Sends a form with a file, as a page of ours would: its content type and its body.
    pub async fn send(&self, app: &App, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let request = self.request("POST", path).header("content-type", kind);
        app.send(request.body(body.into()).expect("a request")).await
    }

    /// Calls the API, as the tablet would.
    pub async fn call(&self, app: &App, path: &str, body: &serde_json::Value) -> Answer {
        let request = self.request("POST", path).header("content-type", "application/json").header(API_HEADER, "1");
        app.send(request.body(Body::from(body.to_string())).expect("a request")).await
    }

    /// A request as this browser makes one, its body still to come.
    pub fn request(&self, method: &str, path: &str) -> http::request::Builder {
        let request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:3000");
        let request = request.header("sec-fetch-site", "same-origin");
        if self.cookies.is_empty() { request } else { request.header("cookie", &self.cookies) }
    }
}

/// `application/x-www-form-urlencoded`.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    let one = |text: &str| -> String {
        let safe = |b: &u8| b.is_ascii_alphanumeric();
        text.bytes().map(|b| if safe(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    };
    fields.iter().map(|(key, value)| format!("{}={}", one(key), one(value))).collect::<Vec<_>>().join("&")
}

fn code(text: &str) -> MunicipalityCode {
    MunicipalityCode::new(text).expect("a municipality's number")
}

fn scope(app: &App, tenant: &MunicipalityCode) -> Scope {
    Scope::command_line(tenant.clone(), app.state.today())
}

fn account(login: &str, organisation: OrganisationId, role: Role) -> NewAccount {
    let (login, name) = (login.to_owned(), format!("Nimi {login}"));
    NewAccount { login, name, language: "fi".to_owned(), organisation, roles: vec![role] }
}

/// Makes the `n`-th place with its group, member, session and account.
async fn place(app: &App, tenant: &MunicipalityCode, organisation: OrganisationId, n: u128) -> Place {
    let scope = scope(app, tenant);
    let mut tx = app.state.db.begin(&scope).await.expect("begin");
    let new = account(&format!("idle{n}@test"), organisation, Role::Instructor);
    let made = accounts::create(&app.state, &mut tx, &new).await.expect("create");
    let group = GroupId(Uuid::from_u128(0x9000 + n));
    let place = Place {
        municipality: tenant.clone(),
        organisation,
        group,
        participant: ParticipantId(Uuid::from_u128(0xa000 + n)),
        session: Session::planned_id(group, today()),
        account: made.expect("a free sign-in name"),
        canary: CANARIES[usize::try_from(n - 1).expect("a small number")],
    };
    tx.commit().await.expect("commit");
    written(app, &scope, verbs(&place)).await;
    place
}

/// Operations of the installation itself, all of which must take effect.
async fn written(app: &App, scope: &Scope, verbs: Vec<Verb>) {
    let wanted: Vec<_> = verbs.into_iter().map(|verb| (verb, Seen::Newest)).collect();
    assert_eq!(app.state.change(scope, "test", &wanted).await.expect("write"), Ok(()));
}

/// What a person said of a purpose, as a tablet writes it that knows of no event before.
pub fn said(
    id: ConsentId,
    participant: ParticipantId,
    (purpose, act): (ConsentPurpose, ConsentAct),
    on: Day,
) -> Consent {
    Consent {
        id,
        participant,
        purpose,
        act,
        channel: ConsentChannel::Spoken,
        on,
        text_version: "health_tests/1".to_owned(),
        language: "fi".to_owned(),
        after: Vec::new(),
        relative: None,
        until: None,
    }
}

/// What a person said of being tested, for the `n`-th time.
pub fn of_tests(participant: ParticipantId, n: u128, act: ConsentAct, on: Day) -> Verb {
    let id = ConsentId(Uuid::from_u128(0xd300 + n));
    consents::Verb::Record { consent: said(id, participant, (ConsentPurpose::HealthTests, act), on) }.into()
}

/// A chair-stand test of the place's participant; its id follows from participant and day.
pub fn chair_stand(place: &Place, day: Day, stands: i64) -> Assessment {
    let trial = Trial::new(Item::Stands, 1, TrialOutcome::Value(stands));
    let id = AssessmentId(domain::ids::uuid_v5(place.participant.0, &["chair30", &day.to_string()]));
    Assessment::new(id, place.participant, day, Instrument::Chair30, vec![trial])
}

/// Groups of one organisation may be known to all who work there; another municipality's never.
fn group_name(place: &Place) -> String {
    if place.municipality.as_str() == "049" { FOREIGN_GROUP.to_owned() } else { format!("Ryhmä {}", place.group) }
}

fn verbs(place: &Place) -> Vec<Verb> {
    let group = Group {
        id: place.group,
        reference: Some(format!("ref-{}", place.group)),
        name: group_name(place),
        provider: place.organisation,
        weekdays: vec![2],
        minutes: Some(60),
        season_start: Day::new(2026, 9, 1),
        season_end: Day::new(2027, 5, 31),
        ..plain()
    };
    let profile = Profile {
        given_names: "Aino".to_owned(),
        family_name: place.canary.to_owned(),
        birth_date: Day::new(1946, 3, 8),
        ..Profile::default()
    };
    let membership = Membership::begun(place.group, place.participant, today().plus_days(-7));
    let session = Session::planned(place.group, today(), None);
    vec![
        Verb::Group(groups::Verb::Put { group: Box::new(group) }),
        Verb::Participant(people::Verb::Register {
            id: place.participant,
            group: Some(place.group),
            profile: Box::new(profile),
            provisional: false,
        }),
        Verb::Membership(membership::Verb::Join { membership }),
        Verb::Session(domain::sessions::Verb::Plan { session }),
        Verb::Assessment(assessments::Verb::Record {
            assessment: Box::new(chair_stand(place, today().plus_days(-1), 8)),
        }),
    ]
}
