//! How one hears that a session is cancelled, on one's own page: each way is a press of its own, without a script.

use domain::messages::MessageChannel;
use leptos::prelude::*;

use crate::own::around::{Back, Whose};
use crate::texts::Lang;
use crate::texts::messages::own as t;
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, FieldError, Notice, Tone};

/// Where those who take part choose.
pub const PATH: &str = "/own/messages";
/// Where relatives do.
pub const KIN_PATH: &str = "/kin/messages";

/// What the page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnMessages {
    /// The id of whoever's page it is, which its forms carry.
    pub person: String,
    /// A relative, whom nobody calls.
    pub relative: bool,
    /// What can be chosen on this server.
    pub channels: Vec<MessageChannel>,
    /// How one is told now; to whoever finds a card the address is only hinted at.
    pub chosen: (MessageChannel, String),
    /// The number that is known, hinted at: to it text messages go by one press.
    pub number: Option<String>,
    /// The person's home must not become known: messages are sent to nobody.
    pub undisclosed: bool,
    /// What a phone needs to be told by notifications; nothing where that cannot be chosen.
    pub phone: Option<Phone>,
    /// A sentence about what was just done.
    pub said: Option<(Tone, &'static str)>,
    /// What was typed as an address that cannot be one.
    pub typed: Option<(MessageChannel, String)>,
    pub errors: Vec<FieldError>,
}

/// What `public/push.js` needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Phone {
    /// The installation's key, as browsers take it.
    pub key: String,
}

impl OwnMessages {
    fn path(&self) -> &'static str {
        if self.relative { KIN_PATH } else { PATH }
    }

    /// How one is told now, in a sentence.
    fn now(&self, lang: Lang) -> String {
        told_now(lang, &self.chosen, self.relative)
    }
}

/// How somebody is told who chose so, in a sentence; the address is only hinted at.
pub fn told_now(lang: Lang, chosen: &(MessageChannel, String), relative: bool) -> String {
    match chosen {
        (MessageChannel::Call, _) if relative => t::kin_none(lang).to_owned(),
        (MessageChannel::Call, _) => t::now_call(lang).to_owned(),
        (MessageChannel::Email, address) => t::now_email(lang, address),
        (MessageChannel::Sms, address) => t::now_sms(lang, address),
        (MessageChannel::Push, _) => t::now_push(lang).to_owned(),
    }
}

#[component]
pub fn OwnMessagesPage(lang: Lang, view: OwnMessages) -> impl IntoView {
    let back = if view.relative { "/kin" } else { "/own" };
    let body = match view.undisclosed {
        true => view! { <p>{t::undisclosed(lang)}</p> }.into_any(),
        false => view! { <Ways lang view=view.clone()/> }.into_any(),
    };
    view! {
        <Back lang home=back/>
        <h1>{t::title(lang)}</h1>
        <ErrorSummary lang errors=view.errors.clone()/>
        {view.said.map(|(tone, title)| view! { <Notice tone title live=true/> })}
        {body}
        <p>{t::page(lang)}</p>
    }
    .into_any()
}

#[component]
fn Ways(lang: Lang, view: OwnMessages) -> impl IntoView {
    let now = view.now(lang);
    let ways: Vec<_> = view
        .channels
        .iter()
        .map(|channel| match channel {
            MessageChannel::Call => view! { <NoMessage lang view=view.clone()/> }.into_any(),
            MessageChannel::Sms => view! { <BySms lang view=view.clone()/> }.into_any(),
            MessageChannel::Email => view! { <ByMail lang view=view.clone()/> }.into_any(),
            MessageChannel::Push => view! { <ByPhone lang view=view.clone()/> }.into_any(),
        })
        .collect();
    view! { <p class="own__big">{now}</p>{ways} }.into_any()
}

/// A call, or to a relative nothing.
#[component]
fn NoMessage(lang: Lang, view: OwnMessages) -> impl IntoView {
    let text = if view.relative { t::none(lang) } else { t::call(lang) };
    (view.chosen.0 != MessageChannel::Call).then(|| one_press(&view, MessageChannel::Call, text.to_owned()))
}

