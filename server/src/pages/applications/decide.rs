//! Deciding on an application, offering a place, and what became of the offer. Whoever is taken in with a group joins it
//! in the same unit of work.

use app::applications::page::{DecisionTyped, OfferTyped, Typed};
use app::people::stays::Joinable;
use app::texts::{self, Lang, Words as _};
use app::ui::FieldError;
use axum::extract::Path;
use axum::response::Response;
use domain::access::Action;
use domain::applications::{Decided, LONGEST_OFFER, Offer, Reply, Standing, Verb};
use domain::eligibility::needs_reason;
use domain::groups::{Membership, membership};
use domain::ids::{ApplicationId, GroupId, ParticipantId};
use domain::names::can_be_said;
use domain::people::{Decision, ProfileChange, Verb as PersonVerb};
use domain::sync::op::Verb as AnyVerb;
use domain::sync::server::write::Seen;
use domain::time::Day;

use super::{MOST, shown_again};
use crate::applications::{self, ApplicationRow, Queue};
use crate::error::Error;
use crate::memberships;
use crate::pages::id_in;
use crate::pages::people::{Groups, joinable, joining, read_joining};
use crate::pages::reading::Reading;
use crate::pages::saving::{Read, Sent, alive};
use crate::people::merged;
use crate::routes::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .post("/applications/{id}/decide", decide)
        .post("/applications/{id}/offer", offer)
        .post("/applications/{id}/reply", reply)
}

/// The application and the groups that somebody can be placed in; a death stands in the profile, by whichever record it is
/// known.
async fn found(sent: &Sent, id: &str) -> Result<(ApplicationRow, Groups), Error> {
    sent.scope().require(Action::ManageGroups)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let mut row = applications::find(&mut tx, id_in(id)?).await?;
    merged::protect(&mut tx, [&mut row.person]).await?;
    Ok((row, joinable(&mut tx, sent.lang()).await?))
}

async fn decide(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let (row, groups) = found(&sent, &id).await?;
    let one = |name| sent.fields.one(name).to_owned();
    let typed = DecisionTyped {
        decision: one("decision"),
        reason: one("reason").replace("\r\n", "\n"),
        group: one("group"),
        joined_on: one("joined_on"),
    };
    let read = read_decision(&sent, &typed, &row, &groups);
    let read = match Decision::from_code(&typed.decision).is_some_and(closes) {
        true => read,
        false => alive("decision", sent.lang(), row.person.profile.died_on).and(read),
    };
    let read = joining_once(&sent, &row, read, in_chosen).await?;
    let mut rev = one("rev");
    // The same decision again is a button that was pressed twice: nothing is written over.
    let wanted = if is_decided(&read, &row) { read } else { sent.over(row.rev, &mut rev, "decision", read) };
    let id = row.application.id;
    match sent.save(wanted, &format!("/applications/{id}?said=decided"), "decision").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, id, Typed::Decision(typed), errors).await,
    }
}

/// Whether nothing follows from the decision for the person, so that it can be made of whoever has died, too.
const fn closes(decision: Decision) -> bool {
    matches!(decision, Decision::NotEligible | Decision::Withdrew)
}

/// Whether the decision is the one that is there.
fn is_decided(read: &Read, row: &ApplicationRow) -> bool {
    let same = |verb: &AnyVerb| match verb {
        AnyVerb::Application(Verb::Decide { decided, .. }) => row.application.decided.as_ref() == Some(decided),
        _ => false,
    };
    read.as_ref().is_ok_and(|wanted| wanted.iter().any(|(verb, _)| same(verb)))
}

fn read_decision(sent: &Sent, typed: &DecisionTyped, row: &ApplicationRow, groups: &Groups) -> Read {
    use texts::applications::error as e;
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut form = Reading::new(lang);
    let decision = form.chosen("decision", Decision::from_code(&typed.decision), e::decision(lang));
    if decision.is_some_and(needs_reason) && !can_be_said(&typed.reason) {
        form.wrong::<()>("reason", e::reason(lang));
    }
    let wants_group = decision == Some(Decision::Accepted) && !typed.group.is_empty();
    let placed = match wants_group {
        true => read_joining(lang, &typed.group, &typed.joined_on, groups, sent).map(Some),
        false => Ok(None),
    };
    let placed = placed.unwrap_or_else(|wrong| {
        form.errors.extend(wrong);
        None
    });
    let (Some(decision), true) = (decision, form.errors.is_empty()) else { return Err(form.errors) };
    let decided = Decided { decision, reason: typed.reason.clone(), on: today, by: sent.actor.user };
    let mut wanted = decided_verbs(row, decided);
    wanted.extend(placed.map(|(group, day)| joined(row.person.id, group, day)));
    Ok(wanted)
}

/// The decision, and the profile's word on it where that says something else.
fn decided_verbs(row: &ApplicationRow, decided: Decided) -> Vec<(AnyVerb, Seen)> {
    let (id, participant) = (row.application.id, row.person.id);
    let change = ProfileChange::Decision(Some(decided.decision));
    let known = row.person.profile.decision == Some(decided.decision);
    let edit = PersonVerb::Edit { id: participant, changes: vec![change] };
    let edit = (!known).then(|| (edit.into(), Seen::Newest));
    let decide = (Verb::Decide { id, participant, decided }.into(), Seen::Newest);
    std::iter::once(decide).chain(edit).collect()
}

