//! The desk's pages: making groups and people, finding them, joining and leaving, and the officer's figures.

use domain::access::Role;
use http::StatusCode;
use tests::Answer;
use tests::town::{Browser, Town};

pub async fn coordinator(app: tests::App) -> (Town, Browser) {
    let town = Town::on(app).await;
    let browser = town.signed_in(Role::Coordinator, true).await;
    (town, browser)
}

/// Where an answer sends the browser next, without the word about what was done.
pub fn next(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.headers["location"].to_str().expect("an address");
    to.split('?').next().unwrap_or_default().to_owned()
}

/// The value of the first field of that name on a page.
pub fn value(page: &Answer, name: &str) -> String {
    let text = page.text();
    let after = text.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no field {name}"));
    after.split('"').next().unwrap_or_default().to_owned()
}

async fn made_group(town: &Town, browser: &Browser, name: &str) -> String {
    let provider = town.own.organisation.to_string();
    let form = [
        ("name", name),
        ("kind", "strength_balance"),
        ("provider", provider.as_str()),
        ("weekdays", "4"),
        ("weekdays", "2"),
        ("starts_at", "10.30"),
        ("capacity", "15"),
    ];
    next(&browser.post(&town.app, "/groups/new", &form).await)
}

async fn made_person(town: &Town, browser: &Browser, group: &str) -> String {
    let group = group.trim_start_matches("/groups/");
    let form = [
        ("given_names", "Äijä Eino"),
        ("family_name", "Öhman-Mäkelä"),
        ("birth_date", "080344"),
        ("phone", "040 123 4567"),
        ("group", group),
        ("joined_on", "1.9.2026"),
    ];
    next(&browser.post(&town.app, "/people/new", &form).await)
}

