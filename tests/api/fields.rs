//! One rule per field: what the desk refuses a file may not bring, and the reverse, each told at the field itself.

use crate::files::{take, try_take};
use app::texts::{self, Lang};
use domain::access::Role;
use http::StatusCode;
use server::access::Scope;
use server::files::kinds::Kind;
use server::files::messages;
use server::files::problem::What;
use tests::Answer;
use tests::town::{Browser, Town};

/// A desk with a group to join, and a municipality that files are imported into.
struct Both {
    town: Town,
    browser: Browser,
    scope: Scope,
    provider: String,
    group: String,
}

const GROUPS: &str = "group_ref,name,kind\ng1,Tasapaino,peer\n";
const PEOPLE: &str = "participant_ref,given_names,family_name\np1,Aino,Virta\n";

impl Both {
    async fn on(app: tests::App) -> Self {
        let town = Town::on(app).await;
        let browser = town.signed_in(Role::Coordinator, true).await;
        let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
        take(&town.app, &scope, Kind::Groups, GROUPS).await;
        take(&town.app, &scope, Kind::Participants, PEOPLE).await;
        let (provider, group) = (town.own.organisation.to_string(), town.own.group.to_string());
        Self { town, browser, scope, provider, group }
    }

    /// What a file says of the value.
    async fn import(&self, kind: Kind, column: &str, value: &str) -> Result<(), String> {
        let known: &[(&str, &str)] = match kind {
            Kind::Participants => &[("participant_ref", "p2"), ("given_names", "Eino"), ("family_name", "Aalto")],
            Kind::Groups => &[("group_ref", "g2"), ("name", "Voima"), ("kind", "peer"), ("season_start", "2026-09-01")],
            _ => &[("group_ref", "g1"), ("participant_ref", "p1"), ("joined_on", "2026-09-01")],
        };
        let mut cells: Vec<_> = known.iter().copied().filter(|(name, _)| *name != column).collect();
        cells.push((column, value));
        let (names, values): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
        let text = format!("{}\n{}\n", names.join(";"), values.join(";"));
        match try_take(&self.town.app, &self.scope, kind, &text).await {
            Ok(_) => Ok(()),
            Err(problems) => {
                let [problem] = problems.as_slice() else { panic!("{column} {value}: {problems:?}") };
                assert_eq!(problem.column.as_deref(), Some(column), "{value}: {problem:?}");
                assert!(!matches!(problem.what, What::Refused { .. }), "{column} {value}: {problem:?}");
                Err(messages::problem(Lang::En, "f.csv", problem))
            }
        }
    }

    /// What the desk's form says of it.
    async fn type_in(&self, kind: Kind, field: &str, value: &str) -> Result<(), String> {
        let (path, known): (_, Vec<(&str, &str)>) = match kind {
            Kind::Participants | Kind::Memberships => {
                let names = [("given_names", "Eino"), ("family_name", "Aalto")];
                ("/people/new", [&names[..], &[("group", self.group.as_str()), ("joined_on", "1.9.2026")]].concat())
            }
            _ => {
                let known = [("name", "Voima"), ("kind", "peer"), ("season_start", "1.9.2026")];
                ("/groups/new", [&known[..], &[("provider", self.provider.as_str())]].concat())
            }
        };
        let (rev, asked, sure, far);
        let mut form: Vec<_> = known.into_iter().filter(|(name, _)| *name != field).collect();
        form.push((field, value));
        let mut answer = self.browser.post(&self.town.app, path, &form).await;
        if answer.text().contains("name=\"sure\" value=\"") && !answer.text().contains("name=\"sure\" value=\"\"") {
            // Nobody of that age takes part: it is asked whether it is right.
            sure = crate::desk::value(&answer, "sure");
            form.push(("sure", sure.as_str()));
            answer = self.browser.post(&self.town.app, path, &form).await;
        }
        if answer.text().contains("name=\"asked_day\"") {
            // It lies more than a year away: it is asked whether the year is right.
            far = crate::desk::value(&answer, "asked_day");
            form.push(("asked_day", far.as_str()));
            answer = self.browser.post(&self.town.app, path, &form).await;
        }
        if answer.text().contains("name=\"asked\"") {
            // Somebody of this name and year is there already; it is another person.
            (rev, asked) = (crate::desk::value(&answer, "rev"), crate::desk::value(&answer, "asked"));
            form.extend([("rev", rev.as_str()), ("asked", asked.as_str())]);
            answer = self.browser.post(&self.town.app, path, &form).await;
        }
        told(&answer, field, value)
    }
}

/// What the page says beside the field; nothing when it was saved.
fn told(answer: &Answer, field: &str, value: &str) -> Result<(), String> {
    if answer.status == StatusCode::SEE_OTHER {
        return Ok(());
    }
    let text = answer.text();
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}: {text}");
    assert!(!text.contains(texts::common::not_saved(Lang::Fi)), "{field} {value}: not told at the field");
    let linked = text.split(&format!("href=\"#{field}\">")).nth(1).unwrap_or_else(|| panic!("{field} {value}: {text}"));
    assert_eq!(text.matches("href=\"#").count(), 2, "{field} {value}: the way to the content, and one error");
    Err(linked.split('<').next().unwrap_or_default().to_owned())
}

