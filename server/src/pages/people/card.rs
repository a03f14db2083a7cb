//! A person's results card: one page to print, in the person's own language.

use app::assessments::results_card::{CardView, Next, NextRound, ResultsCard, card_lines};
use app::texts::{self, Lang};
use app::ui::{PageHead, PaperAddress};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::ids::ParticipantId;
use domain::time::Instant;
use leptos::prelude::*;

use crate::access::{Actor, ScopedTx};
use crate::audit;
use crate::error::Error;
use crate::own::{Plan, Whom};
use crate::pages::{Reader, id_in, page, paper};
use crate::people::{self, Found, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;
use crate::{assessments, attendance, consents, letters, memberships};

pub fn routes(routes: Routes) -> Routes {
    routes.get("/people/{id}/card", show)
}

/// Another language than the person's own.
#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    language: String,
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let id: ParticipantId = id_in(&id)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let (own, card) = card(&mut tx, &reader, id, Lang::from_code(&asked.language), state.now()).await?;
    drop(tx);
    let look = audit::Entry::of_results(&actor, state.now(), id, &request::id_of(&extensions));
    audit::note(&state, actor.scope.municipality(), &look).await?;
    let (lang, paper) = (reader.lang, paper::address(&state.config.public_url, "/own", "").ok());
    // No name in the tab: the history of a shared desk keeps titles.
    let body = move || view! { <CardPage lang id own card paper/> }.into_any();
    Ok(page(&reader, texts::results::card::open(lang), body).await)
}

/// The card and its language.
pub(in crate::pages) async fn card(
    tx: &mut ScopedTx,
    reader: &Reader,
    id: ParticipantId,
    asked: Option<Lang>,
    now: Instant,
) -> Result<(Lang, CardView), Error> {
    let Found { reached, person, .. } = people::find(tx, Action::SeeAssessments, id).await?;
    let lang = asked.or_else(|| Lang::of_person(person.profile.language)).unwrap_or(reader.lang);
    let lang = lang.addressing(letters::form_of_address(tx).await?);
    let records = merged::all(tx, reached, Action::SeeAssessments).await?;
    let tests = assessments::of_people(tx, records.iter().copied()).await?;
    let first_visit = attendance::first_visits(tx, records.iter().copied()).await?.into_values().min();
    let stays = memberships::of_people(tx, records.iter().copied()).await?;
    let today = tx.scope().today();
    let whom = Whom { records: &records, stays: &stays };
    let plan = Plan::of(tx, lang, &whom, now).await?;
    // Today's has been or is being held.
    let next = plan.coming.into_iter().find(|one| one.day > today);
    let help = match next.as_ref().and_then(|one| one.call.clone()) {
        Some(help) => Some(help),
        None => whom.instructor(tx).await?.or_else(|| reader.help.clone()),
    };
    let session = next.map(|one| (one.day, one.starts_at, one.place));
    // Who has taken back the consent to tests waits for no measurement.
    let ended = consents::tests_ended(tx, &records).await?;
    let round = NextRound::of(first_visit, &tests, today).filter(|_| !ended);
    let next = Next { session, round };
    let lines = card_lines(lang, &tests);
    Ok((lang, CardView { name: person.profile.full_name(), lines, next, help }))
}

/// The card with what the desk needs round it, which stays off paper.
#[component]
fn CardPage(lang: Lang, id: ParticipantId, own: Lang, card: CardView, paper: Option<PaperAddress>) -> impl IntoView {
    use texts::results::card as t;
    let languages: Vec<_> = Lang::ALL
        .into_iter()
        .map(|one| {
            let current = (one.code() == own.code()).then_some("page");
            let href = format!("/people/{id}/card?language={}", one.code());
            view! { <a class="button" href=href lang=one.code() aria-current=current>{one.own_name()}</a> }
        })
        .collect();
    view! {
        <div class="screen-only">
            <PageHead title=t::open(lang) lead=t::print_hint(lang)
                back=Some((format!("/people/{id}"), t::back(lang).to_owned()))/>
        </div>
        <div class="stack stack--wide">
            <nav class="cluster card-languages screen-only" aria-label=t::languages(lang)>{languages}</nav>
            <ResultsCard lang=own card page=paper/>
        </div>
    }
    .into_any()
}
