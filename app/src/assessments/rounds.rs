//! Who is to be measured: words and a tag for a row, the desk's list to call by, and a group's part of it.

use domain::assessments::rounds::{DueRound, Standing};
use domain::ids::{GroupId, ParticipantId};
use domain::input::call_link;
use domain::people::naming::Named;
use leptos::prelude::*;

use crate::texts::{self, Lang, Words, groups, rounds as t, testers};
use crate::ui::{ButtonLink, Empty, Icon, IconView, Notice, PageHead, Pages, TableFrame, Tag, Tone, turn_to};

/// How many groups stand on a page.
pub const PAGE: i64 = 20;

/// "3 kuukauden mittaus, viimeistään 12.10.2026". Of an overdue one also when it should have been done: the last day
/// alone would contradict that it is late.
pub fn due_words(lang: Lang, due: &DueRound) -> String {
    let when = match (due.standing, due.until) {
        (_, None) => t::too_late(lang).to_owned(),
        (Standing::Due, Some(until)) => t::by(lang, until),
        (Standing::Overdue, Some(until)) => t::late_by(lang, due.aimed_at, until),
    };
    format!("{}, {when}", due.round.words(lang))
}

/// A short mark in somebody's row: "aika mitata", "mittaus myöhässä".
#[component]
pub fn DueTag(lang: Lang, standing: Standing) -> impl IntoView {
    let (text, tone) = match standing {
        Standing::Due => (t::due_tag(lang), Tone::Calm),
        Standing::Overdue => (t::overdue_tag(lang), Tone::Look),
    };
    view! { <Tag text tone/> }.into_any()
}

/// Somebody who waits for a measurement.
#[derive(Clone, PartialEq, Debug)]
pub struct DueLine {
    pub id: ParticipantId,
    pub name: Named,
    pub phone: Option<String>,
    pub due: DueRound,
}

/// Those of one group.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupDue {
    pub group: GroupId,
    pub name: String,
    /// When and where it meets.
    pub meets: String,
    /// Overdue ones first.
    pub lines: Vec<DueLine>,
}

/// A page of the list.
#[derive(Clone, PartialEq, Debug)]
pub struct DueView {
    pub groups: Vec<GroupDue>,
    /// How many running groups there are in all.
    pub total: i64,
    /// 1-based.
    pub page: i64,
    /// Testers whose training is older than it should be.
    pub old_training: i64,
}

#[component]
pub fn DuePage(lang: Lang, view: DueView) -> impl IntoView {
    let DueView { groups, total, page, old_training } = view;
    let waiting: usize = groups.iter().map(|group| group.lines.len()).sum();
    let lead = match i64::try_from(waiting) {
        Ok(0) if groups.is_empty() => String::new(),
        Ok(0) => t::lead_none(lang).to_owned(),
        n => t::lead(lang, n.unwrap_or(i64::MAX)),
    };
    let none = groups.is_empty() && page == 1;
    let sections: Vec<_> = groups.into_iter().map(|group| view! { <OfGroup lang group/> }).collect();
    view! {
        <PageHead title=t::title(lang) lead back=Some(("/groups".to_owned(), t::back(lang).to_owned()))>
            <ButtonLink text=testers::title(lang) href="/testers"/>
        </PageHead>
        {(old_training > 0).then(|| view! {
            <Notice tone=Tone::Look title=testers::old_here(lang, old_training)>
                <ButtonLink text=testers::title(lang) href="/testers"/>
            </Notice>
        })}
        {none.then(|| view! { <Empty title=t::no_groups(lang) text=groups::list::empty_text(lang)/> })}
        <div class="stack stack--wide due-list">
            {(waiting > 0).then(|| view! { <p class="quiet screen-only">{t::print_hint(lang)}</p> })}
            {sections}
        </div>
        <Pages lang page size=PAGE total turn=turn_to("/rounds")/>
    }
    .into_any()
}

#[component]
fn OfGroup(lang: Lang, group: GroupDue) -> impl IntoView {
    let GroupDue { group, name, meets, lines } = group;
    let body = match lines.is_empty() {
        true => view! { <p class="quiet">{t::all_done(lang)}</p> }.into_any(),
        false => view! { <DueTable lang label=name.clone() lines/> }.into_any(),
    };
    view! {
        <section class="section due">
            <div class="card__head">
                <h2><a href=format!("/groups/{group}")>{name}</a></h2>
                <span class="quiet">{meets}</span>
            </div>
            {body}
        </section>
    }
    .into_any()
}

