//! One session at the desk: who came, what became of it, and what is to be known about it. Everything can be mended.

use domain::attendance::{Correction, Mark};
use domain::ids::{IncidentId, ParticipantId};
use domain::incidents::{IncidentKind, InjuryLevel};
use domain::people::naming::Named;
use domain::sessions::{Cancellation, SessionStatus};
use domain::time::{Day, TimeOfDay};
use leptos::prelude::*;

use super::calls::{CallList, ToCall};
use super::list::{address, when};
use super::today::Meeting;
use super::told::{ToldLine, ToldList};
use crate::groups::week::{ClashLine, Clashing};
use crate::incidents::list::moment;
use crate::people::page::{History, HistoryLine};
use crate::texts::{self, Lang, Words, attendance, common, groups, incidents, sessions, time, whole};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Empty, ErrorSummary, Field, FieldError, FieldWidth, Notice, PageHead, SelectField,
    TableFrame, Tag, TextArea, Tone, options, options_of,
};

/// Somebody of the session, with the mark.
#[derive(Clone, PartialEq, Debug)]
pub struct Marked {
    pub person: ParticipantId,
    pub name: Named,
    pub mark: Option<Mark>,
    /// The mark's version; 0 where there was never one.
    pub rev: i64,
    /// Marked, and not in the group on that day.
    pub visitor: bool,
    /// Two devices gave different marks.
    pub disputed: bool,
}

/// An incident of that day.
#[derive(Clone, PartialEq, Debug)]
pub struct Happened {
    pub id: IncidentId,
    pub kind: IncidentKind,
    pub injury: InjuryLevel,
    pub on: Day,
    pub at: Option<TimeOfDay>,
}

/// What was typed into one of the page's small forms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SmallForm {
    Mark { person: ParticipantId, mark: String, reason: String },
    Cancel { reason: String },
    Note { note: String },
    Move { starts_at: String, place: String },
    Count { people: String },
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct SessionView {
    pub meeting: Meeting,
    pub today: Day,
    /// The session's version; 0 where it is only planned.
    pub rev: i64,
    pub people: Vec<Marked>,
    /// Nothing for roles that see none.
    pub incidents: Option<Vec<Happened>>,
    pub history: Vec<HistoryLine>,
    /// Whom to call, where it is cancelled and not past.
    pub calls: Option<Vec<ToCall>>,
    /// Who was told by a message.
    pub told: Vec<ToldLine>,
    /// Whether it is of an event: people are counted, and nobody's name is kept.
    pub by_count: bool,
    pub may_mark: bool,
    /// Whether the reader may change this session and all that follow at once.
    pub may_change_rest: bool,
    /// A sentence about what was just saved.
    pub done: Option<&'static str>,
    /// What it cannot share with other groups, told when it was just put to another time or place.
    pub clashes: Vec<ClashLine>,
    /// The small form that came back, as it was typed, and what is wrong with it.
    pub typed: Option<SmallForm>,
    pub errors: Vec<FieldError>,
}

impl SessionView {
    fn ahead(&self) -> bool {
        self.meeting.day > self.today
    }

    fn cancelled(&self) -> bool {
        self.meeting.is_cancelled()
    }

    fn counts(&self, lang: Lang) -> String {
        let many = |fits: fn(&Marked) -> bool| whole(self.people.iter().filter(|one| fits(one)).count());
        let absent = many(|one| one.mark.is_some_and(|mark| !mark.attended()));
        let present = many(|one| one.mark.is_some_and(Mark::attended));
        sessions::page::counts(lang, absent, present, many(|one| one.mark.is_none()))
    }
}

