//! People and their browsers: pages, forms and a cookie, and the way back to an app.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use futures_util::FutureExt as _;
use latchkey::{
    clients::built_in::ADMIN,
    crypto::digest::Digest,
    domain::{caller::Caller, user::User},
    people::{create::create_user, form::UserDraft, passwords},
};
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    actor::{Account, Actor},
    server::{Server, plain_client},
    wire::{Reply, Wire},
};

/// Where the apps of the tests are sent back to.
pub(crate) const CALLBACK: &str = "https://app.example/callback?from=latchkey";

/// A verifier, and the challenge that is made of it.
pub(crate) const VERIFIER: &str = "a-verifier-of-more-than-forty-three-characters-1";

/// The S256 challenge of [`VERIFIER`].
pub(crate) fn challenge() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Digest::of(VERIFIER.as_bytes()).as_bytes())
}

/// Somebody who can sign in.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    /// The user.
    pub(crate) user: User,
    /// The password.
    pub(crate) password: String,
}

/// A browser.
pub(crate) struct Visitor {
    url: String,
    http: reqwest::Client,
    /// The value of its cookie header.
    pub(crate) cookie: Option<String>,
}

/// What an app was told: the parameters of the address it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The whole address.
    pub(crate) address: String,
}

impl Asked {
    /// A parameter, or nothing.
    pub(crate) fn one(&self, name: &str) -> String {
        let url = url::Url::parse(&self.address).unwrap();
        let found = url.query_pairs().find(|(it, _)| it == name);
        found.map(|(_, it)| it.into_owned()).unwrap_or_default()
    }

    /// The code; there is one.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        let code = self.one("code");
        assert!(!code.is_empty(), "no code in {}", self.address);
        code
    }
}

impl Server {
    /// A person of the first tenant, with a password of their own.
    pub(crate) async fn somebody(&self, email: &str, role: &str) -> Signer {
        self.somebody_of("default", email, role).await
    }

    /// As [`somebody`](Self::somebody), of another tenant.
    pub(crate) async fn somebody_of(&self, tenant: &str, email: &str, role: &str) -> Signer {
        let password = "correct horse battery staple 42";
        let tenant = self.app.store.find_tenant_by_key(tenant).await.unwrap();
        let draft = UserDraft {
            email: Some(email.to_owned()),
            name: Some(format!("The person {email}")),
            role: Some(role.to_owned()),
        };
        let secret = SecretString::from(password);
        let hash: SecretString = self.app.passwords.hash(&secret).await.unwrap().into();
        let caller = Caller::system("tests", tenant.unwrap().id);
        let user = self
            .app
            .change(caller, move |change| {
                async move {
                    let mut user = create_user(change, &draft, false).await?;
                    passwords::set_password(change, &mut user, &hash, None).await?;
                    Ok(user)
                }
                .boxed()
            })
            .await
            .unwrap();
        Signer {
            user,
            password: password.to_owned(),
        }
    }

    /// A browser without a cookie.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor {
            url: self.url.clone(),
            http: plain_client(),
            cookie: None,
        }
    }

    /// A browser in which this person is signed in.
    pub(crate) async fn visitor_of(&self, person: &Signer) -> Visitor {
        let mut browser = self.visitor();
        let page = browser.get("/sign-in").await.is(200);
        browser.sign_in(&page, person).await.is(303);
        browser
    }

    /// The admin screens, as the person who is signed in with `browser` uses them.
    pub(crate) async fn admin_screens(&self, browser: &mut Visitor) -> Actor {
        let screens = Account::admin_screens();
        let callback = format!("{}/admin/callback", self.url);
        let more = [("redirect_uri", callback.as_str()), ("prompt", "none")];
        let asked = told(&browser.authorize(&screens, &more).await);
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &asked.code()),
            ("redirect_uri", &callback),
            ("code_verifier", VERIFIER),
        ];
        let got = self.token(&screens, &fields).await.is(200).json;
        let token = got["access_token"].as_str().unwrap().to_owned();
        self.with_token(screens, token)
    }

    /// Asks for a token as `app`, with these fields besides.
    pub(crate) async fn token(&self, app: &Account, fields: &[(&str, &str)]) -> Reply {
        let mut all = vec![("client_id", app.client_id.as_str())];
        if !app.secret.is_empty() {
            all.push(("client_secret", &app.secret));
        }
        all.extend(fields);
        self.post_form("/oauth2/token", &all).await
    }

    /// Exchanges a code that was asked for with [`Visitor::allows`].
    pub(crate) async fn redeem(&self, app: &Account, code: &str) -> Reply {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.token(app, &fields).await
    }

    /// Exchanges a refresh token.
    pub(crate) async fn refresh(&self, app: &Account, token: &str) -> Reply {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.token(app, &fields).await
    }

    /// Whether an access token is good at userinfo, which needs the scope `openid`.
    pub(crate) async fn is_alive(&self, access_token: &str) -> bool {
        let reply = self
            .request(Method::GET, "/oauth2/userinfo")
            .header("Authorization", &format!("Bearer {access_token}"))
            .send()
            .await;
        reply.status == 200
    }
}

