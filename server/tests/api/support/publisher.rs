//! A listener on this machine that publishes a JWK set, as a client does.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};

/// What is published, and how often it was asked for.
pub(crate) struct Publisher {
    /// Where it is.
    pub(crate) url: String,
    shown: Arc<Mutex<(String, usize)>>,
}

impl Publisher {
    /// Publishes these keys.
    pub(crate) async fn of(keys: &[Value]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let shown = Arc::new(Mutex::new((String::new(), 0)));
        let publisher = Self { url, shown };
        publisher.shows(keys);
        let shown = publisher.shown.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut stream = BufReader::new(stream);
                let mut line = String::new();
                while stream.read_line(&mut line).await.is_ok_and(|it| it > 2) {
                    line.clear();
                }
                let answer = {
                    let mut shown = shown.lock().unwrap();
                    shown.1 += 1;
                    shown.0.clone()
                };
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        publisher
    }

    /// Publishes these keys from now on.
    pub(crate) fn shows(&self, keys: &[Value]) {
        self.answers("200 OK", &json!({ "keys": keys }).to_string());
    }

    /// Answers so from now on.
    pub(crate) fn answers(&self, status: &str, body: &str) {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close");
        let location = format!("location: {}", self.url);
        self.shown.lock().unwrap().0 = format!("{head}\r\n{location}\r\n\r\n{body}");
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.shown.lock().unwrap().1
    }
}
