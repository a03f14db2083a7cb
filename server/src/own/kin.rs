//! The page of a relative: what somebody shows them, as long as it is shown. Each look is logged before it is had
//! (docs/access.md, Relatives).

use std::collections::{BTreeMap, BTreeSet};

use app::own::door::{PinFor, PinForm};
use app::own::kin::{ChoosePage, GonePage, KeptOfKin, KinPage, KinResultsPage, KinView, KinVisitsPage};
use app::own::page::{SessionsPage, Teller};
use app::texts::kin::page as words;
use app::texts::own::sessions as session_words;
use app::ui::Tone;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::consents::ConsentPurpose;
use domain::groups::{Group, Membership};
use domain::ids::{MunicipalityCode, ParticipantId, RelativeId, UserId};
use domain::sessions::Session;
use domain::time::Day;
use http::StatusCode;
use http::request::Parts;
use leptos::prelude::*;

use super::cards::in_groups;
use super::door::PinAsked;
use super::messages::hinted;
use super::page::{Plan, ToldOf, Whom, results_card, tell_absence, visited};
use super::relatives::Kept;
use super::sessions::{self, OwnSession};
use super::{Holder, TakesPart, of_municipality, opened, relatives, scope_of, taking_part};
use crate::access::cookies::Cookie;
use crate::access::{Asker, InReach, Scope, ScopedTx, reach};
use crate::audit;
use crate::db::Unscoped;
use crate::error::Error;
use crate::messages::choices;
use crate::pages::{Reader, Said, own_page, see_other};
use crate::people::merged;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/kin", choose)
        .get("/kin/{id}", home)
        .get("/kin/{id}/sessions", coming_sessions)
        .post("/kin/{id}/absence", absence)
        .get("/kin/{id}/visits", visits)
        .get("/kin/{id}/pin", pin)
        .post("/kin/{id}/pin", pin_post)
        .get("/kin/{id}/results", results)
}

/// A relative who has signed in, with everybody who shows them something today.
#[derive(Clone)]
pub struct Kin {
    pub(super) session: OwnSession,
    pub(super) relative: RelativeId,
    pub(super) people: Vec<ShowsTo>,
    pub(super) reader: Reader,
    pub(super) request_id: String,
}

/// Somebody who shows something to a relative.
#[derive(Clone, Debug)]
pub struct ShowsTo {
    /// What the relative may touch: of this person alone, and what is shown.
    scope: Scope,
    reached: InReach<ParticipantId>,
    /// All records of the person, that one first.
    records: Vec<InReach<ParticipantId>>,
    called: String,
    until: Day,
    /// The person's home must not become known: no day, hour or place is shown.
    undisclosed: bool,
    stays: Vec<(Membership, Group)>,
}

/// Who shows this relative something today: people who take part, whose data are processed, and who say so now. Whoever
/// says so in several records is one person, under the record that stands for the others.
pub async fn shown_to(
    state: &AppState,
    tenant: &MunicipalityCode,
    relative: RelativeId,
) -> Result<Vec<ShowsTo>, Error> {
    let mut tx = state.db.read(Unscoped::Door).await?;
    let people: Vec<_> = relatives::people_of(&mut tx, tenant, relative).await?.into_iter().map(|(id, _)| id).collect();
    let stands = merged::of_people(&mut tx, tenant, &people.iter().copied().collect()).await?;
    drop(tx);
    let (mut met, mut shown) = (BTreeSet::new(), Vec::new());
    for person in people {
        let kept = stands.get(&person).copied().unwrap_or(person);
        if met.insert(kept) {
            shown.extend(shows(state, tenant, relative, kept).await?);
        }
    }
    Ok(shown)
}

async fn shows(
    state: &AppState,
    tenant: &MunicipalityCode,
    relative: RelativeId,
    person: ParticipantId,
) -> Result<Option<ShowsTo>, Error> {
    let today = state.today();
    let mut tx = state.db.read(&scope_of(tenant, person, today)?).await?;
    let Some(TakesPart { person: of, records, stays, .. }) = taking_part(&mut tx, person).await? else {
        return Ok(None);
    };
    if of.profile.restricted {
        return Ok(None);
    }
    let shown = relatives::shown_by(&mut tx, &records, relative).await?;
    drop(tx);
    let profile = of.profile;
    let actions = actions(&shown, profile.undisclosed);
    let (Some(first), Some(until)) = (actions.first().copied(), shown.values().copied().max()) else {
        return Ok(None);
    };
    let asker = Asker::Relative { user: UserId(relative.0), person, shared: actions, until };
    let scope = Scope::of(asker, tenant.clone(), today)?;
    let mut tx = state.db.read(&scope).await?;
    let reached = reach::person(&mut tx, first, person).await?;
    let records = merged::all(&mut tx, reached, first).await?;
    drop(tx);
    let called = profile.spoken_name().to_owned();
    Ok(Some(ShowsTo { scope, reached, records, called, until, undisclosed: profile.undisclosed, stays }))
}

