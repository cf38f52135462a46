//! What a handler changes for its caller.

use futures_util::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};

use super::{auth::Authorized, idempotency, problem::ApiError};
use crate::{
    app::{Change, Idempotency},
    error::Result,
};

impl<N> Authorized<N> {
    /// Carries out a change: all of it with its audit rows, or nothing.
    ///
    /// # Errors
    /// What `work` gives, or 503 while the database is away.
    pub async fn change<T, F>(self, work: F) -> std::result::Result<T, ApiError>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Change) -> BoxFuture<'a, Result<T>> + Send + 'static,
    {
        Ok(self.app.change(self.caller, work).await?)
    }

    /// As [`change`](Self::change); the same request with the same `Idempotency-Key` gets the same answer, and nothing
    /// changes a second time.
    ///
    /// # Errors
    /// What `work` gives, 422 when the key was used for another request, or 503 while the database is away.
    pub async fn change_once<T, F>(
        self,
        key: Option<Idempotency>,
        work: F,
    ) -> std::result::Result<T, ApiError>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: for<'a> FnOnce(&'a mut Change) -> BoxFuture<'a, Result<T>> + Send + 'static,
    {
        idempotency::answer(self.app.change_once(self.caller, key, work).await?)
    }
}
