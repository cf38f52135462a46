//! What a request costs at the least: a bare handler of the same framework, without and with one signature.

use std::sync::Arc;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use poem::{
    EndpointExt, Route, Server, handler,
    listener::{Acceptor, Listener, TcpListener},
    post,
    web::{Data, Form},
};
use serde::Deserialize;

use crate::Outcome;

/// Which baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Parses the form and answers a constant.
    Bare,
    /// The same, and one ES256 signature: the physical limit.
    Signing,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Signing => "signing",
        }
    }
}

/// The parameters of both endpoints.
#[derive(Deserialize)]
struct Parameters {
    client_id: String,
    client_secret: String,
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    token: String,
}

/// As long as a real answer.
const ANSWER: &str = match str::from_utf8(&[b'x'; 830]) {
    Ok(text) => text,
    Err(_) => "",
};

/// As long as what is signed of a real token.
const SIGNED: [u8; 640] = [b'x'; 640];

#[handler]
fn bare(Form(form): Form<Parameters>) -> &'static str {
    used(form)
}

#[handler]
fn signing(Form(form): Form<Parameters>, Data(key): Data<&Arc<EcdsaKeyPair>>) -> &'static str {
    let signature = key.sign(&SystemRandom::new(), &SIGNED);
    std::hint::black_box(signature.is_ok());
    used(form)
}

fn used(form: Parameters) -> &'static str {
    std::hint::black_box((
        form.client_id,
        form.client_secret,
        form.grant_type,
        form.token,
    ));
    ANSWER
}

/// Serves a baseline until it is ended.
#[tokio::main]
pub(crate) async fn serve(kind: Kind) -> Outcome<()> {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
    let endpoint = match kind {
        Kind::Bare => post(bare).boxed(),
        Kind::Signing => post(signing).boxed(),
    };
    let endpoint = Arc::new(endpoint);
    let routes = Route::new()
        .at("/oauth2/token", endpoint.clone())
        .at("/oauth2/introspect", endpoint)
        .data(Arc::new(key));
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await?;
    let bound = acceptor.local_addr();
    let address = bound.first().ok_or("not bound")?;
    println!(
        "ready: http://{}",
        address.as_socket_addr().ok_or("no address")?
    );
    Server::new_with_acceptor(acceptor).run(routes).await?;
    Ok(())
}
