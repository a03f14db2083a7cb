//! The invented people of the demo town: names that were given in Finland in the 1930s and 40s, put together by
//! chance. Any likeness to a living person is accidental.

use domain::time::Day;

use super::dice::Dice;

const WOMEN_FI: &[&str] = &[
    "Aino",
    "Anja",
    "Anneli",
    "Aune",
    "Eeva",
    "Eila",
    "Elsa",
    "Helena",
    "Hilkka",
    "Inkeri",
    "Irma",
    "Kaarina",
    "Kerttu",
    "Leena",
    "Liisa",
    "Maija",
    "Marjatta",
    "Orvokki",
    "Pirkko",
    "Raija",
    "Raili",
    "Ritva",
    "Seija",
    "Sirkka",
    "Terttu",
    "Tuula",
    "Vieno",
    "Marja-Liisa",
    "Anna-Maija",
];
const MEN_FI: &[&str] = &[
    "Aarne",
    "Antti",
    "Eino",
    "Erkki",
    "Esko",
    "Heikki",
    "Jorma",
    "Kalevi",
    "Lauri",
    "Martti",
    "Matti",
    "Olavi",
    "Paavo",
    "Pekka",
    "Pentti",
    "Raimo",
    "Reino",
    "Seppo",
    "Tauno",
    "Toivo",
    "Unto",
    "Veikko",
    "Veli-Matti",
];
const WOMEN_SV: &[&str] = &[
    "Astrid",
    "Barbro",
    "Birgitta",
    "Greta",
    "Gun",
    "Gunvor",
    "Inga-Lill",
    "Ingeborg",
    "Maj-Lis",
    "Margareta",
    "Ragnhild",
    "Solveig",
    "Svea",
    "Ulla-Britt",
];
const MEN_SV: &[&str] = &[
    "Åke",
    "Bengt",
    "Börje",
    "Göran",
    "Gösta",
    "Henrik",
    "Karl-Erik",
    "Lars-Olof",
    "Nils",
    "Rolf",
    "Runar",
    "Stig",
    "Sven",
];
const FAMILY_FI: (&[&str], &[&str]) = (
    &[
        "Haapa", "Harju", "Hauki", "Kallio", "Kivi", "Koivu", "Korpi", "Kuusi", "Lehto", "Niini", "Pihla", "Ranta",
        "Salo", "Suvi", "Tuomi", "Ylä",
    ],
    &["kangas", "koski", "lahti", "maa", "mäki", "niemi", "oja", "pelto", "saari", "suo", "vaara", "virta"],
);
const FAMILY_SV: (&[&str], &[&str]) = (
    &["Al", "Berg", "Björk", "Ek", "Gran", "Hager", "Lind", "Ny", "Sjö", "Söder", "Strand", "Väster"],
    &["berg", "blom", "dahl", "fors", "gren", "holm", "lund", "man", "qvist", "ström"],
);

/// Postal codes that the Finnish post does not use.
pub const POSTAL_CODES: [&str; 4] = ["99961", "99962", "99963", "99964"];

/// Where so few live that figures by area must hide them.
pub const ISLAND: &str = "99965";

/// A person of the demo town.
#[derive(Clone, Debug)]
pub struct Person {
    pub reference: String,
    pub given_names: String,
    pub family_name: String,
    pub called_name: String,
    pub birth_date: Day,
    pub sex: &'static str,
    pub language: &'static str,
    pub phone: String,
    pub postal_code: &'static str,
    pub living_alone: &'static str,
    pub education: &'static str,
    pub income_ok: &'static str,
    pub referral_source: &'static str,
}

/// The person with this number; `today` sets the age of 75 to 96.
pub fn person(dice: &mut Dice, number: usize, today: Day) -> Person {
    let swedish = dice.percent(26);
    let woman = dice.percent(68);
    let first = match (swedish, woman) {
        (false, true) => WOMEN_FI,
        (false, false) => MEN_FI,
        (true, true) => WOMEN_SV,
        (true, false) => MEN_SV,
    };
    let (called, second) = (dice.word(first), dice.word(first));
    let given_names = if second == called { called.to_owned() } else { names_in_order(dice, called, second) };
    let (beginnings, ends) = if swedish { FAMILY_SV } else { FAMILY_FI };
    // The older, the fewer: the smaller of two rolls.
    let age = 76 + dice.between(0, 20).min(dice.between(0, 20));
    let birth_date = today.plus_days(-(age * 365 + age / 4 + dice.between(1, 360)));
    Person {
        reference: format!("H{number:04}"),
        given_names,
        family_name: format!("{}{}", dice.word(beginnings), dice.word(ends)),
        called_name: called.to_owned(),
        birth_date,
        sex: match number {
            41 | 142 | 207 => "other",
            118 | 266 => "unknown",
            _ if woman => "female",
            _ => "male",
        },
        language: match number {
            66 | 133 | 240 => "other",
            _ if swedish => "sv",
            _ => "fi",
        },
        // 050 000 is not given to anybody.
        phone: format!("050 000 {:04}", dice.between(0, 9999)),
        postal_code: match number {
            20 | 61 | 97 => ISLAND,
            _ => dice.word(&POSTAL_CODES),
        },
        living_alone: dice.word(&["yes", "yes", "no"]),
        education: dice.word(&["basic", "basic", "secondary", "secondary", "higher"]),
        income_ok: dice.word(&["easy", "easy", "moderate", "moderate", "moderate", "hard", "hard", "hard", "not_told"]),
        referral_source: dice.word(&[
            "self",
            "self",
            "relative",
            "home_care",
            "preventive_home_visit",
            "health_centre",
            "hospital_rehab",
            "ngo",
            "ngo",
            "parish",
            "outreach",
            "sports_service",
        ]),
    }
}

/// The called name is not always the first of the given names.
fn names_in_order(dice: &mut Dice, called: &str, second: &str) -> String {
    if dice.percent(70) { format!("{called} {second}") } else { format!("{second} {called}") }
}
