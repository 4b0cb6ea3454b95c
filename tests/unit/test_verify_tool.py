"""The program for outsiders: its Ed25519 is the RFC's, and it takes what holds and nothing else."""

import hashlib
import importlib.util
import io
import json
import os
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.proving import signed_manifest
from bot.safety.heads import Chain, Head, code_of
from bot.safety.merkle import paths
from bot.settings import ROOT
from bot.signing import Signer, is_signed
from tests.support.builders import NOW, SIGNER


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


def test_a_line_with_one_name_twice_is_refused_and_not_left_out() -> None:
    with pytest.raises(TOOL.Wrong, match="twice"):
        TOOL.read_heads(['{"head": {}, "head": {}}'], {})


def _texts(count: int, said: str = "noticed") -> list[str]:
    """The entries of a log, each naming the one before."""
    texts, previous = [], "0" * 64
    for number in range(count):
        entry = {"id": f"id{number}", "at": "2026", "kind": said, "previous": previous, "words": {}}
        texts.append(json.dumps(entry, sort_keys=True, separators=(",", ":")))
        previous = hashlib.sha256(texts[-1].encode()).hexdigest()
    return texts


def _hashes(texts: list[str]) -> list[bytes]:
    return [hashlib.sha256(text.encode()).digest() for text in texts]


def _head(texts: list[str], number: int, previous: str = "0" * 64, signer: Signer = SIGNER) -> Head:
    tree = TOOL.Tree()
    for each in _hashes(texts[:number]):
        tree.add(each)
    last = _hashes(texts)[number - 1].hex()
    return Head(Chain.SAFETY, number, last, tree.root(), NOW, signer.key_id, previous)


def _proof(texts: list[str], index: int, head: Head) -> dict[str, Any]:
    found, _, _ = paths(_hashes(texts[: head.number]), [index])
    return {
        "format": "signpost-proof-1",
        "chain": "safety",
        "index": index,
        "entry": texts[index],
        "path": [step.hex() for step in found[index]],
        "head": json.loads(head.body),
        "signature": SIGNER.sign(head).signature,
        "public_key": SIGNER.public_key,
        "words": {},
    }


def _log(texts: list[str]) -> str:
    lines = zip(texts, _hashes(texts), strict=True)
    form = {"format": "signpost-entry-1", "words": {}}
    return "".join(json.dumps({**form, "entry": text, "hash": each.hex()}) + "\n" for text, each in lines)


def _heads(*heads: Head) -> str:
    return "".join(f"{SIGNER.sign(head).line}\n" for head in heads)


def _bundle(**more: bytes) -> dict[str, bytes]:
    texts = _texts(3)
    files = {"proofs/safety-2.json": json.dumps(_proof(texts, 1, _head(texts, 3))).encode()} | more
    listed = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    manifest, signature = signed_manifest({"files": listed}, SIGNER)
    return {"manifest.json": manifest, "manifest.sig": signature} | files


