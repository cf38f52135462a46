//! The load tool: keep-alive HTTP/1.1 with requests that are ready as bytes.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use crate::Outcome;

/// A connection that is kept alive.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: u16,
    /// Its body.
    pub(crate) body: Vec<u8>,
}

impl Connection {
    /// Connects to a server.
    pub(crate) async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request and reads the status of its answer, and where its body is in the buffer.
    async fn exchange(&mut self, request: &[u8]) -> Outcome<(u16, std::ops::Range<usize>)> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            let Some(head) = self.buffer.windows(4).position(|it| it == b"\r\n\r\n") else {
                continue;
            };
            let text = str::from_utf8(self.buffer.get(..head).unwrap_or_default())?;
            let status = text.get(9..12).ok_or("no status line")?.parse()?;
            let length: usize = text
                .lines()
                .filter_map(|it| it.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(Ok(0), |(_, value)| value.parse())?;
            let body = head + 4..head + 4 + length;
            while self.buffer.len() < body.end {
                if self.stream.read_buf(&mut self.buffer).await? == 0 {
                    return Err("the server closed the connection in an answer".into());
                }
            }
            return Ok((status, body));
        }
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Outcome<Answer> {
        let (status, body) = self.exchange(request).await?;
        let body = self.buffer.get(body).unwrap_or_default().to_vec();
        Ok(Answer { status, body })
    }
}

/// Sends one request over a connection of its own.
pub(crate) async fn ask(address: SocketAddr, request: &[u8]) -> Outcome<Answer> {
    Connection::open(address).await?.ask(request).await
}

/// As [`ask`], for an answer that must be a success in JSON.
pub(crate) async fn ask_json(address: SocketAddr, request: &[u8]) -> Outcome<serde_json::Value> {
    let answer = ask(address, request).await?;
    if !(200..300).contains(&answer.status) {
        let text = String::from_utf8_lossy(&answer.body);
        return Err(format!("the server answered {}: {text}", answer.status).into());
    }
    Ok(serde_json::from_slice(&answer.body)?)
}

/// A form, as a request.
pub(crate) fn post_form(path: &str, form: &[(&str, &str)]) -> Vec<u8> {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    post(path, "application/x-www-form-urlencoded", "", &body)
}

/// JSON with a token, as a request.
pub(crate) fn post_json(path: &str, token: &str, body: &serde_json::Value) -> Vec<u8> {
    let authorization = format!("Authorization: Bearer {token}\r\n");
    post(path, "application/json", &authorization, &body.to_string())
}

fn post(path: &str, kind: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A question with a token, as a request.
pub(crate) fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}

/// Sends `count` requests over `connections` connections, taking turns among `requests`; gives how long it took.
pub(crate) async fn load(
    address: SocketAddr,
    requests: &Arc<[Vec<u8>]>,
    connections: usize,
    count: u64,
) -> Outcome<Duration> {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(address).await?);
    }
    let sent = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for mut connection in open {
        let (sent, requests) = (sent.clone(), requests.clone());
        tasks.spawn(async move {
            loop {
                let number = sent.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return Outcome::Ok(());
                }
                let turn = usize::try_from(number)? % requests.len();
                let request = requests.get(turn).ok_or("there are no requests")?;
                let (status, _) = connection.exchange(request).await?;
                if status != 200 {
                    return Err(format!("the server answered {status}").into());
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(started.elapsed())
}
