//! Reads the questions of a full registration.

use app::applications::details::{DetailsTyped, SIGNS};
use app::texts::{self, Lang, Words};
use app::ui::FieldError;
use domain::applications::{Answers, OwnYes, Said, YesBy};
use domain::eligibility::{Activity, Function, Home};
use domain::fields::is_postal_code;
use domain::people::{Education, IncomeOk, LivingAlone, Profile, Sex};
use domain::time::Day;

use crate::pages::people::Groups;
use crate::pages::reading::Reading;
use crate::pages::saving::saved_now;
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

/// What is saved now beside each of the details in which something else was typed.
pub fn saved_meanwhile(lang: Lang, saved: &DetailsTyped, typed: &DetailsTyped, groups: &Groups) -> Vec<FieldError> {
    let said = |code: &str| words_of(lang, Said::from_code(code));
    let group = |id: &str| {
        let found = groups.iter().find(|group| group.id.to_string() == id);
        found.map(|group| group.words(lang)).unwrap_or_default()
    };
    let words = [
        ("home", &saved.home, &typed.home, words_of(lang, Home::from_code(&saved.home))),
        ("strength_days", &saved.strength_days, &typed.strength_days, saved.strength_days.clone()),
        ("brisk_minutes", &saved.brisk_minutes, &typed.brisk_minutes, saved.brisk_minutes.clone()),
        (
            "living_alone",
            &saved.living_alone,
            &typed.living_alone,
            words_of(lang, LivingAlone::from_code(&saved.living_alone)),
        ),
        ("education", &saved.education, &typed.education, words_of(lang, Education::from_code(&saved.education))),
        ("income_ok", &saved.income_ok, &typed.income_ok, words_of(lang, IncomeOk::from_code(&saved.income_ok))),
        ("no_transport", &saved.no_transport, &typed.no_transport, said(&saved.no_transport)),
        ("pension", &saved.pension, &typed.pension, said(&saved.pension)),
        ("exception_reason", &saved.exception_reason, &typed.exception_reason, saved.exception_reason.clone()),
        ("sex", &saved.sex, &typed.sex, words_of(lang, Sex::from_code(&saved.sex))),
        ("postal_code", &saved.postal_code, &typed.postal_code, saved.postal_code.clone()),
        ("emergency_contact", &saved.emergency_contact, &typed.emergency_contact, saved.emergency_contact.clone()),
        ("wish2", &saved.wishes[0], &typed.wishes[0], group(&saved.wishes[0])),
        ("wish3", &saved.wishes[1], &typed.wishes[1], group(&saved.wishes[1])),
        ("remark", &saved.remark, &typed.remark, saved.remark.clone()),
    ];
    let signs = SIGNS.into_iter().zip(saved.signs.iter().zip(&typed.signs));
    let signs = signs.map(|(sign, (saved, typed))| (sign, saved, typed, sign_words(lang, saved).to_owned()));
    let other = words.into_iter().chain(signs).filter(|(_, saved, typed, _)| saved != typed);
    other.map(|(field, _, _, words)| saved_now(lang, field, &words)).collect()
}

fn words_of(lang: Lang, code: Option<impl Words>) -> String {
    code.map_or("", |code| code.words(lang)).to_owned()
}

fn sign_words(lang: Lang, sign: &str) -> &'static str {
    match sign {
        "yes" => texts::common::yes(lang),
        "no" => texts::common::no(lang),
        _ => texts::applications::form::not_asked(lang),
    }
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
