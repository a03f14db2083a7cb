//! The drawings of a page by name, for files of pictures: each the one that stands on the page, with its finding and what
//! must be known to read it. What the page does not draw is no picture either.

use domain::assessments::OutcomeMeasure;
use domain::assessments::wellbeing::FOLLOWED;
use domain::outcomes::Page;
use domain::outcomes::report::{HEADLINE_OUTCOMES, WindowName};
use leptos::prelude::*;

use super::answers::{answers_drawn, words as answer_words};
use super::areas::map_drawn;
use super::drawn::Drawn;
use super::groups;
use super::said::{change_until, data_until, window_words};
use super::sections::{changes_drawn, flow_drawn, way_drawn};
use super::spread::{bins_drawn, shift_drawn};
use super::strata::funnel_drawn;
use super::weekdays;
use super::weeks;
use crate::assessments::words::outcome_name;
use crate::texts::{Lang, outcomes, tiles};

/// A drawing with its name.
pub struct Drawing {
    /// By which it is asked for: "weeks", "change-m3".
    pub name: String,
    /// What it is called in lists.
    pub words: String,
    pub drawn: Drawn,
}

/// The drawings of a page in its order.
pub fn drawings(lang: Lang, page: &Page) -> Vec<Drawing> {
    let until = data_until(lang, &page.report);
    let one = |name: &str, words: &str, drawn: Drawn| Drawing { name: name.to_owned(), words: words.to_owned(), drawn };
    let mut all = vec![one("flow", outcomes::flow(lang), flow_drawn(lang, page))];
    all.extend(way_drawn(lang, page).map(|drawn| one("way", outcomes::way(lang), drawn)));
    all.extend(weeks::drawn(lang, page, &until).map(|drawn| one("weeks", outcomes::chart::weeks_label(lang), drawn)));
    let by_day = weekdays::drawn(lang, page, &until);
    all.extend(by_day.map(|drawn| one("weekdays", outcomes::weekdays::label(lang), drawn)));
    for window in WindowName::ALL {
        all.extend(of_window(lang, page, *window, &until));
    }
    let of_question = |outcome: OutcomeMeasure| {
        let drawn = answers_drawn(lang, page, outcome)?;
        let words = format!("{}: {}", outcomes::answers::title(lang), answer_words(lang, outcome));
        Some(one(&format!("answers-{}", outcome.code()), &words, drawn))
    };
    all.extend(FOLLOWED.into_iter().filter_map(of_question));
    all.extend(groups::drawn(lang, page).map(|drawn| one("groups", outcomes::groups::title(lang), drawn)));
    all.extend(map_drawn(lang, page).map(|drawn| one("map", tiles::label(lang), drawn)));
    all.extend(funnel_drawn(lang, page).map(|drawn| one("areas", outcomes::funnel::title(lang), drawn)));
    all
}

fn of_window(lang: Lang, page: &Page, window: WindowName, until: &str) -> Vec<Drawing> {
    let called = |words: &str| format!("{words}, {}", window_words(lang, window));
    let one = |of: &str, words: &str, drawn: Drawn| Drawing {
        name: format!("{of}-{}", window.code()),
        words: called(words),
        drawn,
    };
    let change = changes_drawn(lang, page, window, until).map(|drawn| one("change", outcomes::change(lang), drawn));
    let spread = HEADLINE_OUTCOMES.into_iter().filter_map(|outcome| {
        let until = change_until(lang, page, window, outcome);
        let drawn = bins_drawn(lang, (outcome, window), page.report.change_of(outcome, window)?, &until)?;
        let words = format!("{}: {}", outcomes::chart::bins_label(lang), outcome_name(lang, outcome));
        Some(one(&format!("spread-{}", outcome.code()), &words, drawn))
    });
    let shift = shift_drawn(lang, page, window).map(|drawn| one("shift", outcomes::chart::shift_label(lang), drawn));
    change.into_iter().chain(spread).chain(shift).collect()
}

/// A link to the file of each drawing, and buttons that copy it as a picture and its finding as text (`public/copy.js`, which
/// shows them); `address`: what stands before its name.
pub(super) fn links(lang: Lang, page: &Page, address: &str) -> AnyView {
    links_of(lang, drawings(lang, page), address)
}

