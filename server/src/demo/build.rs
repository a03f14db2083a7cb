//! Builds the demo municipality in a fresh database: files through the import, then accounts, and what only
//! comes about when people work: incidents, walk-ins, contradictions, a held operation, frozen reports.

use domain::access::Role;
use domain::devices::Help;
use domain::ids::{GroupId, MunicipalityCode, OrganisationId, UserId};

use super::town::{self, CODE, NAME, PARTNERS, Town, group_ref};
use super::{council, events, own, places, ways};
use crate::access::accounts::{self, NewAccount, create_municipality};
use crate::access::{Scope, ScopedTx, break_glass, password, training};
use crate::db::Unscoped;
use crate::error::Error;
use crate::files::import::{File, Mode, import};
use crate::files::present;
use crate::help;
use crate::outcomes::pages::put_together;
use crate::outcomes::periods::fixed_periods;
use crate::state::AppState;

/// The password of every demo account, for the sign-in on a tablet.
pub const PASSWORD: &str = "esittely";

/// An invented person who works.
struct Worker {
    login: &'static str,
    name: &'static str,
    language: &'static str,
    role: Role,
    /// Place in [`PARTNERS`]; nothing: the municipality's own sports service.
    partner: Option<usize>,
    /// Groups of the present season that the person leads.
    leads: &'static [usize],
    /// Days since the training of one who tests.
    trained_ago: Option<i64>,
}

const WORKERS: [Worker; 8] = [
    Worker {
        login: "ohjaaja",
        name: "Hanna Koskelo",
        language: "fi",
        role: Role::Instructor,
        partner: None,
        leads: &[0, 1, 2, 3],
        // More than two years: a reminder stands where tests are chosen.
        trained_ago: Some(800),
    },
    Worker {
        login: "instruktor",
        name: "Jonas Sundman",
        language: "sv",
        role: Role::Instructor,
        partner: Some(1),
        leads: &[4],
        trained_ago: Some(200),
    },
    Worker {
        login: "vertainen",
        name: "Pertti Lahdelma",
        language: "fi",
        role: Role::PeerInstructor,
        partner: Some(0),
        leads: &[10],
        trained_ago: None,
    },
    Worker {
        login: "koordinaattori",
        name: "Tuula Rantasalo",
        language: "fi",
        role: Role::Coordinator,
        partner: None,
        leads: &[],
        trained_ago: None,
    },
    Worker {
        login: "koordinator",
        name: "Camilla Ekvall",
        language: "sv",
        role: Role::Coordinator,
        partner: Some(1),
        leads: &[],
        trained_ago: None,
    },
    Worker {
        login: "viranhaltija",
        name: "Mikko Harjanne",
        language: "fi",
        role: Role::MunicipalOfficer,
        partner: None,
        leads: &[],
        trained_ago: None,
    },
    Worker {
        login: "tarkastaja",
        name: "Helena Autio",
        language: "fi",
        role: Role::Auditor,
        partner: None,
        leads: &[],
        trained_ago: None,
    },
    Worker {
        login: "paakayttaja",
        name: "Sari Niinimaa",
        language: "fi",
        role: Role::OrganisationAdmin,
        partner: None,
        leads: &[],
        trained_ago: None,
    },
];

/// The sign-in name of who is told of every emergency access.
const DATA_PROTECTION: &str = "viranhaltija";

/// An account with where it belongs.
pub struct Account {
    pub user: UserId,
    pub role: Role,
    pub organisation: OrganisationId,
}

