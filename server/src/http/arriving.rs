//! The body of a request as it arrives: it must be whole in time, and it is read to its end before the answer is
//! sent. A connection that is closed on unread data is reset, and a reset takes the answer with it.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_util::FutureExt;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::time::Sleep;

/// How long a body may take to arrive.
const ARRIVES_WITHIN: Duration = Duration::from_secs(15);

/// How much of a body that nobody wants is read, in bytes, and for how long, for its sender to hear the answer.
const MOST_UNWANTED: u64 = 64 * 1024 * 1024;
const UNWANTED_TAKES: Duration = Duration::from_secs(5);

/// A body on its way to an endpoint.
struct Arriving(Arc<Mutex<State>>);

/// What is left of a body when the endpoint has its answer.
pub(super) struct Rest(Arc<Mutex<State>>);

/// What became of the rest of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// The body was read to its end: the connection can be used again.
    Nothing,
    /// There is more to come, or may be: the connection is of no use any more.
    Something,
}

struct State {
    incoming: Incoming,
    /// Set when the body is first waited for.
    deadline: Option<Pin<Box<Sleep>>>,
    /// The sender waits for a word before it sends the body (`Expect: 100-continue`); asking for the body gives it.
    waits_to_be_asked: bool,
    failed: bool,
}

/// Divides a body into what the endpoint reads and what is looked after when it is done.
pub(super) fn arriving(
    incoming: Incoming,
    waits_to_be_asked: bool,
) -> (BoxBody<Bytes, io::Error>, Rest) {
    let state = Arc::new(Mutex::new(State {
        incoming,
        deadline: None,
        waits_to_be_asked,
        failed: false,
    }));
    (BoxBody::new(Arriving(state.clone())), Rest(state))
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.waits_to_be_asked = false;
        if let Poll::Ready(next) = Pin::new(&mut self.incoming).poll_frame(context) {
            self.failed |= matches!(next, Some(Err(_)));
            return Poll::Ready(next.map(|it| it.map_err(io::Error::other)));
        }
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(ARRIVES_WITHIN)));
        ready!(deadline.poll_unpin(context));
        self.failed = true;
        Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())))
    }
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        locked(&self.0).poll_next(context)
    }

    fn is_end_stream(&self) -> bool {
        locked(&self.0).incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        locked(&self.0).incoming.size_hint()
    }
}

impl Rest {
    /// Reads on and throws away, within limits.
    pub(super) async fn discard(self) -> Left {
        {
            let state = locked(&self.0);
            if state.incoming.is_end_stream() {
                return Left::Nothing;
            }
            if state.failed || state.waits_to_be_asked {
                return Left::Something;
            }
        }
        let mut discarded = 0;
        let discarding = std::future::poll_fn(|context| {
            loop {
                match ready!(locked(&self.0).poll_next(context)) {
                    None => return Poll::Ready(Left::Nothing),
                    Some(Err(_)) => return Poll::Ready(Left::Something),
                    Some(Ok(frame)) => {
                        discarded += frame.data_ref().map_or(0, |it| it.len() as u64);
                        if discarded > MOST_UNWANTED {
                            return Poll::Ready(Left::Something);
                        }
                    }
                }
            }
        });
        tokio::time::timeout(UNWANTED_TAKES, discarding)
            .await
            .unwrap_or(Left::Something)
    }
}
