//! The officer's page: a frozen report of a fixed period, findings first, every number with its people.

use domain::outcomes::findings::{Finding, findings, selection};
use domain::outcomes::population::Population;
use domain::outcomes::{Page, Report};
use domain::time::{Day, Instant};
use leptos::prelude::*;

use super::again::Again;
use super::answers;
use super::council::population::reached_words;
use super::council::{definitions, said as at_the_head};
use super::drawings;
use super::gaps;
use super::leaving;
use super::model;
use super::said::{Said, data_until};
use super::sections::{Changes, FlowSection, way_section};
use super::sentences::{regression, sentences};
use super::strata::Strata;
use super::weekdays;
use super::weeks;
use crate::texts::{Lang, council, days, goals, guide, moment, need, outcomes, quality, tiles};
use crate::ui::{BigFigure, Button, ButtonKind, ButtonLink, Empty, FieldError, Notice, PageHead, Tone, Way, Ways};

use super::numbers::{number, share};

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct FiguresView {
    pub page: Page,
    pub made_at: Instant,
    /// Residents aged 75 and over, where somebody has told them.
    pub population: Option<Population>,
    pub periods: Vec<Way>,
    /// Where the button that freezes new figures posts to.
    pub update: String,
    /// Where the period's report for the council is.
    pub report: String,
    /// Addresses and names of the same figures as files.
    pub files: Vec<(String, &'static str)>,
    /// Where the pictures of the page are, up to a picture's name.
    pub drawings: String,
    /// The first day on which new figures may be put together; nothing when that is now.
    pub not_before: Option<Day>,
    /// Counts below this are hidden.
    pub k: i64,
    /// Means and shares of fewer people are hidden.
    pub basis: i64,
    pub updated: bool,
    /// What was wrong with a correction that was not made.
    pub errors: Vec<FieldError>,
}

#[component]
pub fn FiguresPage(lang: Lang, view: FiguresView) -> impl IntoView {
    let report = view.page.report.clone();
    let lead = outcomes::lead(lang, report.cut_off, &days(lang, report.from, report.to));
    let frozen = outcomes::frozen(lang, &moment(lang, view.made_at));
    let corrected = view.page.correction.as_ref().map(|reason| outcomes::corrected(lang, reason));
    let empty = report.is_of_nobody();
    let update = view.update.clone();
    let may_update = view.not_before.is_none();
    let files: Vec<_> = view.files.into_iter().map(|(href, text)| view! { <ButtonLink text href/> }).collect();
    view! {
        <PageHead title=outcomes::title(lang) lead>
            {may_update.then(|| view! {
                <form method="post" action=update><Button text=outcomes::update(lang).to_owned()/></form>
            })}
        </PageHead>
        <div class="stack">
            {view.updated.then(|| view! { <Notice tone=Tone::Good title=outcomes::updated(lang) live=true/> })}
            <Ways label=outcomes::period(lang) ways=view.periods.clone()/>
            <p class="quiet">{frozen}</p>
            {corrected.map(|corrected| view! { <p>{corrected}</p> })}
            <p class="cluster">
                <ButtonLink text=council::title(lang) href=view.report.clone()/>
                <ButtonLink text=council::archive::title(lang) href="/figures/archive"/>
                <ButtonLink text=outcomes::trend::title(lang) href="/figures/trend"/>
                <ButtonLink text=quality::title(lang) href="/figures/quality"/>
                <ButtonLink text=need::title(lang) href="/figures/need"/>
                <ButtonLink text=tiles::title(lang) href="/figures/areas"/>
                <ButtonLink text=council::population::title(lang) href="/figures/population"/>
                <ButtonLink text=goals::title(lang) href="/figures/goals"/>
            </p>
            {(!empty).then(|| view! { <p class="cluster">{files}</p> })}
            {view.not_before.map(|not_before| view! {
                <Again lang not_before update=view.update.clone() errors=view.errors.clone()/>
            })}
        </div>
        {if empty {
            view! { <Empty title=outcomes::nothing_yet(lang) text=outcomes::nothing_yet_text(lang)/> }.into_any()
        } else {
            let links = drawings::links(lang, &view.page, &view.drawings);
            let residents = reached_words(lang, &view.page, view.population.as_ref());
            view! { <Body lang page=view.page k=view.k basis=view.basis residents/>{links} }.into_any()
        }}
    }
    .into_any()
}

/// A period whose figures nobody has put together yet.
#[component]
pub fn NoFigures(lang: Lang, periods: Vec<Way>, update: String) -> impl IntoView {
    view! {
        <PageHead title=outcomes::title(lang)/>
        <div class="stack">
            <Ways label=outcomes::period(lang) ways=periods/>
            <Empty title=outcomes::not_put_together(lang) text=outcomes::not_put_together_text(lang)>
                <form method="post" action=update>
                    <Button text=outcomes::put_together(lang).to_owned() kind=ButtonKind::Main/>
                </form>
            </Empty>
        </div>
    }
    .into_any()
}

/// The sections of a frozen page; `residents`: how many live there, as it is known today.
#[component]
pub(super) fn Body(lang: Lang, page: Page, k: i64, basis: i64, residents: Option<String>) -> impl IntoView {
    let report = page.report.clone();
    let all = findings(&page);
    let pick = |wanted: fn(&Finding) -> bool| {
        let said: Vec<_> = all.iter().filter(|finding| wanted(finding)).map(|f| sentences(lang, f)).collect();
        view! { <Said lang said/> }.into_any()
    };
    let attendance = pick(|f| matches!(f, Finding::Attendance { .. } | Finding::GoodAdherence { .. }));
    let retention = pick(|f| {
        matches!(f, Finding::Retention { .. } | Finding::NobodyFollowed { .. } | Finding::RetentionHidden { .. })
    });
    let gaps = gaps::table(lang, &page).map(|table| (pick(|f| matches!(f, Finding::Gap(_))), table));
    let safety = safety(lang, &all);
    let regression = selection(&page).map(|selection| regression(lang, selection));
    let hidden = (!report.hidden.is_empty()).then(|| outcomes::hidden_note(lang, basis, k));
    let caveats = caveats(lang, regression, hidden);
    let weeks = weeks::figure(lang, &page, &data_until(lang, &report));
    let weekdays = weekdays::figure(lang, &page, &data_until(lang, &report));
    let (way, estimate) = (way_section(lang, &page, residents), model::section(lang, &page));
    let (answers, reasons) = (answers::section(lang, &page), leaving::inside(lang, &page));
    let head = at_the_head(lang, &page);
    let definitions = definitions(lang, &page);
    view! {
        <div class="report">
            <section class="report__section">
                <h2>{outcomes::in_brief(lang)}</h2>
                <Brief lang report/>
                <Said lang said=head/>
            </section>
            <FlowSection lang page=page.clone()/>
            {way}
            <section class="report__section"><h2>{outcomes::attendance(lang)}</h2>{attendance}{weeks}{weekdays}</section>
            <section class="report__section">
                <h2>{outcomes::retention(lang)}</h2>
                {retention}
                <p class="quiet">{outcomes::no_retention_by_group(lang)}</p>
                {reasons}
            </section>
            <Changes lang page=page.clone()/>
            {estimate}
            {answers}
            <Strata lang page/>
            {gaps.map(|(said, table)| view! {
                <section class="report__section"><h2>{outcomes::gaps(lang)}</h2>{said}{table}</section>
            })}
            {safety}
            {definitions}
            {caveats}
        </div>
    }
    .into_any()
}

fn safety(lang: Lang, all: &[Finding]) -> AnyView {
    let falls = all.iter().find(|f| matches!(f, Finding::Falls { .. }));
    let falls = falls.map_or(outcomes::said::falls_unknown(lang).to_owned(), |f| sentences(lang, f));
    view! {
        <section class="report__section">
            <h2>{outcomes::safety(lang)}</h2>
            <ul class="findings" role="list"><li class="finding">{falls}</li></ul>
            <p class="quiet">{outcomes::no_falls_by_group(lang)}</p>
        </section>
    }
    .into_any()
}

/// What the figures do not tell, and where some are hidden, what the dots are.
fn caveats(lang: Lang, regression: Option<String>, note: Option<String>) -> AnyView {
    view! {
        <section class="report__section">
            <h2>{outcomes::caveats(lang)}</h2>
            <div class="caveats">
                <p>{outcomes::caveat::no_control(lang)}</p>
                {regression.map(|words| view! { <p>{words}</p> })}
                <p>{outcomes::caveat::learning(lang)}</p>
                <p>{outcomes::caveat::season(lang)}</p>
                <p>{outcomes::caveat::several(lang)}</p>
                <p>{outcomes::caveat::kept_is_good(lang)}</p>
                {note.map(|note| view! { <p>{note}</p> })}
                <p class="guide__link"><ButtonLink text=guide::sources::title(lang) href="/tests/guide#sources"/></p>
            </div>
        </section>
    }
    .into_any()
}

/// Five numbers for those who have a minute, shares with whom they are of.
#[component]
fn Brief(lang: Lang, report: Report) -> impl IntoView {
    use outcomes::brief as words;
    let (offered, stayed) = (&report.attendance.good_adherence.n, &report.retention.d180);
    let adherence = words::adherence(lang, &number(lang, offered));
    let retention = words::retention_of(lang, &number(lang, &stayed.n), &number(lang, &stayed.x));
    view! {
        <div class="figures">
            <BigFigure number=number(lang, &report.flow.participants) words=words::participants(lang)/>
            <BigFigure number=number(lang, &report.flow.started) words=words::started(lang)/>
            <BigFigure number=number(lang, &report.attendance.visits) words=words::visits(lang)/>
            <BigFigure number=share(lang, &report.attendance.adherence_median) words=adherence/>
            <BigFigure number=share(lang, &stayed.share) words=retention/>
        </div>
    }
    .into_any()
}

/// The words of a period: "Syksy 2026", "Valtuustokausi 2025–2029".
pub fn period_words(lang: Lang, kind: PeriodWords) -> String {
    use outcomes::period_kind as words;
    match kind {
        PeriodWords::Autumn(year) => words::autumn(lang, &year.to_string()),
        PeriodWords::Spring(year) => words::spring(lang, &year.to_string()),
        PeriodWords::CalendarYear(year) => words::calendar_year(lang, &year.to_string()),
        PeriodWords::CouncilTerm(from, to) => words::council_term(lang, &format!("{from}–{to}")),
    }
}

/// The kinds of fixed period with their years.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PeriodWords {
    Autumn(i32),
    Spring(i32),
    CalendarYear(i32),
    CouncilTerm(i32, i32),
}
