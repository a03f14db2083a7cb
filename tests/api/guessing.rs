//! Cards that are guessed by a script: none opens, and nobody is kept from their own page by it. Two people on one phone.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use domain::access::Role;
use futures::stream::{self, StreamExt as _};
use http::{Request, StatusCode};
use tests::Answer;
use tests::town::{Browser, Town, encoded};

use crate::own::{NUMBER, PIN, TOKEN, card, card_of, kept, leads_to, signed_in};

/// How many codes are read by a script without a pause, and how many PINs it types; `cargo xtask prove` says more than the
/// everyday numbers.
const GUESSES: &str = "VIREA_GUESSES";
const CODES: usize = 1_000;
const PINS: usize = 150;
/// All that there are.
const ALL_PINS: u32 = 1_000_000;
/// So many tries are under way at once, as a script has them.
const AT_ONCE: usize = 8;

/// The `n`-th address of the script.
pub fn address(n: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(Ipv4Addr::new(198, 18, 0, 0)) + n)
}

pub async fn from(town: &Town, address: Ipv4Addr, path: &str, fields: &[(&str, &str)], cookies: &str) -> Answer {
    let request = Request::post(path)
        .header("host", "127.0.0.1:3000")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookies)
        .extension(ConnectInfo(SocketAddr::new(IpAddr::V4(address), 50_000)))
        .body(Body::from(encoded(fields)))
        .unwrap();
    town.app.send(request).await
}

async fn pin(town: &Town, address: Ipv4Addr, number: &str, pin: &str, cookies: &str) -> Answer {
    from(town, address, "/own/sign-in", &[("number", number), ("pin", pin)], cookies).await
}

