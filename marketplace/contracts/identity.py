"""The identity that seals documents: a key and its certificates, made for the demo or brought along."""

import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from marketplace.core.errors import N_, Unavailable

KEY_STORE, PASSPHRASE, ROOT = "seal.p12", "seal.passphrase", "seal-root.pem"
DEMO_YEARS = 20
PRIVATE = 0o600
CLOSED = N_("The sealing key cannot be opened. Check its file and its passphrase file.")


@dataclass(frozen=True, slots=True)
class SealIdentity:
    """A PKCS#12 key store with its passphrase (kept out of every repr) and the name that it seals for."""

    name: str
    store: bytes = field(repr=False)
    passphrase: bytes = field(repr=False)

    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Return the sealing certificate first, then the others in the store."""
        loaded = pkcs12.load_pkcs12(self.store, self.passphrase)
        assert loaded.cert is not None
        return (loaded.cert.certificate, *(other.certificate for other in loaded.additional_certs))

    def sign(self, data: bytes) -> bytes:
        """Return the ECDSA (SHA-256, deterministic as in RFC 6979) signature of `data` in DER.

        Raise Unavailable when the key is not an elliptic-curve key.
        """
        key = pkcs12.load_pkcs12(self.store, self.passphrase).key
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise Unavailable(N_("The sealing key is not an elliptic-curve key."))
        return key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))

    def pem(self) -> bytes:
        """Return the certificates, without the key, as PEM."""
        return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in self.certificates())


def load_identity(store: Path, passphrase: Path) -> SealIdentity:
    """Return the identity in the PKCS#12 file `store`, opened with the first line of the file `passphrase`.

    Raise Unavailable when a file is missing, the passphrase is wrong or there is no key with a certificate.
    """
    try:
        words = passphrase.read_bytes().splitlines()[0].strip()
    except (OSError, IndexError) as error:
        raise Unavailable(CLOSED) from error
    return open_identity(store, words)


def open_identity(store: Path, words: bytes) -> SealIdentity:
    """Return the identity in the PKCS#12 file `store`, opened with a passphrase; raise Unavailable as above."""
    try:
        data = store.read_bytes()
        loaded = pkcs12.load_pkcs12(data, words)
    except (OSError, ValueError) as error:
        raise Unavailable(CLOSED) from error
    if loaded.key is None or loaded.cert is None:
        raise Unavailable(N_("The sealing key store holds no key with a certificate."))
    return SealIdentity(_common_name(loaded.cert.certificate), data, words)


def make_demo_identity(folder: Path, *, name: str, made_at: datetime) -> SealIdentity:
    """Make a demo certificate authority and a sealing certificate in `folder`, or load the ones made before.

    Writes `seal.p12` and `seal.passphrase` (both readable by the owner only) and `seal-root.pem`. The
    authority's key is thrown away. Valid for 20 years from the day before `made_at`; trusted by nobody else.
    """
    store, passphrase = folder / KEY_STORE, folder / PASSPHRASE
    if store.exists():
        return load_identity(store, passphrase)
    folder.mkdir(parents=True, exist_ok=True)
    words = secrets.token_urlsafe(32).encode()
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate(f"{name} demo authority", root_key, None, made_at)
    leaf = _certificate(name, key, (root, root_key), made_at)
    data = pkcs12.serialize_key_and_certificates(
        name.encode(), key, leaf, [root], BestAvailableEncryption(words)
    )
    _write_private(passphrase, words + b"\n")
    _write_private(store, data)
    (folder / ROOT).write_bytes(root.public_bytes(Encoding.PEM))
    return SealIdentity(name, data, words)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None,
    made_at: datetime,
) -> x509.Certificate:
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    authority = issuer is None
    signing_key = issuer[1] if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made_at - timedelta(days=1))
        .not_valid_after(made_at + timedelta(days=365 * DEMO_YEARS))
        .add_extension(
            x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True
        )
        .add_extension(_usage(authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False
        )
    )
    return builder.sign(signing_key, hashes.SHA256())


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_private(path: Path, data: bytes) -> None:
    """Create `path` readable by its owner only from its first moment."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
