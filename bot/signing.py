"""Signs heads of the chains with Ed25519, and checks what others say was signed so."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.safety.heads import Head, SignedHead, signed_text


class NoPublicKey(Exception):
    """The file holds no public key: a line of 64 hexadecimal digits each."""


@dataclass(frozen=True)
class Signer:
    """Made of a secret of the settings, which is long and random: its hash is the private key."""

    secret: str = field(repr=False)

    @property
    def public_key(self) -> str:
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def key_id(self) -> str:
        return key_id(self.public_key)

    def sign(self, head: Head) -> SignedHead:
        return SignedHead(head, self._key.sign(signed_text(head.body)).hex())

    def sign_bytes(self, data: bytes) -> str:
        """For a manifest; `data` begins with its own format."""
        return self._key.sign(data).hex()

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(self.secret.encode("utf-8")).digest())


def key_id(public_key: str) -> str:
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]


def is_signed(public_key: str, data: bytes, signature: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_public_keys(path: Path) -> dict[str, str]:
    """Public keys by their id. Lines that begin with # are remarks. Raises NoPublicKey or OSError."""
    found: dict[str, str] = {}
    for line in path.read_text("ascii", "replace").splitlines():
        key = line.strip().lower()
        if not key or key.startswith("#"):
            continue
        if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
            raise NoPublicKey(str(path))
        found[key_id(key)] = key
    if not found:
        raise NoPublicKey(str(path))
    return found
