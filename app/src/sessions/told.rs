//! Who was told by a message that a session is cancelled, or on after all, and how that went.

use domain::ids::ParticipantId;
use domain::messages::{MessageChannel, MessageEvent, MessageState, Trouble};
use domain::time::Instant;
use leptos::prelude::*;

use crate::texts::messages::told as t;
use crate::texts::{Lang, Words, moment};
use crate::ui::{TableFrame, Tag, Tone};

/// One message, without its words and where it went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToldLine {
    /// Somebody who takes part; nothing for a relative.
    pub person: Option<ParticipantId>,
    pub name: String,
    pub event: MessageEvent,
    pub channel: MessageChannel,
    pub state: MessageState,
    pub trouble: Option<Trouble>,
    /// When it was sent or given up.
    pub at: Option<Instant>,
}

impl ToldLine {
    /// What was said, and how.
    pub fn what(&self, lang: Lang) -> String {
        t::line(lang, self.channel.words(lang), self.event.words(lang))
    }

    /// What became of it, in words and looks.
    pub fn state(&self, lang: Lang) -> (String, Tone) {
        let why = self.trouble.map(|trouble| trouble.words(lang));
        match (self.state, why) {
            (MessageState::Sent, _) => {
                let when = self.at.map(|at| moment(lang, at)).unwrap_or_default();
                (t::sent(lang, &when).trim_end().to_owned(), Tone::Good)
            }
            (MessageState::Waiting, None) => (t::waiting(lang).to_owned(), Tone::Calm),
            (MessageState::Waiting, Some(why)) => (t::again(lang, why), Tone::Look),
            (MessageState::Failed, why) => (t::failed(lang, why.unwrap_or_default()), Tone::Look),
            (MessageState::Dropped, _) => (t::dropped(lang).to_owned(), Tone::Calm),
        }
    }
}

/// `cancelled`: whether the session is, now.
#[component]
pub fn ToldList(lang: Lang, lines: Vec<ToldLine>, cancelled: bool) -> impl IntoView {
    let lead = if cancelled { t::lead(lang) } else { t::lead_on(lang) };
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <Row lang line/> }).collect();
    view! {
        <section class="section" id="told">
            <h2>{t::title(lang)}</h2>
            <p>{lead}</p>
            <TableFrame label=t::title(lang)>
                <table class="table table--cards">
                    <thead>
                        <tr>
                            <th scope="col">{t::who(lang)}</th>
                            <th scope="col">{t::what(lang)}</th>
                            <th scope="col">{t::state(lang)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableFrame>
        </section>
    }
    .into_any()
}

#[component]
fn Row(lang: Lang, line: ToldLine) -> impl IntoView {
    let (state, tone) = line.state(lang);
    let name = match line.person {
        Some(person) => view! { <a href=format!("/people/{person}")>{line.name.clone()}</a> }.into_any(),
        None => view! { <span>{line.name.clone()}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><span class="table__name">{name}</span></th>
            <td data-label=t::what(lang)>{line.what(lang)}</td>
            <td data-label=t::state(lang)><Tag text=state tone/></td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(state: MessageState, trouble: Option<Trouble>) -> ToldLine {
        ToldLine {
            person: None,
            name: "Aino".to_owned(),
            event: MessageEvent::Cancelled,
            channel: MessageChannel::Email,
            state,
            trouble,
            at: None,
        }
    }

    #[test]
    fn what_became_of_a_message_is_said_in_plain_words() {
        let said = |state, trouble| line(state, trouble).state(Lang::Fi).0;
        assert_eq!(line(MessageState::Sent, None).what(Lang::Fi), "kerta on peruttu, sähköposti");
        assert_eq!(said(MessageState::Waiting, None), "Lähdössä");
        let again = said(MessageState::Waiting, Some(Trouble::Unreachable));
        assert_eq!(again, "Yritetään uudelleen: viestipalvelin ei vastannut");
        assert_eq!(said(MessageState::Failed, Some(Trouble::Refused)), "Ei mennyt: osoite tai numero ei kelpaa");
        assert_eq!(said(MessageState::Sent, None), "Lähetetty");
    }
}
