//! The script in the README does what it says.

use std::{fs, process::Command};

use crate::support::{Home, workspace};

#[test]
fn the_script_in_the_readme_works() {
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    let between = readme.split_once("<!-- walkthrough -->").unwrap().1;
    let between = between.split_once("<!-- /walkthrough -->").unwrap().0;
    let fenced = between.split_once("```bash\n").unwrap().1;
    let script = fenced.split_once("```").unwrap().0;

    let server = Home::new().serve(&[]);
    let operator = server.operator();
    let ran = Command::new("bash")
        .args(["-c", script])
        .env("LATCHKEY_URL", &server.address)
        .env("CLIENT_ID", &operator.client_id)
        .env("CLIENT_SECRET", &operator.client_secret)
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    let complained = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}\n{complained}");
    assert!(said.trim_end().ends_with("done"), "{said}\n{complained}");
}
