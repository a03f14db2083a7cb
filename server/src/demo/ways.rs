//! Ways into the demo's groups: people who have applied, who wait, to whom a place was offered, and two public forms.

use domain::access::Role;
use domain::applications::{Answers, Channel, Decided, OwnYes, Said, Start, Verb, YesBy};
use domain::eligibility::{Activity, Function, Home};
use domain::groups::Group;
use domain::ids::{ApplicationId, ParticipantId, TalkId, UserId};
use domain::people::{
    Decision, Education, IncomeOk, LivingAlone, PersonLanguage, Profile, ReferralSource, Verb as PersonVerb,
};
use domain::sync::op::Verb as AnyVerb;
use domain::sync::server::write::Seen;
use domain::talks::{self, Talk};
use domain::time::Day;

use super::build::Account;
use crate::access::Scope;
use crate::applications::forms::{self, Filled, Waiting};
use crate::applications::settings;
use crate::db::Unscoped;
use crate::error::Error;
use crate::files::present;
use crate::state::AppState;

/// Somebody who applied: name, year of birth, language, who asked, how many days ago.
struct Applicant {
    given: &'static str,
    family: &'static str,
    born: i32,
    language: PersonLanguage,
    source: ReferralSource,
    by: Option<&'static str>,
    days_ago: i64,
    /// Decided so many days ago that they wait, and why.
    waits: Option<(i64, &'static str)>,
    /// A place offered so many days ago, until so many days from today.
    offered: Option<(i64, i64)>,
}

const APPLICANTS: [Applicant; 5] = [
    Applicant {
        given: "Kaarina",
        family: "Salmela",
        born: 1941,
        language: PersonLanguage::Finnish,
        source: ReferralSource::HomeCare,
        by: Some("Kotihoito / Anne Rautio, 050 000 2001"),
        days_ago: 3,
        waits: None,
        offered: None,
    },
    Applicant {
        given: "Pentti",
        family: "Koskela",
        born: 1955,
        language: PersonLanguage::Finnish,
        source: ReferralSource::Myself,
        by: None,
        days_ago: 1,
        waits: None,
        offered: None,
    },
    Applicant {
        given: "Märta",
        family: "Sundell",
        born: 1935,
        language: PersonLanguage::Swedish,
        source: ReferralSource::Relative,
        by: Some("Dotter Eva Sundell, 050 000 2002"),
        days_ago: 26,
        waits: Some((24, "Tiistain ryhmä on täynnä.")),
        offered: None,
    },
    Applicant {
        given: "Veikko",
        family: "Laaksonen",
        born: 1938,
        language: PersonLanguage::Finnish,
        source: ReferralSource::Myself,
        by: None,
        days_ago: 33,
        waits: Some((30, "Ryhmät ovat täynnä, soitetaan paikan vapautuessa.")),
        offered: Some((10, -3)),
    },
    Applicant {
        given: "Raili",
        family: "Heinonen",
        born: 1943,
        language: PersonLanguage::Finnish,
        source: ReferralSource::PreventiveHomeVisit,
        by: Some("Kotikäynti / Jari Ojala, 050 000 2003"),
        days_ago: 19,
        waits: Some((18, "Toivoo aamupäivän ryhmää.")),
        offered: Some((1, 6)),
    },
];

/// The applications, and what came by the public form, which is open here.
pub async fn happen(state: &AppState, scope: &Scope, people: &[Account]) -> Result<(), Error> {
    let Some(coordinator) = people.iter().find(|account| account.role == Role::Coordinator) else { return Ok(()) };
    let mut tx = state.db.read(scope).await?;
    let groups = present::groups(&mut tx).await?;
    drop(tx);
    let mut own: Vec<&Group> =
        groups.all.values().map(|(_, group)| group).filter(|g| g.provider == coordinator.organisation).collect();
    own.retain(|group| group.season_end.is_none_or(|end| end >= scope.today()));
    own.sort_by_key(|group| group.id);
    let Some(group) = own.first().copied() else { return Ok(()) };
    let at = |(n, one): (usize, &Applicant)| one.verbs(state, scope.today(), n, group, coordinator.user);
    let verbs = APPLICANTS.iter().enumerate().flat_map(at).map(|verb| (verb, Seen::Newest)).collect::<Vec<_>>();
    let written = state.change(scope, "demo", &verbs).await?;
    written.map_err(|refused| Error::Broken(format!("the demo's applications: {refused:?}")))?;
    public_forms(state, scope, coordinator, group).await
}

impl Applicant {
    fn verbs(&self, state: &AppState, today: Day, n: usize, group: &Group, by: UserId) -> Vec<AnyVerb> {
        let participant = state.with_chance(|chance| ParticipantId::new(state.now(), chance));
        let on = |ago: i64| today.plus_days(-ago);
        let applied_on = on(self.days_ago);
        let id = ApplicationId::of(participant, applied_on);
        let start = Start { source: self.source, channel: Channel::Phone, referred_by: self.by.map(str::to_owned) };
        let profile = Box::new(self.profile(n, applied_on));
        let answers = Box::new(self.answers(n, applied_on, group));
        let mut verbs = vec![
            PersonVerb::Register { id: participant, group: None, profile, provisional: false }.into(),
            Verb::Record { id, participant, applied_on, start, answers }.into(),
        ];
        if let Some((ago, reason)) = self.waits {
            let decided = Decided { decision: Decision::WaitingList, reason: reason.to_owned(), on: on(ago), by };
            verbs.push(Verb::Decide { id, participant, decided }.into());
        }
        if let Some((ago, ahead)) = self.offered {
            let (on, until) = (on(ago), today.plus_days(ahead));
            verbs.push(Verb::Offer { id, participant, group: group.id, on, until }.into());
        }
        if n == 1 {
            let id = state.with_chance(|chance| TalkId::new(state.now(), chance));
            verbs.push(talks::Verb::Record { talk: talk(id, participant, today) }.into());
        }
        verbs
    }

