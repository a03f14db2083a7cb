//! What the tests of the desk share: who is signed in, what an answer says, and making things by its forms.

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

pub async fn made_group(town: &Town, browser: &Browser, name: &str) -> String {
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

pub async fn made_person(town: &Town, browser: &Browser, group: &str) -> String {
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