#[component]
pub fn SessionPage(lang: Lang, view: SessionView) -> impl IntoView {
    use sessions::page as t;
    let meeting = view.meeting.clone();
    let lead: Vec<_> = [Some(meeting.group_name.clone()), meeting.place.clone()].into_iter().flatten().collect();
    let back = Some((format!("/groups/{}", meeting.group), meeting.group_name.clone()));
    let (group, may_mark, history) = (meeting.group, view.may_mark, view.history.clone());
    let calls = view.calls.clone().filter(|people| !people.is_empty());
    let (told, cancelled) = (view.told.clone(), view.cancelled());
    let told = (!told.is_empty()).then(|| view! { <ToldList lang lines=told cancelled/> });
    let names = !view.by_count || !view.people.is_empty();
    let (incidents_of_day, may_record) = (view.incidents.clone(), view.incidents.is_some());
    let record = format!("/groups/{group}/incidents/new?on={}", meeting.day);
    view! {
        <PageHead title=when(lang, &meeting) lead=lead.join(" · ") back>
            <ButtonLink text=t::all(lang) href=format!("/groups/{group}/sessions")/>
            {may_record.then(|| view! {
                <ButtonLink text=incidents::page::record(lang) href=record/>
            })}
        </PageHead>
        <div class="stack notes">
            <ErrorSummary lang errors=view.errors.clone()/>
            {view.done.map(|words| view! { <Notice tone=Tone::Good title=words live=true/> })}
            <Clashing lang lines=view.clashes.clone()/>
            {view.cancelled().then(|| view! { <Cancelled lang meeting=meeting.clone() rev=view.rev may=may_mark/> })}
        </div>
        <div class="columns columns--side">
            <div class="stack stack--wide">
                {calls.map(|people| view! { <CallList lang meeting=meeting.clone() people/> })}
                {told}
                {view.by_count.then(|| view! { <Count lang view=view.clone()/> })}
                {names.then(|| view! { <People lang view=view.clone()/> })}
                <History lang title=t::history(lang) nothing=t::no_history(lang) lines=history/>
            </div>
            <div class="stack">
                {may_mark.then(|| view! { <NoteForm lang view=view.clone()/> })}
                {incidents_of_day.map(|list| view! { <Incidents lang list/> })}
                {(may_mark && !view.cancelled()).then(|| view! { <MoveForm lang view=view.clone()/> })}
                {(may_mark && !view.cancelled()).then(|| view! { <CancelForm lang view=view.clone()/> })}
            </div>
        </div>
    }
    .into_any()
}

/// That it does not take place, and the way back.
#[component]
fn Cancelled(lang: Lang, meeting: Meeting, rev: i64, may: bool) -> impl IntoView {
    use sessions::page as t;
    let because = meeting.because.map(|reason| t::because(lang, reason.words(lang)));
    let holiday = meeting.status == Some(SessionStatus::Holiday) && meeting.because.is_none();
    let because = because.or_else(|| holiday.then(|| t::because(lang, Cancellation::Holiday.words(lang))));
    view! {
        <Notice tone=Tone::Look title=t::cancelled(lang)>
            {because.map(|words| view! { <p>{words}</p> })}
            {may.then(|| view! {
                <form method="post" action=format!("{}/restore", address(&meeting))>
                    <input type="hidden" name="rev" value=rev.to_string()/>
                    <Button text=t::restore(lang).to_owned()/>
                </form>
            })}
        </Notice>
    }
    .into_any()
}

/// How many came to an event; the form, where that can be said.
#[component]
fn Count(lang: Lang, view: SessionView) -> impl IntoView {
    use sessions::page as t;
    let counted = view.meeting.counted.map(|people| t::counted(lang, i64::from(people)));
    let open = view.may_mark && !view.ahead() && !view.cancelled();
    let (mine, typed) = match view.typed {
        Some(SmallForm::Count { people }) => (true, people),
        _ => (false, view.meeting.counted.map(|people| people.to_string()).unwrap_or_default()),
    };
    let error = FieldError::of(&view.errors, "people").filter(|_| mine);
    view! {
        <section class="card">
            <h2>{t::count_title(lang)}</h2>
            {counted.map(|words| view! { <p>{words}</p> })}
            {open.then(|| view! {
                <form class="stack" method="post" action=format!("{}/count", address(&view.meeting)) novalidate>
                    <input type="hidden" name="rev" value=view.rev.to_string()/>
                    <Field lang name="people" label=t::count(lang) value=typed hint=Some(t::count_hint(lang).to_owned())
                        error width=FieldWidth::Short inputmode="numeric" maxlength=5/>
                    <p><Button text=t::save_count(lang).to_owned() kind=ButtonKind::Main/></p>
                </form>
            })}
        </section>
    }
    .into_any()
}

