//! The queue: forms that came in, applications without a decision, and the waiting list in the order of the advice.

use domain::applications::{Application, Funnel, Standing};
use domain::eligibility::Advice;
use domain::ids::{ApplicationId, GroupId};
use domain::input::call_link;
use domain::people::Decision;
use domain::time::{Day, Instant};
use leptos::prelude::*;

use super::advice::{reasons, short_verdict};
use crate::people::stays::{Joinable, choices};
use crate::texts::{Lang, NO_FIGURE, Words, applications, applications::queue as t, count, moment, whole};
use crate::ui::{
    BigFigure, Button, ButtonKind, ButtonLink, CardTable, Empty, Icon, Notice, PageHead, SelectField, Tag, Tone,
    options,
};

/// A public form that nobody has taken up.
#[derive(Clone, PartialEq, Debug)]
pub struct FormLine {
    pub id: String,
    pub name: String,
    pub birth_year: i32,
    pub phone: String,
    pub received_at: Instant,
    /// Who asked for the person.
    pub referred_by: Option<String>,
    pub wish: Option<String>,
}

/// An application that waits.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    pub id: ApplicationId,
    /// On what the form that closes it stands.
    pub rev: i64,
    pub name: String,
    /// Whoever has died waits for nothing: what is left is to close the application.
    pub died_on: Option<Day>,
    pub application: Application,
    pub advice: Advice,
    /// The names of the groups that are wished for.
    pub wishes: Vec<String>,
}

/// A group with free places for which somebody waits.
#[derive(Clone, PartialEq, Debug)]
pub struct Free {
    pub group: GroupId,
    pub name: String,
    pub places: i64,
}

