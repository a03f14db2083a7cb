//! People at the desk: made, found, changed, completed, and each look at them logged.

use http::StatusCode;

use crate::desk::{coordinator, made_group, made_person, next, value};

tests::on_both_databases! {
    async fn the_same_form_sent_twice_makes_one_group_and_one_person(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let rev = value(&browser.get(&town.app, "/groups/new").await, "rev");
        let group = async |name: &str| {
            let form = [("rev", rev.as_str()), ("name", name), ("kind", "strength_balance"), ("provider", &provider)];
            next(&browser.post(&town.app, "/groups/new", &form).await)
        };
        let first = group("Kaksoisnapautus").await;
        assert_eq!(group("Kaksoisnapautus").await, first);
        assert_ne!(group("Toinen ryhmä").await, first, "what was typed after going back is something new");

        let rev = value(&browser.get(&town.app, "/people/new").await, "rev");
        let person = async |given_names: &str| {
            let group = first.trim_start_matches("/groups/");
            let names = [("rev", rev.as_str()), ("given_names", given_names), ("family_name", "Öhman")];
            let form = [names[0], names[1], names[2], ("group", group), ("joined_on", "1.9.2026")];
            next(&browser.post(&town.app, "/people/new", &form).await)
        };
        let eino = person("Eino").await;
        assert_eq!(person("Eino").await, eino);
        let aino = person("Aino").await;
        assert_ne!(aino, eino);
        let text = browser.get(&town.app, &eino).await.text();
        assert!(text.contains("Eino") && !text.contains("Aino"), "{text}");
    }

    async fn a_wrong_form_keeps_what_was_typed_and_says_everything_at_once(app) {
        let (town, browser) = coordinator(app).await;
        let form = [("given_names", "Aino"), ("family_name", ""), ("birth_date", "31.2.1944"), ("group", "koira"), ("joined_on", "kissa")];
        let answer = browser.post(&town.app, "/people/new", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = answer.text();
        assert!(text.contains("<title>Virhe: "), "the title begins with the word for error");
        for kept in ["value=\"Aino\"", "value=\"31.2.1944\"", "value=\"kissa\""] {
            assert!(text.contains(kept), "{kept}");
        }
        for field in ["family_name", "birth_date", "group", "joined_on"] {
            assert!(text.contains(&format!("href=\"#{field}\"")) && text.contains(&format!("id=\"{field}\"")), "{field}");
        }
        assert!(text.contains("Tätä päivää ei ole kalenterissa."), "a day that is written well and is none");
        assert_eq!(text.matches(" autofocus").count(), 1, "the focus is on the first error");
        assert!(!browser.get(&town.app, "/people/new").await.text().contains(" autofocus"));
    }

    async fn a_person_is_made_found_without_dots_and_changed_with_a_history(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Rantaryhmä").await;
        let person = made_person(&town, &browser, &group).await;
        for typed in ["ohman", "MÄKELÄ", "aija ohm", "makela"] {
            let found = browser.search(&town.app, typed).await.text();
            assert!(found.contains(&person), "{typed}");
        }
        let none = browser.search(&town.app, "xkela <i>").await.text();
        assert!(!none.contains(&person) && none.contains("xkela &lt;i&gt;"), "{none}");

        let path = format!("{person}/edit");
        let rev = value(&browser.get(&town.app, &path).await, "rev");
        let form = [
            ("rev", rev.as_str()), ("given_names", "Äijä Eino"), ("family_name", "Öhman"), ("birth_date", "8.3.1944"),
            ("phone", "0401234567"), ("postal_code", "00560"),
        ];
        next(&browser.post(&town.app, &path, &form).await);
        let page = browser.get(&town.app, &person).await.text();
        assert!(page.contains("Tietoja muutettiin: sukunimi ja postinumero"), "{page}");
        assert!(page.contains("Rekisteröitiin ryhmässä Rantaryhmä") && page.contains("Tuli mukaan ryhmään Rantaryhmä"));
        assert!(browser.get(&town.app, &group).await.text().contains(&person), "a member");
    }

    async fn a_look_at_a_persons_page_is_logged_and_the_chain_stays_whole(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Rantaryhmä").await;
        let person = made_person(&town, &browser, &group).await;
        let looks = async || {
            let about = format!("participant:{}", person.trim_start_matches("/people/"));
            let sql = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'view' AND entities = $1";
            let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.expect("a transaction");
            tx.maybe(sql, [about.into()]).await.expect("read").expect("a row").get::<i64>("n").expect("a count")
        };
        assert_eq!(looks().await, 0);
        browser.get(&town.app, &person).await;
        assert_eq!(looks().await, 1);
        browser.post(&town.app, &format!("{person}/join"), &[]).await;
        assert_eq!(looks().await, 2, "the page that comes back with a form's errors is a look too");
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.expect("a transaction");
        server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await.expect("whole");
    }

    async fn saving_the_form_completes_somebody_registered_the_short_way(app) {
        use domain::sync::op::Verb;
        let (town, browser) = coordinator(app).await;
        let group = town.own.group;
        let id = domain::ids::ParticipantId(uuid::Uuid::from_u128(0xabc));
        let birth_date = domain::time::Day::new(1944, 3, 8);
        let profile = domain::people::Profile {
            given_names: "Helmi".into(), family_name: "Uusi".into(), birth_date, ..Default::default()
        };
        let profile = Box::new(profile);
        let verb = Verb::Participant(domain::people::Verb::Register { id, group: Some(group), profile, provisional: true });
        let stay = domain::groups::Membership::begun(group, id, tests::town::today());
        town.write(vec![verb, Verb::Membership(domain::groups::membership::Verb::Join { membership: stay })]).await;
        let path = format!("/people/{id}/edit");
        let waiting = browser.get(&town.app, "/people?incomplete=1").await.text();
        assert!(waiting.contains(&id.to_string()), "waits for the rest");
        let rev = value(&browser.get(&town.app, &path).await, "rev");
        let form = [
            ("rev", rev.as_str()), ("given_names", "Helmi"), ("family_name", "Uusi"), ("birth_date", "8.3.1944"),
        ];
        next(&browser.post(&town.app, &path, &form).await);
        assert!(!browser.get(&town.app, "/people?incomplete=1").await.text().contains(&id.to_string()), "complete");
    }

    async fn an_unlikely_age_is_asked_about_once_also_where_somebody_is_changed(app) {
        let (town, browser) = coordinator(app).await;
        let edit = format!("/people/{}/edit", town.own.participant);
        let save = async |born: &str, sure: &str| {
            let rev = value(&browser.get(&town.app, &edit).await, "rev");
            let form = [("rev", rev.as_str()), ("given_names", "Aino"), ("family_name", "Aho"), ("birth_date", born), ("sure", sure)];
            browser.post(&town.app, &edit, &form).await
        };
        let asked = save("8.3.1986", "").await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = asked.text();
        assert!(text.contains("Ikä olisi 40 vuotta") && text.contains("name=\"sure\" value=\"40\""), "{text}");
        assert_eq!(save("8.3.1976", "40").await.status, StatusCode::UNPROCESSABLE_ENTITY, "another age is asked about, too");
        next(&save("8.3.1986", "40").await);
        next(&save("8.3.1986", "").await);
        next(&save("8.3.1946", "").await);
    }

    async fn a_stale_save_shows_both_values_and_a_second_save_overwrites_only_what_was_seen(app) {
        let (town, browser) = coordinator(app).await;
        let edit = format!("/people/{}/edit", town.own.participant);
        let rev = value(&browser.get(&town.app, &edit).await, "rev");
        let form = |rev: &str, phone: &str, code: &str| {
            [("rev", rev), ("given_names", "Aino"), ("family_name", "Aho"), ("birth_date", "8.3.1946"), ("phone", phone), ("postal_code", code)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        let send = async |rev: &str, phone: &str, code: &str| {
            let form = form(rev, phone, code);
            let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            browser.post(&town.app, &edit, &form).await
        };
        assert_eq!(send(&rev, "040 111 1111", "00100").await.status, StatusCode::SEE_OTHER);
        // Another page was open since before: nothing is saved, and both values stand beside each other.
        let late = send(&rev, "040 222 2222", "00100").await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = late.text();
        assert!(text.contains("Joku muu muutti tietoja") && text.contains("040 222 2222"), "{text}");
        assert!(text.contains("Ohjelmassa on nyt: 0401111111"), "{text}");
        assert!(!text.contains("Ohjelmassa on nyt: 00100"), "what is the same needs no word: {text}");
        // Meanwhile it changes again: the second save was made over what it had shown, and is shown the newest.
        let seen = value(&late, "rev");
        assert_eq!(send(&seen, "040 333 3333", "00100").await.status, StatusCode::SEE_OTHER);
        let again = send(&seen, "040 222 2222", "00100").await.text();
        assert!(again.contains("Ohjelmassa on nyt: 0403333333"), "{again}");
    }
}
