//! The report for the council: drafted from frozen figures and the officer's own texts, frozen with a checksum, and the
//! same ever after.

use app::outcomes::council::plain;
use app::outcomes::council::tables::tables;
use app::texts::Lang;
use domain::access::Role;
use domain::groups::testing::plain as a_group;
use domain::groups::{self, Group, GroupKind};
use domain::ids::{GroupId, MunicipalityCode};
use domain::outcomes::council::checksum;
use domain::outcomes::dataset::Period;
use domain::outcomes::indicators::Followed;
use domain::outcomes::population::{Indicator, Population, RESIDENTS, Source};
use domain::sessions::{self, Session, SessionStatus};
use domain::sync::op::Verb;
use http::StatusCode;
use server::access::Scope;
use server::db::Unscoped;
use server::files::kinds::Kind;
use server::files::write::sheet as as_csv;
use server::outcomes::council::{of_days, part};
use server::outcomes::indicators;
use server::outcomes::population;
use server::outcomes::tables::long;
use tests::town::{Browser, CANARIES, Town};
use tests::xlsx::{Cell, book};
use uuid::Uuid;

use crate::desk::{next, value};
use crate::files::take;

const UPDATE: &str = "/figures/update?period=year-2026";
const DRAFT: &str = "/figures/report?period=year-2026";
const FREEZE: &str = "/figures/report/freeze?period=year-2026";

fn edit(part: &str) -> String {
    format!("/figures/report/edit?period=year-2026&part={part}")
}

/// An officer whose figures of the year are put together.
async fn officer(town: &Town) -> Browser {
    let officer = town.signed_in(Role::MunicipalOfficer, true).await;
    officer.post(&town.app, UPDATE, &[]).await;
    officer
}

/// Somebody takes part: there is something to report.
pub async fn somebody_came(town: &Town) {
    let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
    let header = |kind: Kind| kind.columns().join(",");
    let group = format!("ref-{}", town.own.group);
    for (kind, row) in [
        (Kind::Participants, "came,A,B,,1945-01-01,,,,,,,,,,,".to_owned()),
        (Kind::Memberships, format!("{group},came,2026-09-01,,")),
        (Kind::Attendance, format!("{group},2026-09-08,held,came,present")),
    ] {
        take(&town.app, &scope, kind, &format!("{}\n{row}\n", header(kind))).await;
    }
}

async fn write(town: &Town, officer: &Browser, part: &str, fields: &[(&str, &str)]) -> tests::Answer {
    let next = value(&officer.get(&town.app, &edit(part)).await, "next");
    let fields: Vec<_> = [("next", next.as_str())].iter().chain(fields).copied().collect();
    officer.post(&town.app, &edit(part), &fields).await
}

