//! Outdoor friends: paired at the desk, their walks ticked, and shown to the person by first name and number.

use domain::friends::{FriendPair, Verb};
use domain::ids::{FriendPairId, ParticipantId};
use domain::people::{self, ProfileChange};
use http::StatusCode;
use server::access::Scope;
use tests::town::today;
use uuid::Uuid;

use crate::desk::{coordinator, next, value};
use crate::files::count;
use crate::own;
use crate::rights::ops::befriended;

/// The form of a new pair.
fn form_of(pair: &str) -> [(&str, &str); 5] {
    let (name, phone) = (("friend_name", "Ville Vapaaehtoinen"), ("friend_phone", "040 123 4567"));
    [("form", "new"), ("pair", pair), name, phone, ("friend_since", "1.9.2026")]
}

tests::on_both_databases! {
    async fn a_friend_is_paired_walks_are_ticked_and_the_person_sees_whom_to_call(app) {
        let (town, desk) = coordinator(app).await;
        let person = format!("/people/{}", town.own.participant);
        let friends = format!("{person}/friends");
        let wrong = desk.post(&town.app, &friends, &[("form", "new"), ("friend_phone", "12")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["friend_name", "friend_phone", "friend_since"] {
            assert!(wrong.text().contains(&format!("href=\"#{field}\"")), "{field}: {}", wrong.text());
        }
        let pair = value(&desk.get(&town.app, &person).await, "pair");
        assert_eq!(next(&desk.post(&town.app, &friends, &form_of(&pair)).await), person);

        let on = async |form: &'static str, day: &'static str| {
            desk.post(&town.app, &friends, &[("form", form), ("pair", pair.as_str()), ("visited_on", day)]).await
        };
        let early = on("visit", "31.8.2026").await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(early.text().contains("href=\"#visited_on\""), "{}", early.text());
        for (form, day) in [("visit", "5.9.2026"), ("visit", "8.9.2026"), ("visit", "8.9.2026"), ("no_visit", "5.9.2026")] {
            next(&on(form, day).await);
        }
        let page = desk.get(&town.app, &person).await.text();
        assert!(page.contains("Yksi yhteinen ulkoilu.") && page.contains("Viimeksi 8.9.2026."), "{page}");

        let all = desk.get(&town.app, "/friends").await.text();
        assert!(all.contains(town.own.canary) && all.contains("Ville Vapaaehtoinen, 040 123 4567 · Viimeksi 8.9.2026."), "{all}");

        own::card(&town).await;
        let shown = own::signed_in(&town).await.get(&town.app, "/own").await.text();
        assert!(shown.contains("Ulkoiluystäväsi") && shown.contains("href=\"tel:0401234567\""), "{shown}");
        assert!(shown.contains("Ville") && !shown.contains("Vapaaehtoinen"), "the first name alone: {shown}");

        let end = async |day: &'static str, why: &'static str| {
            let form = [("form", "end"), ("pair", pair.as_str()), ("friend_ended_on", day), ("friend_end", why)];
            desk.post(&town.app, &friends, &form).await
        };
        let wrong = end("7.9.2026", "").await.text();
        assert!(wrong.contains("href=\"#friend_ended_on\"") && wrong.contains("href=\"#friend_end\""), "{wrong}");
        next(&end("8.9.2026", "moved").await);
        next(&end("8.9.2026", "moved").await);
        let late = end("8.9.2026", "volunteer").await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "a colleague's word is not overwritten unseen");
        assert!(late.text().contains("Joku muu muutti tietoja"), "{}", late.text());
        let page = desk.get(&town.app, &person).await.text();
        assert!(page.contains("1.–8.9.2026, päättyi: muutto"), "{page}");
        assert!(desk.get(&town.app, "/friends").await.text().contains(town.own.canary), "to the end of the last day");
        assert!(page.contains("Ulkoiluystävyys päättyi 8.9.2026"), "in the history, without a name: {page}");
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM friend_pair WHERE body LIKE '%Ville%'").await, 1);
        town.app.clock.advance(24 * 3_600_000);
        let desk = town.signed_in(domain::access::Role::Coordinator, true).await;
        assert!(!desk.get(&town.app, "/friends").await.text().contains(town.own.canary));
        let shown = own::signed_in(&town).await.get(&town.app, "/own").await.text();
        assert!(!shown.contains("Ulkoiluystäväsi") && !shown.contains("Ville"), "{shown}");
    }

    async fn a_friend_with_another_number_stays_the_same_pair_and_no_colleagues_number_is_overwritten_unseen(app) {
        let (town, desk) = coordinator(app).await;
        let person = format!("/people/{}", town.own.participant);
        let friends = format!("{person}/friends");
        let pair = value(&desk.get(&town.app, &person).await, "pair");
        next(&desk.post(&town.app, &friends, &form_of(&pair)).await);
        let visit = [("form", "visit"), ("pair", pair.as_str()), ("visited_on", "5.9.2026")];
        next(&desk.post(&town.app, &friends, &visit).await);
        let carries = |page: &str, was: &str| page.contains(&format!("name=\"was\" value=\"{was}\""));
        let (page, was) = (desk.get(&town.app, &person).await.text(), "040 123 4567");
        assert!(carries(&page, was), "the form tells what it was filled from: {page}");
        let call = async |number: &str, was: &str| {
            let form = [("form", "phone"), ("pair", pair.as_str()), ("friend_new_phone", number), ("was", was)];
            desk.post(&town.app, &friends, &form).await
        };
        for wrong in ["", "12", "ei ole"] {
            let answer = call(wrong, was).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            assert!(answer.text().contains("href=\"#friend_new_phone\""), "{wrong}: {}", answer.text());
        }
        // A second click is the same number, and no other.
        for _ in 0..2 {
            assert_eq!(next(&call("050 765 4321", was).await), person);
        }
        let stale = call("041 999 8888", was).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = stale.text();
        assert!(carries(&text, "050 765 4321") && text.contains("value=\"041 999 8888\""), "both: {text}");
        next(&call("041 999 8888", "050 765 4321").await);
        let page = desk.get(&town.app, &person).await.text();
        assert!(page.contains("041 999 8888") && page.contains("Yksi yhteinen ulkoilu."), "{page}");
        own::card(&town).await;
        let shown = own::signed_in(&town).await.get(&town.app, "/own").await.text();
        assert!(shown.contains("href=\"tel:0419998888\"") && !shown.contains("0401234567"), "{shown}");
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM friend_pair").await, 1);
        let end = [("form", "end"), ("pair", pair.as_str()), ("friend_ended_on", "8.9.2026"), ("friend_end", "moved")];
        next(&desk.post(&town.app, &friends, &end).await);
        let late = call("050 765 4321", "041 999 8888").await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "it has ended meanwhile: {}", late.text());
    }

    async fn nobody_changes_the_friend_of_another_person_by_its_id(app) {
        let (town, desk) = coordinator(app).await;
        let friends = |id| format!("/people/{id}/friends");
        let (own, other) = (friends(town.own.participant), friends(town.other.participant));
        let pair = "00000000-0000-7000-8000-0000000000f1";
        next(&desk.post(&town.app, &own, &form_of(pair)).await);
        let taken = desk.post(&town.app, &other, &form_of(pair)).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", taken.text());
        let visit = [("form", "visit"), ("pair", pair), ("visited_on", "8.9.2026")];
        assert_eq!(desk.post(&town.app, &other, &visit).await.status, StatusCode::NOT_FOUND);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM friend_pair").await, 1);
    }

    async fn of_more_pairs_than_a_page_shows_those_come_first_who_were_not_out_for_longest(app) {
        let (town, _) = coordinator(app).await;
        let pair = |n, participant: ParticipantId, days: i64| {
            let since = today().plus_days(-days);
            FriendPair { since, ..befriended(FriendPairId(Uuid::from_u128(n)), participant) }
        };
        let (lately, long_ago) = (pair(1, town.own.participant, 1), pair(2, town.other.participant, 30));
        let set = |pair: &FriendPair| Verb::Set { pair: pair.clone() }.into();
        town.write(vec![set(&lately), set(&long_ago)]).await;
        let scope = Scope::command_line(town.own.municipality.clone(), today());
        let mut tx = town.app.state.db.read(&scope).await.unwrap();
        for (skip, expected) in [(0, vec![long_ago]), (1, vec![lately]), (2, Vec::new())] {
            let (shown, total) = server::friends::going_on(&mut tx, 1, skip).await.unwrap();
            let shown: Vec<_> = shown.into_iter().map(|(_, pair)| pair).collect();
            assert_eq!((shown, total), (expected, 2), "behind {skip}");
        }
    }

    async fn whoever_has_died_by_any_record_has_nobody_to_go_out_with(app) {
        let (town, desk) = coordinator(app).await;
        let pair = befriended(FriendPairId(Uuid::from_u128(1)), town.other.participant);
        let edit = |id, change| people::Verb::Edit { id, changes: vec![change] }.into();
        let merged = edit(town.other.participant, ProfileChange::SameAs(Some(town.own.participant)));
        town.write(vec![Verb::Set { pair }.into(), merged]).await;
        let shown = async || desk.get(&town.app, "/friends").await.text().contains("Ville Vapaaehtoinen");
        assert!(shown().await);
        assert!(desk.get(&town.app, "/friends").await.text().contains("page-head__back"));
        town.write(vec![edit(town.own.participant, ProfileChange::DiedOn(Some(today())))]).await;
        assert!(!shown().await);
    }

    async fn fifty_pairs_stand_on_a_page_and_the_rest_on_the_next(app) {
        let (town, desk) = coordinator(app).await;
        let pair = |n: u128| FriendPair {
            name: format!("Ville {n:02}."),
            ..befriended(FriendPairId(Uuid::from_u128(n)), town.own.participant)
        };
        town.write((1..=51).map(|n| Verb::Set { pair: pair(n) }.into()).collect()).await;
        let first = desk.get(&town.app, "/friends").await.text();
        assert!(first.contains("Ville 01.") && first.contains("Ville 50.") && !first.contains("Ville 51."), "{first}");
        assert!(first.contains("1–50 / 51") && first.contains("/friends?page=2"), "{first}");
        let second = desk.get(&town.app, "/friends?page=2").await.text();
        assert!(second.contains("Ville 51.") && !second.contains("Ville 01.") && second.contains("51–51 / 51"), "{second}");
        let behind = desk.get(&town.app, "/friends?page=4").await.text();
        assert!(behind.contains("0 / 51") && behind.contains("/friends?page=2\""), "the way back leads to the last: {behind}");
        assert!(!behind.contains("Kenelläkään ei ole"), "{behind}");
    }
}
