//! Who may be there already under another reference: a spreadsheet that drops the zeros of `0077` makes a second
//! person of the same name, born on the same day.

use std::collections::HashMap;

use domain::people::{Participant, Profile};
use domain::time::Day;

use crate::access::ScopedTx;
use crate::db::Row;
use crate::error::Error;
use crate::files::present::generated_reference;

/// The references of the people, by folded name and day of birth.
pub struct Namesakes(HashMap<(String, Day), String>);

impl Namesakes {
    pub async fn load(tx: &mut ScopedTx) -> Result<Self, Error> {
        let mut all = Self(HashMap::new());
        let sql = sql!(
            "SELECT id, body FROM participant WHERE municipality = $1 AND deleted_at IS NULL \
             AND birth_date IS NOT NULL AND id > $2 ORDER BY id LIMIT $3"
        );
        let take = |row: &Row| {
            let person: Participant = row.json("body")?;
            let reference = person.profile.reference.clone().unwrap_or_else(|| generated_reference(person.id.0));
            all.meet(&person.profile, &reference);
            Ok(())
        };
        tx.each_by_id(sql, take).await?;
        Ok(all)
    }

    /// The reference of somebody else who looks the same; else the person is remembered for the next.
    pub fn meet(&mut self, profile: &Profile, reference: &str) -> Option<String> {
        let likeness = profile.likeness()?;
        match self.0.get(&likeness) {
            Some(other) => (other != reference).then(|| other.clone()),
            None => {
                self.0.insert(likeness, reference.to_owned());
                None
            }
        }
    }
}
