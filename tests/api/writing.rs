//! Units of work: what is undone leaves nothing and is told to nobody, what the database asks for is repeated.

use std::sync::atomic::{AtomicU32, Ordering};

use domain::access::{Action, Role};
use domain::ids::ParticipantId;
use domain::people::{Profile, ProfileChange, Verb as People};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::sync::wire::{Outcome, Reason};
use server::access::{Asker, Scope};
use server::error::Error;
use server::hub::News;
use server::people;
use server::write::write;
use tests::on_both_databases;
use tests::town::{Town, today};

fn call(person: ParticipantId, phone: &str) -> Vec<(Verb, Seen)> {
    let changes = vec![ProfileChange::Phone(Some(phone.to_owned()))];
    vec![(Verb::Participant(People::Edit { id: person, changes }), Seen::Newest)]
}

/// Two verbs of which the second breaks a rule: nobody has an empty name.
fn half_wrong(person: ParticipantId) -> Vec<(Verb, Seen)> {
    let id = ParticipantId(uuid::Uuid::from_u128(0xe));
    let register = People::Register { id, group: None, profile: Box::new(Profile::default()), provisional: false };
    let mut wanted = call(person, "0407654321");
    wanted.push((Verb::Participant(register), Seen::Rev(None)));
    wanted
}

fn installation(town: &Town) -> Scope {
    Scope::command_line(town.own.municipality.clone(), today())
}

async fn phone(town: &Town) -> Option<String> {
    let mut tx = town.app.state.db.read(&installation(town)).await.unwrap();
    people::find(&mut tx, Action::SeeProfiles, town.own.participant).await.unwrap().person.profile.phone
}

on_both_databases! {
    async fn what_lasts_is_told_and_what_is_undone_is_neither_stored_nor_told(app) {
        let town = Town::on(app).await;
        let (state, scope, wanted) = (&town.app.state, &installation(&town), &call(town.own.participant, "0401234567"));
        let mut heard = state.hub.listen();
        let undone = state.write(scope, |mut tx| async move {
            let done = write(state, &mut tx, "test", wanted.clone()).await?;
            Ok::<_, Error>(tx.undone(done.results.len()))
        });
        assert_eq!(undone.await.unwrap(), 1);
        assert!(heard.try_recv().is_err());
        assert_eq!(phone(&town).await, None);
        assert_eq!(state.change(scope, "test", wanted).await.unwrap(), Ok(()));
        let told = heard.try_recv().unwrap();
        assert!(matches!(&told, News::Moved(poke) if poke.municipality == town.own.municipality), "{told:?}");
        assert_eq!(phone(&town).await.as_deref(), Some("0401234567"));
    }

    async fn of_a_change_with_one_wrong_verb_nothing_is_stored(app) {
        let town = Town::on(app).await;
        let wanted = half_wrong(town.own.participant);
        let refused = town.app.state.change(&installation(&town), "test", &wanted).await.unwrap().unwrap_err();
        assert_eq!((refused.at, refused.result.outcome), (1, Outcome::Rejected));
        assert_eq!(refused.result.reason, Some(Reason::Invalid));
        assert_eq!(phone(&town).await, None);
    }

    async fn a_change_beyond_the_askers_rights_is_forbidden_and_stores_nothing(app) {
        let town = Town::on(app).await;
        let user = town.user(Role::Coordinator).await;
        let asker = Asker::Staff { user, role: Role::Coordinator, organisation: town.partner.organisation };
        let scope = Scope::of(asker, town.own.municipality.clone(), today()).unwrap();
        let changed = town.app.state.change(&scope, "test", &call(town.own.participant, "0401234567")).await;
        assert!(matches!(changed, Err(Error::Forbidden)), "{changed:?}");
        assert_eq!(phone(&town).await, None);
    }

    async fn a_unit_of_work_is_repeated_when_the_connection_broke_and_not_when_it_is_wrong(app) {
        let town = Town::on(app).await;
        let (scope, tried) = (installation(&town), &AtomicU32::new(0));
        let broken = || Error::Sql(sqlx::Error::Io(std::io::Error::other("the connection broke")));
        let written = town.app.state.write(&scope, |tx| async move {
            match tried.fetch_add(1, Ordering::SeqCst) {
                0 => Err(broken()),
                tries => Ok(tx.done(tries)),
            }
        });
        assert_eq!(written.await.unwrap(), 1);
        tried.store(0, Ordering::SeqCst);
        let refused = town.app.state.write(&scope, |_| async move {
            tried.fetch_add(1, Ordering::SeqCst);
            Err::<server::db::Ended<()>, _>(Error::NotFound)
        });
        assert!(matches!(refused.await, Err(Error::NotFound)));
        assert_eq!(tried.load(Ordering::SeqCst), 1);
    }
}
