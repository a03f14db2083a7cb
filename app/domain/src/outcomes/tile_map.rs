//! Where areas stand on the tile map (docs/outcomes.md, Drawings): as the municipality has set them, or in the order of
//! their names.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use super::figures::StratumCell;
use super::publishing::Page;

/// Columns of the map at most: so many tiles with names have room beside each other on a phone.
pub const MOST_COLUMNS: u8 = 4;
pub const MOST_ROWS: u8 = 9;

/// The place of a tile.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct TilePlace {
    /// From 1 on, from the top.
    pub row: u8,
    /// From 1 on, from the left.
    pub column: u8,
}

impl TilePlace {
    /// Nothing outside the map.
    pub fn new(column: u8, row: u8) -> Option<Self> {
        let within = (1..=MOST_COLUMNS).contains(&column) && (1..=MOST_ROWS).contains(&row);
        within.then_some(Self { row, column })
    }
}

/// The places that the municipality has set, by the area's name.
pub type TilePlaces = BTreeMap<String, TilePlace>;

/// A place for each of these areas. Those without one of their own stand below the others, row by row in their order: a
/// tile between others would seem to lie there.
pub fn arranged(areas: &[&str], set: &TilePlaces) -> Vec<TilePlace> {
    let mut taken = BTreeSet::new();
    let own = areas.iter().map(|area| set.get(*area).copied().filter(|place| taken.insert(*place)));
    let own: Vec<Option<TilePlace>> = own.collect();
    let below = own.iter().flatten().map(|place| place.row).max().unwrap_or(0);
    let columns = columns(own.iter().filter(|place| place.is_none()).count());
    let mut rest = (0..=u8::MAX)
        .map(|at| TilePlace { row: below.saturating_add(at / columns).saturating_add(1), column: at % columns + 1 });
    own.into_iter()
        .map(|place| place.or_else(|| rest.next()).unwrap_or(TilePlace { row: u8::MAX, column: 1 }))
        .collect()
}

/// So many that the tiles stand in a square, as far as there is room.
fn columns(tiles: usize) -> u8 {
    (1..MOST_COLUMNS).find(|side| usize::from(*side) * usize::from(*side) >= tiles).unwrap_or(MOST_COLUMNS)
}

/// An area with its place.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MapTile<'a> {
    pub cell: &'a StratumCell,
    pub place: TilePlace,
}

/// The areas of a page in the order in which a map is read; nothing of one area alone, or where no area tells that anybody
/// took part.
pub fn tile_map(page: &Page) -> Option<Vec<MapTile<'_>>> {
    let cells: Vec<&StratumCell> = page.report.named_areas().collect();
    let tells = cells.iter().any(|cell| cell.participants.value().is_some_and(|people| *people > 0));
    (cells.len() > 1 && tells).then_some(())?;
    let names: Vec<&str> = cells.iter().map(|cell| cell.value.as_str()).collect();
    let places = arranged(&names, &page.places);
    let mut tiles: Vec<MapTile> = cells.into_iter().zip(places).map(|(cell, place)| MapTile { cell, place }).collect();
    tiles.sort_by_key(|tile| tile.place);
    Some(tiles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::testing;

    fn places(areas: &[&str], set: &[(&str, u8, u8)]) -> Vec<(u8, u8)> {
        let set = set.iter().map(|(name, column, row)| ((*name).to_owned(), TilePlace { row: *row, column: *column }));
        arranged(areas, &set.collect()).into_iter().map(|place| (place.column, place.row)).collect()
    }

    #[test]
    fn areas_stand_where_they_are_set_and_the_others_below_in_their_order() {
        assert_eq!(places(&["a", "b", "c"], &[("b", 2, 3), ("a", 1, 1)]), [(1, 1), (2, 3), (1, 4)]);
        assert_eq!(places(&["a", "b"], &[("a", 2, 2), ("b", 2, 2)]), [(2, 2), (1, 3)], "no two in one place");
        assert_eq!(places(&["a"], &[("gone", 4, 9)]), [(1, 1)]);
    }

    #[test]
    fn without_places_of_their_own_they_stand_in_a_square_in_their_order() {
        assert_eq!(places(&["a", "b", "c", "d"], &[]), [(1, 1), (2, 1), (1, 2), (2, 2)]);
        assert_eq!([0, 1, 2, 4, 5, 9, 10, 40].map(columns), [1, 1, 2, 2, 3, 3, 4, 4]);
        let many: Vec<String> = (0..300).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let all: BTreeSet<_> = places(&many, &[]).into_iter().collect();
        assert!(all.len() > 250, "{}", all.len());
    }

    #[test]
    fn a_place_lies_on_the_map() {
        let tried = [(0, 1), (1, 0), (1, 1), (4, 9), (5, 1), (1, 10)];
        assert_eq!(
            tried.map(|(column, row)| TilePlace::new(column, row).is_some()),
            [false, false, true, true, false, false]
        );
    }

    #[test]
    fn the_map_has_the_named_areas_of_the_table_and_no_more_than_it() {
        let mut found = 0;
        for page in (0..300).map(testing::page) {
            let Some(tiles) = tile_map(&page) else { continue };
            let names: BTreeSet<&str> = tiles.iter().map(|tile| tile.cell.value.as_str()).collect();
            assert_eq!(names.into_iter().collect::<Vec<_>>(), ["North", "South"]);
            found += 1;
        }
        assert!(found > 0);
    }
}