fn joined(person: ParticipantId, group: GroupId, day: Day) -> (AnyVerb, Seen) {
    let membership = Membership::begun(group, person, day);
    (membership::Verb::Join { membership }.into(), Seen::Newest)
}

/// What was read, where nobody joins a group that they are in already (`there` tells it, with the day since when), and
/// whoever joins anew on the day of a stay that has ended goes on with that stay.
async fn joining_once(
    sent: &Sent,
    row: &ApplicationRow,
    read: Read,
    there: fn(Lang, Day) -> FieldError,
) -> Result<Read, Error> {
    let mut wanted = match read {
        Ok(wanted) => wanted,
        Err(errors) => return Ok(Err(errors)),
    };
    let mut tx = sent.state.db.read(sent.scope()).await?;
    for one in &mut wanted {
        if let AnyVerb::Membership(membership::Verb::Join { membership }) = &one.0 {
            let stays = memberships::of_people(&mut tx, [row.reached]).await?;
            if let Some((stay, _)) = stays.iter().find(|(stay, _)| stay.overlaps(membership)) {
                return Ok(Err(vec![there(sent.lang(), stay.joined_on)]));
            }
            *one = joining(&mut tx, membership.clone()).await?;
        }
    }
    Ok(Ok(wanted))
}

fn in_chosen(lang: Lang, since: Day) -> FieldError {
    FieldError::new("group", texts::people::error::already_in(lang, since))
}

/// Beside the button, since an offer has no field for the group.
fn in_offered(lang: Lang, since: Day) -> FieldError {
    FieldError::new("group_full", texts::applications::error::already_in(lang, since))
}

async fn offer(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let (row, groups) = found(&sent, &id).await?;
    let one = |name| sent.fields.one(name).to_owned();
    let typed = OfferTyped { group: one("offer_group"), until: one("until") };
    let id = row.application.id;
    let others = offered_to_others(&sent, &typed.group, id).await?;
    let there = there_since(&sent, &typed.group, &row).await?;
    let read = read_offer(&sent, &typed, &row, &groups, others);
    let read = alive("offer_group", sent.lang(), row.person.profile.died_on).and(read);
    let wanted = read.and_then(|wanted| match there {
        Some(since) => Err(vec![FieldError::new("offer_group", texts::people::error::already_in(sent.lang(), since))]),
        None => Ok(wanted),
    });
    match sent.save(wanted, &format!("/applications/{id}?said=offered"), "offer_group").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, id, Typed::Offer(typed), errors).await,
    }
}

/// Since when the applicant is in that group, or from when on.
async fn there_since(sent: &Sent, group: &str, row: &ApplicationRow) -> Result<Option<Day>, Error> {
    let today = sent.scope().today();
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let stays = memberships::of_people(&mut tx, [row.reached]).await?;
    let lasts = |stay: &Membership| !stay.is_void() && stay.left_on.is_none_or(|left| today < left);
    let there = stays.iter().find(|(stay, _)| stay.group.to_string() == group && lasts(stay));
    Ok(there.map(|(stay, _)| stay.joined_on))
}

/// How many places of the group are offered to others who are alive and have not answered yet.
async fn offered_to_others(sent: &Sent, group: &str, own: ApplicationId) -> Result<i64, Error> {
    let Ok(group) = group.parse::<GroupId>() else { return Ok(0) };
    let today = sent.scope().today();
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let waiting = applications::queued(&mut tx, Queue::Waiting, MOST).await?;
    let living = waiting.iter().filter(|row| row.is_alive());
    let others = living.map(|row| &row.application).filter(|one| one.id != own);
    Ok(texts::whole(others.filter(|one| applications::is_offered(one, group, today)).count()))
}

/// What stands against one more place in the group: it is full, or what is left is offered to `others`.
fn no_place(lang: Lang, group: &Joinable, others: i64) -> Option<String> {
    let capacity = i64::from(group.capacity?);
    match group.full() {
        Some(_) => Some(texts::people::error::full(lang, capacity, group.members)),
        None if group.members + others >= capacity => {
            Some(texts::applications::error::offered(lang, capacity, group.members, others))
        }
        None => None,
    }
}