/// What a relative may do by what is shown. Where a person's home must not become known, nobody learns when or where they
/// can be met.
fn actions(shown: &BTreeMap<ConsentPurpose, Day>, undisclosed: bool) -> BTreeSet<Action> {
    let of = |purpose: &ConsentPurpose| -> &[Action] {
        match purpose {
            ConsentPurpose::RelativeSchedule if !undisclosed => &[Action::SeeSchedule, Action::TellAbsence],
            ConsentPurpose::RelativeMessages if !undisclosed => &[Action::SeeMessages],
            ConsentPurpose::RelativeAttendance => &[Action::SeeVisits],
            ConsentPurpose::RelativeResults => &[Action::SeeAssessments],
            _ => &[],
        }
    };
    shown.keys().flat_map(of).copied().collect()
}

impl ShowsTo {
    fn whom(&self) -> Whom<'_> {
        Whom { records: &self.records, stays: &self.stays }
    }

    fn home(&self) -> String {
        format!("/kin/{}", self.reached.id())
    }

    pub(super) fn may(&self, action: Action) -> bool {
        self.scope.may(action)
    }

    /// Who shows it.
    pub(super) fn person(&self) -> ParticipantId {
        self.reached.id()
    }

    /// Whether the relative is told when this session does not take place.
    pub(super) fn tells_of(&self, session: &Session) -> bool {
        let there = |(stay, group): &(Membership, Group)| group.id == session.group && stay.covers(session.day);
        self.may(Action::SeeMessages) && self.stays.iter().any(there)
    }
}

impl FromRequestParts<AppState> for Kin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let token = Cookie::Own.read(&parts.headers, &state.config).ok_or(Error::SignInNeeded)?;
        let session = sessions::find(state, &token).await?.ok_or(Error::SignInNeeded)?;
        let Holder::Relative(relative) = session.whose.holder else { return Err(Error::SignInNeeded) };
        let people = shown_to(state, &session.whose.municipality, relative).await?;
        let reader = Reader::nobody(&parts.headers, state).of_participants();
        let mut reader = of_municipality(state, reader, &session.whose.municipality, parts.uri.path()).await?;
        reader.shared = session.shared;
        // On the pages of one person: whoever knows when the group meets may call who leads it.
        let named = people.iter().find(|one| parts.uri.path().starts_with(&one.home()));
        if let Some(of) = named.filter(|one| one.may(Action::SeeSchedule)) {
            reader.leader = of.whom().instructor(&mut state.db.read(&of.scope).await?).await?;
        }
        let request_id = request::id_of(&parts.extensions);
        Ok(Self { session, relative, people, reader, request_id })
    }
}

impl Kin {
    /// Whether nobody shows them anything any more.
    pub fn is_shown_nothing(&self) -> bool {
        self.people.is_empty()
    }

    /// Whoever shows something by that name in the address; nobody where they show nothing any more, or never did.
    fn of(&self, id: &str) -> Option<&ShowsTo> {
        self.people.iter().find(|one| one.reached.id().to_string() == id)
    }

    /// As [`Self::of`], if this is shown.
    fn who_shows(&self, id: &str, action: Action) -> Option<&ShowsTo> {
        self.of(id).filter(|one| one.may(action))
    }

    /// Writes down what the relative is shown of one, or of several, before it is handed out.
    async fn note_look(&self, state: &AppState, of: &[ShowsTo], what: &str) -> Result<(), Error> {
        let people: Vec<_> = of.iter().map(|one| format!("participant:{}", one.reached.id())).collect();
        let entities = format!("{} relative:{}", people.join(" "), self.relative);
        let whose = &self.session.whose;
        let fields = what.to_owned();
        let entry = audit::Entry { entities, fields, ..whose.entry(state, "view", &self.request_id) };
        audit::note(state, &whose.municipality, &entry).await
    }

