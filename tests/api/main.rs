//! The running application over HTTP, on both databases: one file per noun.

mod demo;
mod files;
mod import;
mod site;