tests::on_both_databases! {
    async fn a_group_is_made_shown_and_changed(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Sillan <b>ryhmä</b>").await;
        let page = browser.get(&town.app, &group).await.text();
        assert!(page.contains("Sillan &lt;b&gt;ryhmä") && page.contains("ti ja to klo\u{a0}10.30"), "{page}");
        assert!(browser.get(&town.app, "/groups").await.text().contains(&group), "listed");

        let form = browser.get(&town.app, &format!("{group}/edit")).await;
        let (rev, provider) = (value(&form, "rev"), town.own.organisation.to_string());
        let change = |rev| [("rev", rev), ("name", "Sillan ryhmä"), ("kind", "peer"), ("provider", provider.as_str())];
        let path = format!("{group}/edit");
        assert_eq!(next(&browser.post(&town.app, &path, &change(&rev)).await), group);
        let late = browser.post(&town.app, &path, &change(&rev)).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else saved in between");
        assert_ne!(value(&late, "rev"), rev, "saving again overwrites on purpose");
    }

    async fn namesakes_stand_in_their_group_with_their_years_of_birth(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Sillan ryhmä").await;
        let id = group.trim_start_matches("/groups/");
        for born in ["5.5.1939", "6.6.1940"] {
            let name = [("given_names", "Marja"), ("family_name", "Virtanen"), ("birth_date", born)];
            let form = [&name[..], &[("group", id), ("joined_on", "1.9.2026")]].concat();
            next(&browser.post(&town.app, "/people/new", &form).await);
        }
        made_person(&town, &browser, &group).await;
        let page = browser.get(&town.app, &group).await.text();
        for name in [">Virtanen Marja (s. 1939)<", ">Virtanen Marja (s. 1940)<", ">Öhman-Mäkelä Äijä<"] {
            assert!(page.contains(name), "{name} in {page}");
        }
    }

    async fn a_group_whose_season_is_over_is_listed_with_its_season_and_not_as_empty(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let form = [
            ("name", "Kevään ryhmä"), ("kind", "peer"), ("provider", provider.as_str()), ("capacity", "17"),
            ("season_start", "12.1.2026"), ("season_end", "11.5.2026"),
        ];
        next(&browser.post(&town.app, "/groups/new", &form).await);
        let list = browser.get(&town.app, "/groups").await.text();
        let past = list.split("Kevään ryhmä").nth(1).and_then(|rest| rest.split("</tr>").next()).expect("listed");
        assert!(past.contains("12.1.–11.5.2026") && !past.contains("17"), "{past}");
    }

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
    }

    async fn a_person_is_made_found_without_dots_and_changed_with_a_history(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Rantaryhmä").await;
        let person = made_person(&town, &browser, &group).await;
        for typed in ["ohman", "MÄKELÄ", "aija ohm", "makela"] {
            let found = browser.post(&town.app, "/people/search", &[("q", typed)]).await.text();
            assert!(found.contains(&person), "{typed}");
        }
        let none = browser.post(&town.app, "/people/search", &[("q", "kela <i>")]).await.text();
        assert!(!none.contains(&person) && none.contains("kela &lt;i&gt;"), "{none}");

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

    async fn a_person_leaves_a_group_with_a_reason_and_joins_another(app) {
        let (town, browser) = coordinator(app).await;
        let (first, second) = (made_group(&town, &browser, "Yksi").await, made_group(&town, &browser, "Kaksi").await);
        let person = made_person(&town, &browser, &first).await;
        let membership = value(&browser.get(&town.app, &person).await, "membership");
        let leave = |day| [("membership", membership.as_str()), ("left_on", day), ("exit_reason", "cost")];
        let path = format!("{person}/leave");
        let early = browser.post(&town.app, &path, &leave("31.8.2026")).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "before the first day");
        let text = early.text();
        assert!(text.contains("href=\"#left_on\"") && text.contains("id=\"left_on\""), "the error leads to the field");
        assert!(text.contains("value=\"31.8.2026\"") && text.contains("value=\"cost\" selected"), "kept as typed: {text}");
        let silent = [("membership", membership.as_str()), ("left_on", "10.9.2026"), ("exit_reason", "")];
        let asked = browser.post(&town.app, &path, &silent).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is asked for");
        let text = asked.text();
        assert!(text.contains("href=\"#exit_reason\"") && text.contains("value=\"10.9.2026\""), "{text}");
        next(&browser.post(&town.app, &path, &leave("10.9.2026")).await);
        let group = second.trim_start_matches("/groups/");
        next(&browser.post(&town.app, &format!("{person}/join"), &[("group", group), ("joined_on", "11.9.2026")]).await);
        let page = browser.get(&town.app, &person).await.text();
        assert!(page.contains("Lopetti ryhmässä Yksi: maksu") && page.contains("Tuli mukaan ryhmään Kaksi"), "{page}");
    }

    async fn joining_asks_for_group_and_day_and_keeps_what_was_typed(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Yksi").await;
        let person = made_person(&town, &browser, &group).await;
        let wrong = browser.post(&town.app, &format!("{person}/join"), &[("group", ""), ("joined_on", "kissa")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = wrong.text();
        for told in ["href=\"#group\"", "href=\"#joined_on\"", "value=\"kissa\""] {
            assert!(text.contains(told), "{told}: {text}");
        }
        assert!(!text.contains("href=\"#left_on\"") && text.contains("id=\"left_on-"), "the other form is untouched");
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
        let joined_on = tests::town::today();
        let stay = domain::groups::Membership {
            id: domain::groups::Membership::id_of(group, id, joined_on), group, participant: id, joined_on,
            left_on: None, exit_reason: None,
        };
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

    async fn the_officer_sees_figures_of_fixed_periods_in_three_languages_and_no_name(app) {
        let town = Town::on(app).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        let page = officer.get(&town.app, "/figures").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(tests::town::CANARIES.iter().all(|name| !page.text().contains(name)), "names in figures");
        assert_eq!(officer.get(&town.app, "/figures?period=2026-01-01").await.status, StatusCode::NOT_FOUND);
        let update = page.text().split("action=\"/figures/update?period=").nth(1).map(|rest| {
            format!("/figures/update?period={}", rest.split('"').next().unwrap_or_default())
        });
        assert_eq!(next(&officer.post(&town.app, &update.expect("a button"), &[]).await), "/figures");
        for (lang, word) in [("sv", "Siffror"), ("en", "Figures"), ("fi", "Luvut")] {
            let cookies = format!("{}; view={lang}..", officer.cookies);
            let text = Browser { cookies }.get(&town.app, "/figures").await.text();
            assert!(text.contains(&format!("<h1>{word}")), "{lang}: {text}");
        }
    }
}
