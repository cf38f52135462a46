//! Slow hashes, for secrets that people or other systems chose.

use std::fmt;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};
use aws_lc_rs::hmac;
use moka::sync::Cache;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use super::random::{Random, RandomUnavailable};

/// Bytes of a salt and of a hash, as RFC 9106 recommends.
const SALT_LEN: usize = 16;
const HASH_LEN: usize = 32;
/// Never keep more than this many work areas of 19 MiB alive between hashes.
const WORK_AREAS_KEPT: usize = 8;
/// A stored hash that asks for more is refused rather than allowed to exhaust the host.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 16;

/// What hashing costs and how long a success is remembered.
#[derive(Clone, Debug)]
pub struct PasswordSettings {
    /// Memory per hash, in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes (argon2's `p`).
    pub lanes: u32,
    /// How many hashes may run at once; more wait their turn.
    pub at_once: NonZero<usize>,
    /// How many verified secrets are remembered at most.
    pub remembered: u64,
    /// For how long a verified secret is remembered.
    pub remember_for: Duration,
}

impl Default for PasswordSettings {
    /// OWASP's choice for argon2id (19 MiB, two passes, one lane), one hash per
    /// core at a time, ten thousand successes for five minutes.
    fn default() -> Self {
        Self {
            memory_kib: 19 * 1024,
            passes: 2,
            lanes: 1,
            at_once: std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN),
            remembered: 10_000,
            remember_for: Duration::from_mins(5),
        }
    }
}

/// Why a hash could not be made or compared. A wrong password is not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// The settings are outside what argon2 allows.
    #[error("the password hash settings are outside what argon2 and this server allow")]
    BadSettings,
    /// The stored hash is not an argon2id PHC string, or asks for too much.
    #[error("the stored password hash is not a usable argon2id hash")]
    BadHash,
    /// No random bytes for a salt.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
    /// The runtime is shutting down or the hash panicked.
    #[error("the password hash was interrupted")]
    Interrupted,
}

/// Makes and verifies argon2id hashes (RFC 9106) without starving the runtime.
///
/// The work runs on blocking threads, at most [`PasswordSettings::at_once`] at a
/// time, so a flood of wrong passwords costs neither unbounded memory nor the event
/// loop. A secret that was verified is remembered for a while, by an HMAC under a key
/// that dies with the process, so a machine that asks for a token every minute pays
/// once. Only successes are remembered. Cloning is cheap.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    params: Params,
    turns: Arc<Semaphore>,
    work_areas: Mutex<Vec<Vec<Block>>>,
    most_work_areas: usize,
    verified: Cache<[u8; 32], ()>,
    memory_key: hmac::Key,
    decoy_salt: [u8; SALT_LEN],
    random: Random,
}

impl Passwords {
    /// Ready to hash and verify, with nothing remembered yet.
    ///
    /// # Errors
    /// [`PasswordProblem::BadSettings`] for parameters that argon2 refuses or that
    /// `verify` would refuse later; [`PasswordProblem::Random`] without random bytes.
    pub fn new(settings: &PasswordSettings, random: &Random) -> Result<Self, PasswordProblem> {
        let params = Params::new(
            settings.memory_kib,
            settings.passes,
            settings.lanes,
            Some(HASH_LEN),
        )
        .map_err(|_| PasswordProblem::BadSettings)?;
        if !is_affordable(&params) {
            return Err(PasswordProblem::BadSettings);
        }
        let memory_key = random.secret_bytes::<32>()?;
        let at_once = settings.at_once.get().min(Semaphore::MAX_PERMITS);
        Ok(Self(Arc::new(Inner {
            params,
            turns: Arc::new(Semaphore::new(at_once)),
            work_areas: Mutex::new(Vec::new()),
            most_work_areas: at_once.min(WORK_AREAS_KEPT),
            verified: Cache::builder()
                .max_capacity(settings.remembered)
                .time_to_live(settings.remember_for)
                .build(),
            memory_key: hmac::Key::new(hmac::HMAC_SHA256, memory_key.as_slice()),
            decoy_salt: random.bytes()?,
            random: random.clone(),
        })))
    }

