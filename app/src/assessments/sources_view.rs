//! Where the numbers of the results come from, on the tablet and without network: the desk's tables, from the same data.

use leptos::prelude::*;

use super::guide_page::SourceTables;
use crate::context::lang;
use crate::context::view::View;
use crate::texts::guide::sources as t;

#[component]
pub fn SourcesView() -> impl IntoView {
    let lang = lang();
    view! {
        <View title=t::title(lang) back=true>
            <div class="stack stack--wide" id="sources">
                <SourceTables lang />
            </div>
        </View>
    }
}
