//! A server under test, on a socket of its own.

use std::time::{Duration, Instant};

use figment::{Figment, providers::Serialized};
use futures_util::FutureExt as _;
use latchkey::{
    app::App,
    bootstrap,
    clock::Clock,
    config::Settings,
    crypto::{master_key::MasterKey, random::Random},
    domain::timestamp::Timestamp,
    http::{self, Running},
    jobs,
    store::Store,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    sync::oneshot,
    task::{JoinHandle, JoinSet},
};
use uuid::Uuid;

use super::{
    actor::{Account, Actor},
    database::{Kind, TestDatabase},
    wire::{Reply, Wire},
};

/// When the tests take place, unless they move the clock.
pub(crate) const START: &str = "2026-06-15T12:00:00Z";

/// A running server, with the first operator it made.
pub(crate) struct Server {
    /// Its database.
    pub(crate) database: TestDatabase,
    /// The application, for what has no endpoint.
    pub(crate) app: App,
    /// Its clock.
    pub(crate) clock: Clock,
    /// Where it answers, without a slash at the end.
    pub(crate) url: String,
    http: reqwest::Client,
    operator: Account,
    settings: Figment,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
    jobs: JoinSet<()>,
}

impl Server {
    /// Starts a server on a new database.
    pub(crate) async fn start(kind: Kind) -> Self {
        Self::start_with(kind, Figment::new()).await
    }

    /// As [`start`](Self::start), with some settings of its own.
    pub(crate) async fn start_with(kind: Kind, settings: Figment) -> Self {
        let database = TestDatabase::create(kind).await;
        let start = Timestamp::parse(START).unwrap();
        Self::open(database, Clock::manual(start), settings, None).await
    }

    async fn open(
        database: TestDatabase,
        clock: Clock,
        extra: Figment,
        operator: Option<Account>,
    ) -> Self {
        let figment = Figment::new()
            .merge(Serialized::default("data_dir", database.folder()))
            .merge(Serialized::default("database_url", &database.url))
            .merge(Serialized::default("database_connections", 8))
            .merge(Serialized::default("listen", "127.0.0.1:0"))
            .merge(&extra);
        let mut settings = Settings::with(figment).unwrap();
        let running = Running::bind(settings.listen).await.unwrap();
        settings.listening_on(running.address);
        let url = format!("http://{}", running.address);
        let random = Random::system();
        let master_key = MasterKey::load_or_create(&settings.master_key_file, &random).unwrap();
        let connections = settings.database_connections;
        let store = Store::connect(&settings.database, connections)
            .await
            .unwrap();
        let app = App::assemble(settings, clock.clone(), random, store, &master_key)
            .await
            .unwrap();
        let first = bootstrap::on_first_start(&app).await.unwrap();
        let operator = match (first, operator) {
            (Some(made), _) => Account {
                id: app
                    .store
                    .find_id_of_client(&made.client_id)
                    .await
                    .unwrap()
                    .unwrap(),
                secret: made.reveal_secret().to_owned(),
                client_id: made.client_id,
                credential: None,
            },
            (None, Some(known)) => known,
            (None, None) => panic!("the first start makes an operator"),
        };
        let jobs = jobs::start(&app);
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn({
            let app = app.clone();
            async move {
                let stopped = stopped.map(|_| ());
                http::serve(running, app, stopped).await.unwrap();
            }
        });
        Self {
            database,
            app,
            clock,
            url,
            http: plain_client(),
            operator,
            settings: extra,
            stop: Some(stop),
            serving,
            jobs,
        }
    }

    /// Stops this server and starts another on the same data.
    pub(crate) async fn restart(self) -> Self {
        let settings = self.settings.clone();
        self.restart_with(settings).await
    }

    /// As [`restart`](Self::restart), with these settings of its own.
    pub(crate) async fn restart_with(mut self, settings: Figment) -> Self {
        self.jobs.shutdown().await;
        let _ = self.stop.take().unwrap().send(());
        self.serving.await.unwrap();
        self.app.store.clone().close().await;
        Self::open(self.database, self.clock, settings, Some(self.operator)).await
    }

    /// Starts a second server on the same data, as a second node does. It has the same public address as the first.
    pub(crate) async fn second_node(&self) -> Self {
        let settings = self
            .settings
            .clone()
            .merge(Serialized::default("public_url", &self.url));
        let (database, clock) = (self.database.clone(), self.clock.clone());
        Self::open(database, clock, settings, Some(self.operator.clone())).await
    }

