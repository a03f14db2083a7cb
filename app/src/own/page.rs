//! My page: the next session first, and one press to say that one cannot come.

use std::collections::HashMap;

use domain::devices::Help;
use domain::groups::GroupKind;
use domain::ids::{GroupId, ParticipantId};
use domain::time::{Day, Instant, TimeOfDay};
use leptos::prelude::*;

use super::around::{Back, Whose};
use super::words::{day_in_words, plain_day};
use crate::assessments::results_card::{CardView, ResultsCard};
use crate::assessments::wellbeing::{Wellbeing, WellbeingView};
use crate::friends::own::{OwnFriend, OwnFriends};
use crate::home_programmes::own::OWN_PATH;
use crate::texts::kin::page as k;
use crate::texts::own::{page as t, sessions, visits};
use crate::texts::{Lang, at_time, capital, moment, whole};
use crate::ui::{ButtonLink, Icon, IconView, Notice, Tone};

/// A session that is to come, for one person.
#[derive(Clone, PartialEq, Debug)]
pub struct Coming {
    pub group: GroupId,
    pub group_name: String,
    pub day: Day,
    pub starts_at: Option<TimeOfDay>,
    pub place: Option<String>,
    /// How to get there and in, where that is known.
    pub way: Vec<String>,
    /// The house's address, and where a map of another service shows it.
    pub map: Option<(String, String)>,
    /// What to bring, in the words of a group of this kind.
    pub bring: Option<&'static str>,
    /// What is to be known about it.
    pub note: Option<String>,
    /// First names of those who lead it.
    pub leaders: Vec<String>,
    /// Its instructor, where they have given a number.
    pub call: Option<Help>,
    /// Whether the person has told that they cannot come.
    pub absent: bool,
    /// Whether they can still say so here.
    pub may_change: bool,
}

/// What whoever takes part in a group of this kind brings along; nothing where that is said when it is agreed on.
pub fn bring(lang: Lang, kind: GroupKind) -> Option<&'static str> {
    match kind {
        GroupKind::StrengthBalance | GroupKind::Peer => Some(t::bring_inside(lang)),
        GroupKind::Outdoor => Some(t::bring_outside(lang)),
        GroupKind::Counselling | GroupKind::Home | GroupKind::Event => None,
    }
}

/// Who tells of absences.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Teller {
    /// Whoever takes part, of themselves.
    Own(ParticipantId),
    /// A relative, of that person.
    Relative(ParticipantId),
}

impl Teller {
    /// The page that is come back to.
    fn home(self) -> String {
        match self {
            Self::Own(_) => "/own".to_owned(),
            Self::Relative(person) => format!("/kin/{person}"),
        }
    }

    /// Of whom.
    const fn person(self) -> ParticipantId {
        match self {
            Self::Own(person) | Self::Relative(person) => person,
        }
    }

    const fn is_own(self) -> bool {
        matches!(self, Self::Own(_))
    }

    fn told(self, lang: Lang) -> &'static str {
        if self.is_own() { t::told(lang) } else { k::told(lang) }
    }

    fn too_late(self, lang: Lang) -> &'static str {
        if self.is_own() { t::too_late(lang) } else { k::too_late(lang) }
    }

    /// That nothing is to come.
    fn none(self, lang: Lang) -> &'static str {
        if self.is_own() { t::none(lang) } else { k::none(lang) }
    }

    fn call_instead(self, lang: Lang) -> &'static str {
        if self.is_own() { t::call_instead(lang) } else { k::call_instead(lang) }
    }

    /// On the button, and with the day where several stand on a page.
    fn button(self, lang: Lang, absent: bool, day: &str) -> (&'static str, String) {
        match (self, absent) {
            (Self::Own(_), true) => (t::coming(lang), sessions::coming(lang, day)),
            (Self::Own(_), false) => (t::cannot(lang), sessions::cannot(lang, day)),
            (Self::Relative(_), true) => (k::coming(lang), k::coming_on(lang, day)),
            (Self::Relative(_), false) => (k::cannot(lang), k::cannot_on(lang, day)),
        }
    }
}

/// What my page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct OwnView {
    pub person: ParticipantId,
    pub name: String,
    pub today: Day,
    pub next: Option<Coming>,
    /// Days before it on which the group does not meet, though its plan says so.
    pub cancelled: Vec<Day>,
    /// Whether there is a programme for home.
    pub exercises: bool,
    /// Volunteers who go out with the person.
    pub friends: Vec<OwnFriend>,
    /// Relatives of whom it is asked whether what they are shown still holds, with the last day of it.
    pub ending: Vec<(String, Day)>,
    /// When another device was let in, lately.
    pub opened: Option<Instant>,
    /// A sentence about what was just done.
    pub said: Option<(Tone, &'static str)>,
}

