"""Merkle trees, signed heads and their codes."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.heads import Chain, Head, NotAHead, SignedHead, code_of, signed_text
from bot.safety.merkle import EMPTY, Tree, leaf, node, paths
from bot.signing import is_signed
from tests.support.builders import NOW, SIGNER
from tests.support.chain import NotInTree, read_code, root_of

HASHES = [hashlib.sha256(bytes([number])).digest() for number in range(40)]
HEAD = Head(Chain.SAFETY, 4, "a" * 64, "b" * 64, NOW, SIGNER.key_id)


def _root(hashes: list[bytes]) -> bytes:
    """As RFC 9162 defines it, from the top down."""
    if not hashes:
        return EMPTY
    if len(hashes) == 1:
        return leaf(hashes[0])
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return node(_root(hashes[:half]), _root(hashes[half:]))


@pytest.mark.parametrize("size", range(34))
def test_the_root_and_every_path_are_those_of_the_rfc(size: int) -> None:
    tree = Tree()
    for each in HASHES[:size]:
        tree.add(each)

    found, root, count = paths(HASHES[:size], range(size))

    assert (root, count) == (tree.root(), size)
    assert root == _root(HASHES[:size])
    assert [root_of(HASHES[index], index, size, found[index]) for index in range(size)] == [root] * size


@given(st.integers(1, 33), st.data())
def test_no_other_entry_and_no_other_place_has_the_path(size: int, data: st.DataObject) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    found, root, _ = paths(HASHES[:size], [index])

    if other != index:
        assert _leads_to(HASHES[index], other, size, found[index]) != root
    assert _leads_to(HASHES[-1], index, size, found[index]) != root
    assert _leads_to(HASHES[index], index, size, [*found[index], HASHES[0]]) != root


def _leads_to(entry_hash: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    try:
        return root_of(entry_hash, index, size, path)
    except NotInTree:
        return None


def test_a_signed_head_comes_back_from_its_line_and_its_signature_holds() -> None:
    signed = SIGNER.sign(HEAD)

    again = SignedHead.from_line(signed.line)

    assert again == signed
    assert is_signed(SIGNER.public_key, signed_text(again.head.body), again.signature)
    assert not is_signed(SIGNER.public_key, signed_text(again.head.body) + b" ", again.signature)
    assert "l" * 32 not in repr(SIGNER)


@pytest.mark.parametrize("line", ["", "{}", "[]", "null", '{"head": {}, "signature": ""}', '{"head": 1}'])
def test_what_is_no_head_is_refused(line: str) -> None:
    with pytest.raises(NotAHead):
        SignedHead.from_line(line)


def test_a_code_is_read_as_people_write_it() -> None:
    code = code_of(Chain.SAFETY, 4, "b" * 64)

    assert read_code(code) == code
    assert read_code(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code
    assert read_code(code[:-1]) is None
    assert len({code_of(chain, number, "b" * 64) for chain in Chain for number in range(50)}) == 100


@given(st.integers(0, 10_000), st.data())
def test_one_wrong_sign_is_found(number: int, data: st.DataObject) -> None:
    signs = code_of(Chain.AUDIT, number, "c" * 64).replace("-", "")
    at = data.draw(st.integers(0, len(signs) - 1))
    wrong = data.draw(
        st.sampled_from([sign for sign in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if sign != signs[at]])
    )

    assert read_code(signs[:at] + wrong + signs[at + 1 :]) is None
