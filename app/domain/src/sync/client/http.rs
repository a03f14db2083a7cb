//! What an HTTP answer means. Only a readable 200 carries outcomes; everything else leaves the queue as it is.

use crate::sync::wire::{OutcomesReply, PullReply, PushRefusal, PushReply};

/// A readable answer.
#[derive(Clone, PartialEq, Debug)]
pub enum Reply {
    Push(PushReply),
    Pull(Box<PullReply>),
    Outcomes(OutcomesReply),
    /// 409.
    Refused(PushRefusal),
}

/// Why there is no outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    Unreachable,
    /// Nothing moved for too long.
    TimedOut,
    /// 401: sign in again; recording goes on.
    NeedsSignIn,
    /// 403.
    Forbidden,
    /// 413: send less at once.
    TooLarge,
    /// 429 and 503, with the seconds that the server asks for.
    Busy {
        retry_after: Option<u32>,
    },
    /// 5xx and everything unexpected.
    ServerError,
    /// Truncated, not JSON, not the expected shape.
    Unreadable,
}

/// What was asked, and so which shape a 200 has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    Push,
    Pull,
    Outcomes,
}

/// Reads an answer to a request.
pub fn read(asked: Asked, status: u16, retry_after: Option<u32>, body: &[u8]) -> Result<Reply, Failure> {
    let reply = match (status, asked) {
        (200, Asked::Push) => serde_json::from_slice(body).map(Reply::Push),
        (200, Asked::Pull) => serde_json::from_slice(body).map(Reply::Pull),
        (200, Asked::Outcomes) => serde_json::from_slice(body).map(Reply::Outcomes),
        (409, _) => serde_json::from_slice(body).map(Reply::Refused),
        (401, _) => return Err(Failure::NeedsSignIn),
        (403, _) => return Err(Failure::Forbidden),
        (413, _) => return Err(Failure::TooLarge),
        (429 | 503, _) => return Err(Failure::Busy { retry_after }),
        _ => return Err(Failure::ServerError),
    };
    reply.map_err(|_| Failure::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::wire::{Epoch, Limits, StreamInfo};

    #[test]
    fn only_a_whole_200_is_an_answer() {
        let reply = PushReply {
            epoch: Epoch("e".into()),
            limits: Limits::default(),
            stream: StreamInfo::default(),
            results: Vec::new(),
            echoes: std::collections::BTreeMap::new(),
        };
        let body = serde_json::to_vec(&reply).unwrap();
        assert_eq!(read(Asked::Push, 200, None, &body), Ok(Reply::Push(reply)));
        assert_eq!(read(Asked::Push, 200, None, &body[..body.len() - 1]), Err(Failure::Unreadable));
        assert_eq!(read(Asked::Push, 204, None, b""), Err(Failure::ServerError));
        assert_eq!(read(Asked::Pull, 503, Some(7), b""), Err(Failure::Busy { retry_after: Some(7) }));
    }

    #[test]
    fn a_409_names_what_the_push_stumbled_over() {
        let body = br#"{"error":"gap","expected":7}"#;
        assert_eq!(read(Asked::Push, 409, None, body), Ok(Reply::Refused(PushRefusal::Gap { expected: 7 })));
        assert_eq!(read(Asked::Push, 409, None, b"conflict"), Err(Failure::Unreadable));
    }
}
