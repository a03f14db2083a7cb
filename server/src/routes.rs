//! The list of routes. Every (method, path) is recorded as it is added, so that tests can walk them all.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};

use crate::state::AppState;

/// Collects routes; [`Routes::finish`] gives the router and the list.
#[derive(Default)]
pub struct Routes {
    router: Router<AppState>,
    list: Vec<(&'static str, &'static str)>,
}

impl Routes {
    /// A page or an answer that changes nothing. HEAD works too.
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.add("GET", path, get(handler))
    }

    /// A change. The CSRF layer stands before every one of them.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.add("POST", path, post(handler))
    }

    /// Whatever a noun's file brings: `routes.with(people::routes)`.
    #[must_use]
    pub fn with(self, add: impl FnOnce(Self) -> Self) -> Self {
        add(self)
    }

    fn add(mut self, method: &'static str, path: &'static str, handler: MethodRouter<AppState>) -> Self {
        self.list.push((method, path));
        self.router = self.router.route(path, handler);
        self
    }

    pub fn finish(self) -> (Router<AppState>, Vec<(&'static str, &'static str)>) {
        (self.router, self.list)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_server_function_has_a_route_with_rights_of_its_own() {
        let paths: Vec<_> = leptos::server_fn::axum::server_fn_paths().collect();
        assert!(!paths.is_empty());
        let routes = crate::route_list();
        let lost = paths.iter().find(|(path, method)| !routes.contains(&(method.as_str(), path)));
        assert_eq!(lost, None);
    }
}