fn read_offer(sent: &Sent, typed: &OfferTyped, row: &ApplicationRow, groups: &Groups, others: i64) -> Read {
    use texts::applications::error as e;
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut form = Reading::new(lang);
    let chosen = groups.iter().find(|group| group.id.to_string() == typed.group);
    let group = form.chosen("offer_group", chosen, e::group(lang));
    let until = form.needed_day("until", &typed.until, texts::people::error::day(lang), today);
    if until.is_some_and(|until| until < today || until.days_since(today) > LONGEST_OFFER) {
        form.wrong::<()>("until", e::until(lang, LONGEST_OFFER));
    }
    // Where no place is left it is said once; offering again offers one all the same.
    if let Some((group, told)) = group.and_then(|group| Some((group, no_place(lang, group, others)?)))
        && sent.fields.one("full") != group.id.to_string()
    {
        form.wrong::<()>("offer_group", told);
    }
    if row.application.decided.as_ref().is_none_or(|decided| decided.decision != Decision::WaitingList) {
        form.wrong::<()>("offer_group", e::not_waiting(lang));
    }
    // A colleague was first: of two offers that wait, one would never be answered.
    if let Standing::Offered { group: offered, until: last, .. } = row.application.standing(today)
        && (group.map(|group| group.id), until) != (Some(offered), Some(last))
    {
        form.wrong::<()>("place", e::already_offered(lang));
    }
    let (Some(group), Some(until), true) = (group, until, form.errors.is_empty()) else { return Err(form.errors) };
    let (id, participant) = (row.application.id, row.person.id);
    let verb = Verb::Offer { id, participant, group: group.id, on: today, until };
    Ok(vec![(verb.into(), Seen::Newest)])
}

async fn reply(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let (row, groups) = found(&sent, &id).await?;
    let one = |name| sent.fields.one(name).to_owned();
    let joined_on = one("joined_on");
    let read = read_reply(&sent, &joined_on, &row, &groups)?;
    let wanted = joining_once(&sent, &row, read, in_offered).await?;
    let id = row.application.id;
    match sent.save(wanted, &format!("/applications/{id}?said=replied"), "joined_on").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, id, Typed::Reply { joined_on }, errors).await,
    }
}

/// What became of the offer that the form names; one that is not there is not found.
fn read_reply(sent: &Sent, joined_on: &str, row: &ApplicationRow, groups: &Groups) -> Result<Read, Error> {
    let group: GroupId = id_in(sent.fields.one("group"))?;
    let offered_on: Day = id_in(sent.fields.one("offered_on"))?;
    let reply = Reply::from_code(sent.fields.one("reply")).ok_or(Error::NotFound)?;
    let offer = row.application.offer(group, offered_on).ok_or(Error::NotFound)?;
    // The button was pressed twice: it is answered so already.
    if offer.reply() == Some(reply) {
        return Ok(Ok(Vec::new()));
    }
    let (id, participant, on) = (row.application.id, row.person.id, sent.scope().today());
    if let Some(told) = settled_meanwhile(sent.lang(), offer, row, on) {
        return Ok(Err(vec![told]));
    }
    let answered = (Verb::Reply { id, participant, group, offered_on, reply, on }.into(), Seen::Newest);
    if reply != Reply::Accepted {
        return Ok(Ok(vec![answered]));
    }
    if let Some(told) = ran_out(sent.lang(), offer, row, on) {
        return Ok(Err(vec![told]));
    }
    let taken = taken(sent, joined_on, row, group, groups);
    let taken = alive("group_full", sent.lang(), row.person.profile.died_on).and(taken);
    Ok(taken.map(|taken| std::iter::once(answered).chain(taken).collect()))
}

/// That the offer ran out, where another has been made since: the place may be somebody else's by now.
fn ran_out(lang: Lang, offer: &Offer, row: &ApplicationRow, today: Day) -> Option<FieldError> {
    let is_newest = match row.application.standing(today) {
        Standing::Offered { group, on, .. } | Standing::RanOut { group, on, .. } => {
            (group, on) == (offer.group, offer.on)
        }
        Standing::Undecided | Standing::Waiting | Standing::Closed(_) => false,
    };
    let over = !offer.is_open(today) && !is_newest;
    over.then(|| FieldError::new("place", texts::applications::error::ran_out(lang, offer.until)))
}

/// What a colleague has recorded since the page was opened, of this offer or of the whole application: nobody writes over
/// it unseen.
fn settled_meanwhile(lang: Lang, offer: &Offer, row: &ApplicationRow, today: Day) -> Option<FieldError> {
    let what = match (offer.reply(), row.application.standing(today)) {
        (Some(reply), _) => reply.words(lang),
        (None, Standing::Closed(decision)) => decision.words(lang),
        (None, _) => return None,
    };
    Some(FieldError::new("decision", texts::applications::error::settled(lang, what)))
}

/// Who accepts is taken in and joins the group.
fn taken(sent: &Sent, joined_on: &str, row: &ApplicationRow, group: GroupId, groups: &Groups) -> Read {
    let lang = sent.lang();
    let read = read_joining(lang, &group.to_string(), joined_on, groups, sent);
    let (group, day) = read.map_err(|errors| {
        // The page has no field for the group here: what is wrong with it stands above the button.
        let renamed = |mut error: FieldError| {
            if error.field == "group" {
                error.field = "group_full";
            }
            error
        };
        errors.into_iter().map(renamed).collect::<Vec<_>>()
    })?;
    let decided =
        Decided { decision: Decision::Accepted, reason: String::new(), on: sent.scope().today(), by: sent.actor.user };
    let mut wanted = decided_verbs(row, decided);
    wanted.push(joined(row.person.id, group, day));
    Ok(wanted)
}
