//! A form with a file in it (`multipart/form-data`), as it was sent.

use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};

use super::form::Fields;
use crate::error::Error;

/// The longest name of a file that is kept, in characters.
const LONGEST_NAME: usize = 120;

/// The fields, and the file where one was chosen.
pub struct Upload {
    pub fields: Fields,
    pub file: Option<SentFile>,
}

pub struct SentFile {
    /// As people call it, without a folder.
    pub name: String,
    pub bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let parts = Multipart::from_request(request, state).await;
        let mut parts = parts.map_err(|rejection| Error::BadRequest(rejection.to_string()))?;
        let (mut pairs, mut file) = (Vec::new(), None);
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(bare_name) {
                Some(called) => {
                    let bytes = part.bytes().await.map_err(unreadable)?;
                    // Browsers send an empty part where nothing was chosen.
                    if !(called.is_empty() && bytes.is_empty()) {
                        file = Some(SentFile { name: called, bytes });
                    }
                }
                None => pairs.push((name, part.text().await.map_err(unreadable)?)),
            }
        }
        let fields = Fields::of(pairs);
        let fields = fields.ok_or_else(|| Error::BadRequest("a form with control characters".into()))?;
        Ok(Self { fields, file })
    }
}

fn unreadable(error: MultipartError) -> Error {
    Error::BadRequest(error.body_text())
}

/// The name behind the last folder, without what nobody sees.
fn bare_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control() && *c != char::REPLACEMENT_CHARACTER).take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use http::header;

    async fn read(body: &'static str) -> Result<Upload, Error> {
        let request = Request::post("/").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        Upload::from_request(request.body(Body::from(body)).unwrap(), &()).await
    }

    #[tokio::test]
    async fn fields_and_the_file_are_told_apart_and_the_name_loses_its_folder() {
        let sent = read(
            "--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\ngroups\r\n--x\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"C:\\\\asiat\\\\ryhmät.csv\"\r\n\r\na;b\n\r\n--x--\r\n",
        );
        let Upload { fields, file } = sent.await.unwrap();
        let file = file.unwrap();
        assert_eq!((fields.one("kind"), file.name.as_str(), &file.bytes[..]), ("groups", "ryhmät.csv", &b"a;b\n"[..]));
    }

    #[tokio::test]
    async fn no_file_is_chosen_where_the_part_is_empty_and_what_breaks_off_is_refused() {
        let empty = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--x--\r\n";
        assert!(read(empty).await.unwrap().file.is_none());
        assert!(matches!(read("--x\r\nContent-Disposition").await, Err(Error::BadRequest(_))));
    }
}