#[component]
fn People(lang: Lang, view: SessionView) -> impl IntoView {
    use sessions::page as t;
    let label = t::participants(lang);
    if view.people.is_empty() {
        return view! {
            <section class="section">
                <h2>{label}</h2>
                <Empty title=t::nobody_title(lang) text=t::nobody_text(lang)/>
            </section>
        }
        .into_any();
    }
    let counts = (!view.ahead()).then(|| view.counts(lang));
    let may = view.may_mark;
    let rows: Vec<_> = view.people.iter().map(|one| view! { <Row lang one=one.clone() view=view.clone()/> }).collect();
    view! {
        <section class="section">
            <div class="card__head"><h2>{label}</h2>{counts.map(|words| view! { <p>{words}</p> })}</div>
            <TableFrame label>
                <table class="table table--cards">
                    <thead>
                        <tr>
                            <th scope="col">{t::name(lang)}</th>
                            <th scope="col">{t::mark(lang)}</th>
                            {may.then(|| view! { <th scope="col">{correct(lang, view.ahead())}</th> })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableFrame>
        </section>
    }
    .into_any()
}

/// Of what has been, a mark is corrected; of what is to come, an absence is noted.
fn correct(lang: Lang, ahead: bool) -> &'static str {
    if ahead { sessions::page::tell(lang) } else { sessions::page::correct(lang) }
}

#[component]
fn Row(lang: Lang, one: Marked, view: SessionView) -> impl IntoView {
    use sessions::page as t;
    let name = texts::named(lang, &one.name);
    let (words, tone) = match one.mark {
        Some(mark) if mark.attended() => (mark.words(lang), Tone::Good),
        Some(Mark::AbsentUnknown) => (Mark::AbsentUnknown.words(lang), Tone::Look),
        Some(mark) => (mark.words(lang), Tone::Calm),
        None => (attendance::mark::none(lang), Tone::Calm),
    };
    let marked = one.mark.is_some() || !view.ahead();
    let href = format!("/people/{}", one.person);
    let form = view.may_mark.then(|| {
        view! {
            <td class="session__correct"><MarkForm lang one=one.clone() name=name.clone() view=view.clone()/></td>
        }
    });
    view! {
        <tr>
            <th scope="row">
                <span class="table__name">
                    <a href=href>{name.clone()}</a>
                    {one.visitor.then(|| view! { <span class="table__more">{t::visitor(lang)}</span> })}
                </span>
            </th>
            <td data-label=t::mark(lang)>
                <span class="cluster">
                    {marked.then(|| view! { <Tag text=words tone/> })}
                    {one.disputed.then(|| view! { <Tag text=t::disputed(lang) tone=Tone::Look/> })}
                </span>
            </td>
            {form}
        </tr>
    }
    .into_any()
}

/// What a coming session can have: somebody told beforehand.
pub const AHEAD: [Mark; 2] = [Mark::AbsentInformed, Mark::Paused];
/// The value that takes a mark away.
pub const NO_MARK: &str = "none";

