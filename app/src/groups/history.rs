//! What was done to a group and to stays in it, in words.

use domain::groups::{Verb, VerbKind, membership};

use crate::history::{KindWords, Names, VerbWords, group_name};
use crate::texts::{Lang, Words, groups, history, list, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Put | Self::TakeBack => kind::group_put(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        match self {
            Self::Put { .. } => history::group_saved(lang).to_owned(),
            Self::TakeBack { .. } => history::group_taken_back(lang).to_owned(),
        }
    }
}

/// The names of a group's fields, as its form says them: "paikka ja kausi alkaa".
pub fn field_names(lang: Lang, fields: &[String]) -> String {
    let names: Vec<_> = fields.iter().filter_map(|field| field_name(lang, field)).map(str::to_lowercase).collect();
    list(lang, &names)
}

fn field_name(lang: Lang, field: &str) -> Option<&'static str> {
    use groups::form as t;
    Some(match field {
        "reference" => groups::page::code(lang),
        "name" => t::name(lang),
        "kind" => groups::page::kind(lang),
        "level" => t::level(lang),
        "provider" => groups::list::provider(lang),
        "place" => t::place(lang),
        "aed" => t::aed(lang),
        "weekdays" => groups::list::weekdays(lang),
        "starts_at" | "times" => t::starts_at(lang),
        "minutes" => t::minutes(lang),
        "capacity" => t::capacity(lang),
        "season_start" => t::season_start(lang),
        "season_end" => t::season_end(lang),
        "breaks" => t::breaks(lang),
        _ => return None,
    })
}

impl KindWords for membership::VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Join => kind::membership_join(lang),
            Self::Leave => kind::membership_leave(lang),
        }
    }
}

impl VerbWords for membership::Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, names: &dyn Names) -> String {
        let group = |id| group_name(lang, id, names);
        match self {
            Self::Join { membership } => history::joined(lang, &group(membership.group)),
            Self::Leave { group: id, left_on: None, .. } => history::left_undone(lang, &group(*id)),
            Self::Leave { group: id, exit_reason: Some(reason), .. } => {
                history::left_because(lang, &group(*id), reason.words(lang))
            }
            Self::Leave { group: id, .. } => history::left(lang, &group(*id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Kumpula;
    use domain::groups::ExitReason;
    use domain::ids::{GroupId, MembershipId};
    use domain::time::Day;
    use uuid::Uuid;

    #[test]
    fn leaving_says_the_group_and_the_reason() {
        let (id, group) = (MembershipId(Uuid::nil()), GroupId(Uuid::nil()));
        let leave = |left_on, exit_reason| membership::Verb::Leave { id, group, left_on, exit_reason };
        let on = Day::new(2026, 11, 3);
        assert_eq!(
            leave(on, Some(ExitReason::Cost)).sentence(Lang::Fi, &Kumpula),
            "Lopetti ryhmässä Kumpulan tiistai: maksu"
        );
        assert_eq!(leave(None, None).sentence(Lang::En, &Kumpula), "Leaving the group Kumpulan tiistai was undone");
    }
}
