//! The report itself: on the first page what everybody should know, on the second what was done, left out and comes next.

use domain::outcomes::Page;
use domain::outcomes::council::{Block, CouncilReport, Text, not_compared, reach_of};
use domain::outcomes::equity::StratumBy;
use domain::outcomes::findings::{Finding, findings};
use domain::outcomes::report::WindowName;
use leptos::prelude::*;

use super::super::said::Said;
use super::super::sections::{flow_figure, named, way_title, way_words, window_figure};
use super::super::sentences::{sentences, told};
use super::super::strata;
use super::annex::Annex;
use super::costs::costs;
use super::form::{Freeze, FreezeView};
use super::frozen::FrozenFacts;
use super::goals::goals;
use super::population::reached_words;
use super::{block_words, heading, not_told, plain};
use crate::texts::{Lang, council as t, days, outcomes};
use crate::ui::{Back, ButtonLink, Notice, Tone};

/// A report before it is frozen, or since.
#[derive(Clone, PartialEq, Debug)]
pub enum Stage {
    Draft(FreezeView),
    Frozen(FrozenFacts),
}

/// Everything that the report's page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct CouncilView {
    pub report: CouncilReport,
    /// The words of the period.
    pub period: String,
    /// The report's own address without a language.
    pub address: String,
    /// Addresses and names of its files.
    pub files: Vec<(String, &'static str)>,
    /// Address and words of the page above.
    pub back: (String, String),
    /// The stylesheet with the words at the head of every sheet of paper but the first.
    pub margins: String,
    pub stage: Stage,
}

#[component]
pub fn CouncilPage(lang: Lang, view: CouncilView) -> impl IntoView {
    let CouncilView { report, period, address, files, back, margins, stage } = view;
    let title = heading(lang, &report.municipality, &period);
    let page = report.page.clone();
    let text = report.texts.get(lang.code()).cloned().unwrap_or_default();
    let (freeze, facts) = match stage {
        Stage::Draft(freeze) => (Some(freeze), None),
        Stage::Frozen(facts) => (None, Some(facts)),
    };
    let lead = outcomes::lead(lang, page.report.cut_off, &days(lang, page.report.from, page.report.to));
    let (draft, unfinished) = (freeze.is_some(), page.report.cut_off < page.report.to);
    let (href, words) = back;
    let plain = plain::text(lang, &report, &period, facts.as_ref());
    let class =
        if is_dense(report.plan.goals.len(), &text) { "council council--dense report" } else { "council report" };
    view! {
        <link rel="stylesheet" href=margins/>
        <Back href words/>
        <article class=class>
            <header class="council__head">
                <h1>{title}</h1>
                <p>{lead}</p>
                {draft.then(|| view! { <p class="council__draft">{t::is_draft(lang)}</p> })}
                {unfinished.then(|| view! { <p class="council__draft">{t::unfinished(lang)}</p> })}
            </header>
            <Ways lang address files freeze=freeze.clone() facts=facts.clone()/>
            {block(lang, &text, Block::Opening)}
            <section class="report__section">
                <h2>{t::head(lang)}</h2>
                <Said lang said=text.said.clone()/>
            </section>
            {way(lang, &report)}
            {change(lang, &page)}
            {areas(lang, &page)}
            {goals(lang, &report)}
            {block(lang, &text, Block::Measures)}
            {costs(lang, &report)}
            {left_out(lang, &text, &report)}
            {block(lang, &text, Block::NextSteps)}
            <Annex lang report=report.clone() facts/>
        </article>
        <Paste lang plain/>
        {freeze.map(|view| view! { <Freeze lang view/> })}
    }
    .into_any()
}

/// The same as plain text, in a field of its own: "select all" takes the text and nothing of the page.
#[component]
fn Paste(lang: Lang, plain: String) -> impl IntoView {
    use outcomes::files as f;
    // Leptos writes what stands between the tags of a text area as it is.
    let inside = html_escape::encode_text(&plain).into_owned();
    view! {
        <section class="report__section stack screen-only" data-copied=f::copied(lang) data-failed=f::failed(lang)>
            <h2 id="paste">{t::paste(lang)}</h2>
            <p class="quiet" id="paste-hint">{t::paste_hint(lang)}</p>
            <p class="cluster">
                <button type="button" class="button" hidden data-field="paste-text">{t::paste_copy(lang)}</button>
                <span class="quiet" role="status"></span>
            </p>
            <textarea class="field__input" id="paste-text" rows="12" readonly=true spellcheck="false" aria-labelledby="paste"
                aria-describedby="paste-hint" inner_html=inside></textarea>
        </section>
    }
    .into_any()
}

