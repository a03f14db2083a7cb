//! Incidents: adverse events and near misses.

mod history;