#[component]
fn BySms(lang: Lang, view: OwnMessages) -> impl IntoView {
    let chosen = view.chosen.0 == MessageChannel::Sms;
    let known = view.number.as_ref().filter(|_| !chosen);
    let known = known.map(|number| one_press(&view, MessageChannel::Sms, t::sms_to(lang, number)));
    let words = Words { button: t::sms(lang), label: t::other_sms(lang), hint: t::other_sms_hint(lang) };
    view! { {known}<Typed lang view channel=MessageChannel::Sms words kind="tel"/> }.into_any()
}

/// A way for which nothing has to be typed.
fn one_press(view: &OwnMessages, channel: MessageChannel, text: String) -> AnyView {
    view! {
        <form method="post" action=view.path()>
            <Whose person=view.person.clone()/>
            <input type="hidden" name="channel" value=channel.code()/>
            <Button text kind=ButtonKind::Main wide=true/>
        </form>
    }
    .into_any()
}

#[component]
fn ByMail(lang: Lang, view: OwnMessages) -> impl IntoView {
    let words = Words { button: t::email(lang), label: t::other_email(lang), hint: t::other_email_hint(lang) };
    view! { <Typed lang view channel=MessageChannel::Email words kind="email"/> }.into_any()
}

/// A notification on this phone: shown by `public/push.js` alone, where the browser can, and sent with the address that the
/// browser names. What the phone says then stands here, in the language of the page.
#[component]
fn ByPhone(lang: Lang, view: OwnMessages) -> impl IntoView {
    let chosen = if view.chosen.0 == MessageChannel::Push { "yes" } else { "no" };
    let lead = if view.relative { t::kin_push_lead(lang) } else { t::push_lead(lang) };
    view.phone.clone().map(|phone| {
        view! {
            <form class="own__next push" method="post" action=view.path() data-key=phone.key
                data-body=t::push_body(lang) data-language=lang.code() data-chosen=chosen hidden>
                <Whose person=view.person.clone()/>
                <input type="hidden" name="channel" value=MessageChannel::Push.code()/>
                <input type="hidden" name="address" value=""/>
                <p>{lead}</p>
                <Button text=t::push(lang) kind=ButtonKind::Main wide=true/>
                <p class="push__failed" role="alert" hidden>{t::push_failed(lang)}</p>
            </form>
        }
    })
}

/// The words of a form for an address.
#[derive(Clone, Copy)]
struct Words {
    button: &'static str,
    label: &'static str,
    hint: &'static str,
}

/// A form for an address: what is typed is read by the server, so that it says itself what is wrong.
#[component]
fn Typed(
    lang: Lang,
    view: OwnMessages,
    channel: MessageChannel,
    words: Words,
    /// Which keyboard a phone opens.
    kind: &'static str,
) -> impl IntoView {
    let mine = view.typed.clone().filter(|(of, _)| *of == channel);
    let error = FieldError::of(&view.errors, "address").filter(|_| mine.is_some());
    // One of two forms on the page: the one that came back has the field to which the summary of errors leads.
    let id = if mine.is_some() { "address".to_owned() } else { format!("address-{channel}") };
    let value = mine.map(|(_, typed)| typed).unwrap_or_default();
    view! {
        <form class="own__next" method="post" action=view.path() novalidate>
            <Whose person=view.person.clone()/>
            <input type="hidden" name="channel" value=channel.code()/>
            <Field lang name="address" id label=words.label value hint=Some(words.hint.to_owned()) error
                inputmode=kind/>
            <Button text=words.button wide=true/>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::friends::own as friend;

    #[test]
    fn whoever_is_addressed_formally_is_so_here_too() {
        let now_call = ["Kun kerta perutaan, soitamme teille.", "När ett tillfälle ställs in ringer vi er."];
        assert_eq!([Lang::FiTe, Lang::SvNi].map(t::now_call), now_call);
        assert_eq!([Lang::FiTe, Lang::SvNi].map(friend::title), ["Ulkoiluystävänne", "Er promenadvän"]);
    }
}