    async fn answer(
        &self,
        state: &AppState,
        title: &'static str,
        body: impl FnOnce() -> AnyView + Send + 'static,
    ) -> Response {
        super::answer(state, &self.reader, &self.session, title, body).await
    }

    /// What is said where nothing is shown: the same, whatever the reason, and nobody's name.
    pub(super) async fn gone(&self) -> Response {
        let lang = self.reader.lang;
        let body = move || view! { <GonePage lang/> }.into_any();
        own_page(&self.reader, StatusCode::NOT_FOUND, words::gone(lang), true, body).await
    }
}

/// Of several people one is chosen; the only one's page is the first.
async fn choose(State(state): State<AppState>, kin: Kin) -> Result<Response, Error> {
    match kin.people.as_slice() {
        [] => Ok(kin.gone().await),
        [only] => Ok(see_other(&only.home())),
        several => {
            kin.note_look(&state, several, "profile").await?;
            let people = several.iter().map(|one| (one.home(), one.called.clone())).collect::<Vec<_>>();
            let lang = kin.reader.lang;
            Ok(kin.answer(&state, words::choose(lang), move || view! { <ChoosePage lang people/> }.into_any()).await)
        }
    }
}

async fn home(
    State(state): State<AppState>,
    kin: Kin,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    let Some(of) = kin.of(&id) else { return Ok(kin.gone().await) };
    let (coming, cancelled) = plan(&state, kin.reader.lang, of).await?;
    let what = if of.may(Action::SeeSchedule) || of.may(Action::SeeMessages) { "schedule" } else { "profile" };
    kin.note_look(&state, std::slice::from_ref(of), what).await?;
    let lang = kin.reader.lang;
    let view = KinView {
        home: of.home(),
        person: of.reached.id(),
        called: of.called.clone(),
        today: of.scope.today(),
        until: of.until,
        schedule: of.may(Action::SeeSchedule),
        messages: of.may(Action::SeeMessages),
        visits: of.may(Action::SeeVisits),
        results: of.may(Action::SeeAssessments),
        next: coming,
        cancelled: cancelled.into_iter().collect(),
        said: said_words(lang, &said),
        several: kin.people.len() > 1,
        kept: kept_of(&state, &kin).await?,
    };
    Ok(kin.answer(&state, words::title(lang), move || view! { <KinPage lang view/> }.into_any()).await)
}

/// What is kept of the relative; an address only as whoever finds their card may read it.
async fn kept_of(state: &AppState, kin: &Kin) -> Result<KeptOfKin, Error> {
    let tenant = &kin.session.whose.municipality;
    let mut tx = state.db.read(Unscoped::Account).await?;
    let kept = relatives::kept_of(&mut tx, tenant, kin.relative).await?;
    let ways = choices::all_of_records(&mut tx, tenant, vec![kin.relative.0], state.now()).await?;
    let told = ways.into_iter().map(hinted).collect();
    let opened = opened::of_holder(&mut tx, tenant, kin.relative.0, state.now()).await?;
    let opened = opened.into_iter().map(|one| one.line(&kin.session.id)).collect();
    let Some(Kept { name, number, used_at }) = kept else {
        return Ok(KeptOfKin { told, opened, ..KeptOfKin::default() });
    };
    let number = number.map(|number| in_groups(&number));
    Ok(KeptOfKin { name, number, used_on: used_at.map(|at| at.day_in_finland()), told, opened })
}

fn said_words(lang: app::texts::Lang, said: &str) -> Option<(Tone, &'static str)> {
    match said {
        "absent" => Some((Tone::Good, words::saved_absent(lang))),
        "coming" => Some((Tone::Good, words::saved_coming(lang))),
        "late" => Some((Tone::Look, words::too_late(lang))),
        _ => None,
    }
}

/// The next session, and days on which a group does not meet, as far as each is shown.
async fn plan(
    state: &AppState,
    lang: app::texts::Lang,
    of: &ShowsTo,
) -> Result<(Option<app::own::page::Coming>, BTreeSet<Day>), Error> {
    let mut tx = state.db.read(&of.scope).await?;
    let next = match of.may(Action::SeeSchedule) {
        true => Plan::of(&mut tx, lang, &of.whom(), state.now()).await?.coming.into_iter().next(),
        false => None,
    };
    let cancelled = if of.may(Action::SeeMessages) { cancelled(&mut tx, of).await? } else { BTreeSet::new() };
    Ok((next, cancelled))
}

