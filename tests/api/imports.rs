//! Files at the desk: sent, checked without changing anything, taken in when somebody says so, and told of afterwards.

use domain::access::Role;
use domain::ids::UserId;
use domain::time::Instant;
use http::StatusCode;
use server::access::{Asker, Scope, accounts};
use server::files::import::{resume, upload};
use server::files::xlsx::{self, Cell, Column, Sheet};
use tests::town::{Browser, Place, Town};
use tests::{Answer, App};
use uuid::Uuid;

use crate::desk::value;
use crate::files::count;

/// The content type of the form.
pub const FORM: &str = "multipart/form-data; boundary=raja";

pub const GROUPS: &str = "group_ref,name,kind\nr1,Uusi ryhmä,outdoor\n";

/// The form with a file, as a browser sends it.
pub fn form(kind: &str, name: &str, text: &str) -> String {
    String::from_utf8(form_of(kind, "", name, text.as_bytes())).unwrap()
}

fn form_of(kind: &str, rev: &str, name: &str, file: &[u8]) -> Vec<u8> {
    let field = |name: &str, value: &str| {
        format!("--raja\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let head = format!(
        "{}{}--raja\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: text/csv\r\n\r\n",
        field("rev", rev),
        field("kind", kind)
    );
    [head.as_bytes(), file, b"\r\n--raja--\r\n"].concat()
}

/// Sends the groups under this id.
pub async fn send(town: &Town, desk: &Browser, rev: &str) -> Answer {
    desk.send(&town.app, "/imports", FORM, form_of("groups", rev, "ryhmät.csv", GROUPS.as_bytes())).await
}

/// Sends a file and gives the path of its page.
pub async fn sent(town: &Town, desk: &Browser, kind: &str, name: &str, file: &[u8]) -> String {
    let rev = value(&desk.get(&town.app, "/imports").await, "rev");
    let answer = desk.send(&town.app, "/imports", FORM, form_of(kind, &rev, name, file)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.headers["location"].to_str().unwrap().to_owned()
}

/// The id of a place's file that waits for a decision.
pub fn waiting_id(place: &Place) -> Uuid {
    domain::ids::uuid_v5(place.group.0, &["import"])
}

/// A sound file of the place's municipality, which nobody has taken in yet.
pub async fn waiting(town: &Town, place: &Place) {
    let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    let found = r#"{"created":1,"changed":0,"unchanged":0,"noticed":0,"notices":[],"wrong":0,"problems":[],"kinds":[],"changes":[]}"#;
    let sql = "INSERT INTO import_upload (municipality, id, account, kind, file, size, sent_at, checked_at, held_until, found) \
               VALUES ($1, $2, $3, 'groups', 'ryhmat.csv', 10, $4, $4, 0, $5)";
    let values = [
        (&place.municipality).into(),
        waiting_id(place).into(),
        place.account.into(),
        town.app.state.now().into(),
        found.into(),
    ];
    tx.run(sql, values).await.unwrap();
    tx.commit().await.unwrap();
}

const PEOPLE: &str = "participant_ref;given_names;family_name;birth_date;postal_code\n\
                      u1;Elli;Uusi;8.3.1944;00100\nu2;Eino;Uusi;1.2.1941;00200\n";

async fn people(app: &App) -> i64 {
    count(app, "SELECT COUNT(*) AS n FROM participant WHERE reference IN ('u1', 'u2')").await
}

/// Thirty mistakes of which no two are alike in kind and column.
const THIRTY: &str = "participant_ref;given_names;family_name;called_name;birth_date;sex;language;phone;postal_code;living_alone;education;income_ok;referral_source;applied_on;decision;health_consent_on
;Aino;Aalto;;;;;;;;;;;;;
v2;Aino;Aalto;#REF!;;;;;;;;;;;;
v3;Aino;Err:502;;;;;;;;;;;;;
v4;Aino;Aalto;;eilen;;;;;;;;;;;
v5;Aino;Aalto;;30.2.1944;;;;;;;;;;;
v6;Aino;Aalto;;1.1.1850;;;;;;;;;;;
v7;Aino;Aalto;;16139;;;;;;;;;;;
v8;Aino;Aalto;;1.1.2030;;;;;;;;;;;
v9;Aino;Aalto;;;nainen;;;;;;;;;;
v10;Aino;Aalto;;;;suomi;;;;;;;;;
v11;Aino;Aalto;;;;;12;;;;;;;;
v12;Aino;Aalto;;;;;ei ole;;;;;;;;
v13;Aino;Aalto;;;;;;100;;;;;;;
v14;Aino;Aalto;;;;;;;yksin;;;;;;
v15;Aino;Aalto;;;;;;;;kansakoulu;;;;;
v16;Aino;Aalto;;;;;;;;;hyvin;;;;
v17;Aino;Aalto;;;;;;;;;;naapuri;;;
v18;Aino;Aalto;;;;;;;;;;;1.1.2030;;
v19;Aino;Aalto;;;;;;;;;;;huomenna;;
v20;Aino;Aalto;;;;;;;;;;;;joo;
v21;Aino;Aalto;;;;;;;;;;;;;1.1.2030
v22;Aino;Aalto;;;;;;;;;;;;;kyllä
v23;#N/A;Aalto;;;;;;;;;;;;;
v24;Aino;####;;;;;;;;;;;;;
v25;Aino;Aalto;NULL;;;;;;;;;;;;
v26;Aino;Aalto;;;;;3,58401E+11;;;;;;;;
v27;Ai\"no;Aalto;;;;;;;;;;;;;
v28;Aino;Aalto
v29;Aino;TRUE;;;;;;;;;;;;;
v30;Aino;\"Aal
to\";;;;;;;;;;;;;
";

tests::on_both_databases! {
    async fn a_sent_file_changes_nothing_until_somebody_says_yes_and_then_all_of_it(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let path = sent(&town, &desk, "participants", "C:\\asiat\\ihmiset.csv", PEOPLE.as_bytes()).await;
        let page = desk.get(&town.app, &path).await.text();
        assert!(page.contains("ihmiset.csv") && page.contains("Tiedosto on kunnossa") && page.contains("Uusi Elli"), "{page}");
        assert!(page.contains("Lisätään uusi osallistuja") && !page.contains("Rekisteröitiin"), "not yet: {page}");
        assert_eq!(people(&town.app).await, 0);
        // Whoever reads the page is shown people of the file.
        let look = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'list' AND entities = 'people' AND fields = 'participant=2'";
        assert_eq!(count(&town.app, look).await, 1);
        let list = desk.get(&town.app, "/imports").await.text();
        assert!(list.contains("odottaa päätöstäsi") && list.contains("Nimi coordinator@091"), "{list}");
        let started = desk.post(&town.app, &format!("{path}/start"), &[]).await;
        assert_eq!(started.headers["location"], path.as_str());
        let page = desk.get(&town.app, &path).await.text();
        assert!(page.contains("Tiedosto on tuotu"), "{page}");
        assert_eq!((people(&town.app).await, count(&town.app, "SELECT COUNT(*) AS n FROM import_piece").await), (2, 0));
        let list = desk.get(&town.app, "/imports").await.text();
        assert!(list.contains("tuotu: 2 uutta, 0 muuttunutta"), "{list}");
        // The same file once more has nothing new.
        let again = sent(&town, &desk, "participants", "ihmiset.csv", PEOPLE.as_bytes()).await;
        let page = desk.get(&town.app, &again).await.text();
        assert!(page.contains("kaikki on jo ohjelmassa") && !page.contains("Tuo tiedosto<"), "{page}");
    }

    async fn a_notice_says_what_will_be_before_and_after_and_its_day_as_people_write_it(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let file = "participant_ref;given_names;family_name;birth_date\nu1;Elli;Uusi;1990-03-08\n";
        let path = sent(&town, &desk, "participants", "nuori.csv", file.as_bytes()).await;
        let swede = Browser { cookies: format!("{}; view=sv..", desk.cookies) };
        for _ in 0..2 {
            let page = desk.get(&town.app, &path).await.text();
            assert!(page.contains("Rivi hyväksytään.") && page.contains("8.3.1990"), "{page}");
            assert!(!page.contains("1990-03-08"), "{page}");
            let page = swede.get(&town.app, &path).await.text();
            assert!(page.contains("Raden godtas.") && page.contains("8.3.1990"), "{page}");
            desk.post(&town.app, &format!("{path}/start"), &[]).await;
        }
    }

    async fn of_more_files_than_a_page_of_the_list_has_the_newest_come_first_and_the_others_follow(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let sql = "INSERT INTO import_upload (municipality, id, account, kind, file, size, sent_at, checked_at, held_until) \
                   VALUES ($1, $2, $3, 'groups', 'vanha.csv', 10, $4, $4, 0)";
        for n in 0..100_u128 {
            // Ids say nothing of when a file was sent.
            let (municipality, id) = ((&town.own.municipality).into(), Uuid::from_u128(u128::MAX - n).into());
            let sent = town.app.state.now().plus_millis(-60_000).into();
            tx.run(sql, [municipality, id, town.own.account.into(), sent]).await.unwrap();
        }
        tx.commit().await.unwrap();
        sent(&town, &desk, "groups", "uusi.csv", GROUPS.as_bytes()).await;
        let list = desk.get(&town.app, "/imports").await.text();
        assert!(list.contains("uusi.csv") && list.contains("vanha.csv"), "{list}");
        assert!(list.contains("href=\"/imports?page=2\"") && list.contains("1–100 / 101"), "{list}");
        let rest = desk.get(&town.app, "/imports?page=2").await.text();
        assert!(!rest.contains("uusi.csv") && rest.matches("vanha.csv").count() == 1, "{rest}");
    }

    async fn another_file_sent_by_going_back_is_another_file(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let rev = value(&desk.get(&town.app, "/imports").await, "rev");
        let post = async |text: &str| {
            let answer = desk.send(&town.app, "/imports", FORM, form_of("groups", &rev, "ryhmät.csv", text.as_bytes())).await;
            answer.headers["location"].to_str().unwrap().to_owned()
        };
        let wrong = post("group_ref,name,kind\nr1,Uusi ryhmä,jooga\n").await;
        assert!(desk.get(&town.app, &wrong).await.text().contains("koodia ei tunneta"));
        let right = post(GROUPS).await;
        assert_ne!(wrong, right);
        assert!(desk.get(&town.app, &right).await.text().contains("Tiedosto on kunnossa"));
        assert_eq!(post(GROUPS).await, right, "the button was pressed twice");
    }

    async fn what_a_file_did_stands_under_the_name_of_whoever_took_it_in_and_in_a_stream_of_its_own(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let path = sent(&town, &desk, "participants", "ihmiset.csv", PEOPLE.as_bytes()).await;
        desk.post(&town.app, &format!("{path}/start"), &[]).await;
        let user = town.user(Role::Coordinator).await;
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let id = path.rsplit('/').next().unwrap().to_owned();
        let ops = tx.all("SELECT kind, actor FROM op WHERE stream = $1 ORDER BY n", [id.into()]).await.unwrap();
        let told: Vec<(String, String)> = ops.iter().map(|op| (op.get("kind").unwrap(), op.get("actor").unwrap())).collect();
        assert_eq!(told, vec![("participant.register".to_owned(), user.to_string()); 2]);
        let log = tx.all("SELECT verb, actor FROM audit WHERE verb LIKE 'import.%' ORDER BY n", []).await.unwrap();
        let told: Vec<(String, String)> = log.iter().map(|row| (row.get("verb").unwrap(), row.get("actor").unwrap())).collect();
        assert_eq!(told, [("import.send".to_owned(), user.to_string()), ("import.start".to_owned(), user.to_string())]);
    }

    async fn thirty_different_mistakes_are_all_told_with_their_rows_and_nothing_is_taken_in(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let path = sent(&town, &desk, "participants", "virheet.csv", THIRTY.as_bytes()).await;
        let page = desk.get(&town.app, &path).await.text();
        assert!(page.contains("Tiedostossa on 30 virhettä"), "{page}");
        for (row, told) in [(2, "kenttä on tyhjä"), (6, "kalenterissa ei ole tätä päivää"), (8, "järjestysluku päivälle"), (31, "rivinvaihto")] {
            assert!(page.contains(told), "{row}: {told}");
        }
        for row in 2..=31 {
            assert!(page.contains(&format!("</span>{row}</th>")), "row {row}");
        }
        // Nothing of it can be taken in.
        desk.post(&town.app, &format!("{path}/start"), &[]).await;
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM participant WHERE reference LIKE 'v%'").await, 0);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM import_job").await, 0);
        let swede = Browser { cookies: format!("{}; view=sv..", desk.cookies) };
        assert!(swede.get(&town.app, &path).await.text().contains("Det finns 30 fel i filen"));
    }

    async fn a_spreadsheet_is_read_like_a_csv_with_days_and_leading_zeros(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let column = |heading: &'static str| Column { heading: heading.into(), width: 10 };
        let columns = ["participant_ref", "given_names", "family_name", "birth_date", "postal_code"].map(column).to_vec();
        let row = |reference: &str, born: &str, code: &str| {
            let born = Cell::Day(born.parse().unwrap());
            vec![Cell::text(reference), Cell::text("Elli"), Cell::text("Uusi"), born, Cell::text(code)]
        };
        let rows = vec![row("u1", "1944-03-08", "00100"), row("u2", "1941-02-01", "00200")];
        let sheet = Sheet { name: "Ihmiset", columns, rows, days: "d.m.yyyy" };
        let file = xlsx::file(&sheet, Instant::from_millis(0)).unwrap();
        let path = sent(&town, &desk, "participants", "ihmiset.xlsx", &file).await;
        desk.post(&town.app, &format!("{path}/start"), &[]).await;
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let row = tx.one("SELECT body, birth_date FROM participant WHERE reference = 'u1'", []).await.unwrap();
        assert_eq!(row.get::<String>("birth_date").unwrap(), "1944-03-08");
        assert!(row.get::<String>("body").unwrap().contains("\"00100\""));
    }

    async fn a_form_without_a_kind_or_a_file_says_so_and_keeps_what_was_chosen(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let answer = desk.send(&town.app, "/imports", FORM, form_of("", "", "", b"")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = answer.text();
        assert!(page.contains("Valitse, mitä tiedostossa on") && page.contains("Valitse tiedosto"), "{page}");
        let answer = desk.send(&town.app, "/imports", FORM, form_of("groups", "", "tyhjä.csv", b"")).await;
        let page = answer.text();
        assert!(page.contains("Tiedosto on tyhjä") && page.contains("value=\"groups\" selected"), "{page}");
        let large = vec![b'x'; upload::MOST_BYTES + 1];
        let answer = desk.send(&town.app, "/imports", FORM, form_of("groups", "", "suuri.csv", &large)).await;
        assert!(answer.text().contains("liian suuri"), "{}", answer.text());
        let larger = vec![b'x'; upload::MOST_BYTES + 64 * 1024];
        let answer = desk.send(&town.app, "/imports", FORM, form_of("groups", "", "suuri.csv", &larger)).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    }

    async fn a_partners_coordinator_takes_in_no_file(app) {
        let town = Town::on(app).await;
        let state = &town.app.state;
        let scope = Scope::command_line(town.own.municipality.clone(), state.today());
        let mut tx = state.db.begin(&scope).await.unwrap();
        let new = accounts::NewAccount {
            login: "kumppani@091".to_owned(),
            name: "Kumppani".to_owned(),
            language: "fi".to_owned(),
            organisation: town.partner.organisation,
            roles: vec![Role::Coordinator],
        };
        let user = accounts::create(state, &mut tx, &new).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let partner = signed_in(&town, user).await;
        for path in ["/imports".to_owned(), format!("/imports/{}", waiting_id(&town.own))] {
            assert_eq!(partner.get(&town.app, &path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        let home = partner.get(&town.app, "/").await.text();
        assert!(home.contains("/people") && !home.contains("/imports"), "{home}");
    }

    async fn a_file_that_nobody_took_in_is_forgotten_after_a_day(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let path = sent(&town, &desk, "groups", "ryhmät.csv", GROUPS.as_bytes()).await;
        upload::resume(&town.app.state).await.unwrap();
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM import_piece").await, 1);
        town.app.clock.advance(24 * 3_600_000 + 1);
        upload::resume(&town.app.state).await.unwrap();
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM import_piece").await, 0);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM import_upload WHERE found IS NOT NULL").await, 0);
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert!(desk.get(&town.app, &path).await.text().contains("jätettiin tuomatta"));
        desk.post(&town.app, &format!("{path}/start"), &[]).await;
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM exercise_group WHERE reference = 'r1'").await, 0);
    }

    async fn a_file_whose_check_comes_to_no_end_keeps_no_other_waiting_and_is_forgotten_after_a_day(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let mut ids = Vec::new();
        for n in 1..=3 {
            let rows = format!("group_ref,name,kind\nr{n},Ryhmä {n},outdoor\n");
            let path = sent(&town, &desk, "groups", "ryhmät.csv", rows.as_bytes()).await;
            ids.push(path.rsplit('/').next().unwrap().to_owned());
        }
        // By whichever order they are gone through, the first cannot be read.
        let broken: std::collections::BTreeSet<_> = [&ids[0], ids.iter().min().unwrap()].into();
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        tx.run("UPDATE import_upload SET checked_at = NULL, found = NULL, held_until = 0", []).await.unwrap();
        for id in &broken {
            tx.run("UPDATE import_piece SET body = '?' WHERE upload = $1", [id.as_str().into()]).await.unwrap();
        }
        tx.commit().await.unwrap();
        upload::resume(&town.app.state).await.expect_err("one cannot be read");
        let checked = count(&town.app, "SELECT COUNT(*) AS n FROM import_upload WHERE checked_at IS NOT NULL").await;
        assert_eq!(usize::try_from(checked).unwrap(), ids.len() - broken.len());
        town.app.clock.advance(24 * 3_600_000 + 1);
        upload::resume(&town.app.state).await.unwrap();
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM import_upload WHERE ended_at IS NULL").await, 0);
    }

    async fn work_on_a_file_that_was_broken_off_is_taken_up_again_by_the_next_look(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let path = sent(&town, &desk, "groups", "ryhmät.csv", GROUPS.as_bytes()).await;
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        // Somebody said yes, and the program that held the file stopped at once.
        let now = town.app.state.now();
        let sql = "UPDATE import_upload SET wanted_at = $1, held_until = $2";
        tx.run(sql, [now.into(), now.plus_millis(30_000).into()]).await.unwrap();
        tx.commit().await.unwrap();
        upload::resume(&town.app.state).await.unwrap();
        assert!(desk.get(&town.app, &path).await.text().contains("Tuonti on alkamassa"), "somebody may still be at it");
        town.app.clock.advance(30_001);
        upload::resume(&town.app.state).await.unwrap();
        resume(&town.app.state).await.unwrap();
        assert!(desk.get(&town.app, &path).await.text().contains("Tiedosto on tuotu"));
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM exercise_group WHERE reference = 'r1'").await, 1);
    }

    async fn a_file_that_has_become_wrong_since_its_check_is_refused_as_a_whole(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let group = format!("ref-{}", town.own.group);
        let rows = format!("group_ref,participant_ref,joined_on\n{group},u1,2026-09-01\n{group},u2,2026-09-01\n");
        let people = sent(&town, &desk, "participants", "ihmiset.csv", PEOPLE.as_bytes()).await;
        desk.post(&town.app, &format!("{people}/start"), &[]).await;
        let path = sent(&town, &desk, "memberships", "jäsenet.csv", rows.as_bytes()).await;
        let looked_at = desk.get(&town.app, &path).await.text();
        for name in ["Uusi Elli", "Uusi Eino"] {
            assert!(looked_at.contains(name), "whom each row is about: {looked_at}");
        }
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let gone = "UPDATE participant SET deleted_at = 1, body = NULL, reference = NULL WHERE reference = 'u2'";
        tx.run(gone, []).await.unwrap();
        tx.commit().await.unwrap();
        desk.post(&town.app, &format!("{path}/start"), &[]).await;
        let page = desk.get(&town.app, &path).await.text();
        assert!(page.contains("Tiedostossa on yksi virhe") || page.contains("1 virhe"), "{page}");
        let stays = "SELECT COUNT(*) AS n FROM membership WHERE joined_on = '2026-09-01' AND left_on IS NULL";
        assert_eq!(count(&town.app, stays).await, 4, "those who were there before");
    }
}

/// At the desk, as this account.
async fn signed_in(town: &Town, user: UserId) -> Browser {
    let state = &town.app.state;
    let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    let new = server::access::sessions::NewSession {
        municipality: &town.own.municipality,
        user,
        role: Some(Role::Coordinator),
        device: None,
        device_label: "desk",
    };
    let secret = server::access::sessions::create(state, &mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    Browser { cookies: format!("sid={secret}") }
}

/// Files are taken in with the reach of the whole municipality: nobody but the server makes such a scope.
#[test]
fn the_scope_of_a_file_acts_under_the_accounts_name() {
    let user = UserId(Uuid::from_u128(7));
    let code = domain::ids::MunicipalityCode::new("091").unwrap();
    let scope = Scope::import(user, code, tests::town::today());
    assert_eq!((scope.user(), scope.role(), scope.asker()), (user, None, &Asker::Import { user }));
}
