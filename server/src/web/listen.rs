//! Serving connections: HTTP/1.1 with limits on heads, silence and numbers, until the program is told to stop.

use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt as _;

use super::client::Network;
use super::connections::{Activity, Connections, EACH, Slot};
use crate::config::Config;

/// A request's head, in bytes.
const HEAD_BYTES: usize = 16 * 1024;
/// How often a connection looks whether it is overdue.
const LOOK: Duration = Duration::from_secs(2);
/// Files that the database and the log need beside the connections.
const OTHER_FILES: u64 = 128;
/// More connections than any municipality has screens.
const MOST: u64 = 10_000;

/// Serves until `stopping` says so, then until the last request is answered.
pub async fn serve(listener: TcpListener, router: Router, config: Arc<Config>, mut stopping: watch::Receiver<bool>) {
    let connections = Connections::new(connections_possible(), EACH);
    let (last, mut all_ended) = tokio::sync::mpsc::channel::<()>(1);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                after_failed_accept(&error).await;
                continue;
            }
        };
        send_at_once(&stream);
        let ip = peer.ip().to_canonical();
        let from = (!config.trusts(ip)).then(|| Network::of(ip));
        // Without a place it is closed unheard: nothing is left that could be done for it.
        let Some(place) = connections.enter(from, Instant::now()) else { continue };
        let (router, stopping, last) = (router.clone(), stopping.clone(), last.clone());
        tokio::spawn(async move {
            one(stream, peer, router, place, stopping).await;
            drop(last);
        });
    }
    drop((listener, last));
    // Ends when every connection has dropped its sender.
    all_ended.recv().await;
}

/// A page comes in pieces. Without this its end waits until the reader has confirmed the beginning, which systems put off
/// by some 40 ms.
fn send_at_once(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection sends its pieces late");
    }
}

/// A client that has gone is nobody's trouble; everything else may be over soon.
async fn after_failed_accept(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "cannot accept connections");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// One connection, to its end.
async fn one(stream: TcpStream, peer: SocketAddr, router: Router, place: Slot, mut stopping: watch::Receiver<bool>) {
    let activity = place.activity.clone();
    let service = hyper::service::service_fn(|request: Request<Incoming>| {
        let (router, activity) = (router.clone(), activity.clone());
        activity.has_head(Instant::now());
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(activity.clone());
        async move {
            let response = router.oneshot(request).await;
            activity.answered(Instant::now());
            response
        }
    });
    let io = TokioIo::new(Watched { stream, activity: activity.clone() });
    let mut builder = http1::Builder::new();
    // Heads have their time by what the connection is doing, not by when it began to wait.
    builder.timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(HEAD_BYTES);
    let mut connection = pin!(builder.serve_connection(io, service));
    let mut stops = pin!(stopping.wait_for(|stopping| *stopping));
    let mut stopped = false;
    loop {
        tokio::select! {
            // Broken connections and unreadable requests are the client's affair.
            _ = connection.as_mut() => break,
            () = place.close.notified() => break,
            _ = stops.as_mut(), if !stopped => {
                stopped = true;
                connection.as_mut().graceful_shutdown();
            }
            () = tokio::time::sleep(LOOK) => if activity.is_overdue(Instant::now()) { break },
        }
    }
}

/// How many connections this process may hold, after raising its limit of open files as far as it may.
fn connections_possible() -> usize {
    usize::try_from(open_files().saturating_sub(OTHER_FILES).clamp(64, MOST)).unwrap_or(64)
}

#[cfg(unix)]
fn open_files() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    let wanted = Rlimit { current: now.maximum, maximum: now.maximum };
    // What cannot be raised stays as it is.
    let _ = setrlimit(Resource::Nofile, wanted);
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

#[cfg(not(unix))]
fn open_files() -> u64 {
    MOST
}

/// The stream, noting every byte that comes or goes.
struct Watched {
    stream: TcpStream,
    activity: Activity,
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let done = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.activity.moved(true, Instant::now());
        }
        done
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if matches!(done, Poll::Ready(Ok(_))) {
            self.activity.moved(false, Instant::now());
        }
        done
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        if matches!(done, Poll::Ready(Ok(_))) {
            self.activity.moved(false, Instant::now());
        }
        done
    }

    /// Answers leave from where they lie. hyper would else copy each into a buffer of its connection, which stays as large as
    /// the largest answer for as long as the connection is open.
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_leave_from_where_they_lie() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let stream = TcpStream::connect(listener.local_addr().expect("address")).await.expect("a connection");
        let place = Connections::new(1, 1).enter(None, Instant::now()).expect("room");
        assert!(Watched { stream, activity: place.activity.clone() }.is_write_vectored());
    }

    #[tokio::test]
    async fn the_end_of_a_page_does_not_wait_until_its_beginning_is_confirmed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let _reader = TcpStream::connect(listener.local_addr().expect("address")).await.expect("a connection");
        let (stream, _) = listener.accept().await.expect("a connection");
        send_at_once(&stream);
        assert!(stream.nodelay().expect("the setting"));
    }
}
