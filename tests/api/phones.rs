//! The number under which those who lead a group are called: who gives it, and where the people of the group read it.

use domain::access::Role;
use domain::devices::Help;
use http::StatusCode;
use server::db::Unscoped;
use tests::tablet::Tablet;
use tests::town::{Browser, Town};

use crate::desk::value;
use crate::files::count;
use crate::{own, relatives};

const NUMBER: &str = "040 765 4321";

/// Gives one's own number, as it was typed.
async fn give(town: &Town, browser: &Browser, typed: &str) -> tests::Answer {
    browser.post(&town.app, "/phone", &[("phone", typed)]).await
}

/// Whom the tablet is told that the own group's people call.
async fn called(town: &Town, tablet: &Tablet) -> Option<Help> {
    let mut you = tablet.pull(&town.app, None).await.you.expect("this server says so");
    you.instructors.remove(&town.own.group)
}

async fn logged(town: &Town) -> i64 {
    count(&town.app, "SELECT COUNT(*) AS n FROM audit WHERE municipality = '091' AND verb = 'account.phone'").await
}

tests::on_both_databases! {
    async fn the_instructors_own_number_is_on_the_tablet_the_card_and_the_persons_page(app) {
        let town = Town::on(app).await;
        own::meets_at(&town, "14:30").await;
        own::card(&town).await;
        let (desk, instructor) = (town.signed_in(Role::Coordinator, true).await, town.signed_in(Role::Instructor, true).await);
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let person = own::by_code(&town).await;
        let card = format!("/people/{}/card", town.own.participant);
        assert_eq!(called(&town, &tablet).await, None);
        for page in [desk.get(&town.app, &card).await.text(), person.get(&town.app, "/own").await.text()] {
            assert!(!page.contains(NUMBER), "{page}");
        }
        let given = give(&town, &instructor, &format!("  {NUMBER} ")).await;
        assert_eq!((given.status, own::leads_to(&given)), (StatusCode::SEE_OTHER, "/phone?said=saved"));
        let page = instructor.get(&town.app, "/phone?said=saved").await.text();
        assert!(page.contains(&format!("value=\"{NUMBER}\"")) && page.contains("Numero on tallessa"), "{page}");
        let help = Help { name: "Nimi instructor@091".into(), phone: NUMBER.into() };
        assert_eq!(called(&town, &tablet).await, Some(help));
        let results = own::signed_in(&town).await;
        for page in [
            desk.get(&town.app, &card).await.text(),
            person.get(&town.app, "/own").await.text(),
            results.get(&town.app, "/own/results").await.text(),
            // At the foot of every page of theirs.
            person.get(&town.app, "/own/visits").await.text(),
            person.get(&town.app, "/own/seen").await.text(),
        ] {
            assert!(page.contains("tel:0407654321") && page.contains(NUMBER), "{page}");
        }
        assert_eq!(give(&town, &instructor, "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(called(&town, &tablet).await, None);
        assert!(!desk.get(&town.app, &card).await.text().contains(NUMBER));
        assert_eq!(logged(&town).await, 2);
    }

    async fn a_relative_who_knows_when_it_meets_has_the_instructors_number_at_the_foot_of_every_page(app) {
        let town = Town::on(app).await;
        own::meets_at(&town, "14:30").await;
        let instructor = town.signed_in(Role::Instructor, true).await;
        give(&town, &instructor, NUMBER).await;
        for (n, shown, told) in [
            (1, &["relative_schedule", "relative_attendance"][..], true),
            (2, &["relative_attendance"][..], false),
        ] {
            let relative = relatives::entered(&town, &relatives::invited(&town, &town.own, n, shown).await).await;
            let page = relative.get(&town.app, &format!("/kin/{}/visits", town.own.participant)).await.text();
            assert_eq!(page.contains("tel:0407654321"), told, "{shown:?}: {page}");
        }
    }

    async fn the_admin_gives_it_for_somebody_and_a_peers_number_is_told_to_nobody(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        for (role, typed) in [(Role::PeerInstructor, "050 111 2222"), (Role::Instructor, NUMBER)] {
            let path = format!("/accounts/{}", town.user(role).await);
            let given = admin.post(&town.app, &format!("{path}/phone"), &[("phone", typed)]).await;
            assert_eq!((given.status, own::leads_to(&given)), (StatusCode::SEE_OTHER, path.as_str()));
            assert!(admin.get(&town.app, &path).await.text().contains(typed));
        }
        assert_eq!(called(&town, &tablet).await.map(|help| help.phone).as_deref(), Some(NUMBER));
        let path = format!("/accounts/{}/phone", town.user(Role::Instructor).await);
        admin.post(&town.app, &path, &[("phone", "")]).await;
        assert_eq!(called(&town, &tablet).await, None, "peers see no tests");
    }

    async fn what_another_admin_has_saved_meanwhile_is_overwritten_by_nobody_unseen(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let account = format!("/accounts/{}", town.user(Role::Instructor).await);
        let form = admin.get(&town.app, &account).await;
        let was = value(&form, "was");
        let save = async |typed: &str, was: &str| {
            admin.post(&town.app, &format!("{account}/phone"), &[("phone", typed), ("was", was)]).await
        };
        assert_eq!(save("050 111 2222", &was).await.status, StatusCode::SEE_OTHER);
        let stale = save(NUMBER, &was).await;
        let page = stale.text();
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains(&format!("value=\"{NUMBER}\"")) && page.contains("050 111 2222"), "both: {page}");
        assert_eq!(save("050 111 2222", &was).await.status, StatusCode::SEE_OTHER, "both have typed the same");
        assert_eq!(save(NUMBER, &value(&stale, "was")).await.status, StatusCode::SEE_OTHER, "now it was seen");
        assert!(admin.get(&town.app, &account).await.text().contains(NUMBER));
    }

    async fn ones_own_number_that_an_admin_has_saved_meanwhile_is_shown_before_it_is_overwritten(app) {
        let town = Town::on(app).await;
        let (own, admin) = (town.signed_in(Role::Instructor, true).await, town.signed_in(Role::OrganisationAdmin, true).await);
        let was = value(&own.get(&town.app, "/phone").await, "was");
        let save = async |typed: &str, was: &str| own.post(&town.app, "/phone", &[("phone", typed), ("was", was)]).await;
        let at = format!("/accounts/{}/phone", town.user(Role::Instructor).await);
        admin.post(&town.app, &at, &[("phone", "050 111 2222")]).await;
        let stale = save(NUMBER, &was).await;
        let page = stale.text();
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains(&format!("value=\"{NUMBER}\"")), "what was typed stays: {page}");
        assert!(page.contains("Ohjelmassa on nyt: 050 111 2222"), "and what is saved stands beside it: {page}");
        assert!(own.get(&town.app, "/phone").await.text().contains("050 111 2222"), "nothing was overwritten");
        assert_eq!(save(NUMBER, &value(&stale, "was")).await.status, StatusCode::SEE_OTHER, "now it was seen");
        assert!(own.get(&town.app, "/phone").await.text().contains(NUMBER));
    }

    async fn a_tick_that_nobody_touched_takes_back_nothing_that_was_said_on_another_device(app) {
        let town = Town::on(app).await;
        let own = town.signed_in(Role::Instructor, true).await;
        give(&town, &own, NUMBER).await;
        let older = own.get(&town.app, "/phone").await;
        let (was, public_was) = (value(&older, "was"), value(&older, "public_was"));
        own.post(&town.app, "/phone", &[("phone", NUMBER), ("public", "yes")]).await;
        let ticked = async || {
            let page = own.get(&town.app, "/phone").await.text();
            own::between(&page, "name=\"public\"", ">").iter().any(|tick| tick.contains("checked"))
        };
        own.post(&town.app, "/phone", &[("phone", NUMBER), ("was", &was), ("public_was", &public_was)]).await;
        assert!(ticked().await, "this form was not ticked when it was filled");
        own.post(&town.app, "/phone", &[("phone", NUMBER), ("was", &was), ("public_was", "yes")]).await;
        assert!(!ticked().await, "here the tick was taken away");
    }

    async fn everybody_reads_the_number_of_whoever_lets_them_where_groups_are_found(app) {
        let town = Town::on(app).await;
        let (instructor, admin) = (town.signed_in(Role::Instructor, true).await, town.signed_in(Role::OrganisationAdmin, true).await);
        let public = async || Browser::default().get(&town.app, "/find?municipality=091").await.text().contains("tel:0407654321");
        give(&town, &instructor, NUMBER).await;
        assert!(!public().await, "nobody has said so");
        let tick = [("phone", NUMBER), ("public", "yes")];
        assert_eq!(own::leads_to(&instructor.post(&town.app, "/phone", &tick).await), "/phone?said=saved");
        assert!(public().await);
        // Given the group once more, from another day on, they are named once.
        let once = async || Browser::default().get(&town.app, "/find?municipality=091").await.text().matches("tel:0407654321").count();
        let named = once().await;
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        let again = "INSERT INTO group_staff (municipality, exercise_group, account, from_day) \
                     SELECT municipality, exercise_group, account, '2026-02-02' FROM group_staff WHERE account = $1";
        let twice = tx.run(again, [town.user(Role::Instructor).await.into()]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((twice > 0, once().await), (true, named));
        let page = instructor.get(&town.app, "/phone").await.text();
        let ticked = own::between(&page, "name=\"public\"", ">");
        assert!(ticked.len() == 1 && ticked[0].contains("checked"), "{page}");
        // The admin, who does not ask the holder, leaves it as it is, and publishes no other number.
        let at = format!("/accounts/{}/phone", town.user(Role::Instructor).await);
        admin.post(&town.app, &at, &[("phone", NUMBER), ("public", "yes")]).await;
        assert!(public().await);
        for number in ["050 111 2222", NUMBER] {
            admin.post(&town.app, &at, &[("phone", number), ("public", "yes")]).await;
            assert!(!public().await, "{number}");
        }
        instructor.post(&town.app, "/phone", &tick).await;
        give(&town, &instructor, NUMBER).await;
        assert!(!public().await, "the tick was taken away");
    }

    async fn the_desk_reads_on_the_groups_page_under_which_numbers_its_leaders_are_called(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let group = format!("/groups/{}", town.own.group);
        assert!(!desk.get(&town.app, &group).await.text().contains(NUMBER));
        give(&town, &town.signed_in(Role::Instructor, true).await, NUMBER).await;
        let page = desk.get(&town.app, &group).await.text();
        assert!(page.contains("href=\"tel:0407654321\"") && page.contains(NUMBER), "{page}");
    }

    async fn a_substitute_is_called_only_where_nobody_leads_for_good(app) {
        let town = Town::on(app).await;
        let (desk, admin) = (town.signed_in(Role::Coordinator, true).await, town.signed_in(Role::OrganisationAdmin, true).await);
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let substitute = town.own.account;
        let staff = format!("/groups/{}/staff", town.own.group);
        let days = [("account", &*substitute.to_string()), ("from", "8.9.2026"), ("to", "8.9.2026")];
        assert_eq!(desk.post(&town.app, &staff, &days).await.status, StatusCode::SEE_OTHER);
        admin.post(&town.app, &format!("/accounts/{substitute}/phone"), &[("phone", "050 333 4444")]).await;
        assert_eq!(called(&town, &tablet).await.map(|help| help.phone).as_deref(), Some("050 333 4444"));
        give(&town, &town.signed_in(Role::Instructor, true).await, NUMBER).await;
        assert_eq!(called(&town, &tablet).await.map(|help| help.phone).as_deref(), Some(NUMBER));
        give(&town, &town.signed_in(Role::Instructor, true).await, "").await;
        town.app.clock.advance(24 * 3_600_000);
        let tablet = Tablet::of(&town, Role::Instructor).await;
        assert_eq!(called(&town, &tablet).await, None, "the substitute's day is over");
    }

    async fn what_is_no_number_is_told_beside_the_field(app) {
        let town = Town::on(app).await;
        let (instructor, admin) = (town.signed_in(Role::Instructor, true).await, town.signed_in(Role::OrganisationAdmin, true).await);
        let path = format!("/accounts/{}/phone", town.user(Role::Instructor).await);
        for typed in ["112", "soita iltaisin", "040 765 4321, illat", "040 765 4321 / 050 111 2222 / 09 123 456"] {
            for answer in [give(&town, &instructor, typed).await, admin.post(&town.app, &path, &[("phone", typed)]).await] {
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
                assert!(answer.text().contains("Kirjoita yksi puhelinnumero"), "{}", answer.text());
            }
            let shown = [give(&town, &instructor, typed).await, admin.post(&town.app, &path, &[("phone", typed)]).await];
            for page in shown {
                assert!(page.text().contains(&format!("value=\"{typed}\"")), "what was typed stays: {}", page.text());
            }
        }
        assert_eq!(logged(&town).await, 0);
    }
}
