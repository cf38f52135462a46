use super::*;

const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const TEXT: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

#[test]
fn hexadecimal_and_base64_give_the_same_key() {
    let expected = MasterKey::from_text(HEX).unwrap();
    for text in [
        HEX.to_uppercase(),
        format!(" {HEX}\r\n"),
        TEXT.to_owned(),
        format!("{TEXT}=\n"),
    ] {
        assert_eq!(MasterKey::from_text(&text).unwrap().0, expected.0);
    }
}

#[test]
fn another_length_or_alphabet_is_refused() {
    for text in [
        "",
        "secret",
        &HEX[2..],
        &format!("{HEX}00"),
        &HEX.replace('f', "g"),
    ] {
        assert_eq!(
            MasterKey::from_text(text).unwrap_err(),
            MasterKeyTextProblem::NotAKey
        );
    }
}

#[test]
fn a_placeholder_is_refused() {
    assert_eq!(
        MasterKey::from_text(&"0".repeat(64)).unwrap_err(),
        MasterKeyTextProblem::Placeholder
    );
}

#[test]
fn debug_shows_nothing_of_the_key() {
    let key = MasterKey::from_text(HEX).unwrap();
    assert_eq!(format!("{key:?}"), "MasterKey(..)");
}

#[test]
fn a_created_key_is_read_back_and_nothing_else_is_left() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("master.key");
    let created = MasterKey::load_or_create(&path, &Random::seeded(1)).unwrap();
    let loaded = MasterKey::load_or_create(&path, &Random::seeded(2)).unwrap();
    assert_eq!(created.0, loaded.0);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    assert!(std::fs::read_to_string(&path).unwrap().ends_with('\n'));
}

#[test]
fn many_starting_at_once_share_one_key() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("master.key");
    let keys: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..8)
            .map(|seed| {
                let path = &path;
                scope.spawn(move || MasterKey::load_or_create(path, &Random::seeded(seed)))
            })
            .collect();
        starts
            .into_iter()
            .map(|start| start.join().unwrap().unwrap())
            .collect()
    });
    assert!(keys.iter().all(|key| key.0 == keys[0].0));
}

#[cfg(unix)]
mod permissions {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_created_file_is_for_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master.key");
        MasterKey::load_or_create(&path, &Random::seeded(1)).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_open_to_others_is_refused_with_the_remedy() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master.key");
        MasterKey::load_or_create(&path, &Random::seeded(1)).unwrap();
        for mode in [0o640, 0o604, 0o620, 0o601] {
            std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let problem = MasterKey::load_or_create(&path, &Random::seeded(1)).unwrap_err();
            let message = problem.to_string();
            assert!(
                message.contains(&format!("chmod 600 {}", path.display())),
                "{message}"
            );
        }
    }
}

#[test]
fn a_file_of_another_length_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("master.key");
    write_private(&path, "abcd\n").unwrap();
    let problem = MasterKey::load_or_create(&path, &Random::seeded(1)).unwrap_err();
    assert!(
        matches!(problem, MasterKeyProblem::BadFile { .. }),
        "{problem}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "abcd\n");
}

#[test]
fn a_directory_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let problem = MasterKey::load_or_create(directory.path(), &Random::seeded(1)).unwrap_err();
    assert!(
        matches!(problem, MasterKeyProblem::NotAFile { .. }),
        "{problem}"
    );
}

#[test]
fn a_missing_directory_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("missing/master.key");
    let problem = MasterKey::load_or_create(&path, &Random::seeded(1)).unwrap_err();
    assert!(
        matches!(problem, MasterKeyProblem::NotCreated { .. }),
        "{problem}"
    );
}