    /// The PHC string to store for `secret`, with a fresh salt.
    ///
    /// # Errors
    /// [`PasswordProblem`] without random bytes or when interrupted.
    pub async fn hash(&self, secret: &SecretString) -> Result<String, PasswordProblem> {
        let salt: [u8; SALT_LEN] = self.0.random.bytes()?;
        let hash = self
            .compute(secret, Version::V0x13, self.0.params.clone(), salt.into())
            .await?;
        let stored = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.0.params)
                .map_err(|_| PasswordProblem::BadSettings)?,
            salt: Some(Salt::new(&salt).map_err(|_| PasswordProblem::BadSettings)?),
            hash: Some(Output::new(&hash).map_err(|_| PasswordProblem::BadSettings)?),
        };
        Ok(stored.to_string())
    }

    /// Whether `secret` is the one that `phc` was made from.
    ///
    /// # Errors
    /// [`PasswordProblem::BadHash`] where `phc` is not an argon2id hash of bearable
    /// cost, [`PasswordProblem::Interrupted`] at shutdown.
    pub async fn verify(&self, secret: &SecretString, phc: &str) -> Result<bool, PasswordProblem> {
        let memory = self.memory_of(secret, phc);
        if self.0.verified.get(&memory).is_some() {
            return Ok(true);
        }
        let stored = Stored::parse(phc)?;
        let computed = self
            .compute(secret, stored.version, stored.params, stored.salt)
            .await?;
        let same: bool = stored.hash.ct_eq(&computed).into();
        if same {
            self.0.verified.insert(memory, ());
        }
        Ok(same)
    }

    /// Takes as long as a failed [`Passwords::verify`]: for a subject that does not
    /// exist or has no password, so that time does not tell who does.
    ///
    /// # Errors
    /// [`PasswordProblem::Interrupted`] at shutdown.
    pub async fn verify_nothing(&self, secret: &SecretString) -> Result<(), PasswordProblem> {
        let salt = self.0.decoy_salt.into();
        self.compute(secret, Version::V0x13, self.0.params.clone(), salt)
            .await
            .map(drop)
    }

    /// What a verified pair is remembered by. The lengths keep two pairs apart whose
    /// texts only run together the same way.
    fn memory_of(&self, secret: &SecretString, phc: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0.memory_key);
        context.update(&(phc.len() as u64).to_be_bytes());
        context.update(phc.as_bytes());
        context.update(secret.expose_secret().as_bytes());
        let mut memory = [0; 32];
        memory.copy_from_slice(context.sign().as_ref());
        memory
    }

    async fn compute(
        &self,
        secret: &SecretString,
        version: Version,
        params: Params,
        salt: Vec<u8>,
    ) -> Result<Vec<u8>, PasswordProblem> {
        let turn = Arc::clone(&self.0.turns)
            .acquire_owned()
            .await
            .map_err(|_| PasswordProblem::Interrupted)?;
        let secret = secret.clone();
        let inner = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || {
            // Held by the work, not by who waits for it: a caller that hangs up
            // does not make room for one more hash while its own still runs.
            let _turn = turn;
            inner.compute_now(&secret, version, params, &salt)
        })
        .await
        .map_err(|_| PasswordProblem::Interrupted)?
    }
}

impl Inner {
    fn compute_now(
        &self,
        secret: &SecretString,
        version: Version,
        params: Params,
        salt: &[u8],
    ) -> Result<Vec<u8>, PasswordProblem> {
        let blocks = params.block_count();
        let mut hash = vec![0; params.output_len().unwrap_or(HASH_LEN)];
        let mut work_area = self.take_work_area();
        work_area.resize(blocks, Block::new());
        let outcome = Argon2::new(Algorithm::Argon2id, version, params)
            .hash_password_into_with_memory(
                secret.expose_secret().as_bytes(),
                salt,
                &mut hash,
                &mut work_area,
            );
        self.give_back(work_area);
        outcome.map_err(|_| PasswordProblem::BadHash)?;
        Ok(hash)
    }

    fn take_work_area(&self) -> Vec<Block> {
        let mut areas = self
            .work_areas
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        areas.pop().unwrap_or_default()
    }

    /// Kept for the next hash: mapping 19 MiB afresh costs as much as a pass over it.
    /// What stays in it helps no more than the stored hash would: the second pass
    /// has overwritten every block that follows directly from the secret.
    fn give_back(&self, area: Vec<Block>) {
        let mut areas = self
            .work_areas
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if areas.len() < self.most_work_areas && area.len() == self.params.block_count() {
            areas.push(area);
        }
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Passwords")
            .field("params", &self.0.params)
            .finish_non_exhaustive()
    }
}

/// The parts of a stored PHC string.
struct Stored {
    version: Version,
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Stored {
    fn parse(phc: &str) -> Result<Self, PasswordProblem> {
        let parsed = PasswordHash::new(phc).map_err(|_| PasswordProblem::BadHash)?;
        let params = Params::try_from(&parsed).map_err(|_| PasswordProblem::BadHash)?;
        // RFC 9106 has one version; strings without one mean the draft before it.
        let version = parsed.version.unwrap_or(Version::V0x10.into());
        let version = Version::try_from(version).map_err(|_| PasswordProblem::BadHash)?;
        match (parsed.salt, parsed.hash) {
            (Some(salt), Some(hash))
                if parsed.algorithm == Algorithm::Argon2id.ident()
                    && hash.len() >= SALT_LEN
                    && is_affordable(&params) =>
            {
                Ok(Self {
                    version,
                    params,
                    salt: salt.to_vec(),
                    hash: hash.as_bytes().to_vec(),
                })
            }
            _ => Err(PasswordProblem::BadHash),
        }
    }
}

fn is_affordable(params: &Params) -> bool {
    params.m_cost() <= MOST_MEMORY_KIB
        && params.t_cost() <= MOST_PASSES
        && params.p_cost() <= MOST_LANES
}

#[cfg(test)]
mod tests;
