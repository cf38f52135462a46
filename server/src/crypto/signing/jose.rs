//! Our keys as josekit's signers.

use josekit::JoseError;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;
use josekit::jws::{JwsAlgorithm, JwsSigner};

use super::Algorithm;
use super::key::SigningKey;

impl JwsSigner for SigningKey {
    fn algorithm(&self) -> &dyn JwsAlgorithm {
        jose_algorithm(self.algorithm())
    }

    fn key_id(&self) -> Option<&str> {
        Some(self.kid())
    }

    fn signature_len(&self) -> usize {
        self.signature_len()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        self.sign(message)
            .map_err(|problem| JoseError::InvalidSignature(problem.into()))
    }

    fn box_clone(&self) -> Box<dyn JwsSigner> {
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