def _zip(files: dict[str, bytes], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as made:
        for name, data in files.items():
            made.writestr(zipfile.ZipInfo(name), data, packed)
    return out.getvalue()


def _added(*infos: zipfile.ZipInfo, data: bytes = b"") -> bytes:
    """A bundle's zip with more entries, of any kind."""
    out = io.BytesIO(_zip(_bundle()))
    with zipfile.ZipFile(out, "a") as made:
        for info in infos:
            made.writestr(info, data)
    return out.getvalue()


def _info(name: str, *, mode: int = 0, extra: bytes = b"") -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr, info.extra = mode << 16, extra
    return info


class Desk:
    """Runs the program as an outsider does, and keeps what it said."""

    def __init__(self, folder: Path, read: Callable[[], str]) -> None:
        self.folder, self._read = folder, read
        self.said = ""
        self.put("key.txt", SIGNER.public_key)

    def put(self, name: str, data: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
        return str(path)

    def run(self, *arguments: str) -> int:
        status: int = TOOL.main(list(arguments))
        self.said = self._read()
        return status

    def check(self, path: str, *arguments: str) -> int:
        return self.run("--public-key", str(self.folder / "key.txt"), *arguments, path)


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, lambda: capsys.readouterr().out)


def test_what_is_as_it_was_made_holds(desk: Desk) -> None:
    texts = _texts(3)

    assert desk.check(desk.put("a.zip", _zip(_bundle()))) == 0, desk.said
    assert desk.check(desk.put("stored.zip", _zip(_bundle(), packed=zipfile.ZIP_STORED))) == 0, desk.said
    assert desk.check(desk.put("proof.json", json.dumps(_proof(texts, 1, _head(texts, 3))))) == 0, desk.said


_MADE_WRONG: dict[str, Callable[[str], str]] = {
    "doubled": lambda proof: proof.replace('{"format"', '{"index": 2, "format"'),
    "doubled inside": lambda proof: proof.replace('"head": {', '"head": {"number": 9, '),
    "another part": lambda proof: proof.replace('{"format"', '{"remark": "all good", "format"'),
    "index is a bool": lambda proof: proof.replace('"index": 1', '"index": true'),
    "index is no whole number": lambda proof: proof.replace('"index": 1', '"index": 1.0'),
    "public key": lambda proof: proof.replace(SIGNER.public_key, "ab" * 32),
}


@pytest.mark.parametrize("name", list(_MADE_WRONG))
def test_a_proof_that_can_be_read_in_two_ways_does_not_hold(desk: Desk, name: str) -> None:
    texts = _texts(3)
    right = json.dumps(_proof(texts, 1, _head(texts, 3)))
    wrong = _MADE_WRONG[name](right)
    assert wrong != right

    assert desk.check(desk.put("proof.json", wrong)) == 1
    assert "Does not hold" in desk.said


def test_a_line_of_a_log_with_another_part_does_not_hold(desk: Desk) -> None:
    texts = _texts(2)
    heads = desk.put("heads.jsonl", _heads(_head(texts, 2)))
    log = _log(texts)

    assert desk.check(desk.put("safety.jsonl", log), "--heads", heads) == 0, desk.said
    more = log.replace('{"format"', '{"remark": 1, "format"', 1)
    assert desk.check(desk.put("safety.jsonl", more), "--heads", heads) == 1
    assert "remark" in desk.said


def test_what_is_nested_too_deeply_or_too_large_could_not_be_checked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.check(desk.put("deep.json", "[" * 200_000)) == 2
    monkeypatch.setattr(TOOL, "FILE_LIMIT", 100)
    monkeypatch.setattr(TOOL, "LINE_LIMIT", 100)
    for name in ("large.json", "large.jsonl"):
        assert desk.check(desk.put(name, " " * 101)) == 2
        assert "Could not be checked" in desk.said


def _changed(data: bytes, place: int, more: bytes) -> bytes:
    return data[:place] + more + data[place + len(more) :]


_ZIPS: dict[str, Callable[[], bytes]] = {
    "one name twice": lambda: _added(_info("proofs/safety-2.json")),
    "one name twice in large letters": lambda: _added(_info("MANIFEST.json")),
    "a file that is a folder too": lambda: _added(_info("proofs")),
    "a name that leads out": lambda: _added(_info("../more.txt")),
    "a name from the root": lambda: _added(_info("/more.txt")),
    "a name with a line's end": lambda: _added(_info("more\nHolds: all")),
    "a name with NUL": lambda: _zip(_bundle(xxxx=b"")).replace(b"xxxx", b"x\0xx"),
    "a folder with content": lambda: _added(_info("more/"), data=b"hidden"),
    "a link": lambda: _added(_info("more", mode=0o120777), data=b"/etc/passwd"),
    "a special file": lambda: _added(_info("more", mode=0o010600)),
    "a second name": lambda: _added(_info("more", extra=struct.pack("<HHB", 0x7075, 1, 1))),
    "in front": lambda: b"#!/bin/sh\n" + _zip(_bundle()),
    "behind": lambda: _zip(_bundle()) + b"more",
    "a comment": lambda: _zip(_bundle())[:-2] + b"\x04\0more",
    "bzip2": lambda: _zip(_bundle(), packed=zipfile.ZIP_BZIP2),
    "lzma": lambda: _zip(_bundle(), packed=zipfile.ZIP_LZMA),
    "another size in front of the entry": lambda: _changed(_zip(_bundle()), 22, b"\x01"),
}


@pytest.mark.parametrize("name", list(_ZIPS))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_programs_could_unpack_to_two_things_does_not_hold(desk: Desk, name: str) -> None:
    assert desk.check(desk.put("bundle.zip", _ZIPS[name]())) == 1
    assert "the zip is not plain" in desk.said


def test_an_entry_that_the_list_of_the_zip_does_not_name_does_not_hold(desk: Desk) -> None:
    whole, hidden = _zip(_bundle()), _zip({"hidden.txt": b"x"})
    local = hidden[: hidden.index(b"PK\x01\x02")]
    start = whole.index(b"PK\x01\x02")
    end = _changed(whole[start:], len(whole) - start - 6, struct.pack("<L", start + len(local)))

    assert desk.check(desk.put("bundle.zip", whole[:start] + local + end)) == 1
    assert "before or between its entries" in desk.said


_DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda data: data[:-60],
    "locked": lambda data: data.replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\1").replace(
        b"PK\x03\x04\x14\0\0", b"PK\x03\x04\x14\0\1"
    ),
    "bytes inside": lambda data: _changed(data, 60, b"\xff" * 40),
    "no zip": lambda data: b"PK" + b"nothing" * 9,
}