async fn cancelled(tx: &mut ScopedTx, of: &ShowsTo) -> Result<BTreeSet<Day>, Error> {
    let mut all = Vec::new();
    for record in &of.records {
        all.extend(crate::sessions::coming_for(tx, *record, Action::SeeMessages).await?);
    }
    let stays = |group, day| of.stays.iter().any(|(stay, one)| one.id == group && stay.covers(day));
    Ok(all.iter().filter(|one| one.is_cancelled() && stays(one.group, one.day)).map(|one| one.day).collect())
}

async fn coming_sessions(
    State(state): State<AppState>,
    kin: Kin,
    Path(id): Path<String>,
    Query(told): Query<ToldOf>,
) -> Result<Response, Error> {
    let Some(of) = kin.who_shows(&id, Action::SeeSchedule) else { return Ok(kin.gone().await) };
    let mut tx = state.db.read(&of.scope).await?;
    let all = Plan::of(&mut tx, kin.reader.lang, &of.whom(), state.now()).await?.coming;
    drop(tx);
    kin.note_look(&state, std::slice::from_ref(of), "schedule").await?;
    let (lang, today) = (kin.reader.lang, of.scope.today());
    let (said, at, teller) = (said_words(lang, &told.said), told.session(), Teller::Relative(of.reached.id()));
    // Whoever has two parents here must not tell of the one what is meant of the other.
    let called = Some(of.called.clone());
    let body = move || view! { <SessionsPage lang today all said at teller called/> }.into_any();
    Ok(kin.answer(&state, session_words::title(lang), body).await)
}

async fn absence(
    State(state): State<AppState>,
    kin: Kin,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let Some(of) = kin.who_shows(&id, Action::TellAbsence) else { return Ok(kin.gone().await) };
    tell_absence(&state, &of.scope, &of.whom(), &kin.request_id, &of.home(), &fields).await
}

async fn visits(State(state): State<AppState>, kin: Kin, Path(id): Path<String>) -> Result<Response, Error> {
    let Some(of) = kin.who_shows(&id, Action::SeeVisits) else { return Ok(kin.gone().await) };
    let mut tx = state.db.read(&of.scope).await?;
    let days = visited(&mut tx, &of.records).await?;
    drop(tx);
    kin.note_look(&state, std::slice::from_ref(of), "attendance").await?;
    let (lang, home, called, undisclosed) = (kin.reader.lang, of.home(), of.called.clone(), of.undisclosed);
    let body = move || view! { <KinVisitsPage lang home called days undisclosed/> }.into_any();
    Ok(kin.answer(&state, words::visits(lang), body).await)
}

/// Of a relative before the results of that person.
fn asked<'a>(kin: &'a Kin, of: &ShowsTo) -> PinAsked<'a> {
    let home = of.home();
    let form = PinForm { action: format!("{home}/pin"), back: home.clone(), why: PinFor::Results, kept: Vec::new() };
    let then = format!("{home}/results");
    PinAsked { session: &kin.session, reader: &kin.reader, request_id: &kin.request_id, form, then }
}

async fn pin(State(state): State<AppState>, kin: Kin, Path(id): Path<String>) -> Result<Response, Error> {
    let Some(of) = kin.who_shows(&id, Action::SeeAssessments) else { return Ok(kin.gone().await) };
    Ok(asked(&kin, of).page(&state).await)
}

async fn pin_post(
    State(state): State<AppState>,
    kin: Kin,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let Some(of) = kin.who_shows(&id, Action::SeeAssessments) else { return Ok(kin.gone().await) };
    asked(&kin, of).typed(&state, &fields).await
}

/// Health data: only a short while after the relative's own PIN. What was answered about wellbeing is no part of it.
async fn results(State(state): State<AppState>, kin: Kin, Path(id): Path<String>) -> Result<Response, Error> {
    let Some(of) = kin.who_shows(&id, Action::SeeAssessments) else { return Ok(kin.gone().await) };
    if !kin.session.has_pin(state.now()) {
        return Ok(see_other(&format!("{}/pin", of.home())));
    }
    let lang = kin.reader.lang;
    let mut tx = state.db.read(&of.scope).await?;
    let card = results_card(&mut tx, lang, of.called.clone(), &of.whom(), state.now()).await?;
    let card = if of.undisclosed { card.without_days() } else { card };
    drop(tx);
    kin.note_look(&state, std::slice::from_ref(of), "results").await?;
    let home = of.home();
    Ok(kin.answer(&state, words::results(lang), move || view! { <KinResultsPage lang home card/> }.into_any()).await)
}
