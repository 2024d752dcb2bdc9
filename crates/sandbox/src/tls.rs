//! The certificate of the https servers: made once, kept in a folder, used again while it holds.
//!
//! Owns the three files of that folder. The key of the authority is thrown away as soon as it has
//! signed: whoever trusts the authority trusts one certificate for this machine and nothing else.

use std::fs;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::ServerCertVerifier as _;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::clock::real_timestamp;
use crate::error::Error;

/// What clients are given to trust.
const CA_FILE: &str = "ca.pem";
const SERVER_FILE: &str = "server.pem";
const KEY_FILE: &str = "server-key.pem";

/// How long a new certificate holds. Some systems take no certificate that holds longer than 825 days.
const VALID_DAYS: i32 = 820;

/// A certificate that holds no longer than this is made anew.
const RENEW_SECONDS: u64 = 30 * 24 * 60 * 60;

/// What the https servers need, and what clients must be told.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// Absolute path of the authority's certificate.
    pub(crate) ca_file: PathBuf,
}

impl Tls {
    /// Takes the certificate of the folder if it holds for this machine and the address, or makes one.
    ///
    /// # Errors
    /// `Error::TlsFolder` when the folder cannot be written, `Error::TlsCertificate` when none can be made.
    pub(crate) fn open(folder: &Path, address: IpAddr) -> Result<Self, Error> {
        let unwritable = |source| Error::TlsFolder { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(unwritable)?;
        let names = names(address);
        let config = if let Some(config) = stored(folder, &names) {
            config
        } else {
            let made = Made::new(&names)?;
            made.write(folder).map_err(unwritable)?;
            stored(folder, &names)
                .ok_or_else(|| Error::TlsCertificate { detail: "it does not hold".to_owned() })?
        };
        let ca_file = std::path::absolute(folder.join(CA_FILE)).map_err(unwritable)?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), ca_file })
    }
}

/// The names a certificate is for: this machine, and where the sandbox listens if that is elsewhere.
fn names(address: IpAddr) -> Vec<String> {
    let mut addresses = vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    if !address.is_unspecified() && !addresses.contains(&address) {
        addresses.push(address);
    }
    let addresses = addresses.iter().map(ToString::to_string);
    std::iter::once("localhost".to_owned()).chain(addresses).collect()
}

/// The configuration the folder's files give, if they are there, belong together and hold long enough.
fn stored(folder: &Path, names: &[String]) -> Option<ServerConfig> {
    let read = |file: &str| fs::read(folder.join(file)).ok();
    let authority = CertificateDer::from_pem_slice(&read(CA_FILE)?).ok()?;
    let certificate = CertificateDer::from_pem_slice(&read(SERVER_FILE)?).ok()?;
    let key = PrivateKeyDer::from_pem_slice(&read(KEY_FILE)?).ok()?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    if !holds(authority, &certificate, names, &provider)? {
        return None;
    }
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .ok()?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Some(config)
}

/// Whether a client that trusts the authority takes the certificate for every name, today and for a while.
fn holds(
    authority: CertificateDer<'static>,
    certificate: &CertificateDer<'_>,
    names: &[String],
    provider: &Arc<CryptoProvider>,
) -> Option<bool> {
    let mut roots = RootCertStore::empty();
    roots.add(authority).ok()?;
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build().ok()?;
    let now = Duration::from_secs(u64::try_from(real_timestamp().as_second()).ok()?);
    let good = |name: &String| {
        let name = ServerName::try_from(name.as_str()).ok()?;
        let times = [now, now + Duration::from_secs(RENEW_SECONDS)];
        let verified = |at: &Duration| {
            let at = UnixTime::since_unix_epoch(*at);
            verifier.verify_server_cert(certificate, &[], &name, &[], at).is_ok()
        };
        Some(times.iter().all(verified))
    };
    Some(names.iter().all(|name| good(name) == Some(true)))
}

/// A fresh authority, a certificate it signed, and that certificate's key.
struct Made {
    authority: String,
    certificate: String,
    key: String,
}

impl Made {
    fn new(names: &[String]) -> Result<Self, Error> {
        let refused = |error: rcgen::Error| Error::TlsCertificate { detail: error.to_string() };
        let today = real_timestamp();
        let authority_key = KeyPair::generate().map_err(refused)?;
        let mut authority = params(Vec::new(), "Drawbridge sandbox authority", today).map_err(refused)?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority_pem = authority.self_signed(&authority_key).map_err(refused)?.pem();
        let key = KeyPair::generate().map_err(refused)?;
        let mut server = params(names.to_vec(), "Drawbridge sandbox", today).map_err(refused)?;
        server.use_authority_key_identifier_extension = true;
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let issuer = Issuer::new(authority, authority_key);
        let certificate = server.signed_by(&key, &issuer).map_err(refused)?.pem();
        Ok(Self { authority: authority_pem, certificate, key: key.serialize_pem() })
    }

    fn write(&self, folder: &Path) -> io::Result<()> {
        write(&folder.join(KEY_FILE), &self.key, true)?;
        write(&folder.join(SERVER_FILE), &self.certificate, false)?;
        write(&folder.join(CA_FILE), &self.authority, false)
    }
}

fn params(
    names: Vec<String>,
    common_name: &str,
    today: Timestamp,
) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    params.distinguished_name = name;
    let today = today.to_zoned(TimeZone::UTC).date();
    let date = |days: i32| today.saturating_add(Span::new().days(days));
    let (from, to): (Date, Date) = (date(-1), date(VALID_DAYS - 1));
    let ymd = |date: Date| {
        date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    params.not_before = ymd(from);
    params.not_after = ymd(to);
    Ok(params)
}

/// Writes a file as a whole; a secret one can be read by its owner only, from its first byte.
fn write(path: &Path, text: &str, secret: bool) -> io::Result<()> {
    let draft = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if secret {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A draft left by a crash would keep its own mode.
        let _ = fs::remove_file(&draft);
        options.mode(0o600);
    }
    let mut file = options.open(&draft)?;
    file.write_all(text.as_bytes())?;
    fs::rename(&draft, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local() -> IpAddr {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    }

    #[test]
    fn a_certificate_that_holds_is_used_again_and_another_address_gets_another() {
        let folder = tempfile::tempdir().unwrap();
        let ca = || fs::read(folder.path().join(CA_FILE)).unwrap();
        Tls::open(folder.path(), local()).unwrap();
        let first = ca();
        Tls::open(folder.path(), local()).unwrap();
        assert_eq!(ca(), first);
        Tls::open(folder.path(), "10.1.2.3".parse().unwrap()).unwrap();
        assert_ne!(ca(), first);
    }

    #[test]
    fn files_that_do_not_belong_together_are_made_anew() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        Tls::open(one.path(), local()).unwrap();
        Tls::open(other.path(), local()).unwrap();
        for file in [CA_FILE, SERVER_FILE, KEY_FILE] {
            fs::copy(other.path().join(file), one.path().join(file)).unwrap();
            let before = fs::read(one.path().join(CA_FILE)).unwrap();
            Tls::open(one.path(), local()).unwrap();
            assert_ne!(fs::read(one.path().join(CA_FILE)).unwrap(), before, "{file}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        Tls::open(folder.path(), local()).unwrap();
        let mode = fs::metadata(folder.path().join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