tests::on_both_databases! {
    async fn guessed_codes_open_nothing_and_a_real_one_opens_at_once(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let codes = u32::try_from(tests::times(GUESSES, CODES)).unwrap();
        let guess = |n: u32| {
            let (town, code) = (&town, format!("{n:022}"));
            async move { (n, from(town, address(n % 4), "/k", &[("token", &code)], "").await) }
        };
        let (mut waits, mut answers) = (0, stream::iter(0..codes).map(guess).buffered(AT_ONCE));
        while let Some((n, answer)) = answers.next().await {
            assert!([StatusCode::UNPROCESSABLE_ENTITY, StatusCode::TOO_MANY_REQUESTS].contains(&answer.status), "{n}");
            assert!(answer.headers.get("set-cookie").is_none(), "{n}: nothing is opened");
            waits += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert!(waits > codes.saturating_sub(100), "all but the first of each address wait: {waits}");
        // The owner's card, read at the very address from which the script goes on.
        let owner = from(&town, address(0), "/k", &[("token", TOKEN)], "").await;
        assert_eq!(leads_to(&owner), "/own", "{}", owner.text());
        println!("\nproof: {codes} made-up codes on {}, 0 opened, and the owner's at once", town.app.state.db.kind());
    }

    async fn guessed_pins_open_no_card_and_lock_nobody_out(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let known = signed_in(&town).await;
        let (pins, right) = (u32::try_from(tests::times(GUESSES, PINS)).unwrap(), PIN.parse::<u32>().unwrap());
        // A thousand in a second, each from an address of its own, so that none of them waits for tries of its own; the right
        // one is the last.
        let guess = |n: u32| {
            let town = &town;
            let typed = format!("{:06}", (right + ALL_PINS - (pins - 1 - n) % ALL_PINS) % ALL_PINS);
            async move {
                town.app.clock.advance(1);
                (n, pin(town, address(n), NUMBER, &typed, "").await)
            }
        };
        let (mut looked_at, mut answers) = (0, stream::iter(0..pins).map(guess).buffered(AT_ONCE));
        while let Some((n, answer)) = answers.next().await {
            assert!([StatusCode::UNPROCESSABLE_ENTITY, StatusCode::TOO_MANY_REQUESTS].contains(&answer.status), "{n}");
            assert!(answer.headers.get("set-cookie").is_none(), "{n}: nothing is opened");
            looked_at += u32::from(answer.status == StatusCode::UNPROCESSABLE_ENTITY);
        }
        // After a hundred tries one is looked at in half a minute, whoever sends how many; five come in the growing waits.
        let most = 106 + pins / 30_000;
        assert!((100..=most).contains(&looked_at), "after a hundred tries strangers wait: {looked_at}");
        // The owner at the own phone does not wait, and elsewhere half a minute at most.
        let own = pin(&town, address(0), NUMBER, PIN, &known.cookies).await;
        assert_eq!(leads_to(&own), "/own", "{}", own.text());
        let elsewhere = pin(&town, Ipv4Addr::new(203, 0, 113, 7), NUMBER, PIN, "").await;
        assert_eq!(elsewhere.status, StatusCode::TOO_MANY_REQUESTS);
        let seconds: i64 = elsewhere.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=30).contains(&seconds), "{seconds}");
        town.app.clock.advance(seconds * 1_000);
        let elsewhere = pin(&town, Ipv4Addr::new(203, 0, 113, 7), NUMBER, PIN, "").await;
        assert_eq!(leads_to(&elsewhere), "/own", "{}", elsewhere.text());
        let desk = town.signed_in(Role::Coordinator, true).await;
        let home = desk.get(&town.app, "/").await.text();
        assert_eq!(home.matches("väärää PIN-koodia kymmenen kertaa").count(), 1, "told once: {home}");
        let database = town.app.state.db.kind();
        println!("\nproof: {pins} PINs of one card on {database}, {looked_at} looked at, 0 opened, and its owner let in");
    }

    async fn numbers_that_nobody_has_are_answered_like_wrong_pins(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let words = |answer: &Answer| answer.text().split("<main").nth(1).unwrap_or_default().replace("999888", NUMBER);
        let unknown = pin(&town, address(1), "999888", PIN, "").await;
        let wrong = pin(&town, address(2), NUMBER, "000000", "").await;
        assert_eq!((unknown.status, words(&unknown)), (wrong.status, words(&wrong)));
    }

    async fn two_people_on_one_phone_see_their_own_page_and_the_first_ones_is_over(app) {
        let town = Town::on(app).await;
        card(&town).await;
        card_of(&town, &town.other, "778899", "cccccccccccccccccccccc").await;
        let first = signed_in(&town).await;
        assert_eq!(first.get(&town.app, "/own").await.status, StatusCode::OK);
        let answer = from(&town, address(1), "/k", &[("token", "cccccccccccccccccccccc")], &first.cookies).await;
        assert_eq!(leads_to(&answer), "/own", "{}", answer.text());
        let second = kept(&answer);
        let results = second.get(&town.app, "/own/results").await;
        assert_eq!(leads_to(&results), "/own/pin", "the first one's PIN is not the second one's");
        let seen = second.get(&town.app, "/own").await.text();
        assert!(!seen.contains(&format!("value=\"{}\"", town.own.group)), "{seen}");
        // Back, and everything that is open in another tab: the session has ended at the server.
        for path in ["/own", "/own/visits", "/own/results"] {
            assert_eq!(leads_to(&first.get(&town.app, path).await), "/own/sign-in", "{path}");
        }
        assert_eq!(second.get(&town.app, "/own").await.status, StatusCode::OK);
    }

    async fn the_code_of_a_card_that_has_ended_is_read_again_in_vain(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        desk.post(&town.app, &format!("/people/{}/personal-card/end", town.own.participant), &[]).await;
        for n in 0..3 {
            let again = from(&town, address(n), "/k", &[("token", TOKEN)], "").await;
            assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(again.headers.get("set-cookie").is_none());
        }
        let typed = Browser::default().post(&town.app, "/own/sign-in", &[("number", NUMBER), ("pin", PIN)]).await;
        assert_eq!(typed.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
