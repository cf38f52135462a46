//! The same keys for josekit.

use std::sync::Arc;

use josekit::JoseError;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;
use josekit::jws::{JwsAlgorithm, JwsSigner, JwsVerifier};

use super::key::SigningKey;
use super::verifying_key::VerifyingKey;
use super::{Algorithm, SigningProblem};

/// A josekit signer over a shared [`SigningKey`].
#[derive(Clone, Debug)]
pub struct JoseSigner(pub Arc<SigningKey>);

/// A josekit verifier over a shared [`VerifyingKey`].
///
/// josekit takes the claims as they are: check each of them.
#[derive(Clone, Debug)]
pub struct JoseVerifier(pub Arc<VerifyingKey>);

/// A signature that is not the key's, in josekit's words.
#[derive(Debug, thiserror::Error)]
#[error("the signature is wrong")]
struct WrongSignature;

impl JwsSigner for JoseSigner {
    fn algorithm(&self) -> &dyn JwsAlgorithm {
        jose_algorithm(self.0.algorithm())
    }

    fn key_id(&self) -> Option<&str> {
        Some(self.0.kid())
    }

    fn signature_len(&self) -> usize {
        self.0.signature_len()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        let signature: Result<Vec<u8>, SigningProblem> = self.0.sign(message);
        signature.map_err(|problem| JoseError::InvalidSignature(problem.into()))
    }

    fn box_clone(&self) -> Box<dyn JwsSigner> {
        Box::new(self.clone())
    }
}

impl JwsVerifier for JoseVerifier {
    fn algorithm(&self) -> &dyn JwsAlgorithm {
        jose_algorithm(self.0.algorithm())
    }

    fn key_id(&self) -> Option<&str> {
        Some(self.0.kid())
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), JoseError> {
        if self.0.verify(message, signature) {
            Ok(())
        } else {
            Err(JoseError::InvalidSignature(WrongSignature.into()))
        }
    }

    fn box_clone(&self) -> Box<dyn JwsVerifier> {
        Box::new(self.clone())
    }
}

fn jose_algorithm(algorithm: Algorithm) -> &'static dyn JwsAlgorithm {
    match algorithm {
        Algorithm::Es256 => &EcdsaJwsAlgorithm::Es256,
        Algorithm::EdDsa => &EddsaJwsAlgorithm::Eddsa,
        Algorithm::Rs256 => &RsassaJwsAlgorithm::Rs256,
        Algorithm::Ps256 => &RsassaPssJwsAlgorithm::Ps256,
    }
}
