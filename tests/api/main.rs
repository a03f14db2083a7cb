//! The running application over HTTP, on both databases: one file per noun.

mod access;
mod askers;
mod audit;
mod compile;
mod contract;
mod corpus;
mod demo;
mod desk;
mod devices;
mod door;
mod export;
mod fields;
mod files;
mod import;
mod import_jobs;
mod incidents;
mod kill;
mod live_reload;
mod outcomes;
mod reviews;
mod rights;
mod roles;
mod site;
mod slow;
mod sync;
mod writing;