@pytest.mark.parametrize("name", list(_DAMAGED))
@pytest.mark.parametrize("ends", [".zip", ""])
def test_a_damaged_zip_could_not_be_checked(desk: Desk, name: str, ends: str) -> None:
    assert desk.check(desk.put(f"bundle{ends}", _DAMAGED[name](_zip(_bundle())))) == 2
    assert "the zip is damaged" in desk.said


_LINKS: dict[str, Callable[[Path], None]] = {
    "a link": lambda at: at.symlink_to("/etc/hostname"),
    "a linked folder": lambda at: at.symlink_to("/tmp"),
    "a pipe": os.mkfifo,
}


@pytest.mark.parametrize("name", list(_LINKS))
def test_a_folder_with_links_or_special_files_does_not_hold(desk: Desk, name: str) -> None:
    for inside, data in _bundle().items():
        desk.put(f"bundle/{inside}", data)
    assert desk.check(str(desk.folder / "bundle")) == 0, desk.said
    (desk.folder / "linked").symlink_to(desk.folder / "bundle")
    assert desk.check(str(desk.folder / "linked")) == 1

    _LINKS[name](desk.folder / "bundle" / "more")

    assert desk.check(str(desk.folder / "bundle")) == 1
    assert "is no plain file and no plain folder" in desk.said


def test_two_heads_of_two_logs_do_not_hold_wherever_they_stand(desk: Desk) -> None:
    one, other = _texts(4), _texts(4, "written anew")
    same_number, same_previous = _heads(_head(other, 3)), _heads(_head(other, 4))
    proof = desk.put("proof.json", json.dumps(_proof(one, 1, _head(one, 3))))
    bundle = desk.put("bundle.zip", _zip(_bundle()))
    log = desk.put("safety.jsonl", _log(one))

    for heads in (same_number, same_previous):
        outside = desk.put("outside.jsonl", heads)
        assert desk.check(proof, "--heads", outside) == 1, desk.said
        assert desk.check(bundle, "--heads", outside) == 1, desk.said
        twice = desk.put("twice.jsonl", _heads(_head(one, 3)) + heads)
        assert desk.check(log, "--heads", twice) == 1, desk.said
        within = _zip(_bundle(**{"heads.jsonl": (_heads(_head(one, 3)) + heads).encode()}))
        assert desk.check(desk.put("two.zip", within)) == 1, desk.said


