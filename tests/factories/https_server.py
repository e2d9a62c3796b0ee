"""A server on loopback that speaks https with a certificate of its own authority, and answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Answer = Callable[[dict[str, str]], tuple[int, dict[str, str], bytes]]


@dataclass
class Server:
    """What was asked (path and headers), and what is answered by path."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    drip: float = 0
    """Seconds between the bytes of a body; zero sends it whole."""

    def address(self, path: str = "/mine.ics", host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"

    def says(
        self, content: bytes = b"", *, status: int = 200, path: str = "/mine.ics", **headers: str
    ) -> None:
        """Answer a path so from now on; an `etag` is honoured."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        def answer(asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            if "etag" in named and asked.get("if-none-match") == named["etag"]:
                return 304, named, b""
            return status, named, content

        self.answers[path] = answer


@asynccontextmanager
async def https_server(folder: Path, name: str = "localhost") -> AsyncIterator[tuple[Server, Path]]:
    """Serve under this name; yield the server and the file of the authority that vouches for it."""
    authority, chain = _certificates(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server = Server()
    listening = await asyncio.start_server(
        lambda reader, writer: _serve(server, reader, writer), "127.0.0.1", 0, ssl=context
    )
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server, authority
    finally:
        listening.close()


async def _serve(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split()[1]
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:])
            if name
        }
        server.asked.append((path, headers))
        status, said, content = server.answers.get(path, lambda _: (404, {}, b""))(headers)
        lines = [f"HTTP/1.1 {status} OK", *(f"{name}: {value}" for name, value in said.items())]
        writer.write(
            (
                "\r\n".join([*lines, f"content-length: {len(content)}", "connection: close"]) + "\r\n\r\n"
            ).encode()
        )
        for part in [content] if not server.drip else [bytes([byte]) for byte in content]:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(server.drip)
        writer.close()
    except (ConnectionError, asyncio.IncompleteReadError):
        writer.close()


def _certificates(folder: Path, name: str) -> tuple[Path, Path]:
    root = ec.generate_private_key(ec.SECP256R1())
    own = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
    authority = _built(issuer, issuer, root.public_key(), x509.BasicConstraints(True, 0)).sign(
        root, hashes.SHA256()
    )
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    leaf = (
        _built(subject, issuer, own.public_key(), x509.BasicConstraints(False, None))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(root, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    trusted, chain = folder / "authority.pem", folder / "chain.pem"
    trusted.write_bytes(authority.public_bytes(pem))
    key = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain.write_bytes(key + leaf.public_bytes(pem))
    return trusted, chain


def _built(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, basic: x509.BasicConstraints
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(basic, critical=True)
    )
