//! What waits for a person's decision, in plain words.

use app::history::field_name;
use app::reviews::{ReviewKind as Shown, ReviewLine, ReviewList};
use app::texts::{self, Lang, Words as _, list};
use axum::extract::State;
use axum::response::Response;
use domain::access::Action;
use domain::ids::{GroupId, ParticipantId, SessionId};
use domain::sync::entity::{EntityKey, EntityType};
use domain::sync::op::{Op, Verb};
use domain::sync::server::store::ReviewKind;
use domain::sync::wire::Reason;
use domain::time::Day;
use leptos::prelude::*;

use super::{Reader, page};
use crate::access::{Actor, Scope};
use crate::db::Tx;
use crate::error::Error;
use crate::reviews::{self, HeldRow, ReviewRow};
use crate::routes::Routes;
use crate::state::AppState;
use crate::{groups, people};

pub fn routes(routes: Routes) -> Routes {
    routes.get("/reviews", show)
}

async fn show(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    actor.scope.require(Action::SeeReviews)?;
    let lang = reader.lang;
    let lines = lines(&mut state.db.read().await?, lang, &actor.scope).await?;
    Ok(page(&reader, texts::reviews::title(lang), || view! { <ReviewList lang lines/> }.into_any()))
}

/// Everything that waits within reach, the oldest first.
async fn lines(tx: &mut Tx, lang: Lang, scope: &Scope) -> Result<Vec<ReviewLine>, Error> {
    let mut lines = Vec::new();
    for row in reviews::open(tx, scope).await? {
        lines.push(question(tx, lang, scope, row).await?);
    }
    for row in reviews::held(tx, scope).await? {
        lines.push(held(tx, lang, scope, row).await?);
    }
    lines.sort_by_key(|line| line.since);
    Ok(lines)
}

async fn question(tx: &mut Tx, lang: Lang, scope: &Scope, row: ReviewRow) -> Result<ReviewLine, Error> {
    let ops = reviews::operations(tx, scope, &row.op_ids).await?;
    let about = About::find(tx, scope, row.entity, &ops).await?;
    let other = match row.other.filter(|other| other.etype == EntityType::Participant) {
        Some(other) => name_of(tx, scope, ParticipantId(other.id)).await?,
        None => None,
    };
    use texts::reviews::text as words;
    let said = match row.kind {
        ReviewKind::Attendance => marks(tx, lang, scope, &ops).await?,
        ReviewKind::Profile => words::field(lang, &fields(lang, &ops)),
        ReviewKind::Amendment => words::amendments(lang).to_owned(),
        ReviewKind::PossibleSamePerson => {
            let other = other.unwrap_or_else(|| texts::common::not_known(lang).to_owned());
            words::duplicate(lang, &about.name(lang), &other)
        }
        ReviewKind::PossibleDuplicate => words::same_test(lang).to_owned(),
        ReviewKind::Consent => words::consent(lang).to_owned(),
        ReviewKind::Session | ReviewKind::Group | ReviewKind::Membership => words::other(lang).to_owned(),
    };
    let kind = match row.kind {
        ReviewKind::PossibleSamePerson | ReviewKind::PossibleDuplicate => Shown::Duplicate,
        _ => Shown::Contradiction,
    };
    Ok(ReviewLine {
        kind,
        about: about.name(lang),
        words: said,
        since: row.created_at.in_finland().0,
        open: about.open(lang),
    })
}

/// Whom or what it is about, as far as the reader may know.
struct About {
    person: Option<(ParticipantId, String)>,
    group: Option<(GroupId, String)>,
}

impl About {
    async fn find(tx: &mut Tx, scope: &Scope, entity: EntityKey, ops: &[(Op, Option<String>)]) -> Result<Self, Error> {
        let own = (entity.etype == EntityType::Participant).then_some(ParticipantId(entity.id));
        let id = own.or_else(|| ops.iter().find_map(|(op, _)| op.verb.participant()));
        let person = match id {
            Some(id) => name_of(tx, scope, id).await?.map(|name| (id, name)),
            None => None,
        };
        let id = ops.iter().find_map(|(op, _)| op.verb.group());
        let group = match id {
            Some(id) => group_name(tx, scope, id).await?.map(|name| (id, name)),
            None => None,
        };
        Ok(Self { person, group })
    }

    fn name(&self, lang: Lang) -> String {
        let names = [self.person.as_ref().map(|(_, name)| name), self.group.as_ref().map(|(_, name)| name)];
        names.into_iter().flatten().next().cloned().unwrap_or_else(|| texts::common::not_known(lang).to_owned())
    }

