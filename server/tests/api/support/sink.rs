//! Listeners on this machine that take what the server sends: webhooks and mails.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// Something that arrived.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arrived {
    /// The lines before the body.
    pub(crate) head: Vec<String>,
    /// The body.
    pub(crate) body: String,
}

impl Arrived {
    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> String {
        let start = format!("{name}: ");
        let found = self
            .head
            .iter()
            .find(|it| it.to_lowercase().starts_with(&start));
        found.map_or_else(String::new, |it| it[start.len()..].to_owned())
    }
}

/// What a listener speaks.
#[derive(Clone, Copy)]
enum Speaks {
    Http,
    Smtp,
}

/// A listener, and what has arrived.
pub(crate) struct Sink {
    /// Where it listens.
    pub(crate) port: u16,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    status: Arc<Mutex<&'static str>>,
}

impl Sink {
    /// Takes HTTP requests.
    pub(crate) async fn http() -> Self {
        Self::start(Speaks::Http).await
    }

    /// Takes mails by SMTP.
    pub(crate) async fn smtp() -> Self {
        Self::start(Speaks::Smtp).await
    }

    async fn start(speaks: Speaks) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let arrived = Arc::new(Mutex::new(Vec::new()));
        let status = Arc::new(Mutex::new("200 OK"));
        let (into, answer) = (arrived.clone(), status.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                match speaks {
                    Speaks::Http => http(stream, &into, &answer).await,
                    Speaks::Smtp => smtp(stream, &into).await,
                }
            }
        });
        Self {
            port,
            arrived,
            status,
        }
    }

    /// What has arrived so far.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    /// What it answers from now on.
    pub(crate) fn answers(&self, status: &'static str) {
        *self.status.lock().unwrap() = status;
    }
}

async fn http(stream: TcpStream, arrived: &Mutex<Vec<Arrived>>, status: &Mutex<&'static str>) {
    let mut stream = BufReader::new(stream);
    let mut one = Arrived::default();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        one.head.push(line);
    }
    let length = one.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    one.body = String::from_utf8(body).unwrap();
    arrived.lock().unwrap().push(one);
    let status = *status.lock().unwrap();
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let _ = stream.write_all(answer.as_bytes()).await;
}

async fn smtp(stream: TcpStream, arrived: &Mutex<Vec<Arrived>>) {
    let mut stream = BufReader::new(stream);
    let _ = stream.write_all(b"220 sink\r\n").await;
    let mut one = Arrived::default();
    let mut in_data = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        if in_data && line != ".\r\n" {
            one.body.push_str(&line);
            continue;
        }
        let answer = if in_data {
            in_data = false;
            arrived.lock().unwrap().push(std::mem::take(&mut one));
            "250 taken\r\n"
        } else if line.starts_with("DATA") {
            in_data = true;
            "354 go on\r\n"
        } else if line.starts_with("QUIT") {
            let _ = stream.write_all(b"221 bye\r\n").await;
            return;
        } else {
            one.head.push(line.trim_end().to_owned());
            "250 ok\r\n"
        };
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}