impl Account {
    /// The client of the admin screens, which is built in and public.
    pub(crate) fn admin_screens() -> Self {
        Self {
            id: Uuid::nil(),
            client_id: ADMIN.to_owned(),
            secret: String::new(),
            credential: None,
        }
    }
}

impl Actor {
    /// Registers an app that is sent back to [`CALLBACK`].
    pub(crate) async fn registers_app(&self, fields: Value) -> Account {
        let mut body = json!({
            "profile": "app",
            "name": "Timesheets",
            "redirect_uris": [CALLBACK],
        });
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        let made = self.post("/api/v1/clients", body).await.is(201).json;
        let mut account = Account::of(&made);
        if made["client_secret"].is_null() {
            account.secret = String::new();
        }
        account
    }
}

impl Visitor {
    async fn send(&mut self, wire: Wire) -> Reply {
        let wire = match &self.cookie {
            Some(cookie) => wire.header("Cookie", cookie),
            None => wire,
        };
        let reply = wire.send().await;
        if let Some(set) = reply.headers.get("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let gone = pair.ends_with('=');
            self.cookie = (!gone).then(|| pair.to_owned());
        }
        reply
    }

    /// Opens a page.
    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        let wire = Wire(self.http.get(format!("{}{path}", self.url)));
        self.send(wire).await
    }

    /// Sends a form.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let wire = Wire(self.http.post(format!("{}{path}", self.url)))
            .header("Origin", &self.url)
            .form(fields);
        self.send(wire).await
    }

    /// Opens a page, following our own redirects, as far as a page or another site.
    pub(crate) async fn visit(&mut self, path: &str) -> Reply {
        let mut reply = self.get(path).await;
        for _ in 0..5 {
            let next = reply.header("location").to_owned();
            if !next.starts_with('/') {
                break;
            }
            reply = self.get(&next).await;
        }
        reply
    }

    /// Sends the form at `action` of a page with what is hidden in it, and these fields.
    pub(crate) async fn submit(
        &mut self,
        page: &Reply,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Reply {
        let hidden = hidden(&page.text, action);
        let mut all: Vec<(&str, &str)> = hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        all.extend(fields);
        self.post(action, &all).await
    }

    /// Signs in on this page.
    pub(crate) async fn sign_in(&mut self, page: &Reply, person: &Signer) -> Reply {
        let email = person.user.form.email.to_string();
        let fields = [("email", email.as_str()), ("password", &person.password)];
        self.submit(page, "/sign-in", &fields).await
    }

    /// Opens the authorization endpoint for `app` with PKCE and these parameters besides.
    pub(crate) async fn authorize(&mut self, app: &Account, more: &[(&str, &str)]) -> Reply {
        self.visit(&authorize_path(app, more)).await
    }

    /// Allows what the app asks for, and gives what the app is told.
    pub(crate) async fn allows(&mut self, app: &Account, more: &[(&str, &str)]) -> Asked {
        let page = self.authorize(app, more).await;
        if page.status == 303 {
            return told(&page);
        }
        let page = page.is(200);
        told(&self.answers(&page, "allow").await)
    }

    /// Answers a consent page.
    pub(crate) async fn answers(&mut self, page: &Reply, answer: &str) -> Reply {
        self.submit(page, "/oauth2/consent", &[("answer", answer)])
            .await
    }
}

/// The address of the authorization endpoint for `app`.
pub(crate) fn authorize_path(app: &Account, more: &[(&str, &str)]) -> String {
    let challenge = challenge();
    let mut all = vec![
        ("response_type", "code"),
        ("client_id", app.client_id.as_str()),
        ("redirect_uri", CALLBACK),
        ("scope", "openid"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    all.retain(|(name, _)| more.iter().all(|(it, _)| it != name));
    all.extend(more.iter().filter(|(_, value)| !value.is_empty()));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(all);
    format!("/oauth2/authorize?{}", query.finish())
}

/// What the app is told by this redirect.
#[track_caller]
pub(crate) fn told(reply: &Reply) -> Asked {
    assert_eq!(reply.status, 303, "the answer is {}", reply.text);
    let address = reply.header("location").to_owned();
    assert!(address.contains("://"), "nobody is told: {address}");
    Asked { address }
}

/// What is hidden in the form with this action.
fn hidden(page: &str, action: &str) -> Vec<(String, String)> {
    let start = page
        .find(&format!("action=\"{action}\""))
        .unwrap_or_else(|| panic!("no form {action} in {page}"));
    let form = &page[start..];
    let form = &form[..form.find("</form>").unwrap()];
    form.split("<input type=\"hidden\" ")
        .skip(1)
        .map(|input| (attribute(input, "name"), attribute(input, "value")))
        .collect()
}

fn attribute(tag: &str, name: &str) -> String {
    let start = tag.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
    let rest = &tag[start..];
    rest[..rest.find('"').unwrap()]
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}