    /// As [`second_node`](Self::second_node) on PostgreSQL; SQLite is for one node.
    pub(crate) async fn second_node_where_there_can_be_one(&self) -> Option<Self> {
        match self.database.kind {
            Kind::Postgres => Some(self.second_node().await),
            Kind::Sqlite => None,
        }
    }

    /// A request without a token.
    pub(crate) fn request(&self, method: Method, path: &str) -> Wire {
        Wire(self.http.request(method, format!("{}{path}", self.url)))
    }

    /// Reads a page without a token.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.request(Method::GET, path).send().await
    }

    /// Posts a form without a token.
    pub(crate) async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.request(Method::POST, path).form(fields).send().await
    }

    /// Asks for a token by `client_id` and `client_secret` in the form.
    pub(crate) async fn ask_for_token(&self, client_id: &str, secret: &str) -> Reply {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
            ("client_secret", secret),
        ];
        self.post_form("/oauth2/token", &fields).await
    }

    /// A token of this account.
    pub(crate) async fn token_of(&self, account: &Account) -> String {
        let reply = self
            .ask_for_token(&account.client_id, &account.secret)
            .await
            .is(200);
        reply.json["access_token"].as_str().unwrap().to_owned()
    }

    /// What introspection says of `token` to `asking`.
    pub(crate) async fn introspect(&self, asking: &Account, token: &str) -> Value {
        let fields = [
            ("token", token),
            ("client_id", &asking.client_id),
            ("client_secret", &asking.secret),
        ];
        self.post_form("/oauth2/introspect", &fields)
            .await
            .is(200)
            .json
    }

    /// Somebody who uses this account with a fresh token.
    pub(crate) async fn sign_in(&self, account: &Account) -> Actor {
        let token = self.token_of(account).await;
        self.with_token(account.clone(), token)
    }

    /// Somebody who uses this account with this token.
    pub(crate) fn with_token(&self, account: Account, token: String) -> Actor {
        Actor::new(account, token, &self.url, &self.http)
    }

    /// The operator that the first start made.
    pub(crate) async fn operator(&self) -> Actor {
        self.sign_in(&self.operator).await
    }

    /// A new service account with this role.
    pub(crate) async fn actor(&self, role: &str) -> Actor {
        let operator = self.operator().await;
        let account = operator.creates(&format!("The {role}"), role).await;
        self.sign_in(&account).await
    }

    /// A super admin of another tenant, which is made here.
    pub(crate) async fn super_admin_of(&self, key: &str, external_key: Option<&str>) -> Actor {
        let operator = self.operator().await;
        let tenant = json!({ "key": key, "name": key, "external_key": external_key });
        operator.post("/api/v1/tenants", tenant).await.is(201);
        let name = format!("Super admin of {key}");
        let account = self
            .operator_in(key)
            .await
            .creates(&name, "super_admin")
            .await;
        self.sign_in(&account).await
    }

    /// The first operator, acting in another tenant.
    pub(crate) async fn operator_in(&self, tenant: &str) -> Actor {
        let account = self.operator.clone();
        self.sign_in_to(&account, tenant).await
    }

    /// Somebody who uses this account in a tenant that it is assigned to.
    pub(crate) async fn sign_in_to(&self, account: &Account, tenant: &str) -> Actor {
        let reply = self
            .ask_for_token_in(account, &format!("tenant:{tenant}"))
            .await
            .is(200);
        let token = reply.json["access_token"].as_str().unwrap().to_owned();
        self.with_token(account.clone(), token)
    }

    /// Asks for a token with a scope.
    pub(crate) async fn ask_for_token_in(&self, account: &Account, scope: &str) -> Reply {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &account.client_id),
            ("client_secret", &account.secret),
            ("scope", scope),
        ];
        self.post_form("/oauth2/token", &fields).await
    }

    /// How many rows of a table have this uuid in a column.
    pub(crate) async fn rows_of(&self, table: &str, column: &str, id: Uuid) -> i64 {
        let id = match self.database.kind {
            Kind::Sqlite => format!("x'{}'", id.simple()),
            Kind::Postgres => format!("'{id}'"),
        };
        let query = format!("SELECT COUNT(*) FROM {table} WHERE {column} = {id}");
        self.database.number(&query).await
    }
}

/// Sends requests and follows nothing. Without TLS, for it would read every certificate of the machine for each test.
pub(super) fn plain_client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([])
        .build()
        .unwrap()
}

/// Waits, for a minute at most, until something is so: a machine may have much else to do.
#[track_caller]
pub(crate) fn eventually(is_so: impl AsyncFn() -> bool) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let started = Instant::now();
        while !is_so().await {
            assert!(
                started.elapsed() < Duration::from_mins(1),
                "a minute was not enough at {place}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
