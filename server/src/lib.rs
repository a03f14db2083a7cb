//! Vireä's server: HTTP, SQL, sign-in, files and commands. Rules of the trade are in `domain`, pages in `app`.

#![recursion_limit = "256"]
// Both panic when nobody reads any more.
#![deny(clippy::print_stdout, clippy::print_stderr)]

// First: its macros list every SQL text of the others.
#[macro_use]
pub mod db;

pub mod access;
pub mod applications;
pub mod aside;
pub mod assessments;
pub mod attendance;
pub mod audit;
pub mod backups;
pub mod commands;
pub mod config;
pub mod consents;
pub mod contacts;
pub mod demo;
pub mod devices;
pub mod epochs;
pub mod erasure;
pub mod error;
pub mod feedback;
pub mod files;
pub mod fingerprint;
pub mod friends;
pub mod groups;
pub mod help;
pub mod home_programmes;
pub mod home_weeks;
pub mod hub;
pub mod incidents;
pub mod letters;
pub mod live_reload;
pub mod memberships;
pub mod messages;
mod meta;
pub mod nodes;
pub mod notes;
pub mod outcomes;
pub mod own;
pub mod pages;
pub mod pauses;
pub mod people;
pub mod places;
pub mod private;
pub mod quality;
pub mod requests;
pub mod reviews;
pub mod routes;
pub mod screenings;
pub mod secrets;
pub mod sessions;
pub mod settings;
pub mod site;
pub mod sotkanet;
pub mod state;
pub mod statements;
pub mod sync;
pub mod table;
pub mod talks;
mod upgrade;
pub mod visitors;
pub mod web;
pub mod write;

use axum::Router;
use axum::middleware::from_fn;

use crate::routes::Routes;
use crate::state::AppState;

/// Where nothing is until a test writes it: a folder of this process with this name. Numbers of processes come again, and
/// what an earlier one has left would be read.
#[cfg(test)]
fn scratch(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("virea-test-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// Every route of the application, by noun. A new noun adds its line here.
fn routes() -> Routes {
    Routes::default()
        .with(web::health::routes)
        .with(site::routes)
        .with(pages::routes)
        .with(access::door::routes)
        .with(access::role::routes)
        .with(access::own_sessions::routes)
        .with(access::own_account::routes)
        .with(access::second_step::routes)
        .with(access::kept::routes)
        .with(access::notices::routes)
        .with(access::manage::routes)
        .with(own::routes)
        .with(devices::routes)
        .with(sync::routes)
        .with(visitors::routes)
}

/// The list of (method, path), for tests that walk every route.
pub fn route_list() -> Vec<(&'static str, &'static str)> {
    routes().finish().1
}

/// The whole application, as tests start it.
pub fn router(state: AppState) -> Router {
    // What draws the pages runs on tokio; a second application in one process finds that said already.
    drop(any_spawner::Executor::init_tokio());
    let (router, _) = routes().finish();
    if !state.config.live_reload {
        return web::around(router, &state).with_state(state);
    }
    let router = web::around(live_reload::routes(router, &state), &state);
    router.layer(from_fn(live_reload::add_script)).with_state(state)
}