/// Freezes what the draft shows; the report's address.
async fn freeze(town: &Town, officer: &Browser, reason: &str) -> String {
    let seen = value(&officer.get(&town.app, DRAFT).await, "seen");
    let sent = officer.post(&town.app, FREEZE, &[("seen", &*seen), ("reason", reason)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let address = next(&sent);
    address.strip_suffix("#main").expect("the top of the report").to_owned()
}

async fn in_language(town: &Town, officer: &Browser, address: &str, language: &str) -> String {
    let join = if address.contains('?') { '&' } else { '?' };
    officer.get(&town.app, &format!("{address}{join}language={language}")).await.text()
}

/// Six more people who apply in the year, and figures that know of them.
async fn figures_change(town: &Town, officer: &Browser) {
    let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
    let more: String = (0..6).map(|n| format!("u{n},A,B,,1945-01-01,,,,,,,,,2026-01-02,accepted,\n")).collect();
    let header = Kind::Participants.columns().join(",");
    take(&town.app, &scope, Kind::Participants, &format!("{header}\n{more}")).await;
    officer.post(&town.app, UPDATE, &[("correct", "yes"), ("reason", "Hakijoita puuttui")]).await;
}

tests::on_both_databases! {
    async fn the_draft_is_in_three_languages_from_the_same_figures_and_names_nobody(app) {
        let town = Town::on(app).await;
        let before = town.signed_in(Role::MunicipalOfficer, true).await;
        let none = before.get(&town.app, DRAFT).await;
        assert!(none.status == StatusCode::OK && none.text().contains("/figures/update"), "nothing to draft from yet");
        let officer = officer(&town).await;
        write(&town, &officer, "sv", &[("next_steps", "En ny sal öppnas.")]).await;
        for (language, heading, words) in [
            ("fi", "Raportti valtuustolle: Helsinki, vuosi 2026", "Osoittaja"),
            ("sv", "Rapport till fullmäktige: Helsinki, år 2026", "Täljare"),
            ("en", "Report to the council: Helsinki, year 2026", "Numerator"),
        ] {
            let page = in_language(&town, &officer, DRAFT, language).await;
            assert!(page.contains(&format!("<h1>{heading}")) && page.contains(&format!("<title>{heading}")), "{page}");
            assert!(page.contains(words) && page.contains(&format!("lang=\"{language}\"")), "{page}");
            let staying = Lang::from_code(language).map(app::texts::council::annex::staying_elsewhere).unwrap_or_default();
            assert!(page.contains(staying), "why not by group, where it is told who stays: {page}");
            assert_eq!(page.contains("En ny sal öppnas."), language == "sv", "a text is of its language");
            assert!(CANARIES.iter().all(|name| !page.contains(name)), "names in a report");
        }
        assert_eq!(officer.get(&town.app, "/figures/report?period=year-1999").await.status, StatusCode::NOT_FOUND);
    }

    async fn every_version_of_a_text_stays_and_a_stale_form_asks(app) {
        let town = Town::on(app).await;
        let officer = officer(&town).await;
        let form = officer.get(&town.app, &edit("fi")).await;
        assert!(form.text().contains("name=\"opening\" lang=\"fi\""), "{}", form.text());
        assert!(officer.get(&town.app, &edit("sv")).await.text().contains("name=\"opening\" lang=\"sv\""));
        let stale = value(&form, "next");
        let saved = write(&town, &officer, "fi", &[("opening", "Yksi"), ("measures", "<b>Kaksi</b>")]).await;
        assert_eq!(saved.headers["location"], DRAFT.to_owned() + "&said=saved");
        let late = officer.post(&town.app, &edit("fi"), &[("next", &*stale), ("opening", "Toinen")]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        let late = late.text();
        assert!(late.contains(">Toinen</textarea>"), "what was typed stays: {late}");
        let beside = late.split("id=\"standing\"").nth(1).unwrap_or_default();
        assert!(beside.contains("Yksi") && beside.contains("&lt;b&gt;Kaksi"), "what was saved stands beside it: {late}");
        assert!(late.contains("Nimi municipal_officer@091 tallensi tällä välin"), "{late}");
        let page = officer.get(&town.app, DRAFT).await.text();
        assert!(page.contains("&lt;b&gt;Kaksi") && !page.contains("Toinen"), "{page}");
        write(&town, &officer, "fi", &[("opening", "Kolme")]).await;
        let form = officer.get(&town.app, &edit("fi")).await.text();
        assert!(form.contains("Versio 1, 8.9.2026") && form.contains("Versio 2, 8.9.2026"), "{form}");
        let first = edit("fi") + "&version=1";
        assert!(form.contains(&first.replace('&', "&amp;")) || form.contains(&first), "each version opens: {form}");
        let first = officer.get(&town.app, &first).await.text();
        assert!(first.contains("&lt;b&gt;Kaksi") && first.contains("<h1>Versio 1") && !first.contains("<textarea"), "{first}");
        assert!(first.contains("Nimi municipal_officer@091"), "{first}");
        let taken = officer.get(&town.app, &(edit("fi") + "&take=1")).await;
        assert_eq!(value(&taken, "next"), "3", "it becomes a version of its own");
        assert!(taken.text().contains(">Yksi</textarea>"), "{}", taken.text());
        for none in ["&version=9", "&version=x", "&take=9"] {
            assert_eq!(officer.get(&town.app, &(edit("fi") + none)).await.status, StatusCode::NOT_FOUND, "{none}");
        }
        let page = officer.get(&town.app, DRAFT).await.text();
        assert!(!page.contains("&lt;b&gt;Kaksi"), "an empty text is left out: {page}");
        let long = "x".repeat(401);
        let refused = write(&town, &officer, "fi", &[("opening", &long)]).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text().contains("enintään 400"));
    }

    async fn costs_are_whole_euros_with_a_source_and_of_nobody_no_share_is_told(app) {
        let town = Town::on(app).await;
        let officer = officer(&town).await;
        for (staff, source) in [("12,50", "kirjanpito"), ("-3", "kirjanpito"), ("12500", "")] {
            let refused = write(&town, &officer, "costs", &[("staff", staff), ("source", source)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{staff} {source}");
        }
        write(&town, &officer, "costs", &[("staff", "12 500"), ("rooms", "500"), ("source", "kirjanpito")]).await;
        let page = officer.get(&town.app, DRAFT).await.text();
        assert!(page.contains("13\u{a0}000\u{a0}€") && page.contains("Lähde: kirjanpito."), "{page}");
        let each = page.split("Osallistujaa kohti").nth(1).unwrap_or_default();
        assert!(each.split("</td>").next().unwrap_or_default().ends_with("ei tietoa"), "nobody took part yet: {each}");
    }

    async fn a_groups_own_costs_are_told_for_each_session_and_added_to_the_whole(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let officer = officer(&town).await;
        let part = format!("costs:{}", town.own.group);
        let form = officer.get(&town.app, &edit("costs")).await.text();
        assert!(form.contains("Kustannukset ryhmittäin") && form.contains(&part), "{form}");
        // Of a group that held nothing, or is another municipality's, nothing is written.
        for group in [town.foreign.group.to_string(), Uuid::nil().to_string(), "x".to_owned()] {
            let answer = officer.get(&town.app, &edit(&format!("costs:{group}"))).await;
            let is_refused = answer.status == StatusCode::NOT_FOUND;
            assert!(is_refused || answer.text().contains("name=\"opening\""), "{group}");
        }
        let refused = write(&town, &officer, &part, &[("rooms", "300")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "without a source");
        write(&town, &officer, "costs", &[("staff", "1000"), ("source", "kirjanpito")]).await;
        let saved = write(&town, &officer, &part, &[("rooms", "300"), ("materials", "30"), ("source", "vuokrasopimus")]).await;
        let above = saved.headers["location"].to_str().expect("an address");
        let costs = officer.get(&town.app, above).await.text();
        assert!(costs.contains("Tallennettu.") && costs.contains("330\u{a0}€"), "{costs}");
        let page = officer.get(&town.app, DRAFT).await.text();
        assert!(page.contains("1\u{a0}330\u{a0}€") && page.contains("Lähde: kirjanpito; vuokrasopimus."), "{page}");
        // One session was held.
        let row = page.split("<th scope=\"row\">").find(|row| row.contains("330,00\u{a0}€")).unwrap_or_default();
        assert!(row.contains(">1</td>") && row.contains("330\u{a0}€</td>"), "{row}");
        let address = freeze(&town, &officer, "Kokous").await;
        write(&town, &officer, &part, &[("rooms", ""), ("materials", ""), ("source", "")]).await;
        assert!(!officer.get(&town.app, DRAFT).await.text().contains("330,00"), "nothing is left of them");
        assert!(officer.get(&town.app, &address).await.text().contains("330,00\u{a0}€"), "what was frozen stays");
    }

    async fn what_an_event_costs_is_part_of_the_sum_and_of_no_visit(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let days: String = (1..5).map(|day| format!("ref-{},2026-09-0{day},held,came,present\n", town.own.group)).collect();
        let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
        take(&town.app, &scope, Kind::Attendance, &format!("{}\n{days}", Kind::Attendance.columns().join(","))).await;
        let id = GroupId(Uuid::from_u128(77));
        let event = Group { id, kind: GroupKind::Event, provider: town.own.organisation, ..a_group() };
        let session = Session::planned(id, town.app.state.today(), None);
        let of = session.id;
        town.write(vec![
            Verb::Group(groups::Verb::Put { group: Box::new(event) }),
            sessions::Verb::Plan { session }.into(),
            sessions::Verb::Status { id: of, group: id, status: Some(SessionStatus::Held) }.into(),
            sessions::Verb::Count { id: of, group: id, people: Some(40) }.into(),
        ])
        .await;
        let officer = officer(&town).await;
        write(&town, &officer, "costs", &[("staff", "1000"), ("source", "kirjanpito")]).await;
        let before = officer.get(&town.app, DRAFT).await.text();
        assert!(before.contains("200,00\u{a0}€") && !before.contains("siitä tapahtumat"), "{before}");
        write(&town, &officer, &format!("costs:{id}"), &[("rooms", "300"), ("source", "lasku")]).await;
        let page = officer.get(&town.app, DRAFT).await.text();
        let events = page.split("siitä tapahtumat").nth(1).unwrap_or_default();
        assert!(events.split("</td>").next().unwrap_or_default().ends_with("300\u{a0}€"), "{page}");
        assert!(page.contains("1\u{a0}300\u{a0}€") && page.contains("200,00\u{a0}€"), "five visits, without the forty: {page}");
        let text = officer.get(&town.app, "/figures/report/text?period=year-2026").await.text();
        assert!(text.contains("siitä tapahtumat: 300") && text.contains("käyntiä): 200,00"), "{text}");
    }

    async fn a_period_without_anybody_is_not_frozen_and_nothing_that_was_typed_is_lost(app) {
        let town = Town::on(app).await;
        let officer = officer(&town).await;
        let draft = officer.get(&town.app, DRAFT).await;
        assert!(draft.text().contains("kukaan ei ole käynyt"), "told before it is tried: {}", draft.text());
        let refused = officer.post(&town.app, FREEZE, &[("seen", &*value(&draft, "seen")), ("reason", "Kokous")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let refused = refused.text();
        assert!(refused.contains("Merkitse läsnäolot") && refused.contains("value=\"Kokous\""), "{refused}");
        somebody_came(&town).await;
        officer.post(&town.app, UPDATE, &[("correct", "yes"), ("reason", "Läsnäolo puuttui")]).await;
        freeze(&town, &officer, "Kokous").await;
    }

    async fn every_sheet_after_the_first_tells_where_it_belongs(app) {
        let town = Town::on(app).await;
        let officer = officer(&town).await;
        let page = in_language(&town, &officer, DRAFT, "sv").await;
        let sheet = page.split("rel=\"stylesheet\" href=\"/figures").nth(1).and_then(|rest| rest.split('"').next());
        let sheet = format!("/figures{}", sheet.expect("a stylesheet").replace("&amp;", "&"));
        let answer = officer.get(&town.app, &sheet).await;
        assert_eq!(answer.headers["content-type"], "text/css; charset=utf-8");
        assert!(answer.text().contains("content: \"Rapport till fullmäktige: Helsinki, år 2026\";"), "{}", answer.text());
        assert!(page.contains("page-head__back"), "a way back: {page}");
    }

    async fn a_frozen_report_stays_as_it_was_in_every_language_and_its_file_has_its_checksum(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let officer = officer(&town).await;
        write(&town, &officer, "fi", &[("next_steps", "Uusi sali keväällä.")]).await;
        let address = freeze(&town, &officer, "Kokous 14.9.2026").await;
        let languages = ["fi", "sv", "en"];
        let mut before = Vec::new();
        for language in languages {
            before.push(in_language(&town, &officer, &address, language).await);
        }
        assert!(before[0].contains("Uusi sali keväällä.") && before[0].contains("Kokous 14.9.2026"), "{}", before[0]);
        let file = officer.get(&town.app, &format!("{address}/file")).await;
        let sum = checksum(&file.text());
        assert!(before.iter().all(|page| page.contains(&sum)), "{sum}");

        figures_change(&town, &officer).await;
        write(&town, &officer, "fi", &[("next_steps", "Sali jäi saamatta.")]).await;
        for (language, before) in languages.into_iter().zip(&before) {
            assert_eq!(in_language(&town, &officer, &address, language).await, *before, "{language}");
        }
        assert_eq!(officer.get(&town.app, &format!("{address}/file")).await.text(), file.text());

        town.app.clock.advance(1_000);
        let later = freeze(&town, &officer, "Uusi kokous").await;
        assert_ne!(later, address);
        let page = officer.get(&town.app, &later).await.text();
        let changed = page.split("Mikä muuttui edellisestä").nth(1).unwrap_or_default();
        assert!(changed.contains("Seuraavat toimet: Suomi"), "{page}");
        let archive = officer.get(&town.app, "/figures/archive").await.text();
        for told in [&*address, &*later, "Kokous 14.9.2026", "Uusi kokous", "Hakijoita puuttui", "Tehnyt "] {
            assert!(archive.contains(told), "{told}: {archive}");
        }
        let page = archive.split("href=\"/figures/archive/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let page = officer.get(&town.app, &format!("/figures/archive/{page}")).await;
        assert!(page.status == StatusCode::OK && page.text().contains("Hakijoita puuttui"));
    }

    async fn a_report_is_a_spreadsheet_and_a_text_in_each_language_with_the_pages_numbers_and_nothing_hidden(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let officer = officer(&town).await;
        write(&town, &officer, "sv", &[("next_steps", "=HYPERLINK(\"x\")")]).await;
        let address = freeze(&town, &officer, "Möte 14.9.2026").await;
        let frozen = format!("{address}/sheet?language=sv");
        let sheet = officer.get(&town.app, &frozen).await;
        assert_eq!(sheet.headers["content-disposition"], "attachment; filename=\"rapport-2026-01-01-2026-12-31.xlsx\"");
        let text = |words: &str| Cell::Text(words.to_owned());
        let sheets = book(&sheet.body);
        let of = |name: &str| sheets.iter().find(|(tab, _)| tab == name).map(|(_, cells)| cells).expect("a sheet");
        let row = |name: &str, first: &str| {
            let cells = of(name);
            let at = (2..80).find(|at| cells.get(&format!("A{at}")) == Some(&text(first)));
            let at = at.unwrap_or_else(|| panic!("{first} in {cells:?}"));
            ["B", "C", "D", "E", "F"].map(|column| cells.get(&format!("{column}{at}")).cloned())
        };
        let json = officer.get(&town.app, &format!("{address}/file")).await;
        assert_eq!(row("Om rapporten", "Kontrollsumma (SHA-256)")[0], Some(text(&checksum(&json.text()))));
        // 8 September 2026 as spreadsheets count days.
        let day = Cell::Number { written: "46273".to_owned(), day: true };
        assert_eq!(row("Om rapporten", "Uppgifter till och med")[0], Some(day));
        assert_eq!(row("Texter", "Nästa steg")[0], Some(text("=HYPERLINK(\"x\")")), "text that never runs");
        let shown: serde_json::Value = json.json();
        let sessions = &shown["page"]["report"]["attendance"]["sessions_held"];
        let number = Cell::Number { written: sessions.to_string(), day: false };
        assert_eq!(row("Nyckeltal", "Träningstillfällen")[0], Some(number), "{sessions}");
        // One person took part: told nowhere.
        assert_eq!(row("Nyckeltal", "Deltagare")[0], Some(text("..")));

        let csv = officer.get(&town.app, &format!("{frozen}&as=csv")).await;
        assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
        let csv = csv.text();
        assert!(csv.starts_with("\u{feff}Tabell;") && csv.contains("\r\nNyckeltal;Deltagare;Värde;..;;\r\n"), "{csv}");
        assert!(csv.contains(";\"'=HYPERLINK(\"\"x\"\")\";"), "text that never runs: {csv}");

        let draft = format!("{}&language=fi", DRAFT.replace("report?", "report/text?"));
        for (path, words) in [(&*format!("{address}/text?language=sv"), "Deltagare: .."), (&*draft, "Osallistujat: ..")] {
            let file = officer.get(&town.app, path).await;
            assert_eq!(file.headers["content-type"], "text/plain; charset=utf-8");
            assert!(file.text().lines().any(|line| line == words), "{}", file.text());
            assert!(CANARIES.iter().all(|name| !file.text().contains(name)), "names in a report");
        }
        let page = in_language(&town, &officer, DRAFT, "fi").await;
        assert!(page.contains("/figures/report/sheet?period=year-2026") && page.contains("\nOsallistujat: ..\n"), "{page}");

        figures_change(&town, &officer).await;
        town.app.clock.advance(60_000);
        assert_eq!(officer.get(&town.app, &frozen).await.body, sheet.body, "the same file to the byte");
        let other = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(other.get(&town.app, &frozen).await.status, StatusCode::FORBIDDEN);
        assert_eq!(officer.get(&town.app, "/figures/report/sheet?period=term-2025").await.status, StatusCode::NOT_FOUND);
        let unknown = officer.get(&town.app, &format!("{address}/sheet?as=pdf")).await;
        assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    }

    async fn residents_are_the_first_bar_with_year_and_source_and_a_frozen_report_keeps_them(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let officer = officer(&town).await;
        let without = officer.get(&town.app, DRAFT).await.text();
        assert!(without.contains("asukasmäärää ei ole annettu") && !without.contains("75 vuotta täyttäneitä"), "{without}");
        let here = "/figures/population";
        assert!(officer.get(&town.app, here).await.text().contains("Asukasmäärää ei ole vielä annettu."));
        let wrong = officer.post(&town.app, here, &[("year", "2031"), ("aged_75", "4200"), ("source", "")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.text().contains("value=\"4200\""), "{}", wrong.text());
        let sent = officer.post(&town.app, here, &[("year", "2025"), ("aged_75", "51 234"), ("source", "Tilastokeskus")]).await;
        assert_eq!(sent.headers["location"], "/figures/population?said=saved");
        let list = officer.get(&town.app, here).await.text();
        assert!(list.contains("51\u{a0}234") && list.contains("Asukasmäärä 31.12.2025. Lähde: Tilastokeskus."), "{list}");
        assert!(list.contains("Lähde: Tilastokeskus. Tallensi "), "by whom and when: {list}");
        let page = officer.get(&town.app, DRAFT).await.text();
        assert!(page.contains("75 vuotta täyttäneitä asukkaita oli 51\u{a0}234. Asukasmäärä 31.12.2025. Lähde: Tilastokeskus."), "{page}");
        assert!(page.contains("asukkaita 75+") && !page.contains("asukasmäärää ei ole annettu"), "{page}");

        let figures = officer.get(&town.app, "/figures?period=year-2026").await.text();
        assert!(figures.contains("asukkaita oli 51\u{a0}234."), "beside the way of the page, too: {figures}");

        let address = freeze(&town, &officer, "Kokous").await;
        officer.post(&town.app, here, &[("year", "2025"), ("aged_75", "51000"), ("source", "Tilastokeskus")]).await;
        assert!(officer.get(&town.app, DRAFT).await.text().contains("asukkaita oli 51\u{a0}000."));
        assert!(officer.get(&town.app, &address).await.text().contains("asukkaita oli 51\u{a0}234."));
        let other = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(other.get(&town.app, here).await.status, StatusCode::FORBIDDEN);
    }

    async fn the_command_lines_tables_of_any_days_hide_what_pages_hide(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let today = town.app.state.today();
        let scope = Scope::command_line(town.own.municipality.clone(), today);
        let period = Period { from: today.plus_days(-7), to: today, cut_off: today };
        let mut tx = town.app.state.db.read(&scope).await.unwrap();
        let report = of_days(&mut tx, &period).await.unwrap();
        assert!(report.page.report.attendance.visits.is_hidden() && report.municipality == "Helsinki");
        let text = plain::text(Lang::Fi, &report, "1.–8.9.2026", None);
        assert!(text.lines().any(|line| line == "Osallistujat: .."), "{text}");
        let csv = as_csv(&long(Lang::Fi, &tables(Lang::Fi, &report, "1.–8.9.2026", None)));
        assert!(csv.contains("\r\nAvainluvut;Osallistujat;Arvo;..;;\r\n"), "{csv}");
        assert!(CANARIES.iter().all(|name| !csv.contains(name) && !text.contains(name)), "names in a report");
    }

    async fn residents_out_of_a_file_are_kept_once_and_stay_beside_what_was_typed(app) {
        let town = Town::on(app).await;
        let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
        let of = |year, aged_75, loaded_on| {
            let indicator = Indicator { id: 127, title: RESIDENTS.to_owned() };
            Population { year, aged_75, source: Source::Sotkanet { indicators: vec![indicator], loaded_on } }
        };
        let today = town.app.state.today();
        let (one, two) = (of(2024, 50_000, today), of(2025, 51_000, today));
        let corrected = of(2025, 51_100, today);
        for (new, expected) in [
            (vec![one.clone(), two.clone()], 2),
            // Another day is nothing new.
            (vec![one.clone(), of(2025, 51_000, today.plus_days(1))], 0),
            (vec![one.clone(), corrected.clone()], 1),
        ] {
            let mut tx = town.app.state.db.begin(&scope).await.unwrap();
            assert_eq!(population::keep(&mut tx, &new, town.app.state.now()).await.unwrap(), expected);
            tx.commit().await.unwrap();
        }
        let mut tx = town.app.state.db.read(&scope).await.unwrap();
        assert_eq!(population::all(&mut tx).await.unwrap(), [corrected, one], "the newest year first");
        let told = population::told(&mut tx).await.unwrap();
        let by: Vec<_> = told.iter().map(|told| (told.population.year, told.by.clone())).collect();
        assert_eq!(by, [(2025, None), (2024, None)], "nobody typed what a command has read");
        let foreign = Scope::command_line(MunicipalityCode::new("049").unwrap(), today);
        let mut tx = town.app.state.db.read(&foreign).await.unwrap();
        assert!(population::all(&mut tx).await.unwrap().is_empty(), "another municipality has none of it");
    }

    async fn only_what_was_seen_is_frozen_and_only_with_a_reason(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let officer = officer(&town).await;
        let seen = value(&officer.get(&town.app, DRAFT).await, "seen");
        let unsaid = officer.post(&town.app, FREEZE, &[("seen", &*seen), ("reason", " ")]).await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
        write(&town, &officer, "en", &[("opening", "Changed meanwhile")]).await;
        let late = officer.post(&town.app, FREEZE, &[("seen", &*seen), ("reason", "Kokous")]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.text().contains("value=\"Kokous\""), "what was typed stays");
        let other = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(other.post(&town.app, FREEZE, &[("seen", &*seen), ("reason", "Kokous")]).await.status, StatusCode::FORBIDDEN);
        let address = freeze(&town, &officer, "Kokous").await;
        for closed in [&*address, "/figures/archive", DRAFT] {
            assert_eq!(other.get(&town.app, closed).await.status, StatusCode::FORBIDDEN, "{closed}");
        }
        assert_eq!(freeze(&town, &officer, "Kokous").await, address, "pressed twice it is one report");
        assert_ne!(freeze(&town, &officer, "Toinen kokous").await, address, "for another purpose it is another one");
        let municipality = MunicipalityCode::new("049").unwrap();
        let foreign = Scope::command_line(municipality, town.app.state.today());
        let mut tx = town.app.state.db.read(&foreign).await.unwrap();
        assert!(part(&mut tx, 9, 0).await.unwrap().is_empty(), "another municipality has none of it");
    }

    async fn the_goals_of_a_term_stand_in_its_reports_beside_what_the_page_tells_and_stay_in_a_frozen_one(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let officer = officer(&town).await;
        let (list, goal) = ("/figures/goals", "/figures/goals/edit?period=term-2025&goal=1&language=fi&year=2026");
        assert!(officer.get(&town.app, list).await.text().contains("Tavoitteita ei ole vielä asetettu."));
        assert!(!officer.get(&town.app, DRAFT).await.text().contains("Tavoitetaso"), "nothing is told of none");
        let wrong = [("next", "1"), ("aim", "Kunto säilyy"), ("measured", "participants"), ("target", "monta")];
        let wrong = officer.post(&town.app, goal, &wrong).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.text().contains("Kunto säilyy"), "{}", wrong.text());
        let typed = [
            ("next", "1"),
            ("aim", "<b>Kunto säilyy</b>"),
            ("owner", "Liikuntapalvelut"),
            ("actions", "Kuusi ryhmää"),
            ("measured", "participants"),
            ("start", "40"),
            ("target", "120,5"),
            ("rating", "partly"),
            ("review", "Sali puuttui."),
        ];
        let sent = officer.post(&town.app, goal, &typed).await;
        assert_eq!(sent.headers["location"], "/figures/goals?period=term-2025&said=saved", "{}", sent.text());
        let late = [("next", "1"), ("aim", "Toinen"), ("owner", "Toinen"), ("measured", "participants")];
        let late = officer.post(&town.app, goal, &late).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.text().contains("Ohjelmassa on nyt: Liikuntapalvelut"), "{}", late.text());
        let group = [("next", "1"), ("percent", "12,5"), ("source", "Kertomus 2025")];
        officer.post(&town.app, list, &group).await;
        let shown = officer.get(&town.app, list).await.text();
        assert!(shown.contains("&lt;b&gt;Kunto säilyy&lt;/b&gt;") && shown.contains("value=\"12,5\""), "{shown}");

        let page = officer.get(&town.app, DRAFT).await.text();
        for told in ["&lt;b&gt;Kunto säilyy&lt;/b&gt;", "Liikuntapalvelut", "120,5", "toteutui osittain (2026)", "Sali puuttui."] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(page.contains("Kohderyhmäksi on arvioitu 12,5\u{a0}% 75 vuotta täyttäneistä. Lähde: Kertomus 2025."), "{page}");
        // One person came: the page hides it, and so does the goal.
        assert!(page.contains("<td class=\"table__figure\">..</td><td class=\"table__figure\">toteutui osittain"), "{page}");
        let text = officer.get(&town.app, "/figures/report/text?period=year-2026&language=fi").await.text();
        assert!(text.contains("Toteuma ..") && text.contains("Kuusi ryhmää"), "{text}");
        let svenska = in_language(&town, &officer, DRAFT, "sv").await;
        assert!(svenska.contains("<h2>Mål</h2>") && svenska.contains("lang=\"fi\">&lt;b&gt;Kunto säilyy"), "{svenska}");

        let address = freeze(&town, &officer, "Kokous").await;
        let away = officer.post(&town.app, goal, &[("next", "2"), ("remove", "yes")]).await;
        assert_eq!(away.status, StatusCode::SEE_OTHER, "{}", away.text());
        assert!(!officer.get(&town.app, DRAFT).await.text().contains("Kunto säilyy"));
        assert!(officer.get(&town.app, &address).await.text().contains("Kunto säilyy"));
        for unknown in ["/figures/goals?period=year-2026", "/figures/goals/edit?goal=9", "/figures/goals/edit?goal=0"] {
            assert_eq!(officer.get(&town.app, unknown).await.status, StatusCode::NOT_FOUND, "{unknown}");
        }
        let other = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(other.get(&town.app, list).await.status, StatusCode::FORBIDDEN);
    }

    async fn an_indicator_of_sotkanet_is_kept_once_stands_in_reports_with_its_year_and_measures_a_goal(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let officer = officer(&town).await;
        let today = town.app.state.today();
        let scope = Scope::command_line(town.own.municipality.clone(), today);
        let of = |id, title: &str, years: &[(i32, f64)], loaded_on| Followed {
            id,
            title: title.to_owned(),
            decimals: 1,
            years: years.iter().copied().collect(),
            loaded_on,
        };
        let (falls, none) = (of(322, "Kaatumiset 65+", &[(2023, 310.0), (2024, 298.5)], today), of(5051, "Lonkat", &[], today));
        let corrected = of(322, "Kaatumiset 65+", &[(2023, 310.0), (2024, 299.1)], today);
        let read_again = of(322, "Kaatumiset 65+", &[(2023, 310.0), (2024, 298.5)], today.plus_days(1));
        for (new, expected) in [(vec![falls.clone(), none.clone()], 2), (vec![read_again], 0), (vec![corrected.clone()], 1)] {
            let mut tx = town.app.state.db.begin(&scope).await.unwrap();
            assert_eq!(indicators::keep(&mut tx, &new, town.app.state.now()).await.unwrap(), expected);
            tx.commit().await.unwrap();
        }
        let mut tx = town.app.state.db.read(&scope).await.unwrap();
        assert_eq!(indicators::all(&mut tx).await.unwrap(), [corrected, none]);
        let foreign = Scope::command_line(MunicipalityCode::new("049").unwrap(), today);
        let mut tx = town.app.state.db.read(&foreign).await.unwrap();
        assert!(indicators::all(&mut tx).await.unwrap().is_empty(), "another municipality has none of it");

        let form = "/figures/goals/edit?period=term-2025&goal=1&language=fi&year=2026";
        let shown = officer.get(&town.app, form).await.text();
        assert!(shown.contains("<option value=\"indicator:322\"") && !shown.contains("value=\"indicator\""), "{shown}");
        let goal = [("next", "1"), ("aim", "Kaadutaan vähemmän"), ("owner", "Liikuntapalvelut"), ("measured", "indicator:322")];
        assert_eq!(officer.post(&town.app, form, &goal).await.status, StatusCode::SEE_OTHER);
        let page = officer.get(&town.app, DRAFT).await.text();
        assert!(page.contains("299,1 (vuosi 2024)") && page.contains("Lähde: THL, Sotkanet.fi."), "{page}");
        let text = officer.get(&town.app, "/figures/report/text?period=year-2026&language=fi").await.text();
        for line in ["Kaatumiset 65+: Vuosi 2023; Luku 310,0; Luettu 8.9.2026", "Lonkat: Luku ei tietoa; Luettu 8.9.2026"] {
            assert!(text.lines().any(|one| one == line), "{line}: {text}");
        }
    }

    async fn the_archive_reads_twenty_of_each_list_and_tells_of_each_what_changed_since_the_one_before(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let officer = officer(&town).await;
        for n in 0..21 {
            write(&town, &officer, "fi", &[("next_steps", &*format!("Sali {n}."))]).await;
            freeze(&town, &officer, &format!("Kokous {n}.")).await;
            town.app.clock.advance(1_000);
        }
        let list = officer.get(&town.app, "/figures/archive").await.text();
        let links = |page: &str| page.matches("href=\"/figures/report/").count();
        assert_eq!(links(&list), 20, "{list}");
        assert!(list.contains("Kokous 20.") && !list.contains("Kokous 0."), "the newest come first: {list}");
        assert_eq!(list.matches("Seuraavat toimet: Suomi").count(), 20, "also of the last, whose one before is elsewhere");
        assert!(list.contains("/figures/archive?reports=2&amp;pages=1"), "{list}");
        let last = officer.get(&town.app, "/figures/archive?reports=2&pages=1").await.text();
        assert!(links(&last) == 1 && last.contains("Kokous 0.") && !last.contains("Seuraavat toimet"), "{last}");
        assert!(last.contains("href=\"/figures/archive/"), "the other list stays: {last}");
    }

    async fn a_report_that_was_tampered_with_says_so(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let officer = officer(&town).await;
        write(&town, &officer, "fi", &[("next_steps", "Uusi sali keväällä.")]).await;
        let address = freeze(&town, &officer, "Kokous").await;
        let broken = "tarkistussumma ei täsmää";
        assert!(!officer.get(&town.app, &address).await.text().contains(broken));
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        tx.run("UPDATE council_report SET body = REPLACE(body, 'keväällä', 'syksyllä')", []).await.unwrap();
        tx.commit().await.unwrap();
        assert!(officer.get(&town.app, &address).await.text().contains(broken));
    }

    async fn open_data_tells_rounded_counts_and_nothing_that_the_page_hides(app) {
        let town = Town::on(app).await;
        let officer = officer(&town).await;
        figures_change(&town, &officer).await;
        let archive = officer.get(&town.app, "/figures/archive").await.text();
        let ids: Vec<_> = archive.split("href=\"/figures/archive/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(ids.len(), 2);
        let data = format!("/figures/archive/{}/data", ids[0]);
        let csv = officer.get(&town.app, &data).await.text();
        let lines: Vec<_> = csv.lines().collect();
        assert!(lines[0].starts_with("municipality,municipality_name,from,to,cut_off,made_on,"), "{csv}");
        let rows = &lines[1..];
        assert!(rows.iter().all(|row| row.starts_with("091,Helsinki,2026-01-01,2026-12-31,2026-09-08,2026-09-08,")), "{csv}");
        assert!(rows.iter().all(|row| row.contains(",CC BY 4.0,")), "{csv}");
        let excel = officer.get(&town.app, &format!("{data}?as=excel")).await.text();
        assert!(excel.starts_with("\u{feff}municipality;municipality_name;"), "{excel}");
        let unknown = officer.get(&town.app, &format!("{data}?as=pdf")).await;
        assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
        let json: serde_json::Value = officer.get(&town.app, &format!("{data}?as=json")).await.json();
        let figures = json["figures"].as_array().expect("figures");
        let of = |name: &str| figures.iter().find(|one| one["figure"] == name).expect("a figure").clone();
        assert_eq!(of("flow.applied")["value"].as_u64().map(|count| count % 5), Some(0), "{json}");
        let hidden: Vec<_> = figures.iter().filter(|one| one["hidden"] == true).collect();
        assert!(!hidden.is_empty() && hidden.iter().all(|one| one["value"].is_null()));
        assert_eq!(rows.len(), figures.len());
        assert_eq!(json["metadata"]["page"], ids[0]);
        assert_eq!(json["metadata"]["licence"], "CC BY 4.0");
        assert_eq!(json["metadata"]["municipality_name"], "Helsinki");
    }
}
