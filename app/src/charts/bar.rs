//! A row of the drawings of bars: its name, its bar, and its number at the bar's end.

use leptos::prelude::*;

/// One row, in pixels.
pub(super) struct BarRow {
    pub name: String,
    /// How long the bar is; nothing where its number is not there.
    pub length: Option<i64>,
    pub number: String,
    /// Room for the name left of the bar; without any it stands above it.
    pub labels: i64,
    /// The upper edge of the bar, and how high it is.
    pub top: i64,
    pub height: i64,
}

impl BarRow {
    pub fn draw(self) -> AnyView {
        let Self { name, length, number, labels, top, height } = self;
        let middle = top + height / 2 + 5;
        let (class, x, y) = match labels {
            0 => ("chart__text", 0, top - 8),
            labels => ("chart__text chart__text--end", labels - 12, middle),
        };
        let end = labels + length.unwrap_or(0) + 10;
        let bar = length.map(|length| {
            view! {
                <rect class="chart__bar" x=labels.to_string() y=top.to_string() width=length.to_string()
                    height=height.to_string() rx="4"/>
            }
        });
        view! {
            <text class=class x=x.to_string() y=y.to_string()>{name}</text>
            {bar}
            <text class="chart__text chart__text--strong" x=end.to_string() y=middle.to_string()>{number}</text>
        }
        .into_any()
    }
}
