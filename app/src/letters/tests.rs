use super::*;
use crate::assessments::results_card::Next;
use crate::sessions::today::meeting;
use domain::groups::GroupKind;
use domain::ids::{GroupId, OrganisationId, PlaceId};
use uuid::Uuid;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn facts() -> GroupFacts {
    let group = Group {
        id: GroupId(Uuid::from_u128(1)),
        reference: None,
        name: "Kumpulan tiistai".into(),
        kind: GroupKind::StrengthBalance,
        level: None,
        provider: OrganisationId(Uuid::nil()),
        place: Some("Kumpulan talo, Limingantie 5".into()),
        aed: None,
        weekdays: vec![2],
        starts_at: "10:30".parse().ok(),
        times: Vec::new(),
        minutes: Some(60),
        capacity: None,
        season_start: Some(day("2026-08-25")),
        season_end: Some(day("2026-12-08")),
        breaks: Vec::new(),
        earlier: Vec::new(),
    };
    let place = Place {
        id: PlaceId(Uuid::from_u128(2)),
        name: "Kumpulan talo".into(),
        address: Some("Limingantie 5".into()),
        route: Some("Bussi 55".into()),
        bus: None,
        step_free: Some(true),
        toilet: None,
        aed: None,
        equipment: None,
        phone: None,
    };
    let coming = group.days_from(day("2026-09-08")).map(|on| meeting(&group, on, None)).collect();
    GroupFacts { group, places: vec![place], leaders: vec!["Matti Meikäläinen".into()], coming }
}

fn letter(lang: Lang, form: FormOfAddress, about: About) -> Letter {
    Letter {
        lang,
        form,
        name: "Aino Aho".into(),
        called: "Aino".into(),
        window: Window::default(),
        sender: "Helsinki".into(),
        phone: "040 123 4567".into(),
        on: day("2026-09-01"),
        page: None,
        about,
    }
}

/// A letter of every kind with words of its own.
fn every() -> Vec<About> {
    let group = || Box::new(facts());
    let session = Box::new(facts().coming.remove(0));
    let card = Box::new(CardView { name: String::new(), lines: Vec::new(), next: Next::default(), help: None });
    vec![
        About::Welcome { group: group(), begins_on: day("2026-09-09"), has_card: true },
        About::Welcome { group: group(), begins_on: day("2026-09-09"), has_card: false },
        About::Invitation { group: group(), session },
        About::Results { card },
        About::Sessions { group: group(), has_card: true },
    ]
}

#[test]
fn a_season_that_is_longer_than_the_sheet_says_how_many_sessions_are_left_out() {
    let group = |sessions: usize| {
        let mut facts = facts();
        let first = facts.coming.remove(0);
        let one = |n: usize| Meeting { day: first.day.plus_days(7 * i64::try_from(n).unwrap()), ..first.clone() };
        facts.coming = (0..sessions).map(one).collect();
        Box::new(facts)
    };
    let said = |sessions| {
        let about = About::Sessions { group: group(sessions), has_card: true };
        letter(Lang::Fi, FormOfAddress::Familiar, about).said()
    };
    assert_eq!((said(24).sessions.len(), said(24).after.len()), (24, 1));
    let longer = said(30);
    assert_eq!((longer.sessions.len(), longer.after.len()), (24, 2));
    let told = longer.after[0].replace('\u{a0}', " ");
    assert!(told.starts_with("Listan jälkeen on vielä 6 kertaa, viimeinen ti 30.3.2027"), "{told}");
    assert!(said(25).after[0].starts_with("Listan jälkeen on vielä yksi kerta: ti"), "{:?}", said(25).after);
}

#[test]
fn sentences_of_letters_are_short_enough_for_everybody() {
    for (lang, form) in Lang::ALL.into_iter().flat_map(|lang| FormOfAddress::ALL.iter().map(move |form| (lang, *form)))
    {
        for about in every() {
            let said = letter(lang, form, about).said();
            let text = said.before.iter().chain(&said.after).map(String::as_str).chain([said.end]);
            let text = text.collect::<Vec<_>>().join(" ");
            let lengths: Vec<usize> =
                text.split_inclusive(['.', '?', '!']).map(|one| one.split_whitespace().count()).collect();
            let (all, most) = (lengths.iter().sum::<usize>(), lengths.iter().max().copied().unwrap_or_default());
            assert!(lengths.len() > 2 && all <= 15 * lengths.len() && most <= 25, "{lang:?} {form:?}: {text}");
        }
    }
}

