//! Private keys.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use zeroize::Zeroizing;

use super::verifying_key::VerifyingKey;
use super::{Algorithm, SigningProblem, generator};
use crate::crypto::random::Random;

/// An `ECPrivateKey` (RFC 5915) on P-256 is this, 32 bytes of key, and then
/// [`P256_END`], which names the curve.
const P256_START: [u8; 7] = [0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];
const P256_END: [u8; 12] = [
    0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
];
/// A random scalar is beyond the order of P-256 once in 2^32.
const P256_TRIES: usize = 8;

/// A private key that signs tokens, with its public half.
///
/// Built once, used from any thread; a clone shares the key. Its key id is the thumbprint
/// of the public key (RFC 7638), so two keys never share one.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<Pair>,
    public: Arc<VerifyingKey>,
}

enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
}

impl SigningKey {
    /// A new key. RSA keys have 2048 bits and take their random bytes from the
    /// library, about 100 ms long: make them on a blocking thread.
    ///
    /// # Errors
    /// [`SigningProblem::Random`] without random bytes, [`SigningProblem::Failed`]
    /// where the library fails.
    pub fn generate(algorithm: Algorithm, random: &Random) -> Result<Self, SigningProblem> {
        let pair = match algorithm {
            Algorithm::Es256 => Pair::P256(generate_p256(random)?),
            Algorithm::EdDsa => {
                let seed = random.secret_bytes::<32>()?;
                let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice());
                Pair::Ed25519(pair.map_err(|_| SigningProblem::Failed)?)
            }
            Algorithm::Rs256 | Algorithm::Ps256 => Pair::Rsa(
                RsaKeyPair::generate(KeySize::Rsa2048)?,
                rsa_encoding(algorithm),
            ),
        };
        Self::from_pair(algorithm, pair)
    }

    /// Reads a key back from its unsealed PKCS #8 form (RFC 5208).
    ///
    /// # Errors
    /// [`SigningProblem::BadKey`] where it is none for `algorithm`.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, SigningProblem> {
        let pair = match algorithm {
            Algorithm::Es256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map(Pair::P256)
            }
            Algorithm::EdDsa => Ed25519KeyPair::from_pkcs8(pkcs8).map(Pair::Ed25519),
            Algorithm::Rs256 | Algorithm::Ps256 => {
                RsaKeyPair::from_pkcs8(pkcs8).map(|pair| Pair::Rsa(pair, rsa_encoding(algorithm)))
            }
        };
        let pair = pair.map_err(|_| SigningProblem::BadKey(algorithm))?;
        Self::from_pair(algorithm, pair)
    }

    /// The private key in PKCS #8 form, to be sealed and stored; wiped when dropped.
    ///
    /// # Errors
    /// [`SigningProblem::Failed`] where the library fails.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SigningProblem> {
        let bytes = match &*self.pair {
            Pair::P256(pair) => pair.to_pkcs8v1()?.as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.to_pkcs8v1()?.as_ref().to_vec(),
            Pair::Rsa(pair, _) => pair.as_der()?.as_ref().to_vec(),
        };
        Ok(Zeroizing::new(bytes))
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// Its key id: the JWK thumbprint (RFC 7638) with SHA-256.
    pub fn kid(&self) -> &str {
        self.public.kid()
    }

    /// Its public half.
    pub fn verifying_key(&self) -> &Arc<VerifyingKey> {
        &self.public
    }

    /// The signature of `message` in the form that JWS wants (RFC 7518, 3).
    ///
    /// # Errors
    /// [`SigningProblem::Failed`] where the library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningProblem> {
        Ok(match &*self.pair {
            Pair::P256(pair) => pair.sign(&generator(), message)?.as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.try_sign(message)?.as_ref().to_vec(),
            Pair::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &generator(), message, &mut signature)?;
                signature
            }
        })
    }

    /// Bytes of a signature.
    pub fn signature_len(&self) -> usize {
        match &*self.pair {
            Pair::P256(_) | Pair::Ed25519(_) => 64,
            Pair::Rsa(pair, _) => pair.public_modulus_len(),
        }
    }

    fn from_pair(algorithm: Algorithm, pair: Pair) -> Result<Self, SigningProblem> {
        let public = match &pair {
            Pair::P256(pair) => VerifyingKey::p256(pair.public_key().as_ref()),
            Pair::Ed25519(pair) => VerifyingKey::ed25519(pair.public_key().as_ref()),
            Pair::Rsa(pair, _) => {
                let (n, e) = rsa_numbers(pair.public_key().as_ref())
                    .ok_or(SigningProblem::BadKey(algorithm))?;
                VerifyingKey::rsa(algorithm, n, e)
            }
        };
        let public = public.map_err(|_| SigningProblem::BadKey(algorithm))?;
        Ok(Self {
            pair: Arc::new(pair),
            public: Arc::new(public),
        })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SigningKey")
            .field("algorithm", &self.algorithm())
            .field("kid", &self.kid())
            .finish_non_exhaustive()
    }
}

/// FIPS 186-5, A.2.2: draw until the scalar lies between zero and the order of the
/// group; the library refuses one that does not.
fn generate_p256(random: &Random) -> Result<EcdsaKeyPair, SigningProblem> {
    for _ in 0..P256_TRIES {
        let scalar = random.secret_bytes::<32>()?;
        let mut der = Zeroizing::new([0; P256_START.len() + 32 + P256_END.len()]);
        let (start, rest) = der.split_at_mut(P256_START.len());
        let (middle, end) = rest.split_at_mut(scalar.len());
        start.copy_from_slice(&P256_START);
        middle.copy_from_slice(scalar.as_slice());
        end.copy_from_slice(&P256_END);
        let pair =
            EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, der.as_slice());
        if let Ok(pair) = pair {
            return Ok(pair);
        }
    }
    Err(SigningProblem::Failed)
}

fn rsa_encoding(algorithm: Algorithm) -> &'static dyn RsaEncoding {
    if algorithm == Algorithm::Ps256 {
        &RSA_PSS_SHA256
    } else {
        &RSA_PKCS1_SHA256
    }
}

/// Modulus and exponent out of an `RSAPublicKey` (RFC 8017, A.1.1): a sequence of two
/// integers. The library wrote it, so this reads only what it writes.
fn rsa_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = der_element(0x30, der)?;
    let (n, rest) = der_element(0x02, sequence)?;
    let (e, _) = der_element(0x02, rest)?;
    // A zero before the first bit says only that the number is positive.
    let zeros = |integer: &[u8]| integer.iter().take_while(|byte| **byte == 0).count();
    Some((&n[zeros(n)..], &e[zeros(e)..]))
}

/// The content of the DER element that `der` begins with, and what follows it.
fn der_element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if length.len() > 2 {
            return None;
        }
        let length = length
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        (length, rest)
    };
    (found == tag).then_some(())?;
    rest.split_at_checked(length)
}
