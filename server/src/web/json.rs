//! JSON that came in: size, encoding and shape are checked; unknown fields are refused by the types.

use std::io::Read;

use axum::extract::{FromRequest, Request};
use flate2::read::GzDecoder;
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use super::limits;
use crate::error::Error;

/// A small request of the API.
pub struct Received<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Received<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        read(request, limits::BODY, limits::BODY).await.map(Self)
    }
}

/// Reads a body of at most `travelling` bytes, at most `inflated` bytes when it is gzip.
pub async fn read<T: DeserializeOwned>(request: Request, travelling: usize, inflated: usize) -> Result<T, Error> {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, travelling).await.map_err(|_| Error::TooLarge)?;
    let bytes = match coding(&parts.headers) {
        "" | "identity" => bytes.to_vec(),
        "gzip" => inflate(&bytes, inflated)?,
        _ => return Err(Error::BadRequest("only gzip is inflated".into())),
    };
    // The position in the text is told, never the text.
    serde_json::from_slice(&bytes)
        .map_err(|e| Error::BadRequest(format!("JSON, line {} column {}: {:?}", e.line(), e.column(), e.classify())))
}

fn coding(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()).map_or("", str::trim)
}

fn inflate(bytes: &[u8], most: usize) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let read = GzDecoder::new(bytes).take(limit).read_to_end(&mut out);
    read.map_err(|_| Error::BadRequest("the gzip body cannot be inflated".into()))?;
    if out.len() > most { Err(Error::TooLarge) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_bomb_is_stopped_while_it_inflates() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b'0'; 1 << 20]).expect("write");
        let small = encoder.finish().expect("gzip");
        assert!(small.len() < 2000);
        assert!(matches!(inflate(&small, 1 << 16), Err(Error::TooLarge)));
        assert_eq!(inflate(&small, 1 << 20).map(|v| v.len()).ok(), Some(1 << 20));
        assert!(matches!(inflate(b"not gzip", 10), Err(Error::BadRequest(_))));
    }
}
