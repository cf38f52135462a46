use std::time::Instant;

use super::*;

fn cheap() -> PasswordSettings {
    PasswordSettings {
        memory_kib: 64,
        passes: 1,
        ..PasswordSettings::default()
    }
}

fn passwords(settings: &PasswordSettings) -> Passwords {
    Passwords::new(settings, &Random::seeded(1)).unwrap()
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

#[tokio::test]
async fn the_right_password_verifies_and_a_wrong_one_does_not() {
    let passwords = passwords(&cheap());
    let phc = passwords.hash(&secret("correct horse")).await.unwrap();
    for _ in 0..2 {
        assert_eq!(
            passwords.verify(&secret("correct horse"), &phc).await,
            Ok(true)
        );
        assert_eq!(
            passwords.verify(&secret("wrong horse"), &phc).await,
            Ok(false)
        );
    }
}

#[tokio::test]
async fn the_default_is_argon2id_with_19_mib_and_two_passes() {
    let passwords = passwords(&PasswordSettings::default());
    let phc = passwords.hash(&secret("correct horse")).await.unwrap();
    assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
}

#[tokio::test]
async fn two_hashes_of_one_password_differ() {
    let passwords = passwords(&cheap());
    let first = passwords.hash(&secret("same")).await.unwrap();
    let second = passwords.hash(&secret("same")).await.unwrap();
    assert_ne!(first, second);
}

#[tokio::test]
async fn the_second_verification_is_quick() {
    let passwords = passwords(&PasswordSettings::default());
    let phc = passwords.hash(&secret("correct horse")).await.unwrap();
    let start = Instant::now();
    assert_eq!(
        passwords.verify(&secret("correct horse"), &phc).await,
        Ok(true)
    );
    let first = start.elapsed();
    let start = Instant::now();
    assert_eq!(
        passwords.verify(&secret("correct horse"), &phc).await,
        Ok(true)
    );
    let second = start.elapsed();
    assert!(second * 5 < first, "{first:?}, then {second:?}");
}

#[tokio::test]
async fn a_remembered_password_does_not_verify_against_another_hash() {
    let passwords = passwords(&cheap());
    let old = passwords.hash(&secret("old")).await.unwrap();
    let new = passwords.hash(&secret("new")).await.unwrap();
    assert_eq!(passwords.verify(&secret("old"), &old).await, Ok(true));
    assert_eq!(passwords.verify(&secret("old"), &new).await, Ok(false));
}

#[tokio::test]
async fn a_memory_of_nothing_still_verifies() {
    let passwords = passwords(&PasswordSettings {
        remembered: 0,
        ..cheap()
    });
    let phc = passwords.hash(&secret("text")).await.unwrap();
    assert_eq!(passwords.verify(&secret("text"), &phc).await, Ok(true));
    assert_eq!(passwords.verify(&secret("text"), &phc).await, Ok(true));
}

#[tokio::test]
async fn hashes_of_other_parameters_verify() {
    let old = passwords(&PasswordSettings {
        memory_kib: 128,
        ..cheap()
    });
    let phc = old.hash(&secret("text")).await.unwrap();
    let new = passwords(&cheap());
    assert_eq!(new.verify(&secret("text"), &phc).await, Ok(true));
}

#[tokio::test]
async fn a_hash_by_another_implementation_verifies() {
    // From the tests of the reference implementation.
    let passwords = passwords(&cheap());
    let phc =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    assert_eq!(passwords.verify(&secret("password"), phc).await, Ok(true));
    assert_eq!(passwords.verify(&secret("Password"), phc).await, Ok(false));
}

#[tokio::test]
async fn what_is_no_argon2id_hash_is_refused() {
    let passwords = passwords(&cheap());
    let hash = "c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    for phc in [
        String::new(),
        "secret".to_owned(),
        format!("$argon2i$v=19$m=256,t=2,p=1${hash}"),
        format!("$argon2id$v=18$m=256,t=2,p=1${hash}"),
        format!("$argon2id$v=19$m=4194304,t=2,p=1${hash}"),
        format!("$argon2id$v=19$m=256,t=4000000,p=1${hash}"),
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ".to_owned(),
    ] {
        assert_eq!(
            passwords.verify(&secret("password"), &phc).await,
            Err(PasswordProblem::BadHash),
            "{phc}"
        );
    }
}

#[tokio::test]
async fn verifying_nothing_takes_as_long_as_a_failure() {
    let passwords = passwords(&PasswordSettings::default());
    let phc = passwords.hash(&secret("right")).await.unwrap();
    let mut failures = Vec::new();
    let mut nothings = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        passwords.verify(&secret("wrong"), &phc).await.unwrap();
        failures.push(start.elapsed());
        let start = Instant::now();
        passwords.verify_nothing(&secret("wrong")).await.unwrap();
        nothings.push(start.elapsed());
    }
    let (failure, nothing) = (
        failures.iter().min().unwrap(),
        nothings.iter().min().unwrap(),
    );
    assert!(*nothing * 3 > *failure, "{nothing:?} against {failure:?}");
    assert!(*failure * 3 > *nothing, "{nothing:?} against {failure:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_than_the_limit_run_at_once_and_all_are_served() {
    let passwords = passwords(&PasswordSettings {
        at_once: NonZero::<usize>::MIN,
        ..cheap()
    });
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.hash(&secret(&number.to_string())).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(passwords.0.turns.available_permits(), 1);
    assert!(passwords.0.work_areas.lock().unwrap().len() <= 1);
}

#[test]
fn impossible_settings_are_refused() {
    for settings in [
        PasswordSettings {
            passes: 0,
            ..cheap()
        },
        PasswordSettings {
            memory_kib: 1,
            ..cheap()
        },
        PasswordSettings {
            memory_kib: u32::MAX,
            ..cheap()
        },
    ] {
        let problem = Passwords::new(&settings, &Random::seeded(1)).unwrap_err();
        assert_eq!(problem, PasswordProblem::BadSettings);
    }
}
