use app::groups::{form::*, list::*, page::*};
use app::home::*;
use app::people::{form::*, list::*, page::*, stays::*};
use app::reviews::*;
use app::texts::*;
use app::ui::*;
use domain::assessments::change::ChangeClass;
use domain::ids::*;
use domain::time::*;
use leptos::prelude::*;
use uuid::Uuid;

fn d(s: &str) -> Day {
    s.parse().unwrap()
}
fn gid(n: u128) -> GroupId {
    GroupId(Uuid::from_u128(n))
}
fn pid(n: u128) -> ParticipantId {
    ParticipantId(Uuid::from_u128(n))
}

fn write(name: &str, lang: Lang, theme: Theme, size: u16, current: &str, body: AnyView) {
    let ways = vec![
        ("/", home::title(lang)),
        ("/groups", groups::title(lang)),
        ("/people", people::title(lang)),
        ("/reviews", reviews::title(lang)),
        ("/figures", home::figures(lang)),
    ]
    .into_iter()
    .map(|(href, words)| Way { href, words, current: href == current, waiting: (href == "/reviews").then_some(2) })
    .collect::<Vec<_>>();
    let framed = view! { <Frame lang theme size here="/groups" place="Helsingin liikuntapalvelut" who=Some(("Maija Korhonen".into(), domain::access::Role::Coordinator.words(lang).into())) ways
        banner=Some(view!{<Banner demo=true text="Esittely: kaikki ihmiset ovat keksittyjä."/>}.into_any())>{body}</Frame> }.into_any();
    let html =
        document(lang, format!("{name} – Vireä"), theme, size, "/assets/main.css".into(), "/icon.svg".into(), framed)
            .to_html();
    std::fs::write(format!("/tmp/look/{name}.html"), format!("<!doctype html>{html}")).unwrap();
}

