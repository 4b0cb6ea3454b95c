"""The program for outsiders: its Ed25519 is the RFC's, and it takes what holds and nothing else."""

import importlib.util
import random
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.safety.heads import Chain, code_of
from bot.settings import ROOT
from bot.signing import is_signed


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_signpost", ROOT / "tools" / "verify_signpost.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _load()

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = {
    "1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    "2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
}


@pytest.mark.parametrize("name", list(VECTORS))
def test_the_vectors_of_the_rfc_hold_and_nothing_beside_them(name: str) -> None:
    key, message, signature = (bytes.fromhex(part) for part in VECTORS[name])

    assert TOOL.is_signed(key, message, signature)
    assert not TOOL.is_signed(key, message + b"x", signature)
    for at in (0, 31, 32, 63):
        changed = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
        assert not TOOL.is_signed(key, message, changed)
    assert not TOOL.is_signed(key[:-1] + bytes([key[-1] ^ 1]), message, signature)


def test_it_says_the_same_as_the_library_that_signs() -> None:
    draw = random.Random(8032)
    for _ in range(25):
        private = Ed25519PrivateKey.from_private_bytes(draw.randbytes(32))
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        message = draw.randbytes(draw.randrange(200))
        signature = bytearray(private.sign(message))
        assert TOOL.is_signed(public, message, bytes(signature))
        signature[draw.randrange(64)] ^= 1 << draw.randrange(8)
        assert TOOL.is_signed(public, message, bytes(signature)) == is_signed(
            public.hex(), message, signature.hex()
        )


@pytest.mark.parametrize("length", [0, 1, 31, 33, 63, 65])
def test_keys_and_signatures_of_another_length_are_refused(length: int) -> None:
    assert not TOOL.is_signed(bytes(length), b"", bytes(64))
    assert not TOOL.is_signed(bytes(32), b"", bytes(length))


def test_a_signature_with_the_order_added_is_refused() -> None:
    key, message, signature = (bytes.fromhex(part) for part in VECTORS["2"])
    malleable = int.from_bytes(signature[32:], "little") + TOOL.Q

    assert not TOOL.is_signed(key, message, signature[:32] + malleable.to_bytes(32, "little"))


def test_both_write_the_same_code_for_a_paper_book() -> None:
    for number in range(20):
        root = f"{number:064x}"
        assert TOOL.code_of("audit", number, root) == code_of(Chain.AUDIT, number, root)


def test_a_line_of_the_heads_that_was_cut_off_is_left_out() -> None:
    assert TOOL.read_heads(['{"head": cut o', "", "  "], {}) == {}
