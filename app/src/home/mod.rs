//! The first page after signing in, by role: what is on today, what waits, where to go.

use domain::access::{NoticeKind, Role};
use domain::ids::GroupId;
use domain::time::{Day, Instant};
use leptos::prelude::*;

use crate::feedback::QUEUE_PATH;
use crate::sessions::today::Meeting;
use crate::texts::messages::told;
use crate::texts::sessions::calls;
use crate::texts::{Lang, at_time, count, day, guide, home, quality, roll, weekday};
use crate::ui::{
    BigFigure, Button, ButtonKind, ButtonLink, Empty, Horizon, Icon, MOST_TOLD, Notice, RowLink, Rows, Tag, Tone,
};

/// A group that meets today.
#[derive(Clone, PartialEq, Debug)]
pub struct TodayLine {
    pub meeting: Meeting,
    /// The names of those who lead it today, at the desk.
    pub leaders: Option<Vec<String>>,
}

/// A session of which somebody is to be told by a call, because a message did not get through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToCallLine {
    pub group: GroupId,
    pub day: Day,
    /// Whether it is cancelled, or on after all.
    pub cancelled: bool,
    /// Whether these are relatives, whom the list of calls does not name.
    pub relatives: bool,
    /// How many people.
    pub people: i64,
}

/// What the start page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct HomeView {
    pub name: String,
    pub role: Role,
    pub today: Day,
    /// Groups within reach that meet today; nothing for roles that see no group.
    pub sessions: Option<Vec<TodayLine>>,
    pub reviews: i64,
    /// Incidents that nobody has gone through.
    pub incidents: i64,
    pub incomplete: i64,
    /// The nearest first.
    pub to_call: Vec<ToCallLine>,
    /// What waits about ways into the programme, for coordinators.
    pub ways: WaysToDo,
    /// Groups running and people in them, for coordinators.
    pub running: Option<(i64, i64)>,
    /// Whether a coordinator has no group yet, neither running nor to come.
    pub no_groups: bool,
    /// What the reader has to know, and the newest moment among it.
    pub notices: Vec<AccountNotice>,
    /// What is to be said of the reader's recovery codes.
    pub recovery: Option<RecoveryLeft>,
}

/// Recovery codes of the second factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecoveryLeft {
    pub left: i64,
    /// When one was used, if lately.
    pub used: Option<Instant>,
}

/// How many of each wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct WaysToDo {
    pub forms: i64,
    pub undecided: i64,
    pub ran_out: i64,
    /// Who waits while a place is free for them.
    pub room_for: i64,
    /// People in counselling who are to be contacted.
    pub talks_due: i64,
    /// What people have asked for by their rights and are to be answered, and how many of those are late.
    pub requests: i64,
    pub requests_late: i64,
    /// Feedback that is to be answered, and how much of it is late.
    pub feedback: i64,
    pub feedback_late: i64,
    /// Tablets of which nothing has been heard for too long.
    pub silent: i64,
}

impl WaysToDo {
    fn all(&self) -> i64 {
        let ways = self.forms + self.undecided + self.ran_out + self.room_for + self.talks_due;
        ways + self.requests + self.feedback + self.silent
    }
}

/// Something that was done to the reader's account.
#[derive(Clone, PartialEq, Debug)]
pub struct AccountNotice {
    pub kind: NoticeKind,
    /// Who did it.
    pub by: String,
    pub at: Instant,
    /// The address of the personal card that it is about.
    pub card: Option<String>,
}

