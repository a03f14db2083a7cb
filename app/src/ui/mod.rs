//! Components, drawn alike by the server and by the tablet. Their looks are in `style/ui/<component>.css`.
//!
//! A component takes words that are already in the reader's language. Event handlers are added from
//! outside (`<Button on:click=…>`): on the server they vanish.

mod button;
mod choice;
#[cfg(test)]
mod contrast;
mod field;
mod figure;
mod form;
mod frame;
mod icon;
mod list;
mod mark;
mod notice;
mod paper;
mod search;
mod sheet;
mod steps;
mod switch;
mod table;
mod ways;

pub use button::{Button, ButtonKind, ButtonLink};
pub use choice::{Choice, ChoiceCards};
pub use field::{ErrorSummary, Field, FieldError, FieldWidth, SelectField, TextArea};
pub use figure::{BigFigure, Figure, Meter};
pub use form::{EditForm, options, options_of};
pub use frame::{
    Back, Banner, Door, Frame, HelpLine, Horizon, MOST_TOLD, NavLink, OwnFrame, PageHead, PrintButton, Theme,
};
pub use icon::{Icon, IconView};
pub use list::{Fact, Facts, PhoneFact, RowLink, Rows};
pub use mark::{SyncMark, SyncState, Tag, Tone};
pub use notice::{Empty, Notice, UndoBar};
pub use paper::{OnPaper, PaperAddress, Qr, squares};
pub use search::{Pages, SearchForm, turn_to};
pub use sheet::Sheet;
pub use steps::Steps;
pub use switch::{Switch, SwitchButton};
pub use table::{CardTable, TableFrame};
pub use ways::{Way, Ways};
