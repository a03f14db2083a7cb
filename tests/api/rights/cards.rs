//! The rights matrix of those who have a personal card: people who take part, with the PIN and without it, and relatives.
//!
//! A test beside that of the staff, which is the longest of all, so that it does not grow. What somebody with a card can
//! change is their own, and each route changes something else: so each of them has one town for all cells, and a new
//! session after each change. Of the staff each change needs a town of its own, which takes half a second on PostgreSQL.

use super::{Cell, Stage, expected, furnish, ops, relations, routes};
use crate::{home_exercise, own, relatives};
use domain::consents;
use domain::exercises::Exercise;
use domain::ids::ConsentId;
use http::StatusCode;
use server::db::Unscoped;
use server::own::{cards, is_own, sessions};
use std::collections::BTreeMap;
use tests::App;
use tests::town::{Browser, Town};
use uuid::Uuid;

pub const ACTORS: [&str; 4] = ["participant", "coded", "relative", "ended"];

/// What everybody in the towns is called by those who know them.
const CALLED: &str = "Aino";

/// Each actor's browser, and the number of their card.
struct Cards {
    browsers: BTreeMap<&'static str, Browser>,
    numbers: BTreeMap<&'static str, String>,
}

impl Cards {
    /// Everybody comes in by the door; then the person ends what one relative is shown.
    async fn of(town: &Town) -> Self {
        own::card(town).await;
        let relative = relatives::invited(town, &town.own, 1, &relatives::ALL).await;
        let ended = relatives::invited(town, &town.own, 2, &relatives::ALL).await;
        let browsers = BTreeMap::from([
            ("participant", own::signed_in(town).await),
            ("coded", own::by_code(town).await),
            ("relative", relatives::entered(town, &relative).await),
            ("ended", relatives::entered(town, &ended).await),
        ]);
        let id = relatives::relative(town, 2).to_string();
        let end = browsers["participant"].post(&town.app, "/own/relatives/end", &[("relative", &id)]).await;
        assert_eq!(end.status, StatusCode::SEE_OTHER, "{}", end.text());
        let numbers = [own::NUMBER, own::NUMBER, relative.0.as_str(), ended.0.as_str()].map(cards::digits);
        Self { browsers, numbers: ACTORS.into_iter().zip(numbers).collect() }
    }

    /// A new session of the actor's, by the same card and after the PIN where they typed it.
    async fn again(&self, town: &Town, actor: &str) -> Browser {
        let state = &town.app.state;
        let mut tx = state.db.begin(Unscoped::Installation).await.unwrap();
        let card = cards::by_number(&mut tx, &self.numbers[actor]).await.unwrap().expect("a good card");
        let secret = sessions::create(state, &mut tx, &card.whose, actor != "coded", false).await.unwrap();
        tx.commit().await.unwrap();
        Browser { cookies: format!("own={secret}") }
    }
}

/// A town in which there is something behind every page of theirs, and in other places the same.
async fn furnished(app: App) -> (Town, Cards) {
    let town = Town::on(app).await;
    furnish(&town).await;
    let person = town.own.participant;
    own::meets_at(&town, "14:30").await;
    home_exercise::made(&town, person, &[Exercise::ChairStand]).await;
    let consent = ops::given(ConsentId(Uuid::from_u128(0xc0de)), person);
    town.write(vec![consents::Verb::Record { consent }.into()]).await;
    let cards = Cards::of(&town).await;
    relatives::there(&town).await;
    (town, cards)
}

/// Every card gets the same PIN, hashed with the secret of this town: relatives drew theirs by chance.
async fn one_pin(town: &Town) {
    let state = &town.app.state;
    let pin = cards::hashed(state, own::PIN).await.unwrap();
    let mut tx = state.db.begin(Unscoped::Installation).await.unwrap();
    tx.run("UPDATE personal_card SET pin = $1", [pin.into()]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn walk(app: App) {
    let cells = expected();
    let (town, cards) = furnished(app).await;
    let (places, begin) = town.freeze().await;
    let mut wrong = Vec::new();
    for actor in ACTORS {
        let town = places.on(begin.thaw().await);
        one_pin(&town).await;
        let mut stage = Stage::of(town, cards.browsers.clone()).await;
        let mut logged = stage.logged().await;
        for (route, method, path) in routes() {
            let mut alike = Vec::new();
            for relation in relations(path) {
                let key = (route.clone(), actor.to_owned(), (*relation).to_owned());
                let Some(wanted) = cells.get(&key) else { continue };
                let cell = Cell { route: &route, method, path, actor, relation, wanted };
                let reply = stage.tried(cell, &mut logged, &mut wrong).await;
                if wanted == "none" && reply.text.contains(CALLED) {
                    wrong.push(format!("{route}: {actor} {relation}: there is nothing, and somebody is named"));
                }
                if cell.changes() {
                    let after = stage.state_of_the_database().await;
                    if is_own(path) && after == stage.fingerprint {
                        wrong.push(format!("{route}: {actor} {relation}: carried out, yet nothing changed"));
                    }
                    stage.browsers.insert(actor, cards.again(&stage.town, actor).await);
                    stage.fingerprint = stage.state_of_the_database().await;
                }
                if ["municipality", "nothing"].contains(relation) {
                    alike.push(reply);
                }
            }
            stage.settle((&route, actor), &alike, &mut wrong).await;
        }
        stage.town.app.end().await;
    }
    assert!(wrong.is_empty(), "{} cells differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn whoever_has_a_card_gets_what_rights_txt_says_on_sqlite() {
    walk(App::sqlite().await).await;
}

#[tokio::test]
async fn whoever_has_a_card_gets_what_rights_txt_says_on_postgres() {
    if std::env::var("TEST_DATABASE_URL").is_err() {
        return eprintln!("not run: TEST_DATABASE_URL is not set");
    }
    walk(App::postgres().await.expect("a PostgreSQL that was there a moment ago")).await;
}