/// One form of many on the page: the one that came back has the fields that the summary of errors leads to; the others'
/// labels need ids of their own.
#[component]
fn MarkForm(lang: Lang, one: Marked, name: String, view: SessionView) -> impl IntoView {
    use sessions::page as t;
    let ahead = view.ahead();
    let (mine, chosen, why) = match view.typed {
        Some(SmallForm::Mark { person, mark, reason }) if person == one.person => (true, mark, reason),
        _ => (false, String::new(), String::new()),
    };
    let errors = if mine { view.errors } else { Vec::new() };
    let id = |field: &str| if mine { field.to_owned() } else { format!("{field}-{}", one.person) };
    let error = |field: &str| FieldError::of(&errors, field);
    let marks: &[Mark] = if ahead { &AHEAD } else { Mark::ALL };
    let marks = marks.iter().map(|mark| (mark.code().to_owned(), mark.words(lang).to_owned()));
    let none = (NO_MARK.to_owned(), attendance::mark::none(lang).to_owned());
    let marks = options(common::choose(lang), marks.chain([none]));
    let reasons = options_of(lang, Correction::ALL);
    let reasons = options(common::choose(lang), reasons);
    let label = if ahead { t::tell_of(lang, &name) } else { t::correct_of(lang, &name) };
    view! {
        <details class="more" open=mine>
            <summary aria-label=label>{correct(lang, ahead)}</summary>
            <form class="stack" method="post" action=format!("{}/mark", address(&view.meeting)) novalidate>
                <input type="hidden" name="participant" value=one.person.to_string()/>
                <input type="hidden" name="rev" value=one.rev.to_string()/>
                <SelectField lang name="mark" id=id("mark") label=t::new_mark(lang) options=marks chosen
                    error=error("mark")/>
                {(!ahead).then(|| view! {
                    <SelectField lang name="reason" id=id("reason") label=t::why_changed(lang) options=reasons chosen=why
                        error=error("reason")/>
                })}
                <p><Button text=t::save_mark(lang).to_owned() kind=ButtonKind::Main/></p>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn NoteForm(lang: Lang, view: SessionView) -> impl IntoView {
    use sessions::page as t;
    let (mine, typed) = match view.typed {
        Some(SmallForm::Note { note }) => (true, note),
        _ => (false, view.meeting.note.clone().unwrap_or_default()),
    };
    let error = FieldError::of(&view.errors, "note").filter(|_| mine);
    view! {
        <section class="card">
            <h2>{t::note(lang)}</h2>
            <form class="stack" method="post" action=format!("{}/note", address(&view.meeting)) novalidate>
                <input type="hidden" name="rev" value=view.rev.to_string()/>
                <TextArea lang name="note" label=t::note_label(lang) value=typed hint=Some(t::note_hint(lang).to_owned())
                    error maxlength=1000/>
                <p><Button text=t::save_note(lang).to_owned()/></p>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn MoveForm(lang: Lang, view: SessionView) -> impl IntoView {
    use sessions::page as t;
    let (group, day) = (view.meeting.group, view.meeting.day);
    let rest = view.may_change_rest.then(|| format!("/groups/{group}/edit?from={day}"));
    let (mine, at, place) = match view.typed {
        Some(SmallForm::Move { starts_at, place }) => (true, starts_at, place),
        _ => {
            let at = view.meeting.starts_at.map(|at| time(lang, at)).unwrap_or_default();
            (false, at, view.meeting.place.clone().unwrap_or_default())
        }
    };
    let error = |field: &str| FieldError::of(&view.errors, field).filter(|_| mine);
    view! {
        <details class="more" open=mine>
            <summary>{t::move_it(lang)}</summary>
            <form class="card" method="post" action=format!("{}/move", address(&view.meeting)) novalidate>
                <p>{t::move_lead(lang)}</p>
                <input type="hidden" name="rev" value=view.rev.to_string()/>
                <Field lang name="starts_at" label=sessions::list::at(lang) value=at error=error("starts_at")
                    width=FieldWidth::Short/>
                <Field lang name="place" label=groups::list::place(lang) value=place error=error("place")/>
                <p><Button text=t::save_move(lang).to_owned()/></p>
            </form>
            {rest.map(|href| view! { <p><a class="link" href=href>{t::move_rest(lang)}</a></p> })}
        </details>
    }
    .into_any()
}

#[component]
fn CancelForm(lang: Lang, view: SessionView) -> impl IntoView {
    use sessions::page as t;
    let (mine, chosen) = match view.typed {
        Some(SmallForm::Cancel { reason }) => (true, reason),
        _ => (false, String::new()),
    };
    let error = FieldError::of(&view.errors, "why").filter(|_| mine);
    let reasons = options_of(lang, Cancellation::ALL);
    let reasons = options(common::choose(lang), reasons);
    view! {
        <details class="more" open=mine>
            <summary>{t::cancel(lang)}</summary>
            <form class="card" method="post" action=format!("{}/cancel", address(&view.meeting)) novalidate>
                <p>{t::cancel_lead(lang)}</p>
                <input type="hidden" name="rev" value=view.rev.to_string()/>
                <SelectField lang name="why" label=t::why(lang) options=reasons chosen error/>
                <p><Button text=t::cancel(lang).to_owned()/></p>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn Incidents(lang: Lang, list: Vec<Happened>) -> impl IntoView {
    use sessions::page as t;
    let none = list.is_empty();
    let items: Vec<_> = list
        .into_iter()
        .map(|one| {
            view! {
                <li>
                    <span class="table__name">
                        <a href=format!("/incidents/{}", one.id)>{one.kind.words(lang)}</a>
                        <span class="table__more">
                            {format!("{}, {}", moment(lang, one.on, one.at), one.injury.words(lang))}
                        </span>
                    </span>
                </li>
            }
        })
        .collect();
    view! {
        <section class="card">
            <h2>{t::incidents(lang)}</h2>
            {none.then(|| view! { <p class="quiet">{t::no_incidents(lang)}</p> })}
            {(!none).then(|| view! { <ul class="days" role="list">{items}</ul> })}
        </section>
    }
    .into_any()
}