    fn profile(&self, n: usize, applied_on: Day) -> Profile {
        Profile {
            given_names: self.given.to_owned(),
            family_name: self.family.to_owned(),
            birth_date: Day::new(self.born, 5, 14),
            language: Some(self.language),
            phone: Some(format!("05000030{n:02}")),
            living_alone: Some(if n.is_multiple_of(2) { LivingAlone::Yes } else { LivingAlone::NotTold }),
            education: (n != 1).then_some(Education::Basic),
            income_ok: (n == 2).then_some(IncomeOk::Hard),
            referral_source: Some(self.source),
            applied_on: Some(applied_on),
            decision: self.waits.map(|_| Decision::WaitingList),
            ..Profile::default()
        }
    }

    fn answers(&self, n: usize, on: Day, group: &Group) -> Answers {
        let function = Function {
            difficulty_walking_500_m: Some(n != 1),
            fell_in_12_months: Some(n == 2 || n == 0),
            ..Function::default()
        };
        Answers {
            own_yes: (self.source != ReferralSource::Myself).then_some(OwnYes { by: YesBy::Phone, on }),
            home: Some(Home::OwnHome),
            activity: Activity { strength_days: Some(u8::from(n == 3)), brisk_minutes: Some(60) },
            function,
            no_transport: (n == 2).then_some(Said::Yes),
            wishes: if n == 4 { vec![group.id] } else { Vec::new() },
            remark: (n == 4).then(|| "Vain aamupäivisin".to_owned()),
            ..Answers::default()
        }
    }
}

fn talk(id: TalkId, participant: ParticipantId, today: Day) -> Talk {
    Talk {
        id,
        participant,
        on: today.plus_days(-14),
        goal: "Jaksan kävellä kauppaan ja takaisin.".to_owned(),
        plan: "Kävely kolmena päivänä viikossa, tuolilta nousu aamuisin.".to_owned(),
        next_on: Some(today),
        taken_back: None,
    }
}

/// Two that came by themselves this week.
async fn public_forms(state: &AppState, scope: &Scope, to: &Account, group: &Group) -> Result<(), Error> {
    let filled = |given: &str, family: &str, born, source, by: Option<&str>| Filled {
        given_names: given.to_owned(),
        family_name: family.to_owned(),
        birth_year: born,
        phone: "0500003010".to_owned(),
        language: PersonLanguage::Finnish,
        start: Start { source, channel: Channel::Form, referred_by: by.map(str::to_owned) },
        says_yes: by.is_some(),
        group: by.is_none().then_some(group.id),
    };
    let forms = [
        filled("Aune", "Vehviläinen", 1944, ReferralSource::Myself, None),
        filled("Onni", "Räsänen", 1937, ReferralSource::Relative, Some("Leena Räsänen, 0500003011")),
    ];
    let received_at = state.now().plus_millis(-20 * 3_600_000);
    let waiting = forms.map(|filled| Waiting {
        id: state.with_chance(|chance| domain::ids::uuid_v7(received_at, chance)),
        received_at,
        filled,
    });
    let (waiting, tenant) = (&waiting, scope.municipality());
    state
        .write(Unscoped::Installation, |mut tx| async move {
            settings::set_public_form(&mut tx, tenant, true, state.now()).await?;
            for form in waiting {
                forms::keep(&mut tx, tenant, to.organisation, form).await?;
            }
            Ok(tx.done(()))
        })
        .await
}
