//! Who sends a notification, as the services of the makers of browsers ask (VAPID, RFC 8292): a key of the installation,
//! made when it is first needed and kept sealed in the database, and with each notification a signature by it (ES256).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use domain::messages::push::origin;
use domain::time::Instant;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

use crate::access::kept::{seal, unseal};
use crate::db::Unscoped;
use crate::error::Error;
use crate::meta;
use crate::secrets::to_hex;
use crate::state::AppState;

/// Where the database keeps it.
const KEY: &str = "push_key";
/// How long a signature holds, in seconds; services take a day at most.
const LASTS: i64 = 12 * 3600;
const HEAD: &str = r#"{"typ":"JWT","alg":"ES256"}"#;

/// The installation's key.
pub struct Vapid {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Vapid {
    /// The key, which is made where there is none yet.
    pub async fn of(state: &AppState) -> Result<Self, Error> {
        let kept = meta::text(&mut state.db.read(Unscoped::Messages).await?, KEY).await?;
        let sealed = match kept {
            Some(sealed) => sealed,
            None => make(state).await?,
        };
        let text: Option<String> = unseal(&to_hex(&state.secrets.push), &sealed);
        let document = text.and_then(|text| STANDARD_NO_PAD.decode(text).ok()).ok_or_else(broken)?;
        Self::read(&document)
    }

    fn read(document: &[u8]) -> Result<Self, Error> {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document, &random);
        Ok(Self { pair: pair.map_err(|_| broken())?, random })
    }

    /// As browsers take it: a point of P-256, not compressed, in base64 for addresses.
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key())
    }

    /// What stands behind `Authorization:`. `contact`: where the services reach whoever runs this server.
    pub fn authorization(&self, endpoint: &str, contact: Option<&str>, now: Instant) -> Result<String, Error> {
        let (whom, until) = (origin(endpoint).unwrap_or_default(), now.millis() / 1000 + LASTS);
        let mut claims = serde_json::json!({"aud": whom, "exp": until});
        if let Some(contact) = contact {
            claims["sub"] = contact.into();
        }
        let text = [HEAD.to_owned(), claims.to_string()].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        let signature = self.pair.sign(&self.random, text.as_bytes()).map_err(|_| broken())?;
        Ok(format!("vapid t={text}.{}, k={}", URL_SAFE_NO_PAD.encode(signature), self.public_key()))
    }
}

/// Of several servers that need it first, one makes it.
async fn make(state: &AppState) -> Result<String, Error> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let text = STANDARD_NO_PAD.encode(made.map_err(|_| broken())?);
    let sealed = &seal(&to_hex(&state.secrets.push), state.random(), &text)?;
    state
        .write(Unscoped::Messages, |mut tx| async move {
            let kept = meta::note_first(&mut tx, KEY, sealed).await?;
            Ok(tx.done(kept))
        })
        .await
}

fn broken() -> Error {
    Error::Broken("the key of notifications cannot be read".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    fn vapid() -> Vapid {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        Vapid::read(made.as_ref()).unwrap()
    }

    fn decoded(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// What is signed, its claims, the signature and the key.
    fn parts(header: &str) -> (String, serde_json::Value, Vec<u8>, Vec<u8>) {
        let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (text, signature) = token.rsplit_once('.').unwrap();
        let (head, claims) = text.split_once('.').unwrap();
        assert_eq!(decoded(head), HEAD.as_bytes());
        (text.to_owned(), serde_json::from_slice(&decoded(claims)).unwrap(), decoded(signature), decoded(key))
    }

    #[test]
    fn a_notification_is_signed_for_its_service_and_half_a_day() {
        let vapid = vapid();
        let endpoint = "https://web.push.apple.com/QGuQ";
        let now = Instant::from_millis(1_000_000_999);
        let header = vapid.authorization(endpoint, Some("https://virea.example.fi"), now).unwrap();
        let (text, claims, signature, key) = parts(&header);
        assert_eq!(URL_SAFE_NO_PAD.encode(&key), vapid.public_key());
        assert_eq!((key.len(), key[0], signature.len()), (65, 4, 64));
        let said = serde_json::json!(
            {"aud": "https://web.push.apple.com", "exp": 1_043_200, "sub": "https://virea.example.fi"}
        );
        assert_eq!(claims, said);
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key);
        assert!(public.verify(text.as_bytes(), &signature).is_ok());
        assert!(public.verify(format!("{text}x").as_bytes(), &signature).is_err());
        let alone = vapid.authorization(endpoint, None, now).unwrap();
        assert!(parts(&alone).1.get("sub").is_none());
    }

    #[test]
    fn what_is_no_key_is_told() {
        assert!(Vapid::read(b"nothing").is_err());
    }
}
