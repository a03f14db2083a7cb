//! What a municipality sets for itself: by an admin of its own organisation, read by all that follows it.

use app::texts::{Lang, outcomes};
use domain::access::Role;
use domain::outcomes::dataset::Limits;
use http::StatusCode;
use server::access::Scope;
use server::outcomes::council::draft;
use server::outcomes::periods::fixed_periods;
use tests::town::{Browser, Town};

use crate::council::somebody_came;
use crate::desk::{next, value};

const HERE: &str = "/settings";
const USUAL: &str = "24 5 10 consent fi";

/// The settings of which a row is kept.
async fn kept(town: &Town) -> Vec<String> {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let sql = "SELECT key, value FROM setting WHERE municipality = '091' AND key IN \
               ('retention_months', 'report.k', 'report.basis', 'health_basis', 'language') ORDER BY key";
    let text = |row: &server::db::Row, column| row.get::<String>(column).unwrap();
    let rows = tx.all(sql, []).await.unwrap();
    rows.iter().map(|row| format!("{}={}", text(row, "key"), text(row, "value"))).collect()
}

async fn logged(town: &Town) -> Vec<String> {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let sql = "SELECT fields FROM audit WHERE municipality = '091' AND verb = 'settings.set' ORDER BY n";
    let rows = tx.all(sql, []).await.unwrap();
    rows.iter().map(|row| row.get("fields").unwrap()).collect()
}

fn scope(town: &Town) -> Scope {
    Scope::command_line(town.own.municipality.clone(), town.app.state.today())
}

tests::on_both_databases! {
    async fn the_admin_sets_what_holds_for_the_municipality_and_all_that_reads_it_follows(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert!(admin.get(&town.app, "/accounts").await.text().contains("href=\"/settings\""));
        assert_eq!(desk.get(&town.app, HERE).await.status, StatusCode::FORBIDDEN);
        let page = admin.get(&town.app, HERE).await;
        assert_eq!(value(&page, "was"), USUAL);
        assert!(page.text().contains("Jo kootut luvut ja jäädytetyt raportit eivät muutu"), "{}", page.text());
        let form = [
            ("was", USUAL), ("retention_months", "36"), ("report_k", "12"), ("report_basis", "15"),
            ("health_basis", "public_task"), ("language", "sv"),
        ];
        // The button was pressed twice.
        for _ in 0..2 {
            assert_eq!(next(&admin.post(&town.app, HERE, &form).await), HERE);
        }
        let rows = ["health_basis=public_task", "language=sv", "report.basis=15", "report.k=12", "retention_months=36"];
        assert_eq!(kept(&town).await, rows);
        let told = "retention_months=36 report.k=12 report.basis=15 health_basis=public_task language=sv";
        assert_eq!(logged(&town).await, [told]);
        let page = admin.get(&town.app, "/settings?said=saved").await;
        assert_eq!(value(&page, "was"), "36 12 15 public_task sv");
        assert!(page.text().contains("Kunnan asetukset on tallennettu."), "{}", page.text());
        let privacy = Browser::default().get(&town.app, "/privacy/091").await.text();
        assert!(privacy.contains("päättymisestä on kulunut 36"), "{privacy}");
        let mut tx = town.app.state.db.read(&scope(&town)).await.unwrap();
        let limits = server::outcomes::settings(&mut tx).await.unwrap().limits();
        assert_eq!(limits, Limits { k: 12, basis: 15 });
        drop(tx);
        let auditor = town.signed_in(Role::Auditor, true).await;
        assert!(auditor.get(&town.app, "/log").await.text().contains("Muutti asetuksia"));
    }

    async fn what_may_not_be_set_is_refused_at_its_field_and_nothing_is_saved(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        for (field, typed, at) in [
            ("retention_months", "5", "retention_months"), ("retention_months", "", "retention_months"),
            ("report_k", "4", "report_k"), ("report_k", "viisi", "report_k"), ("report_basis", "9", "report_basis"),
            // Means would be told of fewer people than counts.
            ("report_k", "11", "report_basis"),
            ("health_basis", "task", "health_basis"), ("language", "de", "language"),
        ] {
            let fields = [("was", USUAL), ("language", "sv"), (field, typed)];
            // The first field of a name is the one that is read.
            let fields = if field == "language" { vec![fields[0], fields[2]] } else { fields.to_vec() };
            let answer = admin.post(&town.app, HERE, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {typed}");
            assert!(answer.text().contains(&format!("href=\"#{at}\"")), "{field} {typed}: {}", answer.text());
        }
        assert_eq!((kept(&town).await.len(), logged(&town).await.len()), (0, 0));
    }

    async fn what_another_admin_has_set_meanwhile_stands_beside_what_was_typed(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let save = async |months: &str, k: &str, was: &str| {
            admin.post(&town.app, HERE, &[("was", was), ("retention_months", months), ("report_k", k)]).await
        };
        next(&save("36", "5", USUAL).await);
        let stale = save("24", "8", USUAL).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = stale.text();
        assert!(text.contains("Joku muu muutti tietoja") && text.contains("Ohjelmassa on nyt: 36"), "{text}");
        assert!(text.contains("href=\"#retention_months\"") && !text.contains("href=\"#language\""), "{text}");
        assert_eq!(kept(&town).await, ["retention_months=36"]);
        let was = value(&stale, "was");
        next(&save("36", "8", &was).await);
        assert_eq!(kept(&town).await, ["report.k=8", "retention_months=36"]);
    }

    async fn raised_limits_hold_for_figures_that_are_put_together_from_then_on(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let update = "/figures/update?period=year-2026";
        let (usual, raised) = (outcomes::hidden_note(Lang::Fi, 10, 5), outcomes::hidden_note(Lang::Fi, 15, 8));
        // Which of the two the page and the trend say, and the draft of the council's report.
        let said = async || {
            let mut told = Vec::new();
            for page in ["/figures?period=year-2026", "/figures/trend"] {
                let text = officer.get(&town.app, page).await.text();
                told.push((text.contains(&usual), text.contains(&raised)));
            }
            let mut tx = town.app.state.db.read(&scope(&town)).await.unwrap();
            let year = fixed_periods(town.app.state.today())[1];
            let report = draft(&mut tx, &year).await.unwrap().expect("a page");
            (told, report.k, report.basis)
        };
        officer.post(&town.app, update, &[]).await;
        assert_eq!(said().await, (vec![(true, false); 2], 5, 10));
        let form = [("was", USUAL), ("report_k", "8"), ("report_basis", "15")];
        next(&admin.post(&town.app, HERE, &form).await);
        assert_eq!(said().await, (vec![(true, false); 2], 5, 10), "what is published stays");
        town.app.clock.advance(60_000);
        officer.post(&town.app, update, &[("correct", "yes"), ("reason", "Rajat nousivat")]).await;
        assert_eq!(said().await, (vec![(false, true); 2], 8, 15));
    }
}