#[component]
pub fn OwnPage(lang: Lang, view: OwnView) -> impl IntoView {
    let OwnView { person, name, today, next, cancelled, exercises, friends, ending, opened, said } = view;
    let exercises = match exercises {
        true => (crate::texts::home_exercise::own::title(lang), OWN_PATH),
        false => (crate::texts::exercises::title(lang), crate::exercises::PATH),
    };
    let next = match next {
        Some(coming) => view! { <NextSession lang today coming teller=Teller::Own(person)/> }.into_any(),
        None => view! { <p class="own__none">{t::none(lang)}</p> }.into_any(),
    };
    view! {
        <h1>{t::hello(lang, &name)}</h1>
        <CancelledDays lang days=cancelled/>
        {said.map(|(tone, title)| view! { <Notice tone title live=true/> })}
        {next}
        <Asked lang ending opened/>
        <OwnFriends lang friends/>
        <nav class="own__ways" aria-label=t::ways(lang)>
            <ButtonLink text=t::sessions(lang) href="/own/sessions"/>
            <ButtonLink text=crate::texts::own_calendar::link(lang) href=super::calendar::PATH/>
            <ButtonLink text=crate::texts::messages::own::link(lang) href=crate::messages::own::PATH/>
            <ButtonLink text=t::visits(lang) href="/own/visits"/>
            <ButtonLink text=t::results(lang) href="/own/results"/>
            <ButtonLink text=t::seen(lang) href="/own/seen"/>
            <ButtonLink text=crate::texts::own_rights::title(lang) href="/own/rights"/>
            <ButtonLink text=exercises.0 href=exercises.1/>
        </nav>
    }
    .into_any()
}

/// What the person is asked now and then: whether a relative's permission still holds, and whether a new device is theirs.
/// It stands below the next session, and leads to where both are answered.
#[component]
fn Asked(lang: Lang, ending: Vec<(String, Day)>, opened: Option<Instant>) -> impl IntoView {
    let opened = opened.map(|at| {
        view! {
            <Notice tone=Tone::Look title=t::opened(lang, &moment(lang, at))/>
            <ButtonLink text=t::opened_link(lang) href="/own/seen#opened"/>
        }
    });
    let any = !ending.is_empty();
    let ending: Vec<_> = ending
        .into_iter()
        .map(|(name, until)| view! { <Notice tone=Tone::Look title=t::ends_soon(lang, until, &name)/> })
        .collect();
    view! {
        {opened}
        {ending}
        {any.then(|| view! { <ButtonLink text=t::ends_soon_link(lang) href="/own/seen"/> })}
    }
    .into_any()
}

/// That the group does not meet, above everything else: whoever comes would stand before a closed door.
#[component]
fn CancelledDays(lang: Lang, days: Vec<Day>) -> impl IntoView {
    let days: Vec<_> = days
        .into_iter()
        .map(|day| view! { <Notice tone=Tone::Look title=t::cancelled(lang, &plain_day(lang, day))/> })
        .collect();
    (!days.is_empty()).then(|| view! { <div class="own__cancelled">{days}</div> })
}