/// On the screen: where to go from here, in which languages the report is, and how it came about.
#[component]
fn Ways(
    lang: Lang,
    address: String,
    files: Vec<(String, &'static str)>,
    freeze: Option<FreezeView>,
    facts: Option<FrozenFacts>,
) -> impl IntoView {
    let join = if address.contains('?') { '&' } else { '?' };
    let languages: Vec<_> = Lang::ALL
        .into_iter()
        .map(|other| {
            let (href, current) = (format!("{address}{join}language={}", other.code()), (other == lang).then_some("page"));
            view! { <li><a class="periods__link" href=href lang=other.code() aria-current=current>{other.own_name()}</a></li> }
        })
        .collect();
    let texts = freeze.as_ref().map(|freeze| freeze.texts.clone());
    let files: Vec<_> = files.into_iter().map(|(href, text)| view! { <ButtonLink text href/> }).collect();
    let saved = freeze.as_ref().is_some_and(|freeze| freeze.saved);
    let changed = facts.as_ref().and_then(|facts| facts.changed.clone());
    let broken = facts.is_some_and(|facts| !facts.whole);
    view! {
        <div class="stack screen-only">
            {saved.then(|| view! { <Notice tone=Tone::Good title=t::saved(lang) live=true/> })}
            {broken.then(|| view! { <Notice tone=Tone::Wrong title=t::frozen::broken(lang)/> })}
            <nav aria-label=t::languages(lang)><ul class="periods" role="list">{languages}</ul></nav>
            <p class="cluster">
                {texts.map(|texts| texts.into_iter().map(|(href, words)| view! { <ButtonLink text=words href/> }).collect_view())}
                {files}
                <ButtonLink text=t::archive::title(lang) href="/figures/archive"/>
            </p>
            <p class="quiet">{t::print(lang)}</p>
            {changed.map(|changed| view! { <Changed lang changed/> })}
        </div>
    }
    .into_any()
}

/// What is not as it was in the one before.
#[component]
pub(super) fn Changed(lang: Lang, changed: Vec<String>) -> impl IntoView {
    let items: Vec<_> = changed.into_iter().map(|words| view! { <li>{words}</li> }).collect();
    view! {
        <details class="more">
            <summary>{t::changed_since(lang)}</summary>
            <ul class="statement__list">{items}</ul>
        </details>
    }
    .into_any()
}

/// Characters that the two pages have room for beside all that stands there anyway, in letters of the usual size.
const ROOM: usize = 900;
/// The room that goals take: their heading and notes, and each of them.
const ROOM_OF_GOALS: usize = 300;
const ROOM_OF_GOAL: usize = 100;

/// Whether so much is written, or so many goals are told, that on paper it is set closer to stay on two pages.
fn is_dense(goals: usize, text: &Text) -> bool {
    let written: usize = text.written.values().map(|words| words.chars().count()).sum();
    let goals = if goals == 0 { 0 } else { ROOM_OF_GOALS + ROOM_OF_GOAL * goals };
    written + goals > ROOM
}

/// A text of the officer under its heading; nothing where none is written.
fn block(lang: Lang, text: &Text, block: Block) -> Option<AnyView> {
    let words = text.written.get(&block).filter(|words| !words.is_empty())?.clone();
    let view = view! {
        <section class="report__section"><h2>{block_words(lang, block)}</h2><p class="told">{words}</p></section>
    };
    Some(view.into_any())
}

/// The way of the new participants, from the first visit to a better result.
fn way(lang: Lang, report: &CouncilReport) -> AnyView {
    let page = &report.page;
    let reached = reach_of(report);
    view! {
        <section class="report__section">
            <h2>{t::way(lang)}</h2>
            {flow_figure(lang, way_title(lang, page), &named(lang, &reached), way_words(lang, page))}
            {reached_words(lang, page, report.population.as_ref()).map(|words| view! { <p>{words}</p> })}
            {told(not_compared(page), |n| t::not_compared(lang, n), t::not_compared_some(lang))
                .map(|words| view! { <p>{words}</p> })}
        </section>
    }
    .into_any()
}

/// One drawing of the changes: of the first window that has numbers.
fn change(lang: Lang, page: &Page) -> AnyView {
    let drawn = WindowName::ALL.iter().find_map(|window| window_figure(lang, page, *window, t::change_is(lang)));
    let drawn = drawn.unwrap_or_else(|| view! { <p class="quiet">{t::no_change(lang)}</p> }.into_any());
    view! { <section class="report__section"><h2>{outcomes::change(lang)}</h2>{drawn}</section> }.into_any()
}

/// By area, where the municipality has set areas, and how gaps develop; pages of a year have them.
fn areas(lang: Lang, page: &Page) -> AnyView {
    let by_area = strata::table(lang, page, Some(StratumBy::Area));
    let gaps = findings(page).into_iter().filter(|finding| matches!(finding, Finding::Gap(_)));
    let gaps: Vec<_> = gaps.map(|finding| sentences(lang, &finding)).collect();
    let none = match (page.report.strata.is_empty(), by_area.is_some()) {
        (true, _) => Some(outcomes::strata_elsewhere(lang)),
        (false, false) => Some(t::no_areas(lang)),
        (false, true) => None,
    };
    view! {
        <section class="report__section">
            <h2>{t::areas(lang)}</h2>
            {by_area}
            {none.map(|words| view! { <p class="quiet">{words}</p> })}
            {(!gaps.is_empty()).then(|| view! { <Said lang said=gaps/> })}
        </section>
    }
    .into_any()
}

/// What the figures do not tell: the program's own words, then the officer's.
fn left_out(lang: Lang, text: &Text, report: &CouncilReport) -> AnyView {
    let words = text.written.get(&Block::NotMeasured).filter(|words| !words.is_empty()).cloned();
    let said = not_told(lang, report).join(" ");
    view! {
        <section class="report__section">
            <h2>{block_words(lang, Block::NotMeasured)}</h2>
            {words.map(|words| view! { <p class="told">{words}</p> })}
            <p>{said}</p>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::council::Written;

    #[test]
    fn much_that_is_written_and_goals_are_set_closer_on_paper() {
        let text = |chars: usize| {
            let written = Written::from([(Block::Measures, "ä".repeat(chars))]);
            Text { said: Vec::new(), written }
        };
        for (goals, chars, dense) in [(0, 900, false), (0, 901, true), (4, 200, false), (4, 201, true), (8, 0, true)] {
            assert_eq!(is_dense(goals, &text(chars)), dense, "{goals} {chars}");
        }
    }
}
