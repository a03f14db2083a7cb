//! What is looked up at most once for a request, however many of its parts want to know.

use std::future::Future;
use std::sync::Arc;

use http::Extensions;
use tokio::sync::OnceCell;

use crate::error::Error;

/// A value of the request at hand; its clones share it.
pub struct Once<T>(Arc<OnceCell<T>>);

impl<T> Clone for Once<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Clone + Send + Sync + 'static> Once<T> {
    /// The one of this request.
    pub fn of(extensions: &mut Extensions) -> Self {
        extensions.get_or_insert_with(|| Self(Arc::default())).clone()
    }

    /// Has it from this request to another that is made of it.
    pub fn share(from: &mut Extensions, to: &mut Extensions) {
        to.insert(Self::of(from));
    }

    /// The value, looked up if it has not been. A failure is not kept.
    pub async fn get<Work>(&self, look: impl FnOnce() -> Work) -> Result<T, Error>
    where
        Work: Future<Output = Result<T, Error>>,
    {
        self.0.get_or_try_init(look).await.cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn two_that_want_to_know_look_once_and_a_failure_is_tried_again() {
        let (mut request, mut drawn) = (Extensions::new(), Extensions::new());
        Once::<u8>::share(&mut request, &mut drawn);
        let failed = Once::<u8>::of(&mut request).get(|| async { Err(Error::NotFound) }).await;
        assert!(matches!(failed, Err(Error::NotFound)));
        assert_eq!(Once::<u8>::of(&mut request).get(|| async { Ok(1) }).await.ok(), Some(1));
        assert_eq!(Once::<u8>::of(&mut drawn).get(|| async { Ok(2) }).await.ok(), Some(1));
    }
}