#[component]
pub fn HomePage(lang: Lang, view: HomeView) -> impl IntoView {
    let lead = match view.role {
        Role::Coordinator => home::lead_coordinator(lang),
        Role::MunicipalOfficer => home::lead_officer(lang),
        Role::Auditor => home::lead_auditor(lang),
        Role::Instructor | Role::PeerInstructor => home::lead_instructor(lang),
        Role::OrganisationAdmin => home::lead_admin(lang),
    };
    let counted = view.reviews + view.incidents + view.incomplete + view.ways.all();
    let waiting = counted > 0 || !view.to_call.is_empty();
    let role = view.role;
    let columns = if role == Role::Coordinator { "columns columns--even" } else { "columns columns--side" };
    let begins = view.no_groups;
    view! {
        <div class="hero">
            <div class="hero__words">
                <div>
                    <h1>{home::greeting(lang, &view.name)}</h1>
                    <p class="page-head__lead">{lead}</p>
                </div>
                <Doors lang role/>
            </div>
            <Horizon/>
        </div>
        {view.recovery.map(|recovery| view! { <Recovery lang recovery/> })}
        {(!view.notices.is_empty()).then(|| view! { <Notices lang notices=view.notices/> })}
        <div class=columns>
            {view.sessions.map(|sessions| view! { <Today lang role today=view.today sessions begins/> })}
            <div class="stack stack--wide">
                {(role == Role::Coordinator).then(|| view! {
                    <ToDo
                        lang
                        waiting
                        to_call=view.to_call
                        incidents=view.incidents
                        reviews=view.reviews
                        incomplete=view.incomplete
                        ways=view.ways
                    />
                })}
                {view.running.map(|(groups, people)| view! {
                    <div class="figures">
                        <BigFigure number=count(lang, groups) words=home::groups_running(lang)/>
                        <BigFigure number=count(lang, people) words=home::people_active(lang)/>
                    </div>
                })}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Recovery(lang: Lang, recovery: RecoveryLeft) -> impl IntoView {
    use crate::texts::access::own_account as words;
    let used = recovery.used.map(|at| {
        let (on, time) = at.in_finland();
        view! { <p>{words::code_used(lang, on, time)}</p> }
    });
    view! {
        <Notice tone=Tone::Look title=words::codes_left(lang, recovery.left)>
            {used}
            <p><a href="/second-factor">{words::to_fresh_codes(lang)}</a></p>
        </Notice>
    }
}

#[component]
fn Notices(lang: Lang, notices: Vec<AccountNotice>) -> impl IntoView {
    let newest = notices.iter().map(|notice| notice.at.millis()).max().unwrap_or_default();
    let shown: Vec<_> = notices
        .into_iter()
        .map(|AccountNotice { kind, by, at, card }| {
            let on = at.in_finland().0;
            let title = match kind {
                NoticeKind::NewCode => home::notice::new_code(lang, &by, on),
                NoticeKind::SecondFactor => home::notice::second_factor(lang, &by, on),
                NoticeKind::Roles => home::notice::roles(lang, &by, on),
                NoticeKind::CardTried => home::notice::card_tried(lang, on),
                NoticeKind::RelativeCardTried => home::notice::relative_card_tried(lang, on),
                NoticeKind::BreakGlass => home::notice::break_glass(lang, &by, on, at.in_finland().1),
            };
            let card = card.map(|href| view! { <p><a href=href>{home::notice::to_card(lang)}</a></p> });
            view! { <Notice tone=Tone::Look title>{card}</Notice> }
        })
        .collect();
    view! {
        <section class="section" aria-label=home::notice::title(lang)>
            {shown}
            <form method="post" action="/notices/read">
                <input type="hidden" name="newest" value=newest.to_string()/>
                <Button text=home::notice::read(lang)/>
            </form>
        </section>
    }
    .into_any()
}

/// The one main way of a role that works elsewhere than at the desk's lists.
#[component]
fn Doors(lang: Lang, role: Role) -> impl IntoView {
    let door = match role {
        Role::Instructor | Role::PeerInstructor => Some((home::open_tablet(lang), "/tablet", Icon::Tablet)),
        Role::MunicipalOfficer => Some((home::open_figures(lang), "/figures", Icon::Forward)),
        Role::Auditor => Some((home::open_log(lang), "/log", Icon::Forward)),
        Role::OrganisationAdmin => Some((home::open_accounts(lang), "/accounts", Icon::People)),
        Role::Coordinator => None,
    };
    let measures = matches!(role, Role::Coordinator | Role::Instructor);
    view! {
        {door.map(|(text, href, icon)| view! {
            <p class="home__door"><ButtonLink text href icon kind=ButtonKind::Main/></p>
        })}
        {measures.then(|| view! { <p class="home__door"><ButtonLink text=guide::link(lang) href="/tests/guide"/></p> })}
    }
}

#[component]
fn ToDo(
    lang: Lang,
    waiting: bool,
    to_call: Vec<ToCallLine>,
    incidents: i64,
    reviews: i64,
    incomplete: i64,
    ways: WaysToDo,
) -> impl IntoView {
    let incidents =
        (incidents > 0).then(|| todo(strong(to_go_through(lang, incidents)), home::open_incidents(lang), "/incidents"));
    let calls: Vec<_> = to_call.into_iter().map(|line| to_tell(lang, line)).collect();
    let reviews = (reviews > 0).then(|| todo(strong(to_settle(lang, reviews)), home::open_reviews(lang), "/reviews"));
    let incomplete = (incomplete > 0)
        .then(|| todo(strong(home::incomplete(lang, incomplete)), home::open_incomplete(lang), "/people?incomplete=1"));
    view! {
        <section class="section">
            <h2>{home::to_do(lang)}</h2>
            {(!waiting).then(|| view! { <p class="quiet">{home::nothing_to_do(lang)}</p> })}
            {incidents}
            {calls}
            {reviews}
            <Ways lang ways/>
            {incomplete}
            <p><a class="link" href="/reviews/quality">{quality::title(lang)}</a></p>
        </section>
    }
    .into_any()
}

/// Something that waits, and where it is done.
fn todo(what: AnyView, open: &'static str, href: impl Into<String>) -> AnyView {
    let href: String = href.into();
    view! { <div class="card todo">{what}<ButtonLink text=open href/></div> }.into_any()
}

fn strong(words: String) -> AnyView {
    view! { <p><strong>{words}</strong></p> }.into_any()
}

/// Who is to be told of a session by a call; relatives are on the list of messages alone.
fn to_tell(lang: Lang, line: ToCallLine) -> AnyView {
    let ToCallLine { group, day, cancelled, relatives, people } = line;
    let words = match (cancelled, relatives) {
        (true, false) => home::to_call(lang, day, people),
        (false, false) => home::to_call_on(lang, day, people),
        (true, true) => home::relatives(lang, day, people),
        (false, true) => home::relatives_on(lang, day, people),
    };
    let (open, part) = if cancelled && !relatives { (calls::open(lang), "calls") } else { (told::open(lang), "told") };
    todo(strong(words), open, format!("/groups/{group}/sessions/{day}#{part}"))
}

/// What waits about ways into the programme: one card, a line for each.
#[component]
fn Ways(lang: Lang, ways: WaysToDo) -> impl IntoView {
    use home::ways as t;
    let WaysToDo {
        forms,
        undecided,
        ran_out,
        room_for,
        talks_due,
        requests,
        requests_late,
        feedback,
        feedback_late,
        silent,
    } = ways;
    let counted = [
        (forms, t::forms(lang, forms)),
        (undecided, t::undecided(lang, undecided)),
        (ran_out, t::ran_out(lang, ran_out)),
        (room_for, t::room_for(lang, room_for)),
    ];
    let lines: Vec<_> = counted.into_iter().filter(|(n, _)| *n > 0).map(|(_, words)| strong(words)).collect();
    let applications = (!lines.is_empty())
        .then(|| todo(view! { <div>{lines}</div> }.into_any(), t::applications(lang), "/applications"));
    let with_late = |words: String, late: i64| {
        let late = (late > 0).then(|| view! { <p>{t::requests_late(lang, late)}</p> });
        view! { <div>{strong(words)}{late}</div> }.into_any()
    };
    let requests = (requests > 0)
        .then(|| todo(with_late(t::requests(lang, requests), requests_late), t::open_requests(lang), "/requests"));
    let feedback = (feedback > 0)
        .then(|| todo(with_late(t::feedback(lang, feedback), feedback_late), t::open_feedback(lang), QUEUE_PATH));
    let silent = (silent > 0).then(|| todo(strong(t::silent(lang, silent)), t::open_devices(lang), "/devices"));
    let talks = (talks_due > 0).then(|| todo(strong(t::talks_due(lang, talks_due)), t::contacts(lang), "/talks"));
    view! { {applications}{requests}{feedback}{silent}{talks} }.into_any()
}

fn to_go_through(lang: Lang, incidents: i64) -> String {
    match incidents > MOST_TOLD {
        true => home::incidents_more_than(lang, MOST_TOLD),
        false => home::incidents(lang, incidents),
    }
}

fn to_settle(lang: Lang, reviews: i64) -> String {
    if reviews > MOST_TOLD { home::reviews_more_than(lang, MOST_TOLD) } else { home::reviews(lang, reviews) }
}

#[component]
fn Today(
    lang: Lang,
    role: Role,
    today: Day,
    sessions: Vec<TodayLine>,
    /// Whether no group runs or is to come.
    begins: bool,
) -> impl IntoView {
    let next = if begins { home::first_steps(lang) } else { "" };
    let none = sessions.is_empty();
    let rows: Vec<_> = sessions
        .into_iter()
        .map(|TodayLine { meeting, leaders }| {
            let time = meeting.starts_at.map(|at| at_time(lang, at)).unwrap_or_default();
            let unled = leaders.as_ref().is_some_and(Vec::is_empty) && !meeting.by_count && !meeting.is_cancelled();
            let leaders = leaders.unwrap_or_default().join(", ");
            let more = [time, meeting.place.clone().unwrap_or_default(), leaders];
            let more: Vec<_> = more.into_iter().filter(|part| !part.is_empty()).collect();
            // Who has no desk opens the roll on the tablet.
            let href = match role {
                Role::Coordinator => format!("/groups/{}/sessions/{today}", meeting.group),
                _ => format!("/tablet/roll/{}/{today}", meeting.group),
            };
            let cancelled = meeting.is_cancelled().then(|| view! { <Tag text=roll::status_cancelled(lang)/> });
            let unled = unled.then(|| view! { <Tag text=home::no_leader(lang) tone=Tone::Look/> });
            view! { <RowLink href name=meeting.group_name more=more.join(" · ")>{cancelled}{unled}</RowLink> }
        })
        .collect();
    let heading = format!("{}, {} {}", home::sessions_today(lang), weekday(lang, today.weekday()), day(lang, today));
    view! {
        <section class="section">
            <h2>{heading}</h2>
            {if none {
                view! { <Empty title=home::no_sessions_today(lang) text=next/> }.into_any()
            } else {
                view! { <Rows>{rows}</Rows> }.into_any()
            }}
        </section>
    }
    .into_any()
}
