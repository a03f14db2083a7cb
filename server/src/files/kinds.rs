//! The kinds of file and their columns, in the order in which they are written.

/// A kind of file that is both read and written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    Participants,
    Groups,
    Memberships,
    Attendance,
    Assessments,
}

impl Kind {
    /// In the order in which they are imported.
    pub const ALL: &'static [Self] =
        &[Self::Participants, Self::Groups, Self::Memberships, Self::Attendance, Self::Assessments];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Participants => "participants",
            Self::Groups => "groups",
            Self::Memberships => "memberships",
            Self::Attendance => "attendance",
            Self::Assessments => "assessments",
        }
    }

    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == text)
    }

    /// A column of any kind by its name.
    pub fn column(name: &str) -> Option<&'static str> {
        Self::ALL.iter().flat_map(|kind| kind.columns()).copied().find(|column| *column == name)
    }

    /// Every column, in the order of the table in README.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Participants => &[
                "participant_ref",
                "given_names",
                "family_name",
                "called_name",
                "birth_date",
                "sex",
                "language",
                "phone",
                "postal_code",
                "living_alone",
                "education",
                "income_ok",
                "referral_source",
                "applied_on",
                "decision",
                "health_consent_on",
            ],
            Self::Groups => &[
                "group_ref",
                "name",
                "kind",
                "provider",
                "place",
                "weekday",
                "starts_at",
                "minutes",
                "capacity",
                "season_start",
                "season_end",
            ],
            Self::Memberships => &["group_ref", "participant_ref", "joined_on", "left_on", "exit_reason"],
            Self::Attendance => &["group_ref", "held_on", "session_status", "participant_ref", "mark"],
            Self::Assessments => &[
                "participant_ref",
                "measured_on",
                "instrument",
                "item",
                "trial",
                "value",
                "not_done",
                "course_m",
                "aid",
                "note",
            ],
        }
    }

    /// The columns without which a row says nothing. Any other may be left out of a file: it is then
    /// neither read nor changed.
    pub const fn required(self) -> &'static [&'static str] {
        match self {
            Self::Participants => &["participant_ref", "given_names", "family_name"],
            Self::Groups => &["group_ref", "name", "kind"],
            Self::Memberships => &["group_ref", "participant_ref", "joined_on"],
            Self::Attendance => &["group_ref", "held_on", "session_status", "participant_ref", "mark"],
            Self::Assessments => &["participant_ref", "measured_on", "instrument", "item", "value"],
        }
    }

    /// Whether this column holds days.
    pub fn is_day(column: &str) -> bool {
        let days = ["birth_date", "applied_on", "health_consent_on", "season_start", "season_end"];
        let more = ["joined_on", "left_on", "held_on", "measured_on"];
        days.contains(&column) || more.contains(&column)
    }

    /// Whether this column holds times of day.
    pub fn is_time(column: &str) -> bool {
        column == "starts_at"
    }

    /// Whether a quoted field of this column may hold a line break.
    pub fn may_break_lines(column: &str) -> bool {
        column == "note"
    }
}
