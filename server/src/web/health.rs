//! `/healthz`: the process answers. `/readyz`: it can work. `/api/csp-report`: what a browser blocked.

use axum::extract::{Request, State};
use axum::http::StatusCode;

use crate::access::attempts;
use crate::db::Unscoped;
use crate::error::Error;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::client::Client;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/healthz", healthz).get("/readyz", readyz).post("/api/csp-report", csp_report)
}

/// Asks nothing of the database.
async fn healthz() -> &'static str {
    "ok\n"
}

/// Not while stopping, not without the database or its tables.
async fn readyz(State(state): State<AppState>) -> Result<&'static str, Error> {
    if *state.draining.borrow() || !state.db.is_migrated().await || !can_write(&state).await {
        return Err(Error::Busy { retry_after: 5 });
    }
    Ok("ok\n")
}

async fn can_write(state: &AppState) -> bool {
    let probe = sql!("UPDATE meta SET value = value WHERE key = $1");
    let probed = state.write(Unscoped::Health, |mut tx| async move {
        tx.run(probe, ["created_at".into()]).await?;
        Ok(tx.done(()))
    });
    probed.await.is_ok()
}

/// Logs which rule was broken, cut short; never the page's address. Too many from one place are told to wait.
async fn csp_report(State(state): State<AppState>, request: Request) -> Result<StatusCode, Error> {
    let Client(from) = Client::of(request.extensions());
    if let Some(seconds) = attempts::begin_report(&state, from).await? {
        return Err(Error::Wait { seconds: u32::try_from(seconds).unwrap_or(60) });
    }
    let body = axum::body::to_bytes(request.into_body(), 16 * 1024).await.unwrap_or_default();
    let report: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let first = report.get(0).unwrap_or(&report);
    let rule = first.pointer("/body/effectiveDirective").and_then(serde_json::Value::as_str).unwrap_or("unknown");
    let rule: String = rule.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
    tracing::warn!(rule, "a browser reports a broken content policy");
    Ok(StatusCode::NO_CONTENT)
}
