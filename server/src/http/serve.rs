//! Listening, and stopping without losing a request.

use std::{net::SocketAddr, time::Duration};

use poem::{
    Server,
    listener::{Acceptor, Listener, TcpAcceptor, TcpListener},
};

use super::routes;
use crate::app::App;

/// How long requests in flight may take to finish once the server was told to stop.
const LAST_REQUESTS_TAKE: Duration = Duration::from_secs(20);

/// A bound address, not yet answering.
pub struct Running {
    acceptor: TcpAcceptor,
    /// The address that is listened on.
    pub address: SocketAddr,
}

impl Running {
    /// Binds an address.
    ///
    /// # Errors
    /// When the address is taken or not ours.
    pub async fn bind(address: SocketAddr) -> std::io::Result<Self> {
        let acceptor = TcpListener::bind(address).into_acceptor().await?;
        let bound = acceptor
            .local_addr()
            .first()
            .and_then(|it| it.as_socket_addr().copied())
            .unwrap_or(address);
        Ok(Self {
            acceptor,
            address: bound,
        })
    }
}

/// Answers until `stop` is there, then finishes what is in flight.
///
/// # Errors
/// When the listening socket fails.
pub async fn serve(
    running: Running,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    Server::new_with_acceptor(running.acceptor)
        .idle_timeout(Duration::from_secs(75))
        .run_with_graceful_shutdown(routes(app), stop, Some(LAST_REQUESTS_TAKE))
        .await
}
