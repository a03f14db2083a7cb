//! Who may be told of a session: those who are expected in it, and relatives whom they let be told. Each is asked about
//! with the reach of the person alone, as their own page asks.

use app::texts::Lang;
use domain::contacts::Cancelled;
use domain::ids::{AttendanceId, MunicipalityCode, ParticipantId};
use domain::sessions::Session;

use super::{Holder, TakesPart, kin, scope_of, taking_part};
use crate::error::Error;
use crate::state::AppState;
use crate::{attendance, pauses};

/// Somebody who may be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Told {
    /// The person's own, where it is known and the program speaks it; nothing of relatives.
    pub language: Option<Lang>,
}

/// Whether a message about this session may go to them; nothing where it must not.
pub async fn may_be_told(
    state: &AppState,
    tenant: &MunicipalityCode,
    holder: Holder,
    session: &Session,
) -> Result<Option<Told>, Error> {
    let relative = match holder {
        Holder::Person(person) => return person_told(state, tenant, person, session).await,
        Holder::Relative(relative) => relative,
    };
    for shows in kin::shown_to(state, tenant, relative).await? {
        if shows.tells_of(session) && person_told(state, tenant, shows.person(), session).await?.is_some() {
            return Ok(Some(Told { language: None }));
        }
    }
    Ok(None)
}

/// Those who are in the group on that day and have not said that they stay away. Nothing is sent about whoever has died,
/// left, is in a pause or restricted; nor to whoever's home must not become known, since a message passes through others'
/// hands and says where they can be met.
async fn person_told(
    state: &AppState,
    tenant: &MunicipalityCode,
    person: ParticipantId,
    session: &Session,
) -> Result<Option<Told>, Error> {
    let mut tx = state.db.read(&scope_of(tenant, person, state.today())?).await?;
    let Some(TakesPart { person: of, records, stays, .. }) = taking_part(&mut tx, person).await? else {
        return Ok(None);
    };
    let expected = stays.iter().any(|(stay, group)| group.id == session.group && stay.covers(session.day));
    if !expected || of.profile.restricted || of.profile.undisclosed {
        return Ok(None);
    }
    let marks = records.iter().map(|record| AttendanceId::of(session.id, record.id()));
    let marks: Vec<_> = marks.collect();
    let marks = attendance::marks_of(&mut tx, marks.into_iter()).await?;
    let paused = pauses::of_people(&mut tx, records.iter().copied()).await?;
    let stays_away = marks.into_values().any(|mark| !Cancelled::concerns(mark));
    let away = stays_away || paused.iter().any(|pause| pause.covers(session.day));
    Ok((!away).then_some(Told { language: Lang::of_person(of.profile.language) }))
}
