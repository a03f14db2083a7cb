//! Components, drawn alike by the server and by the tablet. Their looks are in `style/ui/<component>.css`.
//!
//! A component takes words that are already in the reader's language. Event handlers are added from
//! outside (`<Button on:click=…>`): on the server they vanish.

mod button;
mod choice;
#[cfg(test)]
mod contrast;
mod each;
mod field;
mod figure;
mod form;
mod frame;
mod icon;
mod list;
mod live;
mod mark;
mod notice;
mod search;
mod show;
mod stepper;
mod table;

pub use button::{Button, ButtonKind, ButtonLink};
pub use choice::{Choice, ChoiceCards};
pub use each::Each;
pub use field::{ErrorSummary, Field, FieldError, FieldWidth, SelectField, TextArea};
pub use figure::{BigFigure, Figure, Meter};
pub use form::{EditForm, options};
pub use frame::{Banner, Door, Frame, HelpLine, Horizon, PageHead, Theme, Way, Wordmark, document};
pub use icon::{Icon, IconView};
pub use list::{Fact, Facts, Initials, RowBody, RowLink, Rows};
pub use live::live;
pub use mark::{SyncMark, SyncState, Tag, Tone};
pub use notice::{Empty, Notice, UndoBar};
pub use search::{Pages, SearchForm};
pub use show::Show;
pub use stepper::{StepList, Stepper};
pub use table::{Tab, TableFrame, Tabs};
