//! How much is worked on at once and for how long; what is too much is told to come back.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::sync::wire;
use http::HeaderMap;

use crate::config::Config;
use crate::error::Error;
use crate::state::AppState;

/// Longest body of a form or a small request, in bytes.
pub const BODY: usize = 64 * 1024;
/// Longest body of a push as it travels, in bytes.
pub const PUSH_BODY: usize = 1024 * 1024;
/// Longest address with its query, in bytes.
const ADDRESS: usize = 4096;

pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > ADDRESS) {
        return Error::BadRequest("address too long".into()).into_response();
    }
    let Ok(_place) = state.gate.clone().try_acquire_owned() else {
        return Error::Busy { retry_after: state.with_chance(jitter) }.into_response();
    };
    let sync = request.uri().path().starts_with("/api/sync/");
    let limit = Duration::from_secs(if sync { 30 } else { 10 });
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::Busy { retry_after: state.with_chance(jitter) }.into_response(),
    }
}

/// 1 … 4 seconds, so that those turned away do not all come back at once.
fn jitter(chance: &mut dyn domain::ids::Chance) -> u32 {
    let mut byte = [0u8; 1];
    chance.fill(&mut byte);
    1 + u32::from(byte[0] & 3)
}

/// How much one push may carry.
pub fn push_limits() -> wire::Limits {
    wire::Limits::default()
}

/// Where a request comes from. `X-Forwarded-For` counts only when a configured proxy says it.
pub fn client_ip(extensions: &http::Extensions, headers: &HeaderMap, config: &Config) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    if !config.trusted_proxies.contains(&peer) {
        return peer;
    }
    // The last hop that is not one of our proxies is the client; what stands before it could be invented.
    let hops = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut hops = hops.split(',').rev().filter_map(|hop| hop.trim().parse::<IpAddr>().ok());
    hops.find(|hop| !config.trusted_proxies.contains(hop)).unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    #[test]
    fn a_forwarded_address_counts_only_behind_a_configured_proxy() {
        let proxy: IpAddr = [10, 0, 0, 1].into();
        let settings = |proxies| Settings { trusted_proxies: proxies, ..Settings::default() };
        let config = |proxies| settings(proxies).over(Settings::default()).expect("valid");
        let mut extensions = http::Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(proxy, 1)));
        let headers: HeaderMap = [("x-forwarded-for", "6.6.6.6, 9.9.9.9, 10.0.0.1")]
            .into_iter()
            .map(|(k, v)| (http::HeaderName::from_static(k), http::HeaderValue::from_static(v)))
            .collect();
        assert_eq!(client_ip(&extensions, &headers, &config(vec![])), proxy);
        assert_eq!(client_ip(&extensions, &headers, &config(vec![proxy])), IpAddr::from([9, 9, 9, 9]));
    }
}
