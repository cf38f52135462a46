//! Guessing the password of one person from many addresses: slowed, and no way to lock them out or to learn of them.

use std::time::{Duration, Instant};

use figment::{Figment, providers::Serialized};
use reqwest::Method;

use crate::support::{
    Browser, PASSWORD, Reply, Server, form_token, link_form, on_both_databases, path_of,
};

on_both_databases! {
    guessing_from_many_addresses_is_slowed_by_account_whether_there_is_one_or_not,
    after_the_wait_the_right_password_works_from_anywhere,
    whoever_signed_in_from_an_address_before_never_waits_for_the_guesses_of_others,
    a_reset_link_lets_a_person_in_while_guessing_goes_on,
    a_network_of_the_newer_protocol_is_one_source,
    an_address_that_nobody_has_takes_as_long_as_a_wrong_password,
}

const WRONG: &str = "not this one at all";
const NOBODY: &str = "nobody@example.org";

/// Five failures for one account from everywhere together.
const MOST: usize = 5;

async fn behind_a_proxy(server: &Server) -> Server {
    let settings = Figment::new()
        .merge(Serialized::default("trusted_proxies", ["127.0.0.1"]))
        .merge(Serialized::default("throttle.account_failures", MOST));
    Server::start_with(server.database.kind, settings).await
}

/// Guesses from as many addresses, until all of them have to wait.
async fn guessed_at(server: &Server, email: &str) -> Vec<Reply> {
    let mut replies = Vec::new();
    for number in 1..=MOST + 2 {
        let browser = Browser::at(server, format!("192.0.2.{number}"));
        replies.push(browser.sign_in(email, WRONG).await);
    }
    replies
}

/// What somebody who guesses can see, but for what they sent themselves and what is new each time.
fn seen(replies: &[Reply], email: &str) -> Vec<(u16, String, String)> {
    let told = |it: &Reply| {
        let id = it.header("x-request-id");
        let mut text = it.text.replace(email, "…").replace(id, "…");
        if let Some((before, rest)) = text.split_once("name=\"form_token\" value=\"") {
            let (_, after) = rest.split_once('"').unwrap();
            text = format!("{before}{after}");
        }
        (it.status, it.header("retry-after").to_owned(), text)
    };
    replies.iter().map(told).collect()
}

async fn guessing_from_many_addresses_is_slowed_by_account_whether_there_is_one_or_not(
    server: Server,
) {
    let server = behind_a_proxy(&server).await;
    let ada = server.person("ada", "member").await;
    let known = seen(&guessed_at(&server, &ada.email).await, &ada.email);
    let unknown = seen(&guessed_at(&server, NOBODY).await, NOBODY);
    assert_eq!(known, unknown);
    let statuses: Vec<u16> = known.iter().map(|it| it.0).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429]);
    assert_eq!(known[6].1, "180", "one more each three minutes");
    assert!(known[6].2.contains("Too many attempts"));
    // The right password is not told from a wrong one while all of them wait.
    for email in [ada.email.as_str(), NOBODY] {
        let stranger = Browser::at(&server, "198.51.100.1");
        stranger.sign_in(email, PASSWORD).await.is(429);
    }
    // Nobody else has to wait, also where the guesses came from.
    let bea = server.person("bea", "member").await;
    let browser = Browser::at(&server, "192.0.2.1");
    browser.sign_in(&bea.email, PASSWORD).await.is(303);
}

async fn after_the_wait_the_right_password_works_from_anywhere(server: Server) {
    let server = behind_a_proxy(&server).await;
    let ada = server.person("ada", "member").await;
    let replies = guessed_at(&server, &ada.email).await;
    let wait: i64 = replies[MOST + 1].header("retry-after").parse().unwrap();
    let browser = Browser::at(&server, "198.51.100.1");
    server.clock.advance(wait - 1);
    browser.sign_in(&ada.email, PASSWORD).await.is(429);
    // To try while waiting does not make the wait any longer.
    server.clock.advance(1);
    browser.sign_in(&ada.email, PASSWORD).await.is(303);
    // Guessing goes on at one guess in three minutes.
    let guess = async |number: u8| {
        let browser = Browser::at(&server, format!("203.0.113.{number}"));
        browser.sign_in(&ada.email, WRONG).await.status
    };
    let told = [guess(1).await, guess(2).await, guess(3).await];
    assert_eq!(told, [401, 429, 429]);
}

