//! Ready-made code for a fresh client: fetch a token once and keep it until shortly before it expires.

/// One language's way of fetching a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snippet {
    /// The name of the language or tool.
    pub(crate) language: &'static str,
    /// The code, ready to run.
    pub(crate) code: String,
}

/// What goes into every snippet.
#[derive(Clone, Debug)]
pub(crate) struct Access<'a> {
    /// The whole URL of the token endpoint.
    pub(crate) token_url: &'a str,
    /// The wire client id.
    pub(crate) client_id: &'a str,
    /// The secret, which only ever appears in the `.env` snippet: code belongs in a repository, secrets do not.
    pub(crate) client_secret: &'a str,
}

impl Access<'_> {
    /// Every snippet, the quickest to try first.
    pub(crate) fn snippets(&self) -> Vec<Snippet> {
        let fill = |template: &str| {
            template
                .replace("{token_url}", self.token_url)
                .replace("{client_id}", self.client_id)
                .replace("{client_secret}", self.client_secret)
        };
        [
            ("curl", CURL),
            (".env", ENV),
            ("Python", PYTHON),
            ("TypeScript", TYPESCRIPT),
            ("Rust", RUST),
        ]
        .into_iter()
        .map(|(language, template)| Snippet {
            language,
            code: fill(template),
        })
        .collect()
    }
}

const CURL: &str = r#"# Reads the values of the .env snippet.
set -a; . ./.env; set +a
curl --fail-with-body --silent \
  --user "$LATCHKEY_CLIENT_ID:$LATCHKEY_CLIENT_SECRET" \
  --data grant_type=client_credentials \
  "$LATCHKEY_TOKEN_URL"
"#;

const ENV: &str = "LATCHKEY_TOKEN_URL={token_url}
LATCHKEY_CLIENT_ID={client_id}
LATCHKEY_CLIENT_SECRET={client_secret}
";

const PYTHON: &str = r#"import os, time
import requests

_token, _expires = None, 0.0

def access_token() -> str:
    """The cached token; a new one a minute before the old one expires."""
    global _token, _expires
    if _token is None or time.monotonic() > _expires - 60:
        reply = requests.post(
            os.environ["LATCHKEY_TOKEN_URL"],
            auth=(os.environ["LATCHKEY_CLIENT_ID"], os.environ["LATCHKEY_CLIENT_SECRET"]),
            data={"grant_type": "client_credentials"},
            timeout=10,
        )
        reply.raise_for_status()
        body = reply.json()
        _token = body["access_token"]
        _expires = time.monotonic() + body["expires_in"]
    return _token
"#;

const TYPESCRIPT: &str = r#"let cached: { token: string; expires: number } | undefined;

/** The cached token; a new one a minute before the old one expires. */
export async function accessToken(): Promise<string> {
  if (cached && Date.now() < cached.expires - 60_000) return cached.token;
  const { LATCHKEY_TOKEN_URL, LATCHKEY_CLIENT_ID, LATCHKEY_CLIENT_SECRET } = process.env;
  const reply = await fetch(LATCHKEY_TOKEN_URL!, {
    method: "POST",
    headers: { authorization: "Basic " + btoa(`${LATCHKEY_CLIENT_ID}:${LATCHKEY_CLIENT_SECRET}`) },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  if (!reply.ok) throw new Error(`token request failed: ${reply.status} ${await reply.text()}`);
  const body = await reply.json();
  cached = { token: body.access_token, expires: Date.now() + body.expires_in * 1000 };
  return cached.token;
}
"#;

const RUST: &str = r#"use std::{env, time::{Duration, Instant}};

#[derive(serde::Deserialize)]
struct Reply { access_token: String, expires_in: u64 }

/// Keeps a token until a minute before it expires.
#[derive(Default)]
pub struct Tokens { cached: Option<(String, Instant)> }

impl Tokens {
    pub async fn access_token(&mut self, http: &reqwest::Client) -> Result<String, Box<dyn std::error::Error>> {
        if let Some((token, expires)) = &self.cached {
            if Instant::now() + Duration::from_secs(60) < *expires { return Ok(token.clone()); }
        }
        let reply: Reply = http
            .post(env::var("LATCHKEY_TOKEN_URL")?)
            .basic_auth(env::var("LATCHKEY_CLIENT_ID")?, Some(env::var("LATCHKEY_CLIENT_SECRET")?))
            .form(&[("grant_type", "client_credentials")])
            .send().await?.error_for_status()?.json().await?;
        let expires = Instant::now() + Duration::from_secs(reply.expires_in);
        self.cached = Some((reply.access_token.clone(), expires));
        Ok(reply.access_token)
    }
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_in_the_env_file_and_nowhere_else() {
        let access = Access {
            token_url: "https://id.example/oauth2/token",
            client_id: "c1",
            client_secret: "s3cret",
        };
        let with_secret: Vec<_> = access
            .snippets()
            .into_iter()
            .filter(|snippet| snippet.code.contains("s3cret"))
            .collect();
        assert_eq!(with_secret.len(), 1);
        assert!(
            with_secret[0]
                .code
                .contains("LATCHKEY_TOKEN_URL=https://id.example/oauth2/token\n")
        );
    }

    #[test]
    fn no_placeholder_is_left() {
        let access = Access {
            token_url: "u",
            client_id: "c",
            client_secret: "s",
        };
        for snippet in access.snippets() {
            for name in ["{token_url}", "{client_id}", "{client_secret}"] {
                assert!(!snippet.code.contains(name), "{}: {name}", snippet.language);
            }
        }
    }
}