/// A group's part of the list, on its own page.
#[component]
pub fn DueSection(lang: Lang, label: String, lines: Vec<DueLine>) -> impl IntoView {
    let body = match lines.is_empty() {
        true => view! { <p class="quiet">{t::section_none(lang)}</p> }.into_any(),
        false => view! { <DueTable lang label lines/> }.into_any(),
    };
    view! {
        <section class="section" id="rounds">
            <div class="card__head">
                <h2>{t::section(lang)}</h2>
                <ButtonLink text=t::title(lang) href="/rounds"/>
            </div>
            {body}
        </section>
    }
    .into_any()
}

#[component]
fn DueTable(lang: Lang, label: String, lines: Vec<DueLine>) -> impl IntoView {
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <DueRow lang line/> }).collect();
    view! {
        <TableFrame label>
            <table class="table table--cards">
                <thead>
                    <tr>
                        <th scope="col">{t::person(lang)}</th>
                        <th scope="col">{t::what(lang)}</th>
                        <th scope="col">{t::phone(lang)}</th>
                        <th scope="col" class="paper-only">{t::called(lang)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn DueRow(lang: Lang, line: DueLine) -> impl IntoView {
    let DueLine { id, name, phone, due } = line;
    let (standing, tone) = match due.standing {
        Standing::Due => (t::due(lang), Tone::Calm),
        Standing::Overdue => (t::overdue(lang), Tone::Look),
    };
    let missing: Vec<_> = due.missing.iter().map(|instrument| short(lang, *instrument)).collect();
    let phone = match phone {
        Some(phone) => {
            let link = call_link(&phone);
            view! { <a class="due__phone" href=link><IconView icon=Icon::Phone/>{phone}</a> }.into_any()
        }
        None => view! { <span class="quiet">{t::no_phone(lang)}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a href=format!("/people/{id}")>{texts::named(lang, &name)}</a></th>
            <td data-label=t::what(lang)>
                <span class="table__name">
                    <span class="due__what">{due_words(lang, &due)}" "<Tag text=standing tone/></span>
                    <span class="table__more">{format!("{}: {}", t::missing(lang), missing.join(", "))}</span>
                </span>
            </td>
            <td data-label=t::phone(lang)>{phone}</td>
            <td class="paper-only">"☐"</td>
        </tr>
    }
    .into_any()
}

fn short(lang: Lang, instrument: domain::assessments::Instrument) -> &'static str {
    use crate::texts::assessments::instrument_short as s;
    use domain::assessments::Instrument as I;
    match instrument {
        I::Sppb => s::sppb(lang),
        I::Gait10 => s::gait10(lang),
        I::Tug => s::tug(lang),
        I::Chair30 => s::chair30(lang),
        I::Grip => s::grip(lang),
        I::SingleLeg => s::single_leg(lang),
        I::Walk6 => s::walk6(lang),
        I::Step2 => s::step2(lang),
        I::ArmCurl => s::arm_curl(lang),
        I::SelfReport => s::self_report(lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::assessments::rounds::Round;
    use domain::time::Day;

    #[test]
    fn a_round_is_told_with_the_last_day_on_which_it_counts() {
        let until = Day::new(2026, 10, 12);
        let due = |round, until| DueRound {
            round,
            standing: Standing::Due,
            aimed_at: Day::new(2026, 9, 1).unwrap(),
            until,
            missing: Vec::new(),
        };
        let told = |lang| due_words(lang, &due(Round::Months3, until));
        assert_eq!(told(Lang::Fi), "3 kuukauden mittaus, viimeistään 12.10.2026");
        assert_eq!(told(Lang::Sv), "mätning efter 3 månader, senast 12.10.2026");
        let overdue = |lang| due_words(lang, &DueRound { standing: Standing::Overdue, ..due(Round::Months3, until) });
        let wanted = "3 kuukauden mittaus, piti tehdä 1.9.2026, ehtii vielä 12.10.2026 asti";
        assert_eq!(overdue(Lang::Fi), wanted);
        assert_eq!(
            overdue(Lang::Sv),
            "mätning efter 3 månader, skulle ha gjorts 1.9.2026, hinner göras till och med 12.10.2026"
        );
        let late = due_words(Lang::Fi, &due(Round::Baseline, None));
        assert_eq!(late, "lähtömittaus, tekemättä, aloituksesta jo yli kaksi viikkoa");
    }
}
