//! The running application over HTTP, on both databases: one file per noun.

mod access;
mod files;
mod import;
mod site;
