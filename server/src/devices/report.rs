//! How tablets are, as their programs tell it: for the list of tablets alone. Nothing of anybody's work depends on it.

use axum::extract::State;
use domain::devices::{REPORT_PATH, Report};
use domain::time::Instant;
use http::StatusCode;

use crate::access::{Tablet, grants};
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::json::Received;

pub fn routes(routes: Routes) -> Routes {
    routes.post(REPORT_PATH, take)
}

async fn take(
    State(state): State<AppState>,
    tablet: Tablet,
    Received(report): Received<Report>,
) -> Result<StatusCode, Error> {
    if !report.is_sound() {
        return Err(Error::BadRequest("a report that no tablet makes".into()));
    }
    let (state, tablet, report) = (&state, &tablet, &report);
    let noted = state.write(Unscoped::Sync, |mut tx| async move {
        let (tenant, device, user) = (&tablet.municipality, tablet.device, report.user);
        let key = grants::author_key(&mut tx, &state.secrets, tenant, device, user).await?;
        let signed = key
            .map(|key| report.hand.as_ref().is_some_and(|hand| key.has_signed_count(report.stream, report.made, hand)));
        // Whoever was given a secret signs, so that a copied cookie tells nothing of anybody.
        if signed == Some(false) || !note(&mut tx, tablet, report, state.now()).await? {
            return Err(Error::SignInNeeded);
        }
        if signed == Some(true) {
            note_made(&mut tx, tablet, report).await?;
        }
        Ok(tx.done(()))
    });
    noted.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes what was told; whether the person has worked on this tablet.
async fn note(tx: &mut Tx, tablet: &Tablet, report: &Report, now: Instant) -> Result<bool, Error> {
    let emptied = report.emptied.then_some(now);
    let ahead = report.clock.millis().saturating_sub(now.millis());
    let noted = tx
        .run(
            sql!(
                "UPDATE device_account SET told_at = $4, unsent = $5, damaged = $6, program = $7, storage = $8, \
                 clock_ahead = $9, emptied_at = COALESCE($10, emptied_at) \
                 WHERE municipality = $1 AND device = $2 AND account = $3"
            ),
            [
                (&tablet.municipality).into(),
                tablet.device.into(),
                report.user.into(),
                now.into(),
                report.unsent.into(),
                report.damaged.into(),
                (&report.program).into(),
                report.storage.code().into(),
                ahead.into(),
                emptied.into(),
            ],
        )
        .await?;
    Ok(noted > 0)
}

/// So many operations were made, whether or not they ever come: should the store be lost, this says what is missing.
async fn note_made(tx: &mut Tx, tablet: &Tablet, report: &Report) -> Result<(), Error> {
    tx.run(
        sql!(
            "UPDATE stream SET created_n = $5 \
             WHERE municipality = $1 AND id = $2 AND device = $3 AND account = $4 AND created_n < $5"
        ),
        [
            (&tablet.municipality).into(),
            report.stream.into(),
            tablet.device.into(),
            report.user.into(),
            report.made.into(),
        ],
    )
    .await?;
    Ok(())
}
