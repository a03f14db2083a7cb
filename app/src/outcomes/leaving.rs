//! Why people are not active any more: a table of reasons.

use domain::groups::ExitReason;
use domain::outcomes::Page;
use domain::outcomes::figures::Leaving;
use domain::outcomes::suppression::Shown;
use leptos::prelude::*;

use super::numbers::{number, whole};
use super::table::{FigureRow, figures_table, framed};
use crate::texts::outcomes::leaving as t;
use crate::texts::{Lang, Words, outcomes};

/// Each reason with how many are out for it.
pub(super) fn reasons(lang: Lang, told: &Leaving) -> [(&'static str, &Shown<u64>); 5] {
    [
        (ExitReason::GroupEnded.words(lang), &told.group_ended),
        (ExitReason::GoalReached.words(lang), &told.goal_reached),
        (t::died_or_moved(lang), &told.died_or_moved),
        (t::other(lang), &told.other),
        (ExitReason::Unknown.words(lang), &told.unknown),
    ]
}

/// What must be known to read the reasons.
pub(super) fn notes(lang: Lang, page: &Page, told: &Leaving) -> Vec<String> {
    let n = told.n.value().map(|n| t::is(lang, whole(*n)));
    let many = is_mostly_unknown(told).then(|| t::many_unknown(lang).to_owned());
    let older = page.leaving_as_of.filter(|as_of| *as_of != page.made_on).map(|as_of| t::kept_from(lang, as_of));
    [n, many, older].into_iter().flatten().collect()
}

/// Of more than a fifth of those who are out nobody knows why.
fn is_mostly_unknown(told: &Leaving) -> bool {
    let all = [&told.group_ended, &told.goal_reached, &told.died_or_moved, &told.other, &told.unknown];
    let out: Option<u64> = all.into_iter().map(|count| count.value().copied()).sum();
    told.unknown.value().zip(out).is_some_and(|(unknown, out)| unknown * 5 > out)
}

/// The table with what it is of; nothing on pages that tell no reasons.
pub(super) fn inside(lang: Lang, page: &Page) -> Option<AnyView> {
    let told = page.report.leaving.as_ref()?;
    let rows = reasons(lang, told).map(|(reason, people)| FigureRow::new(reason, [number(lang, people)]));
    let table = framed(t::title(lang), figures_table(t::reason(lang), [outcomes::persons(lang)], rows));
    let notes: Vec<_> = notes(lang, page, told).into_iter().map(|note| view! { <p class="quiet">{note}</p> }).collect();
    Some(view! { <h3>{t::title(lang)}</h3>{notes}{table} }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::HIDDEN_FIGURE;
    use domain::outcomes::PageKind;
    use domain::outcomes::testing;

    #[test]
    fn pages_of_years_and_of_the_term_tell_reasons_and_hide_few() {
        let (mut told, mut hidden) = (0, 0);
        for page in (0..600).map(testing::page) {
            let Some(leaving) = page.report.leaving.as_ref() else { continue };
            assert!(page.kind != PageKind::Season && page.leaving_as_of.is_some());
            for (reason, people) in reasons(Lang::Fi, leaving) {
                assert_eq!(number(Lang::Fi, people) == HIDDEN_FIGURE, people.is_hidden(), "{reason}");
                assert!(people.value().is_none_or(|n| *n == 0 || *n >= 5), "{leaving:?}");
                told += usize::from(people.value().is_some());
                hidden += usize::from(people.is_hidden());
            }
        }
        assert!(told > 0 && hidden > 0, "{told} {hidden}");
    }

    #[test]
    fn more_than_a_fifth_without_a_reason_are_many_where_all_numbers_are_told() {
        let frozen = |counts: [&str; 5]| -> Leaving {
            let [group_ended, goal_reached, died_or_moved, other, unknown] = counts;
            let text = format!(
                r#"{{"n":90,"group_ended":{group_ended},"goal_reached":{goal_reached},"died_or_moved":{died_or_moved},
                "other":{other},"unknown":{unknown}}}"#
            );
            serde_json::from_str(&text).expect("as in a frozen report")
        };
        assert!(!is_mostly_unknown(&frozen(["10", "10", "10", "10", "10"])), "a fifth");
        assert!(is_mostly_unknown(&frozen(["10", "10", "10", "9", "10"])));
        assert!(!is_mostly_unknown(&frozen(["null", "10", "10", "9", "40"])), "nobody may count back");
    }
}
