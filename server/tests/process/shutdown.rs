//! SIGTERM: what was asked is answered.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use crate::support::{Home, eventually};

/// Opens a token request and sends all but the end of its body, which is returned.
fn half_a_token_request(server: &crate::support::Server) -> (TcpStream, String) {
    let who = server.operator();
    let body = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        who.client_id, who.client_secret
    );
    let mut stream = TcpStream::connect(server.address.trim_start_matches("http://")).unwrap();
    let (first, second) = body.split_at(body.len() / 2);
    write!(
        stream,
        "POST /oauth2/token HTTP/1.1\r\nHost: latchkey\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{first}",
        body.len()
    )
    .unwrap();
    (stream, second.to_owned())
}

#[test]
fn requests_in_flight_are_answered_before_a_server_told_to_stop_ends_well() {
    let mut server = Home::new().serve(&[]);
    let in_flight: Vec<_> = (0..50).map(|_| half_a_token_request(&server)).collect();
    thread::sleep(Duration::from_millis(200));
    server.signal("TERM");
    thread::sleep(Duration::from_secs(1));
    for (mut stream, rest) in in_flight {
        stream.write_all(rest.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains("\"access_token\""), "{answer}");
        assert!(
            answer.to_lowercase().contains("connection: close"),
            "{answer}"
        );
    }
    let status = server.wait();
    assert_eq!(status.code(), Some(0), "{}", server.logged());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_write_that_a_stopping_server_takes_is_answered_and_kept() {
    let home = Home::new();
    let mut server = home.serve(&[]);
    let operator = server.operator();
    let token = server.token(&operator).await;
    let in_all = Arc::new(AtomicUsize::new(0));
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let request = server.create_client(&token, &format!("Writer {writer}"));
            let in_all = in_all.clone();
            tokio::spawn(async move {
                let mut answered = 0;
                loop {
                    match request.try_clone().unwrap().send().await {
                        Ok(response) if response.status() == 201 => {
                            answered += 1;
                            in_all.fetch_add(1, Ordering::SeqCst);
                        }
                        Ok(response) => panic!("{}", response.status()),
                        Err(error) if error.is_connect() => return answered,
                        Err(error) => panic!("a request was lost: {error:?}"),
                    }
                }
            })
        })
        .collect();
    eventually("they write", async || in_all.load(Ordering::SeqCst) > 40).await;
    server.signal("TERM");
    let mut answered = 0;
    for writer in writers {
        answered += writer.await.unwrap();
    }
    assert!(server.wait().success());

    let server = home.serve(&[]);
    let token = server.token(&operator).await;
    let kept = server.clients(&token).await.len();
    assert_eq!(kept, answered + 1, "those answered, and the operator");
}
