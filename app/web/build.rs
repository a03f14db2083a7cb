//! Keeps in the linked wasm where things point to, by which it is split into files (`tests/xtask/src/site/wasm.rs`).

fn main() {
    println!("cargo:rustc-link-arg=--emit-relocs");
    println!("cargo:rerun-if-changed=build.rs");
}