    fn open(&self, lang: Lang) -> Option<(String, &'static str)> {
        let person = self.person.as_ref().map(|(id, _)| (format!("/people/{id}"), texts::reviews::open_person(lang)));
        person.or(self.group.as_ref().map(|(id, _)| (format!("/groups/{id}"), texts::reviews::open_group(lang))))
    }
}

async fn name_of(tx: &mut Tx, scope: &Scope, id: ParticipantId) -> Result<Option<String>, Error> {
    match people::find(tx, scope, Action::SeeProfiles, id).await {
        Ok((person, _)) => Ok(Some(person.profile.full_name())),
        Err(Error::NotFound | Error::Forbidden) => Ok(None),
        Err(other) => Err(other),
    }
}

async fn group_name(tx: &mut Tx, scope: &Scope, id: GroupId) -> Result<Option<String>, Error> {
    match groups::find(tx, scope, Action::SeeReviews, id).await {
        Ok(row) => Ok(Some(row.group.name)),
        Err(Error::NotFound | Error::Forbidden) => Ok(None),
        Err(other) => Err(other),
    }
}

/// "paikalla (Liisa) ja poissa, ilmoitti (Pekka)", each mark with who wrote it, the newest last.
async fn marks(tx: &mut Tx, lang: Lang, scope: &Scope, ops: &[(Op, Option<String>)]) -> Result<String, Error> {
    let mut said: Vec<_> = ops
        .iter()
        .filter_map(|(op, who)| match &op.verb {
            Verb::AttendanceSet { mark, session, .. } => Some((&op.hlc, *mark, who, *session)),
            _ => None,
        })
        .collect();
    said.sort_by(|a, b| a.0.cmp(b.0));
    let word = |mark: Option<domain::attendance::Mark>| {
        mark.map_or(texts::attendance::mark::none(lang), |mark| mark.words(lang))
    };
    let Some((_, shown, _, session)) = said.last() else { return Ok(texts::reviews::text::other(lang).to_owned()) };
    let system = texts::history::import(lang).to_owned();
    let marks: Vec<_> =
        said.iter().map(|(_, mark, who, _)| format!("{} ({})", word(*mark), who.as_ref().unwrap_or(&system))).collect();
    let day = session_day(tx, scope, *session).await?;
    Ok(match day {
        Some(day) => texts::reviews::text::marks(lang, day, &list(lang, &marks), word(*shown)),
        None => list(lang, &marks),
    })
}

async fn session_day(tx: &mut Tx, scope: &Scope, id: SessionId) -> Result<Option<Day>, Error> {
    let sql = "SELECT day FROM group_session WHERE municipality = $1 AND id = $2";
    let row = tx.maybe(sql, [scope.tenant(), id.into()]).await?;
    row.map(|row| row.parse("day")).transpose()
}

/// The fields that more than one of the operations wrote; all of them when none stands out.
fn fields(lang: Lang, ops: &[(Op, Option<String>)]) -> String {
    let mut names: Vec<&'static str> = Vec::new();
    let mut twice: Vec<&'static str> = Vec::new();
    for (op, _) in ops {
        let Verb::ParticipantEdit { changes, .. } = &op.verb else { continue };
        for name in changes.iter().map(|change| field_name(lang, change)) {
            let list = if names.contains(&name) { &mut twice } else { &mut names };
            if !list.contains(&name) {
                list.push(name);
            }
        }
    }
    let shown = if twice.is_empty() { names } else { twice };
    list(lang, &shown.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>())
}

/// What was held: about whom or what; where its text cannot be read, who wrote it, when, where, and which kind.
async fn held(tx: &mut Tx, lang: Lang, scope: &Scope, row: HeldRow) -> Result<ReviewLine, Error> {
    use texts::reviews::text as words;
    let who = row.actor.unwrap_or_else(|| texts::history::system(lang).to_owned());
    let said = match row.reason {
        Some(Reason::Rights) => words::held_rights(lang, &who),
        Some(Reason::Schema) => words::held_schema(lang).to_owned(),
        _ => words::held_other(lang).to_owned(),
    };
    let since = row.received_at.in_finland().0;
    let Some(op) = row.op else {
        let known = |text: Option<String>| text.unwrap_or_else(|| texts::common::not_known(lang).to_owned());
        let kind = known(Some(row.kind).filter(|kind| !kind.is_empty()));
        let when = texts::moment(lang, row.received_at);
        let details = words::held_details(lang, &known(row.device), &kind, &when, &who);
        return Ok(ReviewLine { kind: Shown::Held, about: who, words: format!("{said} {details}"), since, open: None });
    };
    let target = op.verb.target();
    let about = About::find(tx, scope, target, &[(op, None)]).await?;
    Ok(ReviewLine { kind: Shown::Held, about: about.name(lang), words: said, since, open: about.open(lang) })
}
