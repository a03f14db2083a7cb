//! Parts of a view that follow what they show.

use leptos::prelude::*;

/// A part that is drawn again whenever something that it reads changes, behind one type for all of them: the tablet
/// would load the machinery of following once for every closure otherwise.
pub fn live<V: IntoAny + 'static>(part: impl Fn() -> V + Send + 'static) -> Box<dyn FnMut() -> AnyView + Send> {
    Box::new(move || part().into_any())
}