/// The next session with its button.
#[component]
pub fn NextSession(lang: Lang, today: Day, coming: Coming, teller: Teller) -> impl IntoView {
    let facts = facts(lang, &coming, coming.bring.filter(|_| teller.is_own()));
    let when = capital(&day_in_words(lang, today, coming.day));
    let (absent, may_change) = (coming.absent, coming.may_change);
    view! {
        <section class="own__next" aria-labelledby="next">
            <h2 class="own__label" id="next">{t::next(lang)}</h2>
            <p class="own__day">{when}</p>
            {facts}
            {absent.then(|| view! { <Notice tone=Tone::Told title=teller.told(lang)/> })}
            {if may_change {
                view! { <AbsenceForm lang coming list=false teller/> }.into_any()
            } else {
                view! { <p>{if absent { teller.too_late(lang) } else { teller.call_instead(lang) }}</p> }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// Time, place and who leads, a line each; and what to bring, to whoever goes there next.
fn facts(lang: Lang, coming: &Coming, bring: Option<&'static str>) -> impl IntoView + use<> {
    let at = coming.starts_at.map(|at| view! { <li class="own__time">{capital(&at_time(lang, at))}</li> });
    let place = coming.place.clone().map(|place| view! { <li>{place}</li> });
    let way: Vec<_> = coming.way.iter().cloned().map(|line| view! { <li>{line}</li> }).collect();
    let map = coming.map.clone().map(|(address, href)| {
        view! {
            <li class="own__call screen-only">
                <a class="button" href=href rel="noreferrer"><span>{t::map(lang, &address)}</span></a>
            </li>
        }
    });
    let leaders = (!coming.leaders.is_empty()).then(|| {
        let names = crate::texts::list(lang, &coming.leaders);
        view! { <li>{t::led_by(lang, &names)}</li> }
    });
    let call = coming.call.clone().map(|help| {
        let href = help.link();
        view! {
            <li class="own__call">
                <span>{t::call_leader(lang, &help.name)}</span>
                <a class="button" href=href><IconView icon=Icon::Phone/><span>{help.phone}</span></a>
            </li>
        }
    });
    let bring = bring.map(|bring| view! { <li>{bring}</li> });
    let note = coming.note.clone().map(|note| view! { <li class="own__note"><strong>{note}</strong></li> });
    view! {
        <ul class="own__facts" role="list">
            {at}{place}{way}{map}<li>{coming.group_name.clone()}</li>{leaders}{call}{bring}{note}
        </ul>
    }
}

/// One press; the same place then takes it back. `list`: on the page of all sessions, where each button says its day.
#[component]
fn AbsenceForm(lang: Lang, coming: Coming, list: bool, teller: Teller) -> impl IntoView {
    let (words, named) = teller.button(lang, coming.absent, &plain_day(lang, coming.day));
    let class = if list { "button" } else { "button button--main" };
    view! {
        <form method="post" action=format!("{}/absence", teller.home())>
            <Whose person=teller.person().to_string()/>
            <input type="hidden" name="group" value=coming.group.to_string()/>
            <input type="hidden" name="day" value=coming.day.to_string()/>
            <input type="hidden" name="absent" value=if coming.absent { "no" } else { "yes" }/>
            {list.then(|| view! { <input type="hidden" name="list" value="yes"/> })}
            <button class=class aria-label=named><span>{words}</span></button>
        </form>
    }
    .into_any()
}

/// What a row above says already of the way there and of those who lead is not said again: six times the same would hide
/// the days, which are all that differs.
fn told_once(all: Vec<Coming>) -> Vec<Coming> {
    let is_alike = |a: &Coming, b: &Coming| {
        (&a.place, &a.way, &a.map, &a.leaders, &a.call) == (&b.place, &b.way, &b.map, &b.leaders, &b.call)
    };
    let mut above: HashMap<GroupId, Coming> = HashMap::new();
    all.into_iter()
        .map(|coming| match above.insert(coming.group, coming.clone()) {
            Some(before) if is_alike(&before, &coming) => {
                Coming { way: Vec::new(), map: None, leaders: Vec::new(), call: None, ..coming }
            }
            _ => coming,
        })
        .collect()
}

/// Where a session stands on the page of all.
pub fn anchor(group: GroupId, day: Day) -> String {
    format!("s-{group}-{day}")
}

/// The next sessions, each with its own button.
#[component]
pub fn SessionsPage(
    lang: Lang,
    today: Day,
    all: Vec<Coming>,
    /// Days on which the group does not meet, though its plan says so; nothing to whoever is not told that.
    #[prop(optional)]
    cancelled: Vec<Day>,
    said: Option<(Tone, &'static str)>,
    /// Of which session that is said.
    at: Option<(GroupId, Day)>,
    teller: Teller,
    /// How the person is called, where a relative reads of several.
    #[prop(optional_no_strip)]
    called: Option<String>,
) -> impl IntoView {
    let none = all.is_empty();
    let is_of = |coming: &Coming| at == Some((coming.group, coming.day));
    let below = said.filter(|_| all.iter().any(is_of));
    let said = said.filter(|_| below.is_none());
    let rows: Vec<_> = told_once(all)
        .into_iter()
        .map(|coming| {
            let said = below.filter(|_| is_of(&coming));
            view! { <OneSession lang today coming said teller/> }
        })
        .collect();
    view! {
        <Back lang home=teller.home()/>
        <h1>{sessions::title(lang)}</h1>
        {called.map(|called| view! { <p class="own__big">{called}</p> })}
        <CancelledDays lang days=cancelled/>
        {said.map(|(tone, title)| view! { <Notice tone title live=true/> })}
        {none.then(|| view! { <p class="own__none">{teller.none(lang)}</p> })}
        <ul class="own__sessions" role="list">{rows}</ul>
    }
    .into_any()
}

/// One of the next sessions; `said`: what was just done with it.
#[component]
fn OneSession(
    lang: Lang,
    today: Day,
    coming: Coming,
    said: Option<(Tone, &'static str)>,
    teller: Teller,
) -> impl IntoView {
    let facts = facts(lang, &coming, None);
    let when = capital(&day_in_words(lang, today, coming.day));
    let id = anchor(coming.group, coming.day);
    let told = match said {
        Some((tone, title)) => Some(view! { <Notice tone title live=true/> }.into_any()),
        None => coming.absent.then(|| view! { <Notice tone=Tone::Told title=teller.told(lang)/> }.into_any()),
    };
    let form = coming.may_change.then(|| view! { <AbsenceForm lang coming=coming.clone() list=true teller/> });
    // Whoever pressed comes back to this row, with the keyboard and with a screen reader, too.
    view! { <li class="own__session" id=id tabindex="-1"><h2>{when}</h2>{facts}{told}{form}</li> }.into_any()
}

/// One's visits of a year, the newest first: counted, never graded.
#[component]
pub fn VisitsPage(lang: Lang, days: Vec<Day>) -> impl IntoView {
    let count = whole(days.len());
    let last = days.first().map(|day| visits::last(lang, &plain_day(lang, *day)));
    let body = match last {
        None => view! { <p class="own__none">{visits::none(lang)}</p> }.into_any(),
        Some(last) => view! {
            <p class="own__big">{visits::count(lang, count)}</p>
            <p>{last}" "{visits::kind(lang)}</p>
            <VisitDays lang days/>
        }
        .into_any(),
    };
    view! { <Back lang/><h1>{visits::title(lang)}</h1>{body} }.into_any()
}

/// The last days of visits.
#[component]
pub fn VisitDays(lang: Lang, days: Vec<Day>) -> impl IntoView {
    const SHOWN: usize = 12;
    let lines: Vec<_> =
        days.iter().take(SHOWN).map(|day| view! { <li>{capital(&plain_day(lang, *day))}</li> }).collect();
    view! { <h2>{visits::list(lang)}</h2><ul class="own__visits" role="list">{lines}</ul> }.into_any()
}

/// One's results, in the words of the results card, and one's own answers about how one is.
#[component]
pub fn OwnResultsPage(lang: Lang, card: CardView, wellbeing: WellbeingView) -> impl IntoView {
    let wellbeing = (!wellbeing.followed.is_empty()).then(|| view! { <Wellbeing lang view=wellbeing/> });
    view! { <Back lang/><ResultsCard lang card/>{wellbeing} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_brought_along_is_said_of_groups_that_one_goes_to() {
        assert_eq!(bring(Lang::Fi, GroupKind::StrengthBalance), Some("Ota mukaan sisäkengät ja vesipullo."));
        assert!(
            bring(Lang::FiTe, GroupKind::Outdoor).is_some_and(|words| words.starts_with("Pukeutukaa sään mukaan."))
        );
        assert_eq!(
            [GroupKind::Counselling, GroupKind::Home, GroupKind::Event].map(|kind| bring(Lang::Sv, kind)),
            [None; 3]
        );
    }

    #[test]
    fn the_way_is_told_once_and_again_where_it_is_another() {
        let coming = |group: u128, day: &str, place: &str| Coming {
            group: GroupId(uuid::Uuid::from_u128(group)),
            group_name: "Ryhmä".into(),
            day: day.parse().unwrap(),
            starts_at: None,
            place: Some(place.into()),
            way: vec!["Sisään pihalta".into()],
            map: None,
            bring: None,
            note: None,
            leaders: vec!["Hanna".into()],
            call: None,
            absent: false,
            may_change: true,
        };
        let told = told_once(vec![
            coming(1, "2026-09-08", "Kylätalo"),
            coming(2, "2026-09-09", "Kylätalo"),
            coming(1, "2026-09-15", "Kylätalo"),
            coming(1, "2026-09-22", "Koulu"),
        ]);
        assert_eq!(told.iter().map(|one| one.way.len() + one.leaders.len()).collect::<Vec<_>>(), [2, 2, 0, 2]);
        assert!(told.iter().all(|one| one.place.is_some()), "where it is stands at each day");
    }

    #[test]
    fn a_relative_reads_of_the_persons_group_and_not_of_an_own_one() {
        let person = ParticipantId(uuid::Uuid::from_u128(1));
        assert!(Teller::Own(person).none(Lang::Fi).starts_with("Ryhmälläsi ei ole"));
        assert_eq!(Teller::Relative(person).none(Lang::Fi), "Ryhmällä ei ole nyt tulevia kertoja.");
    }
}
