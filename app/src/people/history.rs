//! What was done to a person's profile, in words.

use domain::people::{ProfileChange, Verb, VerbKind};

use domain::time::Day;

use super::form::known_or_dash;
use crate::history::{KindWords, Names, VerbWords, group_name};
use crate::texts::{Lang, NO_FIGURE, day, history, list, people, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Register => kind::participant_register(lang),
            Self::Edit => kind::participant_edit(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, names: &dyn Names) -> String {
        match self {
            Self::Register { provisional: true, .. } => history::registered_brief(lang).to_owned(),
            Self::Register { group: Some(id), .. } => history::registered_in(lang, &group_name(lang, *id, names)),
            Self::Register { group: None, .. } => history::registered(lang).to_owned(),
            Self::Edit { changes, .. } if matches!(changes[..], [ProfileChange::SameAs(_)]) => {
                match self.stands_for() {
                    Some(Some(_)) => history::merged(lang).to_owned(),
                    _ => history::unmerged(lang).to_owned(),
                }
            }
            Self::Edit { changes, .. } => history::edited(lang, &fields(lang, changes)),
        }
    }
}

/// The names of changed fields: "puhelin ja postinumero". Their values stay in the log.
fn fields(lang: Lang, changes: &[ProfileChange]) -> String {
    let names: Vec<_> = changes.iter().map(|change| field_name(lang, change).to_lowercase()).collect();
    list(lang, &names)
}

/// The names of fields, each as [`ProfileChange::field`] says it: "puhelin ja postinumero".
pub fn field_words(lang: Lang, fields: &[String]) -> String {
    let all = domain::people::Profile::default().changes();
    let named = |field: &String| all.iter().find(|change| change.field() == field.as_str());
    let names: Vec<_> = fields.iter().filter_map(named).map(|change| field_name(lang, change).to_lowercase()).collect();
    list(lang, &names)
}

/// The name of a profile's field, as on the form.
pub fn field_name(lang: Lang, change: &ProfileChange) -> &'static str {
    use people::field as f;
    match change {
        ProfileChange::Reference(_) => f::reference(lang),
        ProfileChange::GivenNames(_) => f::given_names(lang),
        ProfileChange::FamilyName(_) => f::family_name(lang),
        ProfileChange::CalledName(_) => f::called_name(lang),
        ProfileChange::BirthDate(_) => f::birth_date(lang),
        ProfileChange::BirthYear(_) => f::birth_year(lang),
        ProfileChange::Sex(_) => f::sex(lang),
        ProfileChange::Language(_) => f::language(lang),
        ProfileChange::Phone(_) => f::phone(lang),
        ProfileChange::PostalCode(_) => f::postal_code(lang),
        ProfileChange::EmergencyContact(_) => f::emergency_contact(lang),
        ProfileChange::LivingAlone(_) => f::living_alone(lang),
        ProfileChange::Education(_) => f::education(lang),
        ProfileChange::IncomeOk(_) => f::income_ok(lang),
        ProfileChange::ReferralSource(_) => f::referral_source(lang),
        ProfileChange::AppliedOn(_) => f::applied_on(lang),
        ProfileChange::Decision(_) => f::decision(lang),
        ProfileChange::DiedOn(_) => f::died_on(lang),
        ProfileChange::Undisclosed(_) => f::undisclosed(lang),
        ProfileChange::SameAs(_) => f::same_as(lang),
        ProfileChange::Restricted(_) => f::restricted(lang),
    }
}

/// The value that a change writes, as a person reads it; a dash for nothing.
pub fn field_value(lang: Lang, change: &ProfileChange) -> String {
    use ProfileChange as C;
    let text =
        |value: &Option<String>| value.clone().filter(|text| !text.is_empty()).unwrap_or_else(|| NO_FIGURE.to_owned());
    let on = |value: &Option<Day>| value.map_or_else(|| NO_FIGURE.to_owned(), |value| day(lang, value));
    match change {
        C::GivenNames(value) | C::FamilyName(value) => value.clone(),
        C::Reference(value) | C::CalledName(value) | C::Phone(value) => text(value),
        C::PostalCode(value) | C::EmergencyContact(value) => text(value),
        C::BirthDate(value) | C::AppliedOn(value) | C::DiedOn(value) => on(value),
        C::BirthYear(value) => value.map_or_else(|| NO_FIGURE.to_owned(), |year| year.to_string()),
        C::Sex(value) => known_or_dash(lang, *value),
        C::Language(value) => known_or_dash(lang, *value),
        C::LivingAlone(value) => known_or_dash(lang, *value),
        C::Education(value) => known_or_dash(lang, *value),
        C::IncomeOk(value) => known_or_dash(lang, *value),
        C::ReferralSource(value) => known_or_dash(lang, *value),
        C::Decision(value) => known_or_dash(lang, *value),
        C::Undisclosed(true) => people::form::undisclosed_yes(lang).to_owned(),
        C::Undisclosed(false) => people::form::undisclosed_no(lang).to_owned(),
        C::SameAs(_) => people::field::same_as(lang).to_owned(),
        C::Restricted(true) => people::field::restricted_yes(lang).to_owned(),
        C::Restricted(false) => people::field::restricted_no(lang).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Kumpula;
    use domain::ids::ParticipantId;

    #[test]
    fn an_edit_names_the_fields_and_never_their_values() {
        let changes = vec![ProfileChange::Phone(Some("040 123 4567".into())), ProfileChange::PostalCode(None)];
        let verb = Verb::Edit { id: ParticipantId(uuid::Uuid::nil()), changes };
        assert_eq!(verb.sentence(Lang::Fi, &Kumpula), "Tietoja muutettiin: puhelin ja postinumero");
        assert_eq!(verb.sentence(Lang::Sv, &Kumpula), "Uppgifter ändrades: telefon och postnummer");
    }
}