/// The same of these.
pub(super) fn links_of(lang: Lang, drawings: Vec<Drawing>, address: &str) -> AnyView {
    use outcomes::files as f;
    let link = |one: Drawing| {
        let href = format!("{address}{}", one.name);
        let text = format!("{}\n{}", one.drawn.title, one.drawn.source);
        view! {
            <li class="report__file">
                <span class="report__drawing">{one.words.clone()}</span>
                <a class="button" href=href.clone() aria-label=f::one(lang, &one.words)>{f::one_short(lang)}</a>
                <button type="button" class="button" hidden data-picture=href aria-label=f::copy(lang, &one.words)>
                    {f::copy_short(lang)}
                </button>
                <button type="button" class="button" hidden data-text=text aria-label=f::copy_text(lang, &one.words)>
                    {f::copy_text_short(lang)}
                </button>
                <span class="quiet" role="status"></span>
            </li>
        }
    };
    let all: Vec<_> = drawings.into_iter().map(link).collect();
    view! {
        <section class="report__section report__files" data-copied=f::copied(lang) data-saved=f::saved(lang)
            data-failed=f::failed(lang)>
            <h2>{f::title(lang)}</h2>
            <p class="quiet">{f::lead(lang)}</p>
            <ul class="report__list" role="list">{all}</ul>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::day;
    use domain::outcomes::testing;
    use std::collections::BTreeSet;

    #[test]
    fn a_change_of_an_earlier_day_is_no_picture_of_today() {
        let mut kinds = BTreeSet::new();
        for mut page in (0..600).map(testing::page) {
            let earlier = page.made_on.plus_days(-31);
            page.notes.m3.values_mut().for_each(|note| note.as_of = earlier);
            for one in drawings(Lang::Fi, &page).into_iter().filter(|one| one.name.ends_with("-m3")) {
                assert!(one.drawn.source.contains(&day(Lang::Fi, earlier)), "{}: {}", one.name, one.drawn.source);
                kinds.insert(one.name.split('-').next().unwrap_or_default().to_owned());
            }
        }
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["change", "shift", "spread"]);
    }

    #[test]
    fn groups_and_areas_of_an_earlier_day_are_no_picture_of_today() {
        let mut kinds = BTreeSet::new();
        for mut page in (0..600).map(testing::page) {
            let earlier = page.made_on.plus_days(-31);
            page.strata_as_of = earlier;
            page.notes.m3.values_mut().for_each(|note| note.as_of = earlier);
            let by_group = |one: &Drawing| ["areas", "groups", "map"].contains(&one.name.as_str());
            for one in drawings(Lang::Fi, &page).into_iter().filter(by_group) {
                assert!(one.drawn.source.contains(&day(Lang::Fi, earlier)), "{}: {}", one.name, one.drawn.source);
                kinds.insert(one.name);
            }
        }
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["areas", "groups", "map"]);
    }

    #[test]
    fn every_drawing_has_a_name_of_its_own_that_an_address_can_hold() {
        let mut kinds = BTreeSet::new();
        for page in (0..600).map(testing::page) {
            let all = drawings(Lang::Fi, &page);
            let names: BTreeSet<String> = all.iter().map(|one| one.name.clone()).collect();
            assert_eq!(names.len(), all.len(), "{names:?}");
            let kept = page.notes.m3.values().chain(page.notes.m6.values()).chain(page.notes.m12.values());
            let answers = page.wellbeing_as_of.values().copied();
            let of = [page.report.cut_off, page.strata_as_of].into_iter().chain(kept.map(|note| note.as_of));
            let of = of.chain(answers);
            let days: BTreeSet<String> = of.map(|of| day(Lang::Fi, of)).collect();
            for one in all {
                assert!(days.iter().any(|day| one.drawn.source.contains(day)), "{}: of which day?", one.name);
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
                assert!(one.name.chars().all(plain), "{}", one.name);
                assert!(!one.words.is_empty() && !one.drawn.title.is_empty() && !one.drawn.source.is_empty());
                kinds.insert(one.name.split('-').next().unwrap_or_default().to_owned());
            }
        }
        assert_eq!(
            kinds.into_iter().collect::<Vec<_>>(),
            ["answers", "areas", "change", "flow", "groups", "map", "shift", "spread", "way", "weekdays", "weeks"]
        );
    }
}
