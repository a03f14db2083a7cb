//! What the rules advise of an application, with their reasons in words. A person decides.

use domain::eligibility::{Advice, Answer, Eligibility};
use leptos::prelude::*;

use crate::texts::{Lang, Words, applications::advice as t};
use crate::ui::{Icon, IconView, Notice, Tone};

/// The advice in one sentence.
pub fn verdict(lang: Lang, eligibility: &Eligibility) -> &'static str {
    match eligibility {
        Eligibility::Eligible => t::eligible(lang),
        Eligibility::ExceptionAge { reason_given: true } => t::exception(lang),
        Eligibility::ExceptionAge { reason_given: false } => t::exception_unexplained(lang),
        Eligibility::Unknown => t::unknown(lang),
        Eligibility::NotEligible(_) => t::not_eligible(lang),
    }
}

/// In a few words, for lists.
pub fn short_verdict(lang: Lang, eligibility: &Eligibility) -> &'static str {
    match eligibility {
        Eligibility::Eligible => t::short::eligible(lang),
        Eligibility::ExceptionAge { .. } => t::short::exception(lang),
        Eligibility::Unknown => t::short::unknown(lang),
        Eligibility::NotEligible(_) => t::short::not_eligible(lang),
    }
}

/// "liikkuu vähän 2, asuu yksin 1"; empty without points.
pub fn reasons(lang: Lang, advice: &Advice) -> String {
    let point = |(point, worth): &(domain::eligibility::PointFor, u8)| format!("{} {worth}", point.words(lang));
    advice.points.iter().map(point).collect::<Vec<_>>().join(", ")
}

const fn tone(eligibility: &Eligibility) -> Tone {
    match eligibility {
        Eligibility::Eligible => Tone::Good,
        Eligibility::ExceptionAge { .. } | Eligibility::NotEligible(_) => Tone::Look,
        Eligibility::Unknown => Tone::Calm,
    }
}

/// The advice: what it comes to, each criterion with its answer, and for what there are points.
#[component]
pub fn AdviceView(lang: Lang, advice: Advice) -> impl IntoView {
    let criteria: Vec<_> = advice
        .criteria
        .iter()
        .map(|(criterion, answer)| {
            let (icon, words) = match answer {
                Answer::Yes => (Icon::Tick, t::met(lang)),
                Answer::No => (Icon::Cross, t::not_met(lang)),
                Answer::Unknown => (Icon::Info, t::not_known(lang)),
            };
            let name = criterion.words(lang);
            view! {
                <li class="consent-line">
                    <IconView icon/>
                    <span class="table__name">{name}<span class="table__more">{words}</span></span>
                </li>
            }
        })
        .collect();
    let total = i64::from(advice.total());
    let reasons = reasons(lang, &advice);
    let end = if reasons.is_empty() { "." } else { ":" };
    view! {
        <Notice title=verdict(lang, &advice.eligibility) tone=tone(&advice.eligibility)>
            <p>{t::person_decides(lang)}</p>
        </Notice>
        <ul class="days" role="list">{criteria}</ul>
        <p><strong>{t::points(lang, total)}{end}</strong>" "<span class="quiet">{reasons}</span></p>
    }
    .into_any()
}
