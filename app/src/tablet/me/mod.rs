//! Who is signed in on the tablet, and what is theirs to set: hiding numbers from the group, language and looks; the way to
//! what waits, and signing out.

mod settings;
mod sign_out;

use domain::access::Action;
use leptos::prelude::*;

use self::settings::Settings;
use self::sign_out::SignOut;
use crate::assessments::result_view::Privacy;
use crate::context::address::Address;
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::texts::{Words, tablet as t};
use crate::ui::{RowLink, Rows};

#[component]
pub fn Me() -> impl IntoView {
    let (lang, account) = (lang(), use_tablet().account());
    let who = t::signed_in_as(lang, &account.name, account.role.words(lang));
    let measures = account.may(Action::RecordAssessments);
    view! {
        <View title=t::me(lang) lead=who>
            <Rows>
                <RowLink href=Address::Device.to_string() name=t::device(lang) more=t::device_more(lang) />
            </Rows>
            {measures.then(|| view! {
                <section class="card">
                    <h2>{t::privacy(lang)}</h2>
                    <p>{t::privacy_hint(lang)}</p>
                    <Privacy />
                </section>
            })}
            <Settings />
            <SignOut />
        </View>
    }
}
