//! A folder, the command, and a running server.

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a server may take to be ready, on a busy machine.
const READY_WITHIN: Duration = Duration::from_mins(1);

/// A folder in which servers are started one after the other.
pub(crate) struct Home {
    folder: Arc<TempDir>,
    environment: Vec<(String, String)>,
}

impl Home {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self {
            folder: Arc::new(tempfile::tempdir().unwrap()),
            environment: Vec::new(),
        }
    }

    /// With a variable in the environment of everything that is started in it.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The data folder of the servers.
    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Writes a file and gives its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn prepare(&self, command: &mut Command) {
        // Nothing from outside but what a process cannot do without.
        command.env_clear().current_dir(self.folder.path());
        for name in ["PATH", "LLVM_PROFILE_FILE", "SYSTEMROOT"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("LATCHKEY_DATA_DIR", self.data())
            .env("LATCHKEY_LISTEN", "127.0.0.1:0")
            // The tests are one caller, and quick.
            .env("LATCHKEY_API_REQUESTS_PER_SECOND", "100000")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
    }

    /// Runs the command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(executable());
        self.prepare(&mut command);
        command.args(arguments).output().unwrap()
    }

    /// Starts a server and waits until it is ready.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        let mut command = Command::new(executable());
        command.arg("serve").args(arguments);
        self.start(command)
    }

    /// Starts a server in which no file can grow beyond `kibibytes`, as if the disk were full.
    pub(crate) fn serve_in_a_small_place(&self, kibibytes: u32) -> Server {
        let mut command = Command::new("bash");
        let script =
            format!("trap '' XFSZ; ulimit -S -f {kibibytes}; exec \"$LATCHKEY\" serve --log warn");
        command.arg("-c").arg(script);
        self.start_with(command, |it| {
            it.env("LATCHKEY", executable());
        })
    }

    fn start(&self, command: Command) -> Server {
        self.start_with(command, |_| ())
    }

    fn start_with(&self, mut command: Command, change: impl FnOnce(&mut Command)) -> Server {
        self.prepare(&mut command);
        change(&mut command);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let printed = Arc::new(Mutex::new(String::new()));
        let logged = Arc::new(Mutex::new(String::new()));
        let (told, ready) = mpsc::channel();
        collect(child.stdout.take().unwrap(), &printed, Some(told));
        collect(child.stderr.take().unwrap(), &logged, None);
        let address = ready.recv_timeout(READY_WITHIN);
        let Ok(address) = address else {
            let _ = child.kill();
            let log = logged.lock().unwrap();
            panic!("the server did not become ready: {log}");
        };
        Server {
            _folder: self.folder.clone(),
            child,
            address,
            printed,
            logged,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }
}

fn executable() -> &'static str {
    env!("CARGO_BIN_EXE_latchkey")
}

/// Keeps every line, and tells where the server is listening.
fn collect(
    stream: impl std::io::Read + Send + 'static,
    into: &Arc<Mutex<String>>,
    told: Option<mpsc::Sender<String>>,
) {
    let into = into.clone();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            writeln!(into.lock().unwrap(), "{line}").unwrap();
            let Some(rest) = line.strip_prefix("Latchkey is ready: ") else {
                continue;
            };
            let public = rest.split_whitespace().next().unwrap().to_owned();
            // Where the public URL is a setting, the line says where the server listens as well.
            let address = match rest.trim_end_matches(')').split_once("listening on ") {
                Some((_, address)) => format!("http://{address}"),
                None => public,
            };
            if let Some(told) = &told {
                let _ = told.send(address);
            }
        }
    });
}

/// A client's id and secret.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

impl Credentials {
    /// As the command prints them in JSON.
    pub(crate) fn of(json: &Value) -> Self {
        Self {
            client_id: json["client_id"].as_str().unwrap().to_owned(),
            client_secret: json["client_secret"].as_str().unwrap().to_owned(),
        }
    }
}

/// A running server. Dropping it kills it.
pub(crate) struct Server {
    /// Kept for as long as it runs.
    _folder: Arc<TempDir>,
    child: Child,
    /// Where it listens: scheme, host and port.
    pub(crate) address: String,
    printed: Arc<Mutex<String>>,
    logged: Arc<Mutex<String>>,
    /// A client without any proxy.
    pub(crate) http: reqwest::Client,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// What it wrote to standard output.
    pub(crate) fn printed(&self) -> String {
        self.printed.lock().unwrap().clone()
    }

    /// What it wrote to standard error.
    pub(crate) fn logged(&self) -> String {
        self.logged.lock().unwrap().clone()
    }

    /// The operator client of the first start.
    pub(crate) fn operator(&self) -> Credentials {
        let printed = self.printed();
        let after = |name: &str| {
            let line = printed.lines().find_map(|it| it.trim().strip_prefix(name));
            line.expect("a first start").trim().to_owned()
        };
        Credentials {
            client_id: after("client_id "),
            client_secret: after("client_secret "),
        }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                started.elapsed() < Duration::from_secs(40),
                "the server does not end: {}",
                self.logged()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stops it as an operator does, and demands that it went well.
    pub(crate) fn stop(mut self) {
        self.signal("TERM");
        let status = self.wait();
        assert!(status.success(), "{status}: {}", self.logged());
    }

    /// The URL of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// A GET.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    /// A form by POST.
    pub(crate) async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.http
            .post(self.url(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap()
    }

    /// A token request with the secret in the form.
    pub(crate) async fn token_request(&self, who: &Credentials) -> Response {
        self.post_form(
            "/oauth2/token",
            &[
                ("grant_type", "client_credentials"),
                ("client_id", &who.client_id),
                ("client_secret", &who.client_secret),
            ],
        )
        .await
    }

    /// An access token.
    pub(crate) async fn token(&self, who: &Credentials) -> String {
        let response = self.token_request(who).await;
        let status = response.status();
        let body: Value = response.json().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    /// A request of the management API.
    pub(crate) fn api(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.http
            .request(method, self.url(&format!("/api/v1{path}")))
            .bearer_auth(token)
    }

    /// Asks for a new service account.
    pub(crate) fn create_client(&self, token: &str, name: &str) -> RequestBuilder {
        self.api(Method::POST, "/clients", token)
            .json(&json!({ "profile": "service_account", "name": name, "role": "member" }))
    }

    /// Every client, page by page.
    pub(crate) async fn clients(&self, token: &str) -> Vec<Value> {
        let mut clients = Vec::new();
        let mut query = "limit=200".to_owned();
        loop {
            let path = format!("/clients?{query}");
            let response = self.api(Method::GET, &path, token).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            let page: Value = response.json().await.unwrap();
            clients.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next"].as_str() else {
                return clients;
            };
            query = format!("limit=200&cursor={next}");
        }
    }

    /// The actions in the audit trail of one client.
    pub(crate) async fn audit_of(&self, token: &str, id: &str) -> Vec<String> {
        let path = format!("/clients/{id}/audit");
        let response = self.api(Method::GET, &path, token).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let page: Value = response.json().await.unwrap();
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|it| it["action"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Standard error as text.
pub(crate) fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Standard output as text.
pub(crate) fn answer(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The root of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Asks again and again until the answer fits.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut ask: impl FnMut() -> F) {
    let started = Instant::now();
    while !ask().await {
        assert!(started.elapsed() < Duration::from_mins(1), "never: {what}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