fn main() {
    let owner = Owner::new();
    owner.set();
    std::fs::create_dir_all("/tmp/look").unwrap();
    let lines = |n: usize| {
        let names = [
            "Kumpulan tiistairyhmä",
            "Munkkiniemen voima ja tasapaino",
            "Åsa-salens styrkegrupp",
            "Kontulan tuolijumppa",
            "Lauttasaaren ulkoiluryhmä",
            "Vuosaaren vertaisryhmä",
        ];
        (0..n)
            .map(|i| GroupLine {
                id: gid(i as u128),
                name: names[i % 6].into(),
                kind: domain::groups::GroupKind::ALL[[0, 0, 0, 0, 1, 4][i % 6]],
                provider: ["Liikuntapalvelut", "Helsingin Seniorit ry", "Folkhälsan"][i % 3].into(),
                place: Some(["Kumpulan koulu, sali 2", "Munkkiniemen kirkko", "Folkhälsanhuset"][i % 3].into()),
                weekdays: vec![(i % 5) as u8 + 1, ((i + 2) % 5) as u8 + 1]
                    .into_iter()
                    .collect::<std::collections::BTreeSet<_>>()
                    .into_iter()
                    .collect(),
                starts_at: TimeOfDay::new(10 + (i as u16 % 4), 30),
                members: 9 + (i as i64 * 3) % 8,
                capacity: (i != 4).then_some(15),
                next: (i % 6 != 5).then(|| d("2026-11-24").plus_days(i as i64)),
                past: i > 8,
            })
            .collect::<Vec<_>>()
    };
    for (suffix, lang, theme, size) in [
        ("fi", Lang::Fi, Theme::Light, 100),
        ("sv-dark", Lang::Sv, Theme::Dark, 100),
        ("en-150", Lang::En, Theme::Light, 150),
    ] {
        write(
            &format!("groups-{suffix}"),
            lang,
            theme,
            size,
            "/groups",
            view! { <GroupList lang lines=lines(11) may_create=true/> }.into_any(),
        );
        write(
            &format!("groups-empty-{suffix}"),
            lang,
            theme,
            size,
            "/groups",
            view! { <GroupList lang lines=vec![] may_create=true/> }.into_any(),
        );
        let member = |i: u128, n: &str, ini: &str| Member {
            id: pid(i),
            name: n.into(),
            initials: ini.into(),
            joined_on: d("2026-09-08"),
            left_on: None,
            provisional: i == 3,
        };
        let group = domain::groups::Group {
            id: gid(1),
            reference: Some("KUM-1".into()),
            name: "Kumpulan tiistairyhmä".into(),
            kind: domain::groups::GroupKind::StrengthBalance,
            provider: OrganisationId(Uuid::nil()),
            place: Some("Kumpulan koulu, sali 2, Intiankatu 18".into()),
            weekdays: vec![2, 4],
            starts_at: TimeOfDay::new(10, 30),
            minutes: Some(60),
            capacity: Some(15),
            season_start: Some(d("2026-08-24")),
            season_end: Some(d("2026-12-11")),
        };
        let mut former = member(9, "Öhman Britta", "BÖ");
        former.left_on = Some(d("2026-10-10"));
        let gv = GroupView {
            group: group.clone(),
            provider: "Liikuntapalvelut".into(),
            members: vec![
                member(1, "Aalto Aino", "AA"),
                member(2, "Lindholm Karl-Erik", "KL"),
                member(3, "Mäkelä Tyyne", "TM"),
                member(4, "Virtanen Marja", "MV"),
                member(5, "Åberg Gunnel", "GÅ"),
            ],
            former: vec![former],
            coming: vec![d("2026-11-24"), d("2026-11-26"), d("2026-12-01")],
            past: (0..6)
                .map(|i| SessionLine {
                    id: SessionId(Uuid::from_u128(i)),
                    day: d("2026-11-19").plus_days(-(i as i64) * 3),
                    status: [
                        Some(domain::sessions::SessionStatus::Held),
                        Some(domain::sessions::SessionStatus::Held),
                        None,
                        Some(domain::sessions::SessionStatus::CancelledByOrganiser),
                    ][i as usize % 4],
                    present: (i % 4 < 2).then_some(12 - i as i64),
                })
                .collect(),
            may_edit: true,
            saved: true,
        };
        write(&format!("group-{suffix}"), lang, theme, size, "/groups", view! { <GroupPage lang view=gv/> }.into_any());
        let errors = vec![
            FieldError::new("name", groups::error::name(lang)),
            FieldError::new("season_end", groups::error::season_order(lang)),
        ];
        let mut typed = GroupTyped::of(lang, &group);
        typed.name.clear();
        write(&format!("group-form-{suffix}"), lang, theme, size, "/groups", view! { <GroupForm lang group=None typed providers=vec![(OrganisationId(Uuid::nil()), "Liikuntapalvelut".into())] errors/> }.into_any());
        let people =
            ["Aalto Aino", "Lindholm Karl-Erik", "Mäkelä Tyyne", "Virtanen Marja", "Åberg Gunnel", "Äijälä Eino"];
        let pl = PeopleView {
            lines: people
                .iter()
                .enumerate()
                .map(|(i, n)| PersonLine {
                    id: pid(i as u128),
                    name: (*n).into(),
                    initials: n.split(' ').rev().map(|w| w.chars().next().unwrap()).collect(),
                    birth_year: Some(1936 + i as i32),
                    groups: if i == 2 { vec![] } else { vec!["Kumpulan tiistairyhmä".into()] },
                    provisional: i == 2,
                })
                .collect(),
            typed: String::new(),
            total: 312,
            page: 2,
            may_create: true,
        };
        write(
            &format!("people-{suffix}"),
            lang,
            theme,
            size,
            "/people",
            view! { <PeopleList lang view=pl.clone()/> }.into_any(),
        );
        write(&format!("people-none-{suffix}"), lang, theme, size, "/people", view! { <PeopleList lang view=PeopleView{lines: vec![], typed: "Makela".into(), total:0, page:1, may_create:true}/> }.into_any());
        let mut person = domain::people::Participant {
            id: pid(4),
            profile: Default::default(),
            provisional: suffix == "sv-dark",
            clocks: Default::default(),
        };
        person.profile.given_names = "Marja Liisa".into();
        person.profile.called_name = Some("Marja".into());
        person.profile.family_name = "Virtanen".into();
        person.profile.birth_date = Some(d("1944-03-08"));
        person.profile.language = Some(domain::people::PersonLanguage::Finnish);
        person.profile.phone = Some("040 123 4567".into());
        person.profile.sex = Some(domain::people::Sex::Female);
        person.profile.living_alone = Some(domain::people::LivingAlone::Yes);
        let pv = PersonView {
            person: person.clone(),
            today: d("2026-11-21"),
            stays: vec![
                Stay {
                    id: MembershipId(Uuid::from_u128(1)),
                    group: gid(1),
                    group_name: "Kumpulan tiistairyhmä".into(),
                    joined_on: d("2026-09-08"),
                    left_on: None,
                    reason: None,
                },
                Stay {
                    id: MembershipId(Uuid::from_u128(2)),
                    group: gid(2),
                    group_name: "Kevätryhmä 2026".into(),
                    joined_on: d("2026-01-12"),
                    left_on: Some(d("2026-05-15")),
                    reason: Some(domain::groups::ExitReason::GroupEnded),
                },
            ],
            attendance: Some(AttendanceSummary { attended: 17, offered: 22, last_visit: Some(d("2026-11-19")) }),
            results: Some(vec![
                ResultLine {
                    name: app::assessments::words::outcome_name(lang, domain::assessments::Outcome::SppbTotal).into(),
                    value: assessments::value::of_twelve(lang, 9),
                    band: Some(assessments::band::sppb_mild(lang).into()),
                    measured_on: d("2026-11-17"),
                    previous: Some((assessments::value::of_twelve(lang, 7), d("2026-08-20"))),
                    change: Some((ChangeClass::Improved, format!("{}, +2", assessments::change::improved(lang)))),
                    amended_because: None,
                    disputed: false,
                },
                ResultLine {
                    name: app::assessments::words::outcome_name(lang, domain::assessments::Outcome::Gait4Speed).into(),
                    value: mm_per_s(lang, 912),
                    band: Some(assessments::band::gait_middle(lang).into()),
                    measured_on: d("2026-11-17"),
                    previous: Some((mm_per_s(lang, 880), d("2026-08-20"))),
                    change: Some((ChangeClass::Kept, format!("{}, +0,03 m/s", assessments::change::kept(lang)))),
                    amended_because: None,
                    disputed: false,
                },
                ResultLine {
                    name: app::assessments::words::outcome_name(lang, domain::assessments::Outcome::Chair5Time).into(),
                    value: hundredths_s(lang, 1512),
                    band: None,
                    measured_on: d("2026-11-17"),
                    previous: Some((hundredths_s(lang, 1240), d("2026-08-20"))),
                    change: Some((ChangeClass::Declined, format!("{}, +2,72 s", assessments::change::declined(lang)))),
                    amended_because: Some("käsinojat".into()),
                    disputed: true,
                },
                ResultLine {
                    name: app::assessments::words::outcome_name(lang, domain::assessments::Outcome::GripBest).into(),
                    value: tenths_kg(lang, 215),
                    band: Some(assessments::band::within(lang).into()),
                    measured_on: d("2026-11-17"),
                    previous: None,
                    change: None,
                    amended_because: None,
                    disputed: false,
                },
            ]),
            consents: Some(vec![ConsentLine {
                purpose: domain::consents::ConsentPurpose::HealthTests,
                act: domain::consents::ConsentAct::Given,
                channel: domain::consents::ConsentChannel::Spoken,
                on: d("2026-09-08"),
            }]),
            history: (0..12)
                .map(|i| HistoryLine {
                    at: Instant::from_millis(1_795_000_000_000 - i * 90_000_000),
                    who: "Liisa Ohjaaja".into(),
                    words: app::texts::history::mark(
                        lang,
                        d("2026-11-19"),
                        domain::attendance::Mark::Present.words(lang),
                    ),
                })
                .collect(),
            joinable: vec![(gid(1), "Kumpulan tiistairyhmä".into())],
            may_edit: true,
            may_manage: true,
            done: Some(app::texts::people::page::saved(lang)),
            errors: vec![],
            typed_group: String::new(),
            typed_day: String::new(),
        };
        write(
            &format!("person-{suffix}"),
            lang,
            theme,
            size,
            "/people",
            view! { <PersonPage lang view=pv/> }.into_any(),
        );
        let pe = vec![
            FieldError::new("family_name", app::texts::people::error::family_name(lang)),
            FieldError::new("birth_date", app::texts::people::error::birth_date(lang)),
        ];
        let mut pt = PersonTyped::of(&person.profile);
        pt.family_name.clear();
        pt.birth_date = "31.2.1944".into();
        write(&format!("person-form-{suffix}"), lang, theme, size, "/people", view! { <PersonForm lang person=None typed=pt groups=vec![(gid(1), "Kumpulan tiistairyhmä".into())] errors=pe/> }.into_any());
        let rl = vec![
            ReviewLine {
                kind: ReviewKind::Contradiction,
                about: "Marja Virtanen".into(),
                words: reviews::text::marks(
                    lang,
                    d("2026-11-19"),
                    "paikalla (Liisa), poissa, ilmoitti (Pekka)",
                    "paikalla",
                ),
                since: d("2026-11-19"),
                open: Some(("/people/x".into(), reviews::open_person(lang))),
            },
            ReviewLine {
                kind: ReviewKind::Duplicate,
                about: "Mäkelä Tyyne".into(),
                words: reviews::text::duplicate(lang, "Mäkelä Tyyne", "Mäkelä Tyyne Maria"),
                since: d("2026-11-02"),
                open: None,
            },
        ];
        write(
            &format!("reviews-{suffix}"),
            lang,
            theme,
            size,
            "/reviews",
            view! { <ReviewList lang lines=rl/> }.into_any(),
        );
        let hv = HomeView {
            name: "Maija".into(),
            role: domain::access::Role::Coordinator,
            today: d("2026-11-24"),
            sessions: Some(vec![
                TodayLine {
                    group: gid(1),
                    name: "Kumpulan tiistairyhmä".into(),
                    starts_at: TimeOfDay::new(10, 30),
                    place: Some("Kumpulan koulu".into()),
                },
                TodayLine {
                    group: gid(2),
                    name: "Kontulan tuolijumppa".into(),
                    starts_at: TimeOfDay::new(13, 0),
                    place: Some("Kontupiste".into()),
                },
            ]),
            reviews: 2,
            incomplete: 5,
            running: Some((24, 287)),
        };
        write(&format!("home-{suffix}"), lang, theme, size, "/", view! { <HomePage lang view=hv/> }.into_any());
        let door = view! { <Door lang here="/sign-in"><h1>"Kirjaudu sisään"</h1><form class="form"><Field lang name="login" label="Käyttäjätunnus" autocomplete="username"/><Field lang name="password" label="Salasana" kind="password" autocomplete="current-password"/><Button text="Kirjaudu sisään".to_owned() kind=ButtonKind::Main wide=true/></form></Door> }.into_any();
        let html =
            document(lang, "Vireä".into(), theme, size, "/assets/main.css".into(), "/icon.svg".into(), door).to_html();
        std::fs::write(format!("/tmp/look/door-{suffix}.html"), format!("<!doctype html>{html}")).unwrap();
    }
}
