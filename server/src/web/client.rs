//! Where a request comes from: the peer, or whom a trusted proxy names; and what counts as one place.

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::request::Parts;

use crate::config::Config;
use crate::error::Error;
use crate::state::AppState;

const FORWARDED: &str = "x-forwarded-for";

/// What is counted as one place: an IPv4 address, or the 64 bits of an IPv6 address that one household or office is
/// given, since whoever has one of its addresses has them all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Network(IpAddr);

impl Network {
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => Self(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into()),
            v4 => Self(v4),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(v4) => write!(f, "{v4}"),
            IpAddr::V6(v6) => write!(f, "{v6}/64"),
        }
    }
}

/// Where the request at hand comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Client(pub Network);

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Ok(Self::of(&parts.extensions))
    }
}

impl Client {
    /// As [`find`] has noted it.
    pub fn of(extensions: &http::Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self(Network::of(Ipv4Addr::UNSPECIFIED.into())))
    }
}

/// Notes where the request comes from. A header of a peer that is no proxy of ours is not believed, and the log says so
/// once: it may be a proxy that nobody has named, and then all its users count as one place.
pub async fn find(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical();
    if request.headers().contains_key(FORWARDED) && !state.config.trusts(peer) && state.guard.doubts.is_new(peer) {
        tracing::warn!(
            %peer,
            "X-Forwarded-For is not believed: if this is your proxy, name it with --trusted-proxy {peer}, \
             or everybody behind it counts as one"
        );
    }
    let client = Client(Network::of(address(peer, request.headers(), &state.config)));
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// The last hop that is not one of our proxies: what stands before it could be invented. A hop that cannot be read
/// ends the search, since the one before it may be invented too.
fn address(peer: IpAddr, headers: &HeaderMap, config: &Config) -> IpAddr {
    if !config.trusts(peer) {
        return peer;
    }
    let lines: Vec<_> = headers.get_all(FORWARDED).iter().map(|line| line.to_str().unwrap_or("?")).collect();
    let mut last = peer;
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Some(address) = hop_address(hop.trim()) else { break };
        last = address;
        if !config.trusts(address) {
            break;
        }
    }
    last
}

/// Some proxies write the port, too.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let plain = hop.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    plain.ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|with_port| with_port.ip())).map(|ip| ip.to_canonical())
}

/// A log that a stranger can fill is worth nothing.
const MOST_DOUBTS: usize = 100;

/// What was not believed, such as the header of a peer, so that each is told of once.
pub struct Doubts<T>(Mutex<HashSet<T>>);

impl<T> Default for Doubts<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Eq + Hash> Doubts<T> {
    pub fn is_new(&self, doubted: T) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.len() < MOST_DOUBTS && known.insert(doubted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use http::header::HeaderName;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn seen(peer: &str, lines: &[&'static str], trusted: &[&str]) -> IpAddr {
        let trusted_proxies = trusted.iter().map(|proxy| proxy.parse().expect("a proxy")).collect();
        let settings = Settings { trusted_proxies, ..Settings::default() };
        let config = settings.over(Settings::default()).expect("valid");
        let name = HeaderName::from_static(FORWARDED);
        let headers = lines.iter().map(|line| (name.clone(), http::HeaderValue::from_static(line))).collect();
        address(ip(peer), &headers, &config)
    }

    #[test]
    fn a_forwarded_address_counts_only_behind_a_configured_proxy() {
        let lines = ["6.6.6.6, 9.9.9.9, 10.0.0.1"];
        assert_eq!(seen("10.0.0.1", &lines, &[]), ip("10.0.0.1"));
        assert_eq!(seen("10.0.0.1", &lines, &["10.0.0.1"]), ip("9.9.9.9"));
        assert_eq!(seen("10.0.0.7", &lines, &["10.0.0.0/24"]), ip("9.9.9.9"), "a whole network of proxies");
        assert_eq!(seen("11.0.0.7", &lines, &["10.0.0.0/24"]), ip("11.0.0.7"));
        assert_eq!(seen("10.0.0.1", &[], &["10.0.0.1"]), ip("10.0.0.1"), "a proxy that names nobody");
    }

    #[test]
    fn what_a_client_wrote_into_the_header_itself_is_not_believed() {
        // The proxy adds a line of its own, or a hop that cannot be read.
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "9.9.9.9"], &["10.0.0.1"]), ip("9.9.9.9"));
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, unknown"], &["10.0.0.1"]), ip("10.0.0.1"));
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 9.9.9.9:4711"], &["10.0.0.1"]), ip("9.9.9.9"));
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, [2001:db8::9]:4711"], &["10.0.0.1"]), ip("2001:db8::9"));
    }

    #[test]
    fn an_office_of_ipv6_is_one_place_and_a_mapped_address_is_its_ipv4() {
        let of = |text| Network::of(ip(text)).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::"));
        assert_ne!(of("2001:db8:1:3::1"), of("2001:db8:1:2::1"));
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7");
    }

    #[test]
    fn a_peer_that_is_not_believed_is_told_of_once_and_the_log_cannot_be_filled() {
        let doubts = Doubts::default();
        assert!(doubts.is_new(ip("10.0.0.1")) && !doubts.is_new(ip("10.0.0.1")));
        let told = (0..1000).filter(|n| doubts.is_new(Ipv4Addr::from_bits(*n).into())).count();
        assert_eq!(told, MOST_DOUBTS - 1);
    }
}
