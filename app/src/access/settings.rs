//! What a municipality sets for itself, with what changes when it is set otherwise: an admin's page.

use domain::settings::{HealthBasis, Setting, Settings};
use leptos::prelude::*;
use std::collections::BTreeMap;

use crate::texts::Lang;
use crate::texts::access::settings as t;
use crate::ui::{
    Button, ButtonKind, Choice, ChoiceCards, ErrorSummary, Field, FieldError, FieldWidth, Notice, PageHead,
    SelectField, Tone,
};

/// Where the page stands.
pub const PATH: &str = "/settings";

/// The field in which a setting is typed or chosen.
pub const fn field(setting: Setting) -> &'static str {
    match setting {
        Setting::RetentionMonths => "retention_months",
        Setting::ReportK => "report_k",
        Setting::ReportBasis => "report_basis",
        Setting::HealthBasis => "health_basis",
        Setting::Language => "language",
    }
}

/// What to do about a value that a setting does not take.
pub fn wrong(lang: Lang, setting: Setting) -> String {
    match setting.numbers() {
        Some([least, _, most]) => t::wrong_number(lang, least.into(), most.into()),
        None => t::choose(lang).to_owned(),
    }
}

/// A value as people read it.
pub fn value_words(lang: Lang, setting: Setting, value: &str) -> String {
    let words = match setting {
        Setting::HealthBasis => HealthBasis::from_code(value).map(|basis| basis_words(lang, basis).0),
        Setting::Language => Lang::from_code(value).map(Lang::own_name),
        Setting::RetentionMonths | Setting::ReportK | Setting::ReportBasis => None,
    };
    words.unwrap_or(value).to_owned()
}

fn basis_words(lang: Lang, basis: HealthBasis) -> (&'static str, &'static str) {
    match basis {
        HealthBasis::Consent => (t::consent(lang), t::consent_hint(lang)),
        HealthBasis::PublicTask => (t::public_task(lang), t::public_task_hint(lang)),
    }
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingsView {
    pub saved: Settings,
    /// What was typed instead.
    pub typed: BTreeMap<Setting, String>,
    /// Whether it was saved just now.
    pub done: bool,
    pub errors: Vec<FieldError>,
}

impl SettingsView {
    /// Filled from what is saved.
    pub fn of(saved: Settings) -> Self {
        Self { saved, typed: BTreeMap::new(), done: false, errors: Vec::new() }
    }

    fn value(&self, setting: Setting) -> &str {
        self.typed.get(&setting).map_or_else(|| self.saved.get(setting), String::as_str)
    }

    fn error(&self, setting: Setting) -> Option<String> {
        FieldError::of(&self.errors, field(setting))
    }
}

#[component]
pub fn SettingsPage(lang: Lang, view: SettingsView) -> impl IntoView {
    let number = |setting: Setting| number(lang, &view, setting);
    let (months, k, basis) = (number(Setting::RetentionMonths), number(Setting::ReportK), number(Setting::ReportBasis));
    let rests_on = view.value(Setting::HealthBasis);
    let choice = |one: &HealthBasis| {
        let (words, hint) = basis_words(lang, *one);
        Choice { hint: Some(hint.to_owned()), ..Choice::new(one.code(), words, one.code() == rests_on) }
    };
    let choices: Vec<_> = HealthBasis::ALL.iter().map(choice).collect();
    let languages: Vec<_> = Lang::ALL.into_iter().map(|l| (l.code().to_owned(), l.own_name().to_owned())).collect();
    let chosen = view.value(Setting::Language).to_owned();
    let (health_error, language_error) = (view.error(Setting::HealthBasis), view.error(Setting::Language));
    let SettingsView { saved, done, errors, .. } = view;
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang) back=Some(("/accounts".to_owned(), t::back(lang).to_owned()))/>
        {done.then(|| view! { <Notice tone=Tone::Good title=t::saved(lang) live=true/> })}
        <ErrorSummary lang errors/>
        <form class="form" method="post" action=PATH novalidate>
            <input type="hidden" name="was" value=saved.as_one()/>
            {months}
            {k}
            {basis}
            <p class="field__hint">{t::published(lang)}</p>
            <ChoiceCards legend=t::health(lang) name=field(Setting::HealthBasis) choices column=true
                hint=Some(t::health_hint(lang).to_owned()) error=health_error/>
            <SelectField lang name=field(Setting::Language) label=t::language(lang) options=languages chosen
                hint=Some(t::language_hint(lang).to_owned()) error=language_error width=FieldWidth::Middle/>
            <Button text=t::save(lang) kind=ButtonKind::Main/>
        </form>
    }
    .into_any()
}

/// A number with what it does, what is usual, and how far it may be set.
fn number(lang: Lang, view: &SettingsView, setting: Setting) -> AnyView {
    let [least, usual, most] = setting.numbers().unwrap_or_default().map(i64::from);
    let (label, hint) = match setting {
        Setting::RetentionMonths => (t::months(lang), t::months_hint(lang, least, most, usual)),
        Setting::ReportK => (t::smallest(lang), t::smallest_hint(lang, least, most)),
        _ => (t::behind(lang), t::behind_hint(lang, least, most)),
    };
    let (value, error) = (view.value(setting).to_owned(), view.error(setting));
    view! {
        <Field lang name=field(setting) label value hint=Some(hint) error width=FieldWidth::Short inputmode="numeric"
            maxlength=6/>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_has_its_words_and_every_language_of_the_program_can_be_chosen() {
        assert_eq!(Setting::Language.choices(), Lang::ALL.map(Lang::code));
        for setting in Setting::ALL {
            for code in setting.choices() {
                assert_ne!(value_words(Lang::Fi, *setting, code), code, "{setting}");
            }
        }
    }
}