/// Fields of the desk's forms that are columns of files, with values that neither may take.
fn bad() -> Vec<(Kind, &'static str, String)> {
    let long = "x".repeat(201);
    let people = [
        ("given_names", long.as_str()),
        ("given_names", "\u{200b}"),
        ("family_name", "Vir\u{ad}ta"),
        ("called_name", "Aino\u{202e}"),
        ("family_name", &long),
        ("called_name", &long),
        ("birth_date", "31.12.1899"),
        ("birth_date", "9.9.2026"),
        ("birth_date", "30.2.1944"),
        ("sex", "x"),
        ("language", "x"),
        ("phone", "112"),
        ("phone", "soita tyttärelle"),
        ("phone", &long),
        ("postal_code", "0010"),
        ("living_alone", "x"),
        ("education", "x"),
        ("income_ok", "x"),
        ("referral_source", "x"),
        ("applied_on", "31.12.1989"),
        ("applied_on", "1.1.2200"),
        ("applied_on", "30.2.2026"),
        ("decision", "x"),
    ];
    let groups = [
        ("name", ""),
        ("name", &long),
        ("name", "-"),
        ("name", "\u{200f}Voima"),
        ("place", "Sa\u{2060}li"),
        ("kind", "x"),
        ("place", &long),
        ("starts_at", "25:00"),
        ("minutes", "0"),
        ("minutes", "1441"),
        ("capacity", "0"),
        ("capacity", "10001"),
        ("capacity", "70000"),
        ("season_start", "31.12.1989"),
        ("season_end", "1.1.2200"),
        ("season_end", "31.8.2026"),
    ];
    let stays = [("joined_on", "31.12.1989"), ("joined_on", "1.1.2200"), ("joined_on", "30.2.2026"), ("joined_on", "")];
    let of = |kind, (field, value): (&'static str, &str)| (kind, field, value.to_owned());
    let people = people.into_iter().map(|one| of(Kind::Participants, one));
    let groups = groups.into_iter().map(|one| of(Kind::Groups, one));
    people.chain(groups).chain(stays.into_iter().map(|one| of(Kind::Memberships, one))).collect()
}

/// Values at the edge of what either takes.
fn good() -> Vec<(Kind, &'static str, String)> {
    let long = "x".repeat(200);
    let of = |(kind, field, value): (Kind, &'static str, &str)| (kind, field, value.to_owned());
    [
        (Kind::Participants, "given_names", long.as_str()),
        (Kind::Participants, "birth_date", "1.1.1900"),
        (Kind::Participants, "birth_date", "8.9.2026"),
        (Kind::Participants, "phone", "040 123 4567, illat"),
        (Kind::Participants, "phone", "09-12345 / 050 111 2222"),
        (Kind::Participants, "phone", "tytär 050 111 2222"),
        (Kind::Participants, "applied_on", "1.1.1990"),
        (Kind::Groups, "name", &long),
        (Kind::Groups, "place", &long),
        (Kind::Groups, "minutes", "1440"),
        (Kind::Groups, "capacity", "10000"),
        (Kind::Groups, "season_end", "31.12.2199"),
        (Kind::Memberships, "joined_on", "1.1.1990"),
    ]
    .map(of)
    .into()
}

tests::on_both_databases! {
    async fn the_desk_and_a_file_refuse_the_same_and_say_why_at_the_field(app) {
        let both = Both::on(app).await;
        for (kind, field, value) in bad() {
            let file = both.import(kind, field, &value).await.expect_err(&format!("the file took {field} {value}"));
            let desk = both.type_in(kind, field, &value).await.expect_err(&format!("the desk took {field} {value}"));
            assert!(file.contains(&format!("column {field}")) && desk.len() > 10, "{file} {desk}");
        }
    }

    async fn the_desk_and_a_file_take_the_same(app) {
        let both = Both::on(app).await;
        for (kind, field, value) in good() {
            assert_eq!(both.import(kind, field, &value).await, Ok(()), "{field} {value}");
            assert_eq!(both.type_in(kind, field, &value).await, Ok(()), "{field} {value}");
        }
    }

    async fn whoever_came_by_a_file_without_a_name_can_be_changed_at_the_desk(app) {
        let both = Both::on(app).await;
        let (town, browser) = (&both.town, &both.browser);
        let people = "participant_ref,given_names,family_name,phone\np9,,Salo,\"040 123 4567, illat\"\n";
        take(&town.app, &both.scope, Kind::Participants, people).await;
        take(&town.app, &both.scope, Kind::Memberships, "group_ref,participant_ref,joined_on\ng1,p9,2026-09-01\n").await;
        let id = crate::files::ids(&town.app, &both.scope).await.person("p9");
        let page = browser.get(&town.app, &format!("/people/{id}/edit")).await.text();
        let rev = page.split("name=\"rev\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a version");
        let form = |family| {
            [("rev", rev), ("family_name", family), ("phone", "040 123 4567, illat"), ("postal_code", "00560")]
        };
        let path = format!("/people/{id}/edit");
        let emptied = browser.post(&town.app, &path, &form("")).await;
        assert!(told(&emptied, "family_name", "").is_err(), "a name that was known is not taken away");
        assert_eq!(told(&browser.post(&town.app, &path, &form("Salo")).await, "given_names", ""), Ok(()));
    }
}