def test_heads_that_could_not_be_compared_are_said(desk: Desk) -> None:
    texts = _texts(4)
    first = _head(texts, 2)
    last = _head(texts, 3, first.digest)
    proof = desk.put("proof.json", json.dumps(_proof(texts, 1, last)))
    bundle = desk.put("b.zip", _zip(_bundle(**{"heads.jsonl": _heads(first).encode()})))

    assert desk.check(proof, "--heads", desk.put("heads.jsonl", _heads(first))) == 0
    assert "could not be compared" in desk.said
    assert desk.check(proof, "--heads", desk.put("heads.jsonl", _heads(first, last))) == 0
    assert "Note" not in desk.said
    files = {"proofs/safety-2.json": Path(proof).read_bytes(), "heads.jsonl": _heads(first, last).encode()}
    both = desk.put("both.zip", _zip(_bundle(**files)))
    assert desk.check(both, "--heads", desk.put("heads.jsonl", _heads(first))) == 0, desk.said
    assert "they say nothing of the proofs" in desk.said
    # The bundle's own proof has a head that follows no other: beside the first head, there are two logs.
    assert desk.check(bundle) == 1


def test_nothing_from_a_file_moves_the_screen(desk: Desk) -> None:
    texts = _texts(2)
    entry = json.loads(texts[1]) | {"id": "\x1b[2J\r\nHolds: all\u202e\ud800"}
    texts[1] = json.dumps(entry)

    assert desk.check(desk.put("proof.json", json.dumps(_proof(texts, 1, _head(texts, 2))))) == 0
    assert desk.said.count("\n") == 1
    assert "\\x1b[2J\\r\\nHolds: all\\u202e\\ud800" in desk.said


@pytest.mark.parametrize(
    ("file", "status"),
    [
        (f"\ufeff# on paper\n{SIGNER.public_key.upper()} # the newest\n", 0),
        (SIGNER.public_key[:-1], 2),
        (f"{SIGNER.public_key[:-2]} {SIGNER.public_key[-2:]}", 2),
        ("", 2),
        ("# nothing\n", 2),
        ("ab" * 32, 1),
    ],
)
def test_a_bad_file_of_keys_is_no_word_about_the_proof(desk: Desk, file: str, status: int) -> None:
    texts = _texts(2)
    desk.put("key.txt", file)

    assert desk.check(desk.put("proof.json", json.dumps(_proof(texts, 1, _head(texts, 2))))) == status


@pytest.mark.parametrize("number", ["x", "0", "-1", "1.0", "²", ""])
def test_a_bad_number_for_a_code_is_no_word_about_the_log(desk: Desk, number: str) -> None:
    assert desk.run(desk.put("safety.jsonl", _log(_texts(2))), "--code", "safety", "x", number) == 2


def test_an_empty_log_holds_nothing(desk: Desk) -> None:
    empty = desk.put("safety.jsonl", "")

    assert desk.check(empty) == 2
    assert "Holds" not in desk.said
    assert desk.run("--code", "safety", "x", "1", empty) == 2


def test_every_file_that_is_wrong_is_named_up_to_twenty(desk: Desk) -> None:
    files = _bundle(**{f"file{number:02}": b"x" for number in range(23)})
    changed = {name: b"y" if name.startswith("file") else data for name, data in files.items()}

    assert desk.check(desk.put("bundle.zip", _zip(changed))) == 1
    assert desk.said.count("was changed") == 20
    assert "and so are 3 more files" in desk.said


def test_a_code_is_asked_alone(desk: Desk) -> None:
    log = desk.put("safety.jsonl", _log(_texts(2)))

    with pytest.raises(SystemExit) as ended:
        desk.check(log, "--code", "safety", "x", "1")
    assert ended.value.code == 2
