//! JSON that came in: size, encoding and shape are checked; unknown fields are refused by the types.

use std::io::{Read, Write};

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;
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
    let text = match coding(&parts.headers) {
        "" | "identity" => bytes,
        "gzip" => inflate(&bytes, inflated)?.into(),
        _ => return Err(Error::BadRequest("only gzip is inflated".into())),
    };
    // The position in the text is told, never the text.
    serde_json::from_slice(&text)
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

/// Shorter answers are not worth it here, in bytes.
const COMPRESSED_FROM: usize = 4096;

/// Data as JSON, at once as gzip for whom accepts that; what is shorter is left to [`super::compression`]. What holds a
/// secret goes out by [`super::compression::as_it_is`] instead: its length would tell of it.
pub fn data<T: Serialize>(asked: &HeaderMap, value: &T) -> Result<Response, Error> {
    let text = serde_json::to_vec(value).map_err(|why| Error::Broken(why.to_string()))?;
    let (packed, mut body) = match text.len() >= COMPRESSED_FROM && accepts_gzip(asked) {
        true => (true, deflate(&text)?),
        false => (false, text),
    };
    // It may wait for a while: until its look is logged, and until a slow line has taken it.
    body.shrink_to_fit();
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    if packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

fn accepts_gzip(asked: &HeaderMap) -> bool {
    let named = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|value| value.split(',')).any(|one| {
        let (name, quality) = one.split_once(';').unwrap_or((one, "q=1"));
        let quality = quality.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
        name.trim() == "gzip" && quality.is_some_and(|quality| quality > 0.0)
    })
}

/// The lowest levels of some compressors write every letter with eight bits, and most of what is synchronised is ids in
/// hexadecimal digits, which four bits hold. Higher levels look longer for what repeats, and find little more of it.
const LEVEL: u32 = 4;

fn deflate(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(LEVEL));
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::sync::canon::Hash;

    #[test]
    fn data_is_compressed_for_whom_accepts_it_and_only_when_it_is_long() {
        let asking =
            |value: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
        let coded = |asked: &HeaderMap, length: usize| {
            let answer = data(asked, &"0".repeat(length)).expect("JSON");
            answer.headers().get(header::CONTENT_ENCODING).is_some_and(|coding| coding == "gzip")
        };
        assert!(coded(&asking("br, gzip"), 5000) && coded(&asking("gzip;q=0.5"), 5000));
        for refusing in ["br", "gzip;q=0", "gzip;q=x", "xgzip"] {
            assert!(!coded(&asking(refusing), 5000), "{refusing}");
        }
        assert!(!coded(&HeaderMap::new(), 5000) && !coded(&asking("gzip"), 100));
        let packed = deflate(&[b'0'; 5000]).expect("gzip");
        assert_eq!(inflate(&packed, 5000).ok(), Some(vec![b'0'; 5000]));
    }

    #[test]
    fn hexadecimal_digits_travel_in_little_more_than_their_four_bits() {
        let digits: String = (0_u32..200).map(|n| Hash::of(&n.to_be_bytes()).to_string()).collect();
        assert_eq!(digits.len(), 200 * 64);
        let packed = deflate(digits.as_bytes()).expect("gzip");
        assert!(packed.len() < 200 * 48, "{} bytes", packed.len());
        assert_eq!(inflate(&packed, 200 * 64).ok(), Some(digits.into_bytes()));
    }

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