#[test]
fn a_letter_speaks_to_its_reader_in_the_form_that_was_chosen() {
    let words = |lang, form| {
        let said = every().into_iter().map(|about| letter(lang, form, about).said());
        said.flat_map(|said| [vec![said.title, said.hello], said.before, said.after].concat())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let all = |lang, form| words(lang, form).to_lowercase();
    use FormOfAddress::{Familiar, Formal};
    assert!(all(Lang::Fi, Familiar).contains("hei aino!") && all(Lang::Fi, Formal).contains("hyvä aino aho"));
    for te in ["tulette", "ottakaa", "ette pääse", "tuloksenne", "tietonne"] {
        assert!(all(Lang::Fi, Formal).contains(te) && !all(Lang::Fi, Familiar).contains(te), "{te}");
    }
    let swedish = |form| all(Lang::Sv, form).split(|c: char| !c.is_alphabetic()).map(str::to_owned).collect::<Vec<_>>();
    for ni in ["ni", "er", "era", "ert"] {
        assert!(!swedish(Familiar).contains(&ni.to_owned()), "{ni}");
    }
    for du in ["du", "dig", "din", "ditt", "dina"] {
        assert!(!swedish(Formal).contains(&du.to_owned()), "{du}");
    }
}

#[test]
fn a_welcome_says_when_the_person_begins_where_and_how_to_get_there() {
    let about = About::Welcome { group: Box::new(facts()), begins_on: day("2026-09-09"), has_card: false };
    let said = letter(Lang::Fi, FormOfAddress::Familiar, about).said();
    let facts: Vec<_> = said.facts.iter().map(|(label, value)| format!("{label}: {value}")).collect();
    assert_eq!(
        facts,
        [
            "Ryhmä: Kumpulan tiistai",
            "Alkaa: ti\u{a0}15.9.2026 klo\u{a0}10.30",
            "Ajat: ti klo\u{a0}10.30",
            "Paikka: Kumpulan talo, Limingantie 5",
            "Perille: Bussi 55. Sisään pääsee ilman portaita",
            "Ohjaaja: Matti Meikäläinen",
            "Puhelin: 040 123 4567",
        ]
    );
    assert_eq!(said.signed, "Matti Meikäläinen, Helsinki");
    assert!(said.after[1].ends_with("040 123 4567."), "{:?}", said.after);
}

#[test]
fn the_way_is_told_to_places_of_the_list_alone() {
    let mut group = facts();
    let mut session = group.coming.remove(0);
    session.place = Some("Uimahalli".into());
    let about = About::Invitation { group: Box::new(group), session: Box::new(session) };
    let said = letter(Lang::Fi, FormOfAddress::Formal, about).said();
    assert!(said.facts.contains(&("Paikka", "Uimahalli".to_owned())), "{:?}", said.facts);
    assert!(!said.facts.iter().any(|(label, _)| *label == "Perille"), "{:?}", said.facts);
}

/// The group goes over to the library after three sessions, and swims once before.
fn moving() -> GroupFacts {
    let mut facts = facts();
    let library =
        Place { name: "Kirjasto".into(), address: None, route: Some("Bussi 71".into()), ..facts.places[0].clone() };
    facts.coming[1].place = Some("Uimahalli".into());
    facts.coming.iter_mut().skip(3).for_each(|one| one.place = Some(library.line()));
    facts.places.push(library);
    facts
}

#[test]
fn each_place_of_coming_sessions_is_told_with_its_way_and_since_when() {
    let places = |about| {
        let said = letter(Lang::Fi, FormOfAddress::Familiar, about).said();
        let told = said.facts.into_iter().filter(|(label, _)| ["Paikka", "Perille"].contains(label));
        told.map(|(_, value)| value).collect::<Vec<_>>()
    };
    let group = || Box::new(moving());
    let welcome = |on: &str| places(About::Welcome { group: group(), begins_on: day(on), has_card: true });
    let (hall, way) = ("Kumpulan talo, Limingantie 5", "Bussi 55. Sisään pääsee ilman portaita");
    let (library, to_it) = ("Kirjasto (29.9.2026 alkaen)", "Bussi 71. Sisään pääsee ilman portaita");
    assert_eq!(welcome("2026-09-08"), [hall, way, "Uimahalli (15.9.2026)", library, to_it]);
    assert_eq!(welcome("2026-10-01"), ["Kirjasto", to_it], "whoever begins later hears of no place before");
    let session = Box::new(moving().coming.remove(0));
    assert_eq!(places(About::Invitation { group: group(), session }), [hall, way], "not of the newest place");
    let sessions = About::Sessions { group: group(), has_card: true };
    assert_eq!(places(sessions.clone()), [hall, "Uimahalli (15.9.2026)", library]);
    let lines = letter(Lang::Fi, FormOfAddress::Familiar, sessions).said().sessions;
    assert!(lines[0].ends_with("10.30") && lines[1].ends_with("10.30, Uimahalli"), "{lines:?}");
    assert!(lines[3].ends_with("10.30, Kirjasto"), "{lines:?}");
}
