//! Those who send slowly, or too much.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::support::{Home, Server};

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address.trim_start_matches("http://")).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_mins(1)))
        .unwrap();
    stream
}

/// Sends `opening`, then `drop` each second, until the server answers or ends the connection; gives the answer.
fn drip(server: &Server, opening: &str, drop: &str) -> (String, Duration) {
    let mut stream = connect(server);
    let mut sending = stream.try_clone().unwrap();
    let started = Instant::now();
    sending.write_all(opening.as_bytes()).unwrap();
    let drop = drop.to_owned();
    thread::spawn(move || {
        while sending.write_all(drop.as_bytes()).is_ok() {
            thread::sleep(Duration::from_secs(1));
        }
    });
    let mut answer = Vec::new();
    // A reset after the answer is no harm here.
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    (answer, started.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_headers_and_slow_bodies_are_cut_off_while_others_are_served() {
    let server = Home::new().serve(&[]);
    let token = server.token(&server.operator()).await;
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let json = format!("Content-Type: application/json\r\nAuthorization: Bearer {token}\r\n");
    let body = "Host: x\r\nContent-Length: 1000\r\n\r\n";
    let slow_body = |start: &str, headers: &str| {
        drip(
            &server,
            &format!("{start} HTTP/1.1\r\n{headers}{body}"),
            "a",
        )
    };
    thread::scope(|scope| {
        let headers = scope.spawn(|| {
            drip(
                &server,
                "POST /oauth2/token HTTP/1.1\r\nHost: x\r\n",
                "X-A: b\r\n",
            )
        });
        let oauth = scope.spawn(|| slow_body("POST /oauth2/token", form));
        let api = scope.spawn(|| slow_body("POST /api/v1/clients", &json));
        let (_, took) = headers.join().unwrap();
        assert!(took < Duration::from_secs(40), "{took:?}");
        for (slow, kind) in [(oauth, "invalid_request"), (api, "/problems/too-slow")] {
            let (answer, took) = slow.join().unwrap();
            assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
            assert!(answer.contains(kind), "{answer}");
            assert!(took < Duration::from_secs(30), "{took:?}");
        }
    });
    server.token(&server.operator()).await;
}

/// Sends everything, and only then reads the answer.
fn send_all(server: &Server, head: &str, body: &[u8]) -> String {
    let mut stream = connect(server);
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).expect("the server reads on");
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("no reset");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oversized_body_is_answered_and_not_reset() {
    let server = Home::new().serve(&[]);
    let token = server.token(&server.operator()).await;
    let body = vec![b'a'; 10 * 1024 * 1024];
    let form = "Content-Type: application/x-www-form-urlencoded";
    let json = format!("Content-Type: application/json\r\nAuthorization: Bearer {token}");
    for (path, headers, status) in [
        ("/oauth2/token", form, "413"),
        ("/oauth2/introspect", form, "413"),
        ("/oauth2/revoke", form, "413"),
        ("/api/v1/clients", &json, "413"),
        ("/nowhere", form, "413"),
        // Who they are and what they send is asked first.
        ("/api/v1/clients", "Content-Type: application/json", "401"),
        ("/oauth2/token", "Content-Type: text/plain", "415"),
        ("/nowhere", "X-A: b", "404"),
    ] {
        let body = if status == "413" {
            &body
        } else {
            &body[..1_000_000]
        };
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let answer = send_all(&server, &head, body);
        let expected = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&expected), "{path}: {answer}");
    }
    // The same without a length said before.
    let head = format!(
        "POST /oauth2/token HTTP/1.1\r\nHost: x\r\n{form}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let mut chunked = format!("{:x}\r\n", body.len()).into_bytes();
    chunked.extend(&body);
    chunked.extend(b"\r\n0\r\n\r\n");
    let answer = send_all(&server, &head, &chunked);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_breaks_http_is_a_4xx() {
    let server = Home::new().serve(&[]);
    let long = format!(
        "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: {}\r\n\r\n",
        "a".repeat(200_000)
    );
    let many = format!(
        "GET /healthz HTTP/1.1\r\nHost: x\r\n{}\r\n",
        "X-A: b\r\n".repeat(500)
    );
    let address = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000));
    let smuggled = "POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef";
    for head in [
        long.as_str(),
        &many,
        &address,
        smuggled,
        "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nBad Name: b\r\n\r\n",
        "G\0T /healthz HTTP/1.1\r\n\r\n",
        "hello\r\n\r\n",
    ] {
        let mut stream = connect(&server);
        let _ = stream.write_all(head.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 4"), "{head:.40}: {answer}");
    }
    assert_eq!(server.get("/healthz").await.status(), 200);
}
