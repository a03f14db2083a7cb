//! Prints the server's routes, `METHOD path` a line: the journeys check every page of this list.

fn main() {
    for (method, path) in server::route_list() {
        println!("{method} {path}");
    }
}
