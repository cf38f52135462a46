//! Listening, and stopping without losing a request.
//!
//! The framework's own server has no time limit for headers and closes on unread bodies, so connections are served
//! by the HTTP library beneath it.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http_body_util::combinators::BoxBody;
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use poem::{
    Body, Endpoint, EndpointExt, Request, RequestParts, Response,
    http::{self, HeaderValue, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use tokio::net::{TcpListener, TcpStream};

use super::{
    arriving::{Left, arriving},
    routes,
};
use crate::app::App;

/// How long the headers of a request may take to arrive, and how long a connection may be idle before them.
const HEADERS_TAKE: Duration = Duration::from_secs(30);

/// The room for the headers of one request, in bytes.
const MOST_HEADER_BYTES: usize = 64 * 1024;

/// For how long, once told to stop, the server goes on accepting, with answers that ask to close the connection, so
/// that requests that were on their way arrive; and how long accepted connections have to bring theirs.
const LAST_ARRIVALS_TAKE: Duration = Duration::from_millis(400);

/// How long requests in flight may take to finish after that.
const LAST_REQUESTS_TAKE: Duration = Duration::from_secs(20);

/// A bound address, not yet answering.
pub struct Running {
    listener: TcpListener,
    /// The address that is listened on.
    pub address: SocketAddr,
}

impl Running {
    /// Binds an address.
    ///
    /// # Errors
    /// When the address is taken or not ours.
    pub async fn bind(address: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
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
    let Running { listener, address } = running;
    let connections = GracefulShutdown::new();
    let server = Arc::new(Server {
        endpoint: routes(app).map_to_response(),
        address,
        is_stopping: AtomicBool::new(false),
    });
    accept_until(stop, &listener, &server, &connections).await;
    server.is_stopping.store(true, Ordering::Relaxed);
    let last_arrivals = tokio::time::sleep(LAST_ARRIVALS_TAKE);
    accept_until(last_arrivals, &listener, &server, &connections).await;
    accept_waiting(listener, &server, &connections)?;
    // From here on a connection without a request in it is closed, so give the last ones time to bring theirs.
    let patience = tokio::time::Instant::now() + LAST_ARRIVALS_TAKE;
    while connections.count() > 0 && tokio::time::Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    if tokio::time::timeout(LAST_REQUESTS_TAKE, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests took too long to finish and were cut off");
    }
    Ok(())
}

async fn accept_until<E: Endpoint<Output = Response> + 'static>(
    end: impl Future<Output = ()>,
    listener: &TcpListener,
    server: &Arc<Server<E>>,
    connections: &GracefulShutdown,
) {
    let mut end = std::pin::pin!(end);
    loop {
        let accepted = tokio::select! {
            () = &mut end => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => server.answer(stream, peer, connections),
            Err(error) => {
                // Out of file descriptors, as a rule: some come back when connections end.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// Accepts what the operating system has accepted already and closes the socket: what waits on a closed one is reset.
fn accept_waiting<E: Endpoint<Output = Response> + 'static>(
    listener: TcpListener,
    server: &Arc<Server<E>>,
    connections: &GracefulShutdown,
) -> std::io::Result<()> {
    let listener = listener.into_std()?;
    while let Ok((stream, peer)) = listener.accept() {
        stream.set_nonblocking(true)?;
        server.answer(TcpStream::from_std(stream)?, peer, connections);
    }
    Ok(())
}

/// What every connection is answered by.
struct Server<E> {
    endpoint: E,
    address: SocketAddr,
    is_stopping: AtomicBool,
}

impl<E: Endpoint<Output = Response> + 'static> Server<E> {
    /// Answers the requests of one connection, beside everything else.
    fn answer(self: &Arc<Self>, stream: TcpStream, peer: SocketAddr, all: &GracefulShutdown) {
        // Answers are written whole: waiting for more to send with them only delays them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was gone at once");
        }
        let server = self.clone();
        let service = service_fn(move |request| {
            let server = server.clone();
            async move { Ok::<_, Infallible>(server.respond(request, peer).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_TAKE)
            // Who has sent everything may say so and still be answered.
            .half_close(true)
            .max_buf_size(MOST_HEADER_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        let watched = all.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, %peer, "a connection ended early");
            }
        });
    }

    async fn respond(
        &self,
        request: http::Request<Incoming>,
        peer: SocketAddr,
    ) -> http::Response<BoxBody<Bytes, std::io::Error>> {
        let (parts, incoming) = request.into_parts();
        let waits_to_be_asked = parts.headers.contains_key(header::EXPECT);
        let parts = RequestParts::from((
            parts,
            LocalAddr(self.address.into()),
            RemoteAddr(peer.into()),
            Scheme::HTTP,
        ));
        let (mut response, left) = if hyper::body::Body::is_end_stream(&incoming) {
            let request = Request::from_parts(parts, Body::empty());
            (self.endpoint.get_response(request).await, Left::Nothing)
        } else {
            let (body, rest) = arriving(incoming, waits_to_be_asked);
            let request = Request::from_parts(parts, Body::from(body));
            let response = self.endpoint.get_response(request).await;
            (response, rest.discard().await)
        };
        if left == Left::Something || self.is_stopping.load(Ordering::Relaxed) {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        response.into()
    }
}