#[derive(Clone, PartialEq, Debug)]
pub struct QueueView {
    pub today: Day,
    pub forms: Vec<FormLine>,
    /// Those that were dropped within a day, and can be put back.
    pub dropped: Vec<FormLine>,
    pub undecided: Vec<Line>,
    /// In the order of the advice.
    pub waiting: Vec<Line>,
    pub free: Vec<Free>,
    /// Groups by which the waiting list can be narrowed, and the one that is.
    pub groups: Vec<Joinable>,
    pub chosen: Option<GroupId>,
    /// Every group's name.
    pub names: Vec<(GroupId, String)>,
    /// Of the last twelve months.
    pub funnel: Funnel,
    pub done: Option<(Tone, &'static str)>,
}

/// "Haki 8.9.2026, 12 päivää sitten · kotihoito · puhelimella".
pub fn applied_words(lang: Lang, application: &Application, today: Day) -> String {
    let start = &application.start;
    let when = match today.days_since(application.applied_on) {
        ..=0 => t::applied_today(lang).to_owned(),
        days => t::applied(lang, application.applied_on, days),
    };
    format!("{when} · {} · {}", start.source.words(lang), start.channel.words(lang))
}

/// How far it has come, in words.
pub fn standing_words(lang: Lang, standing: Standing, name: impl Fn(GroupId) -> String) -> (String, Tone) {
    match standing {
        Standing::Undecided => (t::undecided(lang).to_owned(), Tone::Look),
        Standing::Waiting => (t::waits(lang).to_owned(), Tone::Calm),
        Standing::Offered { group, until, .. } => (t::offered(lang, &name(group), until), Tone::Told),
        Standing::RanOut { group, until, .. } => (t::ran_out(lang, &name(group), until), Tone::Look),
        Standing::Closed(decision) => (decision.words(lang).to_owned(), Tone::Calm),
    }
}

#[component]
pub fn Queue(lang: Lang, view: QueueView) -> impl IntoView {
    let nothing = view.forms.is_empty() && view.undecided.is_empty() && view.waiting.is_empty();
    let empty = nothing && view.chosen.is_none();
    view! {
        <PageHead title=applications::title(lang) lead=t::lead(lang)>
            <ButtonLink text=t::new(lang) href="/applications/new" kind=ButtonKind::Main icon=Icon::Plus/>
        </PageHead>
        <div class="stack notes">
            {view.done.map(|(tone, words)| view! { <Notice tone title=words live=true/> })}
        </div>
        {empty.then(|| view! { <Empty title=t::empty_title(lang) text=t::empty_text(lang)/> })}
        {(!view.forms.is_empty()).then(|| view! { <Forms lang forms=view.forms.clone()/> })}
        {(!view.dropped.is_empty()).then(|| view! { <Dropped lang forms=view.dropped.clone()/> })}
        {(!view.undecided.is_empty()).then(|| view! { <Undecided lang view=view.clone()/> })}
        {(!empty).then(|| view! { <Waiting lang view=view.clone()/> })}
        <FunnelView lang funnel=view.funnel/>
    }
    .into_any()
}

#[component]
fn Forms(lang: Lang, forms: Vec<FormLine>) -> impl IntoView {
    let rows: Vec<_> = forms.into_iter().map(|line| view! { <FormRow lang line/> }).collect();
    view! {
        <section class="section" id="forms">
            <h2>{t::forms(lang)}</h2>
            <CardTable label=t::forms(lang) heads=vec![t::who(lang), t::phone(lang), t::wish(lang), t::what_next(lang)] rows/>
        </section>
    }
    .into_any()
}

/// What was dropped lately, each with the way back: a slip loses nobody's application.
#[component]
fn Dropped(lang: Lang, forms: Vec<FormLine>) -> impl IntoView {
    let rows: Vec<_> = forms
        .into_iter()
        .map(|FormLine { id, name, birth_year, received_at, .. }| {
            let came = t::came(lang, &moment(lang, received_at), &birth_year.to_string());
            view! {
                <li class="stay">
                    <span class="table__name">{name}<span class="table__more">{came}</span></span>
                    <form method="post" action=format!("/application-forms/{id}/drop")>
                        <Button text=t::put_back(lang).to_owned() name="undo" value="yes"/>
                    </form>
                </li>
            }
        })
        .collect();
    view! {
        <details class="more" id="dropped">
            <summary>{t::dropped_lately(lang)}</summary>
            <p class="quiet">{t::dropped_text(lang)}</p>
            <ul class="days" role="list">{rows}</ul>
        </details>
    }
    .into_any()
}

#[component]
fn FormRow(lang: Lang, line: FormLine) -> impl IntoView {
    let FormLine { id, name, birth_year, phone, received_at, referred_by, wish } = line;
    let link = call_link(&phone);
    let came = t::came(lang, &moment(lang, received_at), &birth_year.to_string());
    view! {
        <tr>
            <th scope="row">
                <span class="table__name">
                    {name}
                    <span class="table__more">{came}</span>
                    {referred_by.map(|by| view! { <span class="table__more">{t::asked_by(lang, &by)}</span> })}
                </span>
            </th>
            <td data-label=t::phone(lang)><a class="link" href=link>{phone}</a></td>
            <td data-label=t::wish(lang)>{wish.unwrap_or_else(|| t::any_group(lang).to_owned())}</td>
            <td data-label=t::what_next(lang)>
                <div class="cluster">
                    <ButtonLink text=t::take_up(lang) href=format!("/applications/new?form={id}")/>
                    <form method="post" action=format!("/application-forms/{id}/drop")>
                        <Button text=t::drop(lang).to_owned() kind=ButtonKind::Quiet/>
                    </form>
                </div>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn Undecided(lang: Lang, view: QueueView) -> impl IntoView {
    let today = view.today;
    let rows: Vec<_> = view
        .undecided
        .into_iter()
        .map(|line| {
            let advice = match line.died_on {
                Some(on) => view! { <Ended lang id=line.id rev=line.rev on/> }.into_any(),
                None => short_verdict(lang, &line.advice.eligibility).into_any(),
            };
            view! {
                <tr>
                    <th scope="row">
                        <span class="table__name">
                            <a href=format!("/applications/{}", line.id)>{line.name}</a>
                            <span class="table__more">{applied_words(lang, &line.application, today)}</span>
                        </span>
                    </th>
                    <td data-label=t::advice(lang)>{advice}</td>
                    <td data-label=t::points(lang)>{points(lang, &line.advice)}</td>
                    <td data-label=t::wish(lang)>{wishes(lang, line.wishes)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="section" id="undecided">
            <h2>{t::to_decide(lang)}</h2>
            <CardTable label=t::to_decide(lang) heads=vec![t::who(lang), t::advice(lang), t::points(lang), t::wish(lang)] rows/>
        </section>
    }
    .into_any()
}

/// That the applicant has died, and the press that closes the application.
#[component]
fn Ended(lang: Lang, id: ApplicationId, rev: i64, on: Day) -> impl IntoView {
    view! {
        <div class="cluster">
            <Tag text=t::died(lang, on)/>
            <Close lang id rev/>
        </div>
    }
    .into_any()
}

/// Closes the application of whoever has died, with the reason.
#[component]
pub(super) fn Close(lang: Lang, id: ApplicationId, rev: i64) -> impl IntoView {
    view! {
        <form method="post" action=format!("/applications/{id}/decide")>
            <input type="hidden" name="rev" value=rev.to_string()/>
            <input type="hidden" name="decision" value=Decision::Withdrew.code()/>
            <input type="hidden" name="reason" value=t::died_reason(lang)/>
            <Button text=t::close(lang).to_owned()/>
        </form>
    }
    .into_any()
}

fn wishes(lang: Lang, wishes: Vec<String>) -> String {
    if wishes.is_empty() { t::any_group(lang).to_owned() } else { wishes.join(", ") }
}

/// "5: liikkuu vähän 2, asuu yksin 1".
fn points(lang: Lang, advice: &Advice) -> AnyView {
    let reasons = reasons(lang, advice);
    view! {
        <span class="table__name">
            {count(lang, i64::from(advice.total()))}
            {(!reasons.is_empty()).then(|| view! { <span class="table__more">{reasons}</span> })}
        </span>
    }
    .into_any()
}

/// The waiting list, of one group or of all.
#[component]
fn Waiting(lang: Lang, view: QueueView) -> impl IntoView {
    let none = view.waiting.is_empty();
    let (today, names) = (view.today, view.names);
    let name = move |group: GroupId| {
        let named = names.iter().find(|(id, _)| *id == group);
        named.map_or_else(|| NO_FIGURE.to_owned(), |(_, name)| name.clone())
    };
    let rows: Vec<_> = view
        .waiting
        .into_iter()
        .enumerate()
        .map(|(at, line)| {
            let standing = standing_words(lang, line.application.standing(today), &name);
            view! { <WaitingRow lang number=at + 1 line today standing/> }
        })
        .collect();
    let groups = options(t::all_groups(lang), choices(lang, &view.groups));
    let chosen = view.chosen.map(|group| group.to_string()).unwrap_or_default();
    view! {
        <section class="section" id="waiting">
            <h2>{t::waiting(lang)}</h2>
            <p class="quiet">{t::order(lang)}</p>
            {(!view.free.is_empty()).then(|| view! { <FreePlaces lang free=view.free/> })}
            <form class="narrow" method="get" action="/applications">
                <SelectField lang name="group" label=t::narrow(lang) options=groups chosen/>
                <Button text=t::show(lang).to_owned()/>
            </form>
            {if none {
                view! { <p class="quiet">{t::nobody_waits(lang)}</p> }.into_any()
            } else {
                view! { <WaitingTable lang rows/> }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// More groups than so many are folded together: who waits is what the page is for.
const FEW_GROUPS: usize = 8;

#[component]
fn FreePlaces(lang: Lang, free: Vec<Free>) -> impl IntoView {
    let many = free.len() > FEW_GROUPS;
    let show = t::free_groups(lang, whole(free.len()));
    let lines: Vec<_> = free.into_iter().map(|free| view! { <FreeLine lang free/> }).collect();
    let list = view! { <ul class="free">{lines}</ul> };
    let body = if many {
        view! { <details class="more"><summary>{show}</summary>{list}</details> }.into_any()
    } else {
        list.into_any()
    };
    view! { <Notice tone=Tone::Look title=t::free_title(lang)>{body}</Notice> }.into_any()
}

#[component]
fn FreeLine(lang: Lang, free: Free) -> impl IntoView {
    let words = t::free_places(lang, &free.name, free.places);
    view! { <li><a href=format!("/applications?group={}#waiting", free.group)>{words}</a></li> }.into_any()
}

#[component]
fn WaitingTable<V: IntoView + 'static>(lang: Lang, rows: Vec<V>) -> impl IntoView {
    view! {
        <CardTable label=t::waiting(lang) heads=vec![t::who(lang), t::points(lang), t::wish(lang), t::state(lang)] rows/>
    }
    .into_any()
}

#[component]
fn WaitingRow(lang: Lang, number: usize, line: Line, today: Day, standing: (String, Tone)) -> impl IntoView {
    let (words, tone) = standing;
    let (name, state) = match line.died_on {
        Some(on) => (line.name, view! { <Ended lang id=line.id rev=line.rev on/> }.into_any()),
        None => (
            format!("{number}. {}", line.name),
            view! { <span class="standing"><Tag text=words tone=tone/></span> }.into_any(),
        ),
    };
    view! {
        <tr>
            <th scope="row">
                <span class="table__name">
                    <a href=format!("/applications/{}", line.id)>{name}</a>
                    <span class="table__more">{applied_words(lang, &line.application, today)}</span>
                </span>
            </th>
            <td data-label=t::points(lang)>{points(lang, &line.advice)}</td>
            <td data-label=t::wish(lang)>{wishes(lang, line.wishes)}</td>
            <td data-label=t::state(lang)>{state}</td>
        </tr>
    }
    .into_any()
}

/// How people came in during the last twelve months.
#[component]
fn FunnelView(lang: Lang, funnel: Funnel) -> impl IntoView {
    if funnel.applied == 0 {
        return ().into_any();
    }
    let number = |n: usize| count(lang, whole(n));
    let decision = funnel.days_to_decision.map(|days| t::to_decision(lang, &t::days(lang, days)));
    let start = funnel.days_to_start.map(|days| t::to_start(lang, &t::days(lang, days)));
    let usually = [decision, start].into_iter().flatten().collect::<Vec<_>>().join(" ");
    view! {
        <section class="section" id="funnel">
            <h2>{t::funnel(lang)}</h2>
            <div class="figures">
                <BigFigure number=number(funnel.referred) words=t::referred(lang)/>
                <BigFigure number=number(funnel.applied) words=t::applied_n(lang)/>
                <BigFigure number=number(funnel.decided) words=t::decided_n(lang)/>
                <BigFigure number=number(funnel.accepted) words=t::accepted_n(lang)/>
                <BigFigure number=number(funnel.started) words=t::started_n(lang)/>
            </div>
            {(!usually.is_empty()).then(|| view! { <p>{usually}</p> })}
        </section>
    }
    .into_any()
}
