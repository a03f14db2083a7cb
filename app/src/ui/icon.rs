//! The few signs. Each differs in shape, so that none depends on its colour.

use leptos::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Icon {
    Tick,
    Cross,
    Plus,
    Clock,
    Info,
    Look,
    Wrong,
    Tablet,
    Upload,
    Server,
    Phone,
    Person,
    People,
    Search,
    Back,
    Forward,
    Up,
    Down,
    Same,
    Undo,
    Pause,
    Screen,
    /// Nothing marked yet.
    Empty,
    More,
    Erase,
    Voice,
    Print,
    /// The ways, folded together.
    Menu,
}

impl Icon {
    /// Strokes in a square of 24.
    const fn path(self) -> &'static str {
        match self {
            Self::Tick => "M4 13l5 5L20 6",
            Self::Cross => "M5 5l14 14M19 5L5 19",
            Self::Plus => "M12 4v16M4 12h16",
            Self::Clock => "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 7v5l3.5 2.5",
            Self::Info => "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 11v6M12 7.2v.1",
            Self::Look => "M12 3.5L22 20.5H2zM12 10v5M12 17.7v.1",
            Self::Wrong => "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v6M12 16.7v.1",
            Self::Tablet => "M6 2.5h12v19H6zM11 18.5h2",
            Self::Upload => "M12 20V5M6 11l6-6 6 6",
            Self::Server => "M4 4h16v6H4zM4 14h16v6H4zM8 7v.1M8 17v.1M13 7h4M13 17h4",
            Self::Phone => {
                "M5 3h4l2 5-2.5 2a12 12 0 0 0 5.5 5.500l2-2.500 5 2v4c0 1-1 2-2 2C11 21 3 13 3 5c0-1 1-2 2-2z"
            }
            Self::Person => "M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8M4 21c0-5 3.500-7 8-7s8 2 8 7",
            Self::People => {
                "M9 5a3.500 3.500 0 1 0 0 7a3.500 3.500 0 0 0 0-7M2 20c0-4.500 3-6 7-6s7 1.500 7 6M16 5.500a3.300 3.300 0 0 1 0 6.300M18.500 14.500c2.300.8 3.500 2.500 3.500 5.500"
            }
            Self::Search => "M10.500 4a6.500 6.500 0 1 0 0 13a6.500 6.500 0 0 0 0-13M15.500 15.500L21 21",
            Self::Back => "M15 4l-8 8 8 8",
            Self::Forward => "M9 4l8 8-8 8",
            Self::Up => "M12 20V5M5 12l7-7 7 7",
            Self::Down => "M12 4v15M5 12l7 7 7-7",
            Self::Same => "M5 9h14M5 15h14",
            Self::Undo => "M8 4L3 9l5 5M3 9h11a6 6 0 0 1 0 12h-3",
            Self::Pause => "M8 5v14M16 5v14",
            Self::Empty => "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16",
            Self::More => "M5 12h.1M12 12h.1M19 12h.1",
            Self::Erase => "M8 6h13v12H8l-5-6zM12 9.500l5 5M17 9.500l-5 5",
            Self::Voice => "M4 9.500v5h4l5 4.500v-14l-5 4.500zM16.500 9a4.500 4.500 0 0 1 0 6M19 6.500a8 8 0 0 1 0 11",
            Self::Print => "M7 8V3h10v5M7 17H3V8h18v9h-4M7 14h10v7H7z",
            Self::Menu => "M4 6h16M4 12h16M4 18h16",
            Self::Screen => "M3 4h18v12H3zM9 20h6M12 16v4",
        }
    }
}

/// A sign beside words: hidden from screen readers, because the words say it.
#[component]
pub fn IconView(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor"
            stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round">
            <path d=icon.path()/>
        </svg>
    }
}
