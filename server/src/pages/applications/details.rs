//! Reads the questions of a full registration.

use app::applications::details::{DetailsTyped, SIGNS};
use app::texts;
use domain::applications::{Answers, OwnYes, Said, YesBy};
use domain::eligibility::{Activity, Function, Home};
use domain::fields::is_postal_code;
use domain::people::{Education, IncomeOk, LivingAlone, Profile, Sex};
use domain::time::Day;

use crate::pages::people::Groups;
use crate::pages::reading::Reading;
use crate::web::form::Fields;

pub fn typed(fields: &Fields) -> DetailsTyped {
    let one = |name: &str| fields.one(name).to_owned();
    DetailsTyped {
        home: one("home"),
        strength_days: one("strength_days"),
        brisk_minutes: one("brisk_minutes"),
        signs: SIGNS.map(one),
        living_alone: one("living_alone"),
        education: one("education"),
        income_ok: one("income_ok"),
        no_transport: one("no_transport"),
        pension: one("pension"),
        exception_reason: one("exception_reason"),
        sex: one("sex"),
        postal_code: one("postal_code"),
        emergency_contact: one("emergency_contact"),
        wishes: [one("wish2"), one("wish3")],
        remark: fields.one("remark").replace("\r\n", "\n").trim().to_owned(),
    }
}

/// What was typed beside the details: the first wish, and the person's own yes.
pub struct Beside<'a> {
    pub wish: &'a str,
    /// How the person's own yes was heard; nothing where it was not asked or is not needed.
    pub own_yes: &'a str,
    /// The yes as it is known already: it keeps its day.
    pub before: Option<OwnYes>,
    pub groups: &'a Groups,
    pub today: Day,
}

/// The answers that were typed; what is wrong with them is told to `form`.
pub fn answers(form: &mut Reading, typed: &DetailsTyped, beside: &Beside<'_>) -> Answers {
    use texts::applications::error as e;
    let lang = form.lang();
    let choose = texts::people::error::choose(lang);
    let days = form.number("strength_days", &typed.strength_days, e::strength_days(lang).to_owned(), 0..=7);
    let minutes = form.number("brisk_minutes", &typed.brisk_minutes, e::brisk_minutes(lang).to_owned(), 0..=2000);
    let yes_by = form.maybe("own_yes", beside.own_yes, choose, YesBy::from_code);
    let own_yes = yes_by.map(|by| match beside.before {
        Some(before) if before.by == by => before,
        _ => OwnYes { by, on: beside.today },
    });
    let mut wishes = Vec::new();
    for (field, text) in [("wish", beside.wish), ("wish2", &typed.wishes[0]), ("wish3", &typed.wishes[1])] {
        let known = |text: &str| beside.groups.iter().map(|group| group.id).find(|id| id.to_string() == text);
        wishes.extend(form.maybe(field, text, choose, known));
    }
    wishes.sort_unstable();
    wishes.dedup();
    Answers {
        own_yes,
        home: form.maybe("home", &typed.home, choose, Home::from_code),
        activity: Activity { strength_days: days.and_then(|days| u8::try_from(days).ok()), brisk_minutes: minutes },
        function: function(&typed.signs),
        no_transport: form.maybe("no_transport", &typed.no_transport, choose, Said::from_code),
        pension: form.maybe("pension", &typed.pension, choose, Said::from_code),
        exception_reason: Some(typed.exception_reason.clone()).filter(|text| !text.is_empty()),
        wishes,
        remark: Some(typed.remark.clone()).filter(|text| !text.is_empty()),
    }
}

fn function(signs: &[String; 5]) -> Function {
    let told = |at: usize| match signs[at].as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    Function::default().with_signs(std::array::from_fn(told))
}

/// What the details say of the profile.
pub fn profile(form: &mut Reading, typed: &DetailsTyped, before: &Profile) -> Profile {
    let lang = form.lang();
    let choose = texts::people::error::choose(lang);
    let postal = |text: &str| is_postal_code(text).then(|| text.to_owned());
    Profile {
        living_alone: form.maybe("living_alone", &typed.living_alone, choose, LivingAlone::from_code),
        education: form.maybe("education", &typed.education, choose, Education::from_code),
        income_ok: form.maybe("income_ok", &typed.income_ok, choose, IncomeOk::from_code),
        sex: form.maybe("sex", &typed.sex, choose, Sex::from_code),
        postal_code: form.maybe("postal_code", &typed.postal_code, texts::people::error::postal_code(lang), postal),
        emergency_contact: form.line("emergency_contact", &typed.emergency_contact, None),
        ..before.clone()
    }
}
