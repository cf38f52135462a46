//! Has the server built anew when the admin app was, also when it was not there before.

use std::path::Path;

const BUILT: &str = "../web/dist";

fn main() {
    let watched = if Path::new(BUILT).exists() {
        BUILT
    } else {
        "../web"
    };
    println!("cargo::rerun-if-changed={watched}");
}
