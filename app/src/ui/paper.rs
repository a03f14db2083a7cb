//! Where a page is found, on paper: its address to type, and a code for a phone's camera.

use leptos::prelude::*;

use crate::texts::{Lang, frame::paper as t};

/// A page's address on paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaperAddress {
    /// Without the scheme.
    pub typed: String,
    /// The code's width in squares, and the path of its dark ones.
    pub size: usize,
    pub squares: String,
}

#[component]
pub fn OnPaper(lang: Lang, address: PaperAddress, class: &'static str) -> impl IntoView {
    let PaperAddress { typed, size, squares } = address;
    view! {
        <div class=class>
            <Qr label=t::qr(lang) size squares/>
            <p>{t::web(lang)}<br/><strong>{typed}</strong></p>
        </div>
    }
    .into_any()
}

/// A code for a phone's camera: the path of its dark squares, and its width in squares.
#[component]
pub fn Qr(label: &'static str, size: usize, squares: String) -> impl IntoView {
    let frame = format!("0 0 {size} {size}");
    view! {
        <svg class="qr" viewBox=frame role="img" aria-label=label shape-rendering="crispEdges">
            <rect width="100%" height="100%" fill="#fff"/>
            <path d=squares fill="#000"/>
        </svg>
    }
    .into_any()
}