async fn whoever_signed_in_from_an_address_before_never_waits_for_the_guesses_of_others(
    server: Server,
) {
    let server = behind_a_proxy(&server).await;
    let ada = server.person("ada", "member").await;
    let home = Browser::at(&server, "198.51.100.1");
    home.sign_in(&ada.email, PASSWORD).await.is(303);
    home.fill("/account", "/sign-out", &[]).await.is(303);
    guessed_at(&server, &ada.email).await;
    for _ in 0..20 {
        home.sign_in(&ada.email, PASSWORD).await.is(303);
        let stranger = Browser::at(&server, "198.51.100.2");
        stranger.sign_in(&ada.email, PASSWORD).await.is(429);
    }
    // To know the address is no way round it: guesses from there are counted by themselves.
    let neighbour = Browser::at(&server, "198.51.100.1");
    let mut told = Vec::new();
    for _ in 0..11 {
        told.push(neighbour.sign_in(&ada.email, WRONG).await.status);
    }
    assert_eq!(told[..10], [401; 10]);
    assert_eq!(told[10], 429);
}

async fn a_reset_link_lets_a_person_in_while_guessing_goes_on(server: Server) {
    let server = behind_a_proxy(&server).await;
    let ada = server.person("ada", "member").await;
    guessed_at(&server, &ada.email).await;
    let abroad = Browser::at(&server, "198.51.100.1");
    abroad.sign_in(&ada.email, PASSWORD).await.is(429);
    let path = format!("/api/v1/users/{}/reset-password", ada.id);
    let made = server.operator().await.does(&path).await.is(201).json;
    let link = path_of(&server, &made);
    let chosen = "seven maple lanterns";
    let (action, fields) = link_form(&link, chosen);
    abroad.fill(&link, action, &fields).await.is(303);
    assert!(abroad.is_signed_in().await);
    // From now on this address is known.
    abroad.fill("/account", "/sign-out", &[]).await.is(303);
    guessed_at(&server, &ada.email).await;
    abroad.sign_in(&ada.email, chosen).await.is(303);
}

async fn a_network_of_the_newer_protocol_is_one_source(server: Server) {
    let server = behind_a_proxy(&server).await;
    let guess = async |source: String, id: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", "wrong"),
        ];
        let request = server.request(Method::POST, "/oauth2/token");
        let request = request.header("X-Forwarded-For", &source).form(&fields);
        request.send().await.status
    };
    let guesses = (0..120).map(|number| guess(format!("2001:db8:0:1::{number:x}"), "one"));
    futures_util::future::join_all(guesses).await;
    assert_eq!(guess("2001:db8:0:1:9::1".to_owned(), "one").await, 429);
    assert_eq!(guess("2001:db8:0:2::1".to_owned(), "one").await, 401);
    assert_eq!(guess("2001:db8:0:1::1".to_owned(), "two").await, 401);
}

async fn an_address_that_nobody_has_takes_as_long_as_a_wrong_password(server: Server) {
    let ada = server.person("ada", "member").await;
    let mut quickest = [Duration::MAX; 2];
    // The quickest of several is that of a moment when the machine had nothing else to do, which may take a while.
    for round in 0..60 {
        for (email, quickest) in [ada.email.as_str(), NOBODY].iter().zip(&mut quickest) {
            let browser = Browser::new(&server);
            let page = browser.get("/sign-in").await.is(200);
            let token = form_token(&page.text);
            let fields = [
                ("form_token", &*token),
                ("email", email),
                ("password", WRONG),
            ];
            let started = Instant::now();
            browser.post("/sign-in", &fields).await.is(401);
            *quickest = started.elapsed().min(*quickest);
        }
        server.clock.advance(15 * 60);
        let [known, unknown] = quickest;
        if round > 6 && known < unknown * 3 / 2 && unknown < known * 3 / 2 {
            return;
        }
    }
    panic!("an account and none take {quickest:?}");
}
