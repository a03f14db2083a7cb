//! Groups at the desk: made, shown, changed, and listed when their season is over.

use http::StatusCode;

use crate::desk::{coordinator, made_group, made_person, next, value};
use crate::files::count;

/// The form of a group of that level.
fn of_level<'a>(provider: &'a str, rev: &'a str, level: &'a str) -> [(&'a str, &'a str); 5] {
    [("rev", rev), ("name", "Joen ryhmä"), ("kind", "peer"), ("provider", provider), ("level", level)]
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
        let change = |rev, name| [("rev", rev), ("name", name), ("kind", "peer"), ("provider", provider.as_str())];
        let path = format!("{group}/edit");
        assert_eq!(next(&browser.post(&town.app, &path, &change(&rev, "Sillan ryhmä")).await), group);
        let late = browser.post(&town.app, &path, &change(&rev, "Joen ryhmä")).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else saved in between");
        assert_ne!(value(&late, "rev"), rev, "saving again overwrites on purpose");
    }

    async fn a_group_says_its_level_and_the_list_is_narrowed_by_it(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let group = next(&browser.post(&town.app, "/groups/new", &of_level(&provider, "", "light")).await);
        assert!(browser.get(&town.app, &group).await.text().contains("kevyt"));
        let listed = async |address: &str| browser.get(&town.app, address).await.text().contains(&group);
        assert!(listed("/groups").await && listed("/groups?level=light").await && listed("/groups?level=nothing").await);
        let none = browser.get(&town.app, "/groups?level=demanding").await.text();
        assert!(!none.contains(&group) && none.contains("Tämän tason ryhmiä ei ole."), "{none}");
        let edit = format!("{group}/edit");
        let rev = value(&browser.get(&town.app, &edit).await, "rev");
        let wrong = browser.post(&town.app, &edit, &of_level(&provider, &rev, "hard")).await;
        assert!(wrong.text().contains("Valitse ryhmän taso luettelosta"), "{}", wrong.text());
        assert_eq!(next(&browser.post(&town.app, &edit, &of_level(&provider, &rev, "")).await), group);
        assert!(!listed("/groups?level=light").await, "nobody says it any more");
    }

    async fn a_full_group_says_so_before_anybody_joins_it(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let small = [
            ("name", "Pieni ryhmä"), ("kind", "peer"), ("provider", provider.as_str()), ("capacity", "1"),
            ("weekdays", "2"), ("starts_at", "10.30"),
        ];
        let group = next(&browser.post(&town.app, "/groups/new", &small).await);
        let id = group.trim_start_matches("/groups/");
        made_person(&town, &browser, &group).await;
        let person = format!("/people/{}", town.own.participant);
        let page = browser.get(&town.app, &person).await.text();
        assert!(page.contains("Pieni ryhmä, ti klo\u{a0}10.30 (1 / 1, täynnä)"), "{page}");
        let join = [("group", id), ("joined_on", "8.9.2026")];
        let asked = browser.post(&town.app, &format!("{person}/join"), &join).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("Ryhmä on täynnä (1 / 1)"), "{}", asked.text());
        assert_eq!(value(&asked, "full"), id, "saving again says that it was read");
        let new = [("given_names", "Elli"), ("family_name", "Uusi"), ("birth_date", "8.3.1944")];
        let new = [&new[..], &join[..]].concat();
        let asked = browser.post(&town.app, "/people/new", &new).await;
        assert_eq!((asked.status, value(&asked, "full")), (StatusCode::UNPROCESSABLE_ENTITY, id.to_owned()));
        let told = [&join[..], &[("full", id)]].concat();
        assert_eq!(next(&browser.post(&town.app, &format!("{person}/join"), &told).await), person);
    }

    async fn a_group_rests_in_its_breaks_and_on_public_holidays(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let form = [
            ("name", "Joen ryhmä"), ("kind", "peer"), ("provider", provider.as_str()), ("weekdays", "2"),
            ("season_start", "25.8.2026"), ("season_end", "12.1.2027"), ("breaks", "22.9.2026\r\n12.10.–18.10.2026"),
        ];
        let group = next(&browser.post(&town.app, "/groups/new", &form).await);
        let page = browser.get(&town.app, &group).await.text();
        assert!(page.contains("12.–18.10.2026"), "{page}");
        let list = browser.get(&town.app, &format!("{group}/sessions")).await.text();
        for (day, meets) in [("2026-09-15", true), ("2026-09-22", false), ("2026-10-13", false), ("2026-10-20", true)] {
            assert_eq!(list.contains(&format!("{group}/sessions/{day}")), meets, "{day}");
        }
        let form = browser.get(&town.app, &format!("{group}/edit")).await.text();
        assert!(form.contains("ohjelma kysyy, mistä päivästä"), "what comes of a change of days is told beforehand");
        assert!(!browser.get(&town.app, "/groups/new").await.text().contains("ohjelma kysyy, mistä päivästä"));
        assert!(form.contains("22.9.2026\n12.10.2026–18.10.2026</textarea>"), "{form}");
        let thursdays = [
            ("rev", "1"), ("name", "Joen ryhmä"), ("kind", "peer"), ("provider", &provider), ("weekdays", "4"),
            ("holds_from", "8.9.2026"),
        ];
        next(&browser.post(&town.app, &format!("{group}/edit"), &thursdays).await);
        let list = browser.get(&town.app, &format!("{group}/sessions")).await.text();
        assert!(list.contains("/sessions/2026-12-17") && !list.contains("/sessions/2026-12-24"), "Christmas Eve");
    }

    async fn a_change_within_the_season_asks_since_when_and_leaves_the_days_before_it(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let form = |weekday: &'static str, starts_at: &'static str, place: &'static str| vec![
            ("name", "Joen ryhmä"), ("kind", "peer"), ("provider", provider.as_str()), ("weekdays", weekday),
            ("starts_at", starts_at), ("place", place), ("season_start", "25.8.2026"), ("season_end", "15.12.2026"),
        ];
        let group = next(&browser.post(&town.app, "/groups/new", &form("2", "10.30", "Kylätalo")).await);
        let (edit, sessions) = (format!("{group}/edit"), format!("{group}/sessions"));
        let cancel = [("rev", "0"), ("why", "weather")];
        next(&browser.post(&town.app, &format!("{sessions}/2026-09-22/cancel"), &cancel).await);
        let opened = browser.get(&town.app, &edit).await;
        assert!(!opened.text().contains("name=\"holds_from\""), "asked only where the plan changes");
        let session = browser.get(&town.app, &format!("{sessions}/2026-09-15")).await.text();
        let rest = format!("{edit}?from=2026-09-15");
        assert!(session.contains(&format!("href=\"{rest}\"")), "{session}");
        let from_there = browser.get(&town.app, &rest).await.text();
        assert!(from_there.contains("value=\"15.9.2026\""), "this session and the rest: {from_there}");
        let rev = value(&opened, "rev");
        let said = |more: &[(&'static str, &'static str)]| {
            let mut all = form("4", "13.00", "Koulu");
            all.extend([("rev", rev.as_str())]);
            all.extend(more.iter().copied());
            all
        };
        let asked = browser.post(&town.app, &edit, &said(&[])).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("Mistä päivästä muutos on voimassa?"), "{}", asked.text());
        assert!(asked.text().contains("value=\"9.9.2026\""), "the session of today is left alone: {}", asked.text());
        let late = browser.post(&town.app, &edit, &said(&[("holds_from", "16.12.2026")])).await;
        assert!(late.text().contains("Kausi päättyy ennen sitä"), "{}", late.text());
        // A cancelled session to come is told of before anything is saved.
        let asked = browser.post(&town.app, &edit, &said(&[("holds_from", "15.9.2026")])).await;
        assert_eq!((asked.status, value(&asked, "kept")), (StatusCode::UNPROCESSABLE_ENTITY, "2026-09-22".to_owned()));
        assert!(asked.text().contains("22.9.2026 klo\u{a0}10.30 · peruttu"), "{}", asked.text());
        let told = said(&[("holds_from", "15.9.2026"), ("kept", "2026-09-22")]);
        assert_eq!(next(&browser.post(&town.app, &edit, &told).await), group);
        assert_eq!(next(&browser.post(&town.app, &edit, &told).await), group, "pressed twice it changes nothing more");

        let list = browser.get(&town.app, &sessions).await.text();
        for (day, there) in [
            ("2026-08-25", true), ("2026-09-01", true), ("2026-09-08", true), ("2026-09-10", false), ("2026-09-15", false),
            ("2026-09-17", true), ("2026-09-22", true), ("2026-09-24", true), ("2026-09-29", false),
        ] {
            assert_eq!(list.contains(&format!("{sessions}/{day}\"")), there, "{day}");
        }
        let page = browser.get(&town.app, &group).await.text();
        assert!(page.contains("ti klo\u{a0}10.30 · Kylätalo"), "today it is as it was: {page}");
        assert!(page.contains("15.9.2026 alkaen") && page.contains("to klo\u{a0}13.00 · Koulu"), "{page}");
        for (day, place) in [("2026-09-01", "Kylätalo"), ("2026-09-17", "Koulu")] {
            let session = browser.get(&town.app, &format!("{sessions}/{day}")).await.text();
            assert!(session.contains(place), "{day}: {session}");
        }
        let opened = browser.get(&town.app, &edit).await;
        assert!(opened.text().contains("value=\"15.9.2026\""), "it can be put on another day: {}", opened.text());
        let stays = "SELECT COUNT(*) AS n FROM exercise_group WHERE body LIKE '%\"until\":\"2026-09-15\"%'";
        assert_eq!(count(&town.app, stays).await, 1);
    }

    async fn a_group_without_a_first_day_is_asked_since_when_once_there_was_a_session(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let form = |weekday: &'static str| vec![
            ("name", "Joen ryhmä"), ("kind", "peer"), ("provider", provider.as_str()), ("weekdays", weekday),
            ("starts_at", "10.30"),
        ];
        let group = next(&browser.post(&town.app, "/groups/new", &form("2")).await);
        let (edit, sessions) = (format!("{group}/edit"), format!("{group}/sessions"));
        let change = async |weekday: &'static str, more: &[(&'static str, &'static str)]| {
            let rev = value(&browser.get(&town.app, &edit).await, "rev");
            let mut all = form(weekday);
            all.extend([("rev", rev.as_str())]);
            all.extend(more.iter().copied());
            browser.post(&town.app, &edit, &all).await
        };
        assert_eq!(next(&change("4", &[]).await), group, "nothing was planned from it yet");
        // A session of last week: somebody was there.
        let cancel = [("rev", "0"), ("why", "weather")];
        next(&browser.post(&town.app, &format!("{sessions}/2026-09-03/cancel"), &cancel).await);
        let asked = change("5", &[]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("Mistä päivästä muutos on voimassa?"), "{}", asked.text());
        assert_eq!(next(&change("5", &[("holds_from", "15.9.2026")]).await), group);
        let earlier = "SELECT COUNT(*) AS n FROM exercise_group WHERE body LIKE '%\"until\":\"2026-09-15\"%'";
        assert_eq!(count(&town.app, earlier).await, 1);
    }

    async fn a_group_that_is_put_into_the_next_season_is_not_asked_since_when_its_days_hold(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let form = |weekday: &'static str, start: &'static str, end: &'static str| vec![
            ("name", "Joen ryhmä"), ("kind", "peer"), ("provider", provider.as_str()), ("weekdays", weekday),
            ("starts_at", "10.30"), ("season_start", start), ("season_end", end),
        ];
        let group = next(&browser.post(&town.app, "/groups/new", &form("2", "25.8.2026", "15.12.2026")).await);
        let edit = format!("{group}/edit");
        let rev = value(&browser.get(&town.app, &edit).await, "rev");
        let mut spring = form("4", "12.1.2027", "21.5.2027");
        spring.push(("rev", rev.as_str()));
        assert_eq!(next(&browser.post(&town.app, &edit, &spring).await), group);
        let earlier = "SELECT COUNT(*) AS n FROM exercise_group WHERE body LIKE '%\"until\"%'";
        assert_eq!(count(&town.app, earlier).await, 0);
    }

    async fn a_group_goes_on_in_the_next_season_with_those_who_were_chosen(app) {
        let (town, browser) = coordinator(app).await;
        let group = format!("/groups/{}", town.own.group);
        made_person(&town, &browser, &group).await;
        let copy = format!("{group}/copy");
        let form = browser.get(&town.app, &copy).await;
        let text = form.text();
        assert!(text.contains("value=\"30.8.2027\"") && text.contains("value=\"17.12.2027\""), "after May, autumn: {text}");
        assert!(text.contains("Öhman-Mäkelä Äijä") && text.contains(town.own.canary), "{text}");
        let (rev, provider, person) =
            (value(&form, "rev"), town.own.organisation.to_string(), town.own.participant.to_string());
        let other = text.split("name=\"people\" value=\"").skip(1).map(|rest| rest[..36].to_owned()).find(|id| *id != person).unwrap_or_default();
        let typed = |start| [
            ("rev", &*rev), ("name", "Syksyn ryhmä"), ("kind", "peer"), ("provider", &*provider), ("weekdays", "2"),
            ("season_start", start), ("season_end", "17.12.2027"), ("people", &*person),
        ];
        let undated = browser.post(&town.app, &copy, &typed("")).await;
        assert_eq!(undated.status, StatusCode::UNPROCESSABLE_ENTITY);
        let kept = undated.text();
        assert_eq!(kept.matches("checked").count(), 2, "the week day and the one person stay chosen: {kept}");
        // With fewer places than people it says so, and a second press means it.
        let both = [&typed("31.8.2027")[..], &[("capacity", "1"), ("people", &*other)]].concat();
        let full = browser.post(&town.app, &copy, &both).await;
        assert_eq!((full.status, value(&full, "full")), (StatusCode::UNPROCESSABLE_ENTITY, rev.clone()));
        assert!(full.text().contains("enemmän kuin paikkoja (2 / 1)"), "{}", full.text());
        let five = [&typed("31.8.2027")[..], &[("capacity", "5")]].concat();
        let new = next(&browser.post(&town.app, &copy, &five).await);
        assert_eq!(new, format!("/groups/{rev}"));
        // Whoever goes on has a place there already, and nobody takes it for the group of this season.
        let choices = browser.get(&town.app, "/people/new").await.text().replace('\u{a0}', " ");
        assert!(choices.contains("alkaa 31.8.2027 (1 / 5)"), "{choices}");
        let list = browser.get(&town.app, "/groups").await.text();
        assert!(list.contains("alkaa 31.8.2027"), "{list}");
        let page = browser.get(&town.app, &new).await.text();
        assert!(page.contains(town.own.canary) && !page.contains("Öhman-Mäkelä"), "{page}");
        assert!(page.contains("mukana 31.8.2027 alkaen"), "{page}");
        assert!(page.contains("aloittaa 31.8.2027"), "who leads the group leads it then, too: {page}");
    }

    async fn nobody_who_has_died_goes_on_in_the_next_season(app) {
        let (town, browser) = coordinator(app).await;
        let (copy, person) = (format!("/groups/{}/copy", town.own.group), town.own.participant.to_string());
        assert!(browser.get(&town.app, &copy).await.text().contains(&person));
        next(&browser.post(&town.app, &format!("/people/{person}/died"), &[("died_on", "8.9.2026")]).await);
        let text = browser.get(&town.app, &copy).await.text();
        assert!(!text.contains(&person), "{text}");
    }

    async fn the_copy_of_a_full_group_is_saved_also_after_going_back(app) {
        let (town, browser) = coordinator(app).await;
        let group = format!("/groups/{}", town.own.group);
        made_person(&town, &browser, &group).await;
        let copy = format!("{group}/copy");
        let form = browser.get(&town.app, &copy).await;
        let (text, rev, provider) = (form.text(), value(&form, "rev"), town.own.organisation.to_string());
        let people: Vec<_> = text.split("name=\"people\" value=\"").skip(1).map(|rest| &rest[..36]).collect();
        let typed = |name, full: Option<&'static str>| {
            let usual = [
                ("rev", &*rev), ("name", name), ("kind", "peer"), ("provider", &*provider), ("capacity", "1"),
                ("season_start", "31.8.2027"), ("season_end", "17.12.2027"),
            ];
            let people = people.iter().map(|person| ("people", *person));
            usual.into_iter().chain(people).chain(full.map(|name| (name, &*rev))).collect::<Vec<_>>()
        };
        let asked = browser.post(&town.app, &copy, &typed("Syksy", None)).await;
        assert_eq!((asked.status, value(&asked, "full")), (StatusCode::UNPROCESSABLE_ENTITY, rev.clone()));
        let first = next(&browser.post(&town.app, &copy, &typed("Syksy", Some("full"))).await);
        // The page before, with another name in it: another group, of which the same was told.
        let second = next(&browser.post(&town.app, &copy, &typed("Syksy, toinen", Some("full"))).await);
        assert_ne!(first, second);
        let pressed_twice = next(&browser.post(&town.app, &copy, &typed("Syksy, toinen", Some("full"))).await);
        assert_eq!(pressed_twice, second);
    }

    async fn a_new_groups_form_that_was_gone_back_to_makes_one_group_of_the_same_words_however_often_they_come(app) {
        let (town, browser) = coordinator(app).await;
        let (rev, provider) = (value(&browser.get(&town.app, "/groups/new").await, "rev"), town.own.organisation.to_string());
        let mut made = Vec::new();
        for name in ["Aamu", "Ilta", "Ilta", "Aamu", "Yö"] {
            let form = [("rev", &*rev), ("name", name), ("kind", "peer"), ("provider", &*provider)];
            made.push(next(&browser.post(&town.app, "/groups/new", &form).await));
        }
        assert!(made[0] != made[1] && made[1] == made[2] && made[0] == made[3] && !made[..4].contains(&made[4]), "{made:?}");
    }

    async fn the_week_shows_every_group_and_what_cannot_both_take_place(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        for (name, at) in [("Aamu", "10.00"), ("Päivä", "10.30")] {
            let form = [
                ("name", name), ("kind", "peer"), ("provider", provider.as_str()), ("weekdays", "3"), ("place", "Kylätalo"),
                ("starts_at", at), ("minutes", "60"),
            ];
            let group = next(&browser.post(&town.app, "/groups/new", &form).await);
            let peer = town.user(domain::access::Role::PeerInstructor).await.to_string();
            let lead = [("account", &*peer), ("from", "1.9.2026"), ("to", "")];
            next(&browser.post(&town.app, &format!("{group}/staff"), &lead).await);
            // What is told of it stands there when it has just been saved, and at no other time.
            let told = async |path: &str| browser.get(&town.app, &format!("{group}{path}")).await.text();
            for saved in ["?said=saved", "/staff?said=saved"] {
                let page = told(saved).await;
                let alone = name == "Aamu";
                assert!(alone != page.contains("sama tila: Aamu") && alone != page.contains("ohjaa myös: Aamu"), "{page}");
            }
            assert!(!told("").await.contains("sama tila") && !told("/staff").await.contains("sama tila"));
        }
        let page = browser.get(&town.app, "/week").await.text();
        assert!(page.contains("vko\u{a0}37") && page.contains("2 päällekkäisyyttä"), "{page}");
        let behind = page.split("Seuraava viikko").nth(1).and_then(|rest| rest.split("</a>").next());
        assert!(behind.is_some_and(|rest| rest.contains("<svg")), "the arrow stands behind its words: {page}");
        assert!(page.contains("sama tila: Päivä") && page.contains("sama tila: Aamu"), "{page}");
        assert!(page.contains("ohjaa myös: Päivä"), "{page}");
        assert!(!page.contains(&town.partner.group.to_string()), "another organisation's");
        let next_week = browser.get(&town.app, "/week?from=2026-09-16").await.text();
        assert!(next_week.contains("vko\u{a0}38") && next_week.contains("/sessions/2026-09-16"), "{next_week}");
        let group = next_week.split("/sessions/2026-09-16").next().and_then(|text| text.rsplit("/groups/").next());
        let cancel = format!("/groups/{}/sessions/2026-09-16/cancel", group.expect("a group"));
        next(&browser.post(&town.app, &cancel, &[("rev", "0"), ("why", "place_closed")]).await);
        let next_week = browser.get(&town.app, "/week?from=2026-09-16").await.text();
        assert!(!next_week.contains("sama tila") && next_week.contains("peruttu: tila ei ole käytettävissä"), "{next_week}");
        // One session that is moved, or on again, is held against the others as a group is.
        let moved = format!("/groups/{}/sessions/2026-09-16", group.expect("a group"));
        next(&browser.post(&town.app, &format!("{moved}/restore"), &[]).await);
        assert!(browser.get(&town.app, &format!("{moved}?said=restored")).await.text().contains("sama tila"));
        let rev = crate::sessions::rev(&town, &browser, &moved).await;
        let later = [("rev", &*rev), ("starts_at", "15.00"), ("place", "Kylätalo")];
        next(&browser.post(&town.app, &format!("{moved}/move"), &later).await);
        let page = browser.get(&town.app, &format!("{moved}?said=moved")).await.text();
        assert!(!page.contains("sama tila"), "an hour of its own: {page}");
        let nonsense = browser.get(&town.app, "/week?from=eilen").await;
        assert_eq!(nonsense.status, StatusCode::OK);
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

    async fn a_stale_save_of_a_group_shows_what_is_saved_beside_what_was_typed(app) {
        let (town, browser) = coordinator(app).await;
        let edit = format!("{}/edit", made_group(&town, &browser, "Tiistairyhmä").await);
        let (rev, provider) = (value(&browser.get(&town.app, &edit).await, "rev"), town.own.organisation.to_string());
        let form = |name: &'static str, place: &'static str| {
            [("rev", rev.clone()), ("name", name.to_owned()), ("kind", "outdoor".to_owned()), ("provider", provider.clone()), ("place", place.to_owned())]
        };
        let send = async |name, place| {
            let form = form(name, place);
            let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post(&town.app, &edit, &form).await
        };
        assert_eq!(send("Aamuryhmä", "Sali A").await.status, StatusCode::SEE_OTHER);
        let late = send("Iltaryhmä", "Sali A").await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = late.text();
        assert!(text.contains("value=\"Iltaryhmä\"") && text.contains("Ohjelmassa on nyt: Aamuryhmä"), "{text}");
        assert!(!text.contains("Ohjelmassa on nyt: Sali A"), "{text}");
    }
}