/// Fills the database for the state's own "today".
pub async fn build(state: &AppState) -> Result<Scope, Error> {
    let code = MunicipalityCode::new(CODE).ok_or_else(|| Error::Broken("the demo's code".to_owned()))?;
    let tenant = &code;
    let found = state.write(Unscoped::Installation, |mut tx| async move {
        create_municipality(state, &mut tx, tenant, NAME).await?;
        let help = Help { name: "Tuula Rantasalo".to_owned(), phone: "050 000 1000".to_owned() };
        help::set(&mut tx, tenant, Some(&help)).await?;
        Ok(tx.done(()))
    });
    found.await?;
    let scope = Scope::command_line(code, state.today());
    let Town { files } = town::town(scope.today());
    for (kind, text) in files {
        let file = File::of(kind.code(), text.as_bytes());
        let taken = import(state, &scope, kind, file, Mode::Apply, &|_| ()).await?;
        taken.map_err(|problems| Error::Broken(format!("the demo's {}: {:?}", kind.code(), problems.first())))?;
    }
    let hired = state.write(&scope, |mut tx| async move {
        settings(state, &mut tx).await?;
        let people = workers(state, &mut tx).await?;
        Ok(tx.done(people))
    });
    let hired = hired.await?;
    events::happen(state, &scope, &hired).await?;
    if let Some(coordinator) = hired.iter().find(|one| one.role == Role::Coordinator) {
        own::make_card(state, &scope, coordinator.user).await?;
        own::ask(state, &scope, coordinator.user).await?;
        own::choose_messages(state, &scope).await?;
        own::befriend(state, &scope).await?;
        own::give_feedback(state, scope.municipality()).await?;
    }
    if let Some(instructor) = hired.iter().find(|one| one.role == Role::Instructor) {
        own::exercise(state, &scope, instructor.user).await?;
    }
    put_together(state, &scope, fixed_periods(scope.today()), None, "demo").await?;
    if let Some(officer) = hired.iter().find(|one| one.role == Role::MunicipalOfficer) {
        council::put_before(state, &scope, officer.user).await?;
    }
    ways::happen(state, &scope, &hired).await?;
    places::put_down(state, &scope, &hired).await?;
    Ok(scope)
}

/// Two areas of the town, so that its report compares them, and a third with few people.
async fn settings(state: &AppState, tx: &mut ScopedTx) -> Result<(), Error> {
    let areas = r#"{"Pohjoinen / Norra":["99961","99962"],"Ranta / Stranden":["99963","99964"],"Saaristo / Skärgården":["99965"]}"#;
    let sql = sql!("INSERT INTO setting (municipality, key, value, updated_at) VALUES ($1, $2, $3, $4)");
    tx.run(sql, ["report.areas".into(), areas.into(), state.now().into()]).await?;
    let places = r#"{"Pohjoinen / Norra":{"row":1,"column":2},"Ranta / Stranden":{"row":2,"column":2},"Saaristo / Skärgården":{"row":3,"column":1}}"#;
    tx.run(sql, ["report.area_places".into(), places.into(), state.now().into()]).await?;
    Ok(())
}

/// The accounts, in the order of the list.
async fn workers(state: &AppState, tx: &mut ScopedTx) -> Result<Vec<Account>, Error> {
    let organisations = present::organisations(tx).await?;
    let groups = present::groups(tx).await?;
    // One hash for all: hashing is slow on purpose, and nobody's secret is behind it.
    let hashed = password::hash(&state.hashing, &state.secrets, PASSWORD, state.random()).await?;
    let mut accounts = Vec::new();
    for (at, worker) in WORKERS.iter().enumerate() {
        let partner = worker.partner.and_then(|at| PARTNERS.get(at)).and_then(|name| organisations.find(name));
        let organisation = partner.unwrap_or(organisations.own);
        let user = account(state, tx, worker, organisation).await?;
        let (bare, tenant) = tx.unscoped(Unscoped::Account);
        accounts::set_password(state, bare, (tenant, user), &hashed, "demo").await?;
        if worker.role == Role::Instructor {
            accounts::set_phone(bare, (tenant, user), Some(&format!("050 000 2{at:03}"))).await?;
            accounts::publish_phone(bare, (tenant, user), true).await?;
        }
        let leads = worker.leads.iter().filter_map(|group| groups.by_reference.get(&group_ref(1, *group)));
        for group in leads.copied().collect::<Vec<GroupId>>() {
            accounts::lead(tx, group, user, None).await?;
        }
        if let Some(days) = worker.trained_ago {
            let on = tx.scope().today().plus_days(-days);
            training::set(tx, user, Some(on)).await?;
        }
        accounts.push(Account { user, role: worker.role, organisation });
    }
    // Whoever tries emergency access finds somebody who hears of it.
    let (bare, tenant) = tx.unscoped(Unscoped::Account);
    break_glass::set_contact(bare, tenant, DATA_PROTECTION, state.now()).await?;
    Ok(accounts)
}

async fn account(
    state: &AppState,
    tx: &mut ScopedTx,
    worker: &Worker,
    organisation: OrganisationId,
) -> Result<UserId, Error> {
    let new = NewAccount {
        login: worker.login.to_owned(),
        name: worker.name.to_owned(),
        language: worker.language.to_owned(),
        organisation,
        roles: vec![worker.role],
    };
    let made = accounts::create(state, tx, &new).await?;
    made.map_err(|_| Error::Broken(format!("the demo's account {} is there already", worker.login)))
}
