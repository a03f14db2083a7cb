//! To which addresses notifications may go (RFC 8030, docs/access.md, Messages). A browser names the address, so whoever
//! is signed in could name any: it must be at a service that the installation knows. And how long a notification is kept there.

use crate::time::Instant;

/// The services of Chromium, Firefox, Safari and Edge (their documentation, 2026-11).
const KNOWN: [&str; 5] = [
    "fcm.googleapis.com",
    "jmt17.google.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
];

/// Bytes of such an address, at most; those of today's services have up to 600.
const LONGEST: usize = 1_000;

/// A service of which addresses are taken: a host by its name, all hosts below a name (`*.push.example`), or, for trying
/// out, a port of this machine (`http://127.0.0.1:8030`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PushHost(String);

impl PushHost {
    /// Nothing where it is none of these: an address of numbers is no name.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        if let Some(port) = text.strip_prefix(HERE) {
            return port.parse::<u16>().is_ok().then_some(Self(text));
        }
        let name = text.strip_prefix("*.").unwrap_or(&text);
        let last = name.rsplit_once('.').map(|(_, last)| last);
        let named = last.is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_lowercase()));
        (named && is_name(name)).then_some(Self(text))
    }

    /// Those of the browsers that people have.
    pub fn known() -> Vec<Self> {
        KNOWN.iter().filter_map(|host| Self::read(host)).collect()
    }

    fn admits(&self, origin: &str) -> bool {
        if self.0.starts_with(HERE) {
            return origin == self.0;
        }
        let Some(host) = origin.strip_prefix("https://") else { return false };
        is_name(host)
            && match self.0.strip_prefix('*') {
                Some(below) => host.ends_with(below),
                None => host == self.0,
            }
    }
}

/// Notifications to this machine itself.
const HERE: &str = "http://127.0.0.1:";

/// Whether it is a host's name: no part of it is empty.
fn is_name(host: &str) -> bool {
    host.split('.').all(|label| !label.is_empty() && label.bytes().all(is_of_name))
}

/// Of a host's name without its dots; no sign of a port or of a user is among them.
const fn is_of_name(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')
}

/// Scheme and host of an address, with a port that is written there: whom a notification is for, as its signature says it.
pub fn origin(endpoint: &str) -> Option<&str> {
    let (scheme, rest) = endpoint.split_once("://")?;
    let host = rest.find('/')?;
    endpoint.get(..scheme.len() + "://".len() + host)
}

/// Whether notifications may go to that address.
pub fn is_admitted(endpoint: &str, hosts: &[PushHost]) -> bool {
    let plain = endpoint.len() <= LONGEST && endpoint.bytes().all(|byte| byte.is_ascii_graphic());
    plain && origin(endpoint).is_some_and(|origin| hosts.iter().any(|host| host.admits(origin)))
}

/// So long a notification is kept for a phone that is off, at most: four weeks, in seconds. Chromium's service refuses one
/// that is to be kept longer.
const LONGEST_KEPT: i64 = 28 * 24 * 3600;

/// How long a notification is kept for a phone that is off, in seconds: until the session begins.
pub fn kept_for(now: Instant, begins: Instant) -> i64 {
    (begins.millis_since(now) / 1000).clamp(0, LONGEST_KEPT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_is_kept_until_the_session_begins_and_no_longer_than_services_keep_one() {
        let kept = |seconds: i64| kept_for(Instant::from_millis(0), Instant::from_millis(seconds * 1000));
        assert_eq!([kept(-1), kept(0), kept(3600)], [0, 0, 3600]);
        assert_eq!(kept(10 * 7 * 24 * 3600), 2_419_200, "a session that is ten weeks ahead");
    }

    #[test]
    fn every_known_service_can_be_read() {
        assert_eq!(PushHost::known().len(), KNOWN.len());
    }

    #[test]
    fn an_address_is_taken_at_a_known_service_alone() {
        let known = PushHost::known();
        for endpoint in [
            "https://fcm.googleapis.com/fcm/send/abc:APA91b-_x",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://web.push.apple.com/QGuQ",
            "https://wns2-par02p.notify.windows.com/w/?token=BQYA%3d",
        ] {
            assert!(is_admitted(endpoint, &known), "{endpoint}");
        }
        for endpoint in [
            "",
            "fcm.googleapis.com/x",
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com",
            "https://fcm.googleapis.com:8443/x",
            "https://fcm.googleapis.com.example.fi/x",
            "https://u:p@fcm.googleapis.com/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://10.0.0.1?.push.apple.com/x",
            "https://10.0.0.1#.push.apple.com/x",
            "https://10.0.0.1\\.push.apple.com/x",
            "https://.push.apple.com/x",
            "https://a..push.apple.com/x",
            "https://FCM.googleapis.com/x",
            "https://web.push.apple.com/a b",
            "https://web.push.apple.com/ä",
            "https://web.push.apple.com/a\r\nX: y",
            "http://127.0.0.1:8030/x",
        ] {
            assert!(!is_admitted(endpoint, &known), "{endpoint}");
        }
        let long = format!("https://web.push.apple.com/{}", "a".repeat(LONGEST));
        assert!(!is_admitted(&long, &known));
    }

    #[test]
    fn a_service_is_a_name_or_a_port_of_this_machine() {
        for wrong in
            ["", "*", "*.fi.", "localhost", "10.0.0.1", "https://push.example", "push.example/x", "a b.fi", "*.*"]
        {
            assert_eq!(PushHost::read(wrong), None, "{wrong}");
        }
        for wrong in ["http://127.0.0.1:", "http://127.0.0.1:80/x", "http://127.0.0.2:80", "http://127.0.0.1:99999"] {
            assert_eq!(PushHost::read(wrong), None, "{wrong}");
        }
        let here = [PushHost::read(" http://127.0.0.1:8030 ").unwrap(), PushHost::read("Push.Example").unwrap()];
        assert!(is_admitted("http://127.0.0.1:8030/x", &here) && is_admitted("https://push.example/x", &here));
        assert!(!is_admitted("http://127.0.0.1:8031/x", &here) && !is_admitted("https://a.push.example/x", &here));
    }

    #[test]
    fn whom_a_notification_is_for_is_said_without_its_path() {
        assert_eq!(origin("https://web.push.apple.com/QGuQ/x"), Some("https://web.push.apple.com"));
        assert_eq!(origin("http://127.0.0.1:8030/x"), Some("http://127.0.0.1:8030"));
        assert_eq!([origin("https://web.push.apple.com"), origin("/x")], [None, None]);
    }
}
