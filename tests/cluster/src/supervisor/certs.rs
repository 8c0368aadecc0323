//! The cluster's keys and certificates: one CA, the API server's own, and a key for service accounts.

use std::path::Path;

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    SanType,
};

/// A CA that signs with its key.
pub(crate) struct Authority {
    /// Its certificate.
    pub(crate) certificate: String,
    /// Its key.
    pub(crate) key: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key, both as PEM.
pub(crate) struct Identity {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Authority {
    /// A new CA of this name.
    pub(crate) fn new(name: &str, organization: &str) -> Result<Self> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.remove(DnType::CommonName);
        if !name.is_empty() {
            params.distinguished_name.push(DnType::CommonName, name);
        }
        params.distinguished_name.push(DnType::OrganizationName, organization);
        params.key_usages =
            vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().context("cannot make a key")?;
        let certificate = params.self_signed(&key).context("cannot make a CA")?;
        Ok(Self { certificate: certificate.pem(), key: key.serialize_pem(), issuer: Issuer::new(params, key) })
    }

    /// The CA of an earlier [`Authority::new`], from its two PEM texts.
    pub(crate) fn from_pem(certificate: &str, key: &str) -> Result<Self> {
        let pair = KeyPair::from_pem(key).context("the CA's key cannot be read")?;
        let issuer = Issuer::from_ca_cert_pem(certificate, pair).context("the CA's certificate cannot be read")?;
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), issuer })
    }

    /// A certificate for a server of these names and addresses.
    pub(crate) fn server(&self, name: &str, names: &[&str], addresses: &[&str]) -> Result<Identity> {
        let mut params = CertificateParams::new(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
            .context("a server's name is no DNS name")?;
        for address in addresses {
            let address = address.parse().with_context(|| format!("{address} is no address"))?;
            params.subject_alt_names.push(SanType::IpAddress(address));
        }
        self.sign(params, name, None, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A certificate that says who a client is, in the way the API server reads it.
    pub(crate) fn client(&self, user: &str, group: Option<&str>) -> Result<Identity> {
        self.sign(CertificateParams::default(), user, group, ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn sign(
        &self,
        mut params: CertificateParams,
        name: &str,
        organization: Option<&str>,
        usage: ExtendedKeyUsagePurpose,
    ) -> Result<Identity> {
        params.distinguished_name.remove(DnType::CommonName);
        params.distinguished_name.push(DnType::CommonName, name);
        if let Some(organization) = organization {
            params.distinguished_name.push(DnType::OrganizationName, organization);
        }
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().context("cannot make a key")?;
        let certificate = params.signed_by(&key, &self.issuer).with_context(|| format!("cannot sign for {name}"))?;
        Ok(Identity { certificate: certificate.pem(), key: key.serialize_pem() })
    }
}

/// Writes a secret or certificate, readable by its owner alone.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = std::fs::OpenOptions::new();
    options.create(true).write(true).truncate(true).mode(0o600);
    let mut file = options.open(path).with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}
