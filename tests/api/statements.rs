//! The municipality's public texts: read by anybody, written by the admin of its own organisation, every version kept.

use domain::access::Role;
use http::StatusCode;
use server::db::Unscoped;
use tests::town::{Browser, Town};

use crate::desk::next;

const EDIT: &str = "/statements/edit";

fn text<'a>(next: &'a str, body: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let form = [("kind", "accessibility"), ("language", "sv"), ("next", next), ("body", body)];
    form.iter().chain(more).copied().collect()
}

async fn versions(town: &Town) -> i64 {
    crate::files::count(&town.app, "SELECT COUNT(*) AS n FROM statement").await
}

async fn in_swedish(town: &Town, path: &str) -> String {
    let browser = Browser { cookies: "view=sv..".to_owned() };
    browser.get(&town.app, path).await.text()
}

tests::on_both_databases! {
    async fn until_somebody_writes_one_the_text_of_the_program_stands_there_in_each_language(app) {
        let town = Town::on(app).await;
        let choose = Browser::default().get(&town.app, "/privacy").await.text();
        assert!(choose.contains("/privacy/091") && choose.contains("/privacy/049"), "{choose}");
        let finnish = Browser::default().get(&town.app, "/privacy/091").await.text();
        for told in ["Tietosuojaseloste", "Helsinki on rekisterinpitäjä.", "<h2>Valitus</h2>", "tietosuoja.fi"] {
            assert!(finnish.contains(told), "{told} in {finnish}");
        }
        let espoo = Browser::default().get(&town.app, "/accessibility/049").await.text();
        for told in ["Saavutettavuusseloste", "Espoo", "WCAG 2.1", "14 päivän kuluessa", "Traficom", "1.1.2025", "kieli on luonnos"] {
            assert!(espoo.contains(told), "{told} in {espoo}");
        }
        let swedish = in_swedish(&town, "/accessibility/091").await;
        assert!(swedish.contains("Tillgänglighetsutlåtande") && swedish.contains("Transport- och kommunikationsverket"), "{swedish}");
        for nowhere in ["/privacy/999", "/accessibility/nonsense"] {
            assert_eq!(Browser::default().get(&town.app, nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
        }
    }

    async fn that_the_language_is_a_draft_stands_on_pages_of_those_who_take_part_whatever_a_municipality_writes(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let form = admin.get(&town.app, &format!("{EDIT}?kind=accessibility&language=fi")).await.text();
        assert!(form.contains("WCAG 2.1") && !form.contains("kieli on luonnos"), "nobody can take it out: {form}");
        let written = [("kind", "accessibility"), ("language", "fi"), ("next", "1"), ("body", "# Oma seloste\nKaikki toimii.")];
        admin.post(&town.app, EDIT, &written).await;
        crate::own::card(&town).await;
        let own = crate::own::signed_in(&town).await;
        for page in ["/accessibility/091", "/own", "/own/sessions", "/find?municipality=091", "/own/code"] {
            let page = own.get(&town.app, page).await.text();
            assert!(page.contains("Näiden sivujen kieli on luonnos."), "{page}");
        }
        let swedish = in_swedish(&town, "/find?municipality=091").await;
        assert!(swedish.contains("är ett utkast"), "{swedish}");
        let seloste = Browser::default().get(&town.app, "/accessibility/091").await.text();
        assert!(seloste.contains("<h2>Oma seloste</h2>"), "{seloste}");
    }

    async fn where_there_is_help_is_a_text_of_the_municipality_too(app) {
        let town = Town::on(app).await;
        // A number is in one piece there.
        let helped = Browser::default().get(&town.app, "/support/091").await.text().replace('\u{a0}', " ");
        for told in ["Apua ja juttuseuraa", "<h2>Jos haluat jutella</h2>", "Soita 112."] {
            assert!(helped.contains(told), "{told} in {helped}");
        }
        // Others' numbers are read by nobody before the municipality has checked them.
        assert!(!helped.contains("09 2525 0111") && !helped.contains("116 117"), "{helped}");
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let form = admin.get(&town.app, &format!("{EDIT}?kind=support&language=fi")).await.text();
        for told in ["Tarkista numerot", "09 2525 0111", "116 117", "soita 112"] {
            assert!(form.contains(told), "{told} in {form}");
        }
        let write = async |body: &str| {
            let written = [("kind", "support"), ("language", "fi"), ("next", "1"), ("body", body)];
            admin.post(&town.app, EDIT, &written).await
        };
        let without = write("# Soita Oilille\nTalkoopuhelin 040 765 4321.").await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.text().contains("Kirjoita tekstiin myös hätänumero 112"), "{}", without.text());
        write("# Soita Oilille\nTalkoopuhelin 040 765 4321. Hätätilanteessa 112.").await;
        let helped = Browser::default().get(&town.app, "/support/091").await.text();
        assert!(helped.contains("<h2>Soita Oilille</h2>") && helped.contains("112"), "{helped}");
        let form = admin.get(&town.app, &format!("{EDIT}?kind=support&language=fi")).await.text();
        assert!(!form.contains("Tarkista numerot"), "{form}");
        let swedish = in_swedish(&town, "/support/091").await;
        assert!(swedish.contains("Ring 112.") && !swedish.contains("Oili"), "the other language goes on as it was");
    }

    async fn a_text_that_is_begun_speaks_as_the_municipality_does(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let begun = async || admin.get(&town.app, &format!("{EDIT}?kind=support&language=fi")).await.text();
        assert!(begun().await.contains("# Jos haluat jutella"));
        admin.post(&town.app, "/letters", &[("form", "formal")]).await;
        let formal = begun().await;
        assert!(formal.contains("# Jos haluatte jutella") && !formal.contains("haluat jutella"), "{formal}");
    }

    async fn the_programs_own_text_says_for_how_long_this_municipality_keeps_data(app) {
        let town = Town::on(app).await;
        let months = async || {
            let page = Browser::default().get(&town.app, "/privacy/091").await.text();
            page.split("päättymisestä on kulunut ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default().to_owned()
        };
        assert!(months().await.starts_with("24"), "{}", months().await);
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        let sql = "INSERT INTO setting (municipality, key, value, updated_at) VALUES ('091', 'retention_months', '36', 0)";
        tx.run(sql, []).await.unwrap();
        tx.commit().await.unwrap();
        assert!(months().await.starts_with("36"), "{}", months().await);
    }

    async fn every_kind_of_page_leads_to_both_texts_and_to_the_form_for_feedback(app) {
        let town = Town::on(app).await;
        crate::own::card(&town).await;
        let own = crate::own::signed_in(&town).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let nobody = Browser::default();
        for (browser, page) in [
            (&own, "/own"), (&desk, "/"), (&nobody, "/sign-in"), (&nobody, "/find"), (&nobody, "/own/sign-in"),
            (&nobody, "/apply/sent"), (&nobody, "/privacy/091"), (&nobody, "/exercises"),
        ] {
            let shown = browser.get(&town.app, page).await.text();
            let all = ["/privacy", "/accessibility", "/feedback"].iter().all(|to| shown.contains(&format!("href=\"{to}\"")));
            assert!(all, "{page}: {shown}");
        }
    }

    async fn the_admin_looks_at_a_text_before_it_is_published_and_every_version_stays(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let begun = admin.get(&town.app, &format!("{EDIT}?kind=accessibility&language=sv")).await.text();
        let back = "name=\"back\" value=\"/statements/edit?kind=accessibility&amp;language=sv\"";
        assert!(begun.contains(back), "a change of language comes back to the same text: {begun}");
        assert!(begun.contains("Transport- och kommunikationsverket"), "it begins with the text of the program: {begun}");
        let first = "# Rubrik <b>\nFörsta\n- ett\n- två";
        let looked = admin.post(&town.app, EDIT, &text("1", first, &[("preview", "yes")])).await;
        assert!(looked.text().contains("<h2>Rubrik &lt;b&gt;</h2>") && looked.text().contains("<li>två</li>"), "{}", looked.text());
        assert_eq!(versions(&town).await, 0, "a look publishes nothing");
        for _ in 0..2 {
            assert_eq!(next(&admin.post(&town.app, EDIT, &text("1", first, &[])).await), EDIT);
        }
        assert_eq!(versions(&town).await, 1, "pressed twice it is one version");
        let shown = in_swedish(&town, "/accessibility/091").await;
        assert!(shown.contains("<h2>Rubrik &lt;b&gt;</h2>") && shown.contains("Uppdaterad 8.9.2026."), "{shown}");
        assert!(!in_swedish(&town, "/accessibility/049").await.contains("Rubrik"), "another municipality has its own");
        let old = admin.post(&town.app, EDIT, &text("1", "Annan", &[])).await;
        assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody writes over what they have not seen");
        assert!(old.text().contains("Annan"), "{}", old.text());
        assert!(old.text().contains("<h2>Rubrik &lt;b&gt;</h2>"), "what is published stands beside it: {}", old.text());
        assert_eq!(next(&admin.post(&town.app, EDIT, &text("2", "Annan", &[])).await), EDIT);
        assert_eq!(versions(&town).await, 2);
        let page = admin.get(&town.app, &format!("{EDIT}?kind=accessibility&language=sv")).await.text();
        assert!(page.contains("Versio 2, 8.9.2026") && page.contains("Versio 1, 8.9.2026"), "{page}");
        let long = "ä".repeat(10_001);
        for body in ["", &*long] {
            let wrong = admin.post(&town.app, EDIT, &text("3", body, &[])).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
}
