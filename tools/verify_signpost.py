#!/usr/bin/env python3
"""Checks what Signpost gives to outsiders. This one file and Python 3.9 or later are all that is needed.

    python3 verify_signpost.py --public-key KEY.txt PROOF.json
    python3 verify_signpost.py --public-key KEY.txt [--heads HEADS.jsonl] FOLDER_OR_ZIP
    python3 verify_signpost.py --public-key KEY.txt [--heads HEADS.jsonl] safety.jsonl
    python3 verify_signpost.py --code safety CODE NUMBER safety.jsonl
    python3 verify_signpost.py --public-key KEY.txt --unpack NEW_FOLDER FOLDER_OR_ZIP

It looks into no database and asks no server. It says what holds and what does not; exit status 0 when
everything holds, 1 when something does not, 2 when it could not be checked. docs/verifying.md explains it.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import stat
import struct
import sys
import tempfile
import zipfile
import zlib

GENESIS = "0" * 64
HEAD, PROOF, ENTRY, MANIFEST = "signpost-head-1", "signpost-proof-1", "signpost-entry-1", "signpost-bundle-1"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHAINS = ("safety", "audit")
# What is read into memory at once, in bytes: of a JSON file, and of a line.
FILE_LIMIT, LINE_LIMIT = 64 << 20, 16 << 20
# How many wrong files are named, and how long a line of the answer may be.
NAMED, SHOWN = 20, 2000
ONLY_A_CHAIN = (
    "only that each entry follows the one before was checked; whoever wrote it could have written it all"
)


class Wrong(Exception):
    """Something is not as it was written. Says what, in one sentence or several."""


class NoJson(Wrong):
    """It is no JSON at all."""


class Unchecked(Exception):
    """It could not be checked. Says why."""


# ---- Ed25519 as in RFC 8032, section 6; only checking, so nothing here is secret.

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def _add(a, b):
    x = (a[1] - a[0]) * (b[1] - b[0]) % P
    y = (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = y - x, d - c, d + c, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = _add(result, point)
        point, number = _add(point, point), number >> 1
    return result


def _same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def _point(data):
    """The point that 32 bytes stand for, or None."""
    if len(data) != 32:
        return None
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if squared == 0:
        return None if sign else (0, y, 1, 0)
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P:
        x = x * ROOT % P
    if (x * x - squared) % P:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public_key, message, signature):
    """Whether the key of 32 bytes signed the message with the signature of 64 bytes."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, r = _point(public_key), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= Q:
        return False
    hashed = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(hashed, "little") % Q
    return _same(_times(s, BASE), _add(r, _times(challenge, key)))


# ---- Keys and signed heads.


def _once(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong("a name stands twice in one JSON object")
    return found


def _json(text, what):
    try:
        return json.loads(text, object_pairs_hook=_once)
    except ValueError:
        raise NoJson(f"{what} is no JSON") from None
    except Wrong as error:
        raise Wrong(f"{what}: {error}") from None
    except RecursionError:
        raise Unchecked(f"{what} is nested too deeply") from None


def _canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _only(data, names, what):
    """An object with no other parts than these. Whether all of them are there shows when they are read."""
    if not isinstance(data, dict):
        raise Wrong(f"{what} is no JSON object")
    more = sorted(set(data) - set(names.split()))
    if more:
        raise Wrong(f"{what} has a part that is not known: {more[0]}")


def _hex(text, length, what):
    if not isinstance(text, str) or not re.fullmatch(f"[0-9a-fA-F]{{{2 * length}}}", text):
        raise Wrong(f"{what} is not {length} bytes in hexadecimal")
    return bytes.fromhex(text)


def read_keys(text):
    """Public keys by their id: a line each of 64 hexadecimal digits, and remarks after #."""
    keys = {}
    for line in text.splitlines():
        digits = line.split("#")[0].strip()
        if digits:
            try:
                data = _hex(digits, 32, "a public key")
            except Wrong as error:
                raise Unchecked(error) from None
            keys[hashlib.sha256(data).hexdigest()[:16]] = data
    if not keys:
        raise Unchecked("there is no public key in the file")
    return keys


def check_head(head, signature, keys):
    """The head is signed by one of the keys. Returns it."""
    if not isinstance(head, dict) or head.get("format") != HEAD:
        raise Wrong("a signed head is of another format")
    key = keys.get(head.get("key"))
    if key is None:
        raise Wrong(f"a head is signed with the key {head.get('key')}, which is not among yours")
    message = f"{HEAD}\n{_canonical(head)}".encode()
    if not is_signed(key, message, _hex(signature, 64, "a signature")):
        raise Wrong(f"the signature of the head of {head.get('number')} entries is wrong")
    if head["chain"] not in CHAINS or type(head["number"]) is not int or head["number"] < 1:
        raise Wrong("a signed head is of no log, or of no number of entries")
    for name in ("hash", "root", "previous"):
        _hex(head[name], 32, f"the {name} of a signed head")
    return head


class Heads(dict):
    """Signed heads by log and number, of which no two may be of different logs.

    `outside` says which of them were kept outside, or is None where none were given; `proven` those that
    proofs stand on; `compared` whether anything was met that a head from outside speaks of; `without` the
    logs that were met and have no signed head.
    """

    def __init__(self):
        super().__init__()
        self.outside, self.proven, self.compared, self.cut_off = None, set(), False, 0
        self.without, self._after = [], {}

    def add(self, head):
        chain, number = head["chain"], head["number"]
        if self.setdefault(chain, {}).setdefault(number, head) != head:
            raise Wrong(f"{chain}: two different heads of {number} entries were signed")
        beside = self._after.setdefault((chain, head["previous"]), head)
        if beside != head:
            numbers = f"{beside['number']} and of {number}"
            raise Wrong(f"{chain}: the heads of {numbers} entries follow the same head: there are two logs")
        self.met(chain, number)

    def met(self, chain, number):
        self.compared = self.compared or (chain, number) in (self.outside or ())

    def are_from_outside(self):
        self.outside = {(chain, number) for chain, known in self.items() for number in known}

    def notes(self):
        if self.cut_off:
            yield f"Note: of your heads {self.cut_off} lines were no JSON and were left out"
        if self.outside is None:
            return
        if not self.compared:
            yield "Note: your heads could not be compared: none has the number of a head here or is in a log"
        elif self.proven and not self.proven & self.outside:
            yield "Note: none of your heads has the number of a proof's head: they say nothing of the proofs"


def read_heads(lines, keys, heads=None, cut_off=True):
    """Adds the heads. A line that was cut off is left out, unless none may be."""
    heads = Heads() if heads is None else heads
    for line in lines:
        if line.strip():
            try:
                data = _json(line, "a line of the heads")
            except NoJson:
                if not cut_off:
                    raise
                heads.cut_off += 1
                continue
            _only(data, "head signature", "a line of the heads")
            heads.add(check_head(data["head"], data["signature"], keys))
    return heads


# ---- The Merkle tree of RFC 9162, over the hashes of the entries.


def leaf(entry_hash):
    return hashlib.sha256(b"\x00" + entry_hash).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of_path(entry_hash, index, size, path):
    if not 0 <= index < size:
        raise Wrong("the place of the entry is outside of the log")
    here, last, top = index, size - 1, leaf(entry_hash)
    for beside in path:
        if last == 0:
            raise Wrong("the path is too long")
        if here & 1 or here == last:
            top = node(beside, top)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            top = node(top, beside)
        here, last = here >> 1, last >> 1
    if last:
        raise Wrong("the path is too short")
    return top


class Tree:
    """Grows entry by entry and remembers only the roots of the full trees in it."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def add(self, entry_hash):
        grown, below = leaf(entry_hash), self.size
        while below & 1:
            grown, below = node(self.peaks.pop(), grown), below >> 1
        self.peaks.append(grown)
        self.size += 1

    def root(self):
        if not self.peaks:
            return hashlib.sha256(b"").hexdigest()
        top = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            top = node(peak, top)
        return top.hex()


# ---- Entries, proofs, logs.


def check_words(entry, words):
    """What was said, where it is given along, fits what the entry is committed to. Returns how many."""
    commitments = entry.get("words", {})
    for name, opening in words.items():
        if name not in commitments:
            raise Wrong(f"words are given ({name}) that the entry does not know")
        _only(opening, "salt words", f"what is given of the words ({name})")
        data = _hex(opening["salt"], 32, "a salt") + opening["words"].encode("utf-8", "surrogatepass")
        if hashlib.sha256(data).hexdigest() != commitments[name]:
            raise Wrong(f"the words ({name}) are not those that were written")
    return len(words)


def check_proof(proof, keys, heads):
    """One entry stands in a log whose head was signed. Returns what is proven, in words."""
    if not isinstance(proof, dict) or proof.get("format") != PROOF:
        raise Wrong("it is no proof of this format")
    _only(proof, "format chain index entry path head signature public_key words", "the proof")
    head = check_head(proof["head"], proof["signature"], keys)
    if head["chain"] != proof["chain"]:
        raise Wrong("the signed head is of the other log")
    if "public_key" in proof and _hex(proof["public_key"], 32, "its public key") != keys[head["key"]]:
        raise Wrong("the public key in it is not the one that signed")
    if type(proof["index"]) is not int:
        raise Wrong("the place of the entry is no whole number")
    text = proof["entry"]
    entry_hash = hashlib.sha256(text.encode()).digest()
    path = [_hex(step, 32, "a step of the path") for step in proof["path"]]
    if root_of_path(entry_hash, proof["index"], head["number"], path).hex() != head["root"]:
        raise Wrong("the entry does not stand in the log that was signed")
    entry = _json(text, "the entry")
    said, known = check_words(entry, proof["words"]), len(entry.get("words", {}))
    heads.add(head)
    heads.proven.add((head["chain"], head["number"]))
    beside = f", with {said} of its {known} {'kind' if known == 1 else 'kinds'} of words" if known else ""
    return (
        f"entry {proof['index'] + 1} of the {head['chain']} log ({entry['id']}, {entry['at']}) was there as "
        f"it is shown{beside} when the head was signed at {head['at']}"
    )


def _entries(lines):
    """Each line of a log: its number, the line, and the hash of its entry."""
    for number, line in enumerate(lines, 1):
        data = _json(line, f"line {number}")
        if not isinstance(data, dict) or data.get("format") != ENTRY:
            raise Wrong(f"line {number} is no entry of this format")
        _only(data, "format entry hash words", f"line {number}")
        yield number, data, hashlib.sha256(data["entry"].encode()).hexdigest()


def check_log(lines, chain, heads):
    """Every entry follows the one before it, and every signed head is of this very log. Says so in words."""
    tree, previous, entry_id, said = Tree(), GENESIS, "none", 0
    known = heads.get(chain, {})
    for number, data, entry_hash in _entries(lines):
        entry = _json(data["entry"], f"entry {number}")
        entry_id = entry.get("id", "without an id")
        try:
            if entry_hash != data["hash"]:
                raise Wrong("its content was changed")
            if entry.get("previous") != previous:
                raise Wrong("it does not follow the entry before it")
            said += check_words(entry, data["words"])
            tree.add(bytes.fromhex(entry_hash))
            head = known.get(number)
            if head is not None and (head["hash"], head["root"]) != (entry_hash, tree.root()):
                raise Wrong(f"the head that was signed at {head['at']} is of another log")
        except Wrong as error:
            raise Wrong(f"{chain}: entry {number} ({entry_id}): {error}") from None
        heads.met(chain, number)
        previous = entry_hash
    last = max(known, default=0)
    if last > tree.size:
        raise Wrong(f"{chain}: after entry {tree.size} ({entry_id}) others are missing: {last} were signed")
    after = tree.size - last
    heads_said = f"{len(known)} signed heads, {said} words; {after} after the last head"
    whole = f"the {chain} log: {tree.size} entries, {heads_said}"
    if known:
        return whole
    heads.without.append(chain)
    return f"Note: {whole}. No head of it was signed: {ONLY_A_CHAIN}"


def check_code(lines, chain, code, number):
    """A code from a paper book is that of the log when it had so many entries. Gives what holds."""
    if chain not in CHAINS:
        raise Unchecked(f"a log is called {' or '.join(CHAINS)}, and not {chain}")
    if not re.fullmatch("[0-9]{1,15}", number) or not int(number):
        raise Unchecked(f"{number} is no number of entries")
    tree, number, entries = Tree(), int(number), _entries(lines)
    for _, data, entry_hash in entries:
        check_words(_json(data["entry"], f"entry {tree.size + 1}"), data["words"])
        tree.add(bytes.fromhex(entry_hash))
        if tree.size == number:
            break
    if not tree.size:
        raise Unchecked(f"the {chain} log is empty")
    if tree.size < number:
        raise Wrong(f"the log has {tree.size} entries only")
    typed = code.upper().translate(str.maketrans("OIL", "011"))
    signs = "".join(sign for sign in typed if sign in LETTERS)
    if signs != code_of(chain, number, tree.root()).replace("-", ""):
        raise Wrong("the code in the book is not that of this log")
    yield f"the code is that of the {chain} log with {number} entries"
    if next(entries, None) is not None:
        yield f"Note: what stands after entry {number} was not checked: the code does not know it"


def code_of(chain, number, root):
    whole = hashlib.sha256(f"signpost code\n{chain}\n{number}\n{root}\n".encode()).digest()
    bits = int.from_bytes(whole, "big") >> (256 - 75)
    signs = "".join(LETTERS[bits >> 5 * at & 31] for at in reversed(range(15)))
    check = 32
    for sign in signs:
        check = ((check + LETTERS.index(sign)) % 32 or 32) * 2 % 33
    return "-".join([signs[:5], signs[5:10], signs[10:], LETTERS[(33 - check) % 32]])


# ---- Folders and zip files, read in the same way. What could be read in two ways is refused.

NAME = re.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
SECOND_NAME = 0x7075
JUNCTION = 0xA0000003
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    RuntimeError,
    NotImplementedError,
    OverflowError,
    ValueError,
)


def _safely(read, *given):
    try:
        return read(*given)
    except DAMAGE:
        raise Unchecked("the zip is damaged, or locked with a password") from None


def _text(file, what, encoding="utf-8"):
    data = _safely(file.read, FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise Unchecked(f"{what} is larger than {FILE_LIMIT >> 20} MB")
    return data.decode(encoding)


def _lines(file, what, errors="strict"):
    while True:
        line = _safely(file.readline, LINE_LIMIT + 1)
        if not line:
            return
        if len(line) > LINE_LIMIT:
            raise Unchecked(f"{what} has a line of more than {LINE_LIMIT >> 20} MB")
        yield line.decode("utf-8", errors)


def _names_of_folder(top):
    """Every file in it. A link leads out of the folder; what is special could say another thing each time."""
    found, left = [], [top.rstrip("/" + os.sep) or top]
    if os.path.islink(left[0]):
        raise Wrong("the folder is a link: give the folder itself")
    while left:
        folder = left.pop()
        for name in os.listdir(folder):
            whole = os.path.join(folder, name)
            known = os.lstat(whole)
            if stat.S_ISDIR(known.st_mode) and getattr(known, "st_reparse_tag", 0) != JUNCTION:
                left.append(whole)
            elif stat.S_ISREG(known.st_mode):
                found.append(os.path.relpath(whole, top).replace(os.sep, "/"))
            else:
                raise Wrong(f"{os.path.relpath(whole, top)} is no plain file and no plain folder")
    return sorted(found)


def _has_second_name(extra):
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack("<HH", extra[at : at + 4])
        if kind == SECOND_NAME:
            return True
        at += 4 + length
    return False


def _check_entry(info):
    """One file or folder of a zip, which every program unpacks to the same."""
    name, mode = info.orig_filename, info.external_attr >> 16
    is_folder, wrong = name.endswith("/"), None
    special = 0 if is_folder else mode & 0o7000 or info.external_attr & 0x10
    if info.filename != name or not NAME.fullmatch(name[:-1] if is_folder else name):
        wrong = "has a name that is not plain"
    elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        wrong = "is packed in an unusual way"
    elif is_folder and info.file_size:
        wrong = "is a folder and has content"
    elif special or stat.S_IFMT(mode) not in (0, stat.S_IFDIR if is_folder else stat.S_IFREG):
        wrong = "is no plain file and no plain folder"
    elif _has_second_name(info.extra):
        wrong = "has a second name"
    if wrong:
        raise Wrong(f"the zip is not plain: {name} {wrong}")


def _check_local(file, info):
    """What stands before an entry says the same as the list at the end. Returns where the entry ends."""
    file.seek(info.header_offset)
    head = struct.unpack("<4s5H3L2H", file.read(30))
    name, extra = file.read(head[9]), file.read(head[10])
    if _has_second_name(extra):
        raise Wrong(f"the zip is not plain: {info.orig_filename} has a second name")
    # Sizes may stand behind the entry, or in a field for large ones: then there is no number here.
    unsaid = {0xFFFFFFFF, 0} if info.flag_bits & 8 else {0xFFFFFFFF}
    there = (info.CRC, info.compress_size, info.file_size)
    same = all(head[6 + at] == there[at] or head[6 + at] in unsaid for at in range(3))
    if not same or head[2:4] != (info.flag_bits, info.compress_type) or name != info.orig_filename.encode():
        raise Wrong(f"the zip is not plain: two things are said of {info.orig_filename}")
    return info.header_offset + 30 + len(name) + len(extra) + info.compress_size


def _check_frame(file, infos):
    """The zip is its entries, one after the other, their list, and nothing else. Each has one name only."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - 22, 0))
    end = file.read(22)
    if end[:4] != b"PK\x05\x06" or end[20:] != b"\0\0":
        raise Wrong("the zip is not plain: it has a comment, or something stands behind its end")
    total, length, start = struct.unpack("<HLL", end[10:20])
    if total == 0xFFFF or 0xFFFFFFFF in (length, start):
        raise Unchecked("the zip is of the 64-bit kind: unpack it, and give the folder")
    allowed = {0}
    for info in infos:
        if info.header_offset not in allowed:
            break
        after = _check_local(file, info)
        # With the third bit set, check sum and sizes stand behind the entry, in one of four lengths.
        allowed = {after + more for more in (12, 16, 20, 24)} if info.flag_bits & 8 else {after}
    else:
        if start in allowed and start + length + 22 == size and total == len(infos):
            return
    raise Wrong("the zip is not plain: something stands before or between its entries")


def _names_of_zip(file, zipped):
    infos = sorted(zipped.infolist(), key=lambda info: info.header_offset)
    for info in infos:
        _check_entry(info)
    _safely(_check_frame, file, infos)
    names = [info.orig_filename for info in infos]
    there, folders = (
        set(),
        {"/".join(name.split("/")[:at]).lower() for name in names for at in range(1, name.count("/") + 1)},
    )
    for name in names:
        plain = name.rstrip("/").lower()
        if plain in there or (not name.endswith("/") and plain in folders):
            raise Wrong(f"the zip is not plain: {name} is in it twice")
        there.add(plain)
    return sorted(name for name in names if not name.endswith("/"))


class Folder:
    """A folder or a zip file. `names` are those of its files."""

    def __init__(self, path):
        self.path, self.zip = path, None
        if os.path.isdir(path):
            self.names = _names_of_folder(path)
            return
        file = open(path, "rb")  # noqa: SIM115
        self.zip = _safely(zipfile.ZipFile, file)
        file.seek(0)
        if file.read(2) != b"PK":
            raise Wrong("the zip is not plain: something stands before or between its entries")
        self.names = _names_of_zip(file, self.zip)

    def open(self, name):
        if self.zip is not None:
            return _safely(self.zip.open, name)
        return open(os.path.join(self.path, name), "rb")

    def text(self, name):
        with self.open(name) as file:
            return _text(file, name)

    def lines(self, name):
        with self.open(name) as file:
            yield from _lines(file, name)

    def parts(self, name):
        with self.open(name) as file:
            yield from iter(lambda: _safely(file.read, 1 << 20), b"")

    def digest(self, name):
        whole = hashlib.sha256()
        for part in self.parts(name):
            whole.update(part)
        return whole.hexdigest()


# ---- Bundles.


def check_manifest(folder, keys):
    """The list of files is signed, and each file is as it was listed. No file is missing or too many.

    The manifest: {"format", "key", "files": {name: SHA-256}, ...}; its signature, over the format, a line's
    end and the canonical JSON, stands in manifest.sig in hexadecimal.
    """
    manifest = _json(folder.text("manifest.json"), "the manifest")
    if not isinstance(manifest, dict) or manifest.get("format") != MANIFEST:
        raise Wrong("the manifest is of another format")
    key = keys.get(manifest.get("key"))
    if key is None:
        raise Wrong(f"the bundle is signed with the key {manifest.get('key')}, which is not among yours")
    if "manifest.sig" not in folder.names:
        raise Wrong("manifest.sig is missing from the bundle")
    message = f"{MANIFEST}\n{_canonical(manifest)}".encode()
    if not is_signed(key, message, _hex(folder.text("manifest.sig").strip(), 64, "the signature")):
        raise Wrong("the signature of the manifest is wrong")
    listed = manifest["files"]
    wrong = _wrong_files(folder, listed)
    if wrong:
        more = [f"and so are {len(wrong) - NAMED} more files"] if len(wrong) > NAMED else []
        raise Wrong(*wrong[:NAMED], *more)
    if not listed:
        raise Unchecked("the manifest lists no file")
    return f"the bundle: {len(listed)} files, each as it was when the bundle was signed"


def _wrong_files(folder, listed):
    there, wrong = set(folder.names) - {"manifest.json", "manifest.sig"}, []
    for name in sorted(there | set(listed)):
        if name not in there:
            wrong.append(f"{name} is missing from the bundle")
        elif name not in listed:
            wrong.append(f"{name} is in the bundle and not in its manifest")
        elif folder.digest(name) != listed[name]:
            wrong.append(f"{name} was changed")
    return wrong


def _is_of_a_log(name):
    """What `signpost export-log` writes; and proofs."""
    return name in ("safety.jsonl", "audit.jsonl", "heads.jsonl", "public-key.txt") or re.fullmatch(
        r"proofs/[^/]+\.json", name
    )


def check_folder(path, keys, heads):
    """A bundle, or the folder of `signpost export-log`. Gives a line for each thing that holds."""
    folder = Folder(path)
    names = folder.names
    logs = [chain for chain in CHAINS if f"{chain}.jsonl" in names]
    proofs = [name for name in names if name.startswith("proofs/") and name.endswith(".json")]
    if "manifest.json" in names:
        yield check_manifest(folder, keys)
    elif not all(map(_is_of_a_log, names)):
        raise Unchecked(
            "there is no manifest.json, so nothing signs the other files; do they lie in a folder inside?"
        )
    elif not logs and not proofs:
        raise Unchecked("there is nothing in it that can be checked")
    else:
        yield "Note: there is no manifest: it is no signed bundle, and only what follows was checked"
    if "heads.jsonl" in names:
        read_heads(folder.lines("heads.jsonl"), keys, heads, cut_off=False)
    proven = []
    for name in proofs:
        try:
            proven.append(check_proof(_json(folder.text(name), name), keys, heads))
        except Wrong as error:
            raise Wrong(f"{name}: {error}") from None
    for chain in logs:
        yield check_log(folder.lines(f"{chain}.jsonl"), chain, heads)
    yield from proven


def _is_bundle(path):
    if os.path.isdir(path) or path.lower().endswith(".zip"):
        return True
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(2) == b"PK" or zipfile.is_zipfile(path)


def check(path, keys, heads):
    if _is_bundle(path):
        yield from check_folder(path, keys, heads)
    elif path.lower().endswith(".jsonl"):
        chain = "audit" if os.path.basename(path).startswith("audit") else "safety"
        with open(path, "rb") as file:
            yield check_log(_lines(file, "the log"), chain, heads)
    else:
        with open(path, "rb") as file:
            yield check_proof(_json(_text(file, "the file"), "the file"), keys, heads)
    yield from heads.notes()
    if heads.without:
        raise Unchecked(f"there is no signed head of the {' and the '.join(heads.without)} log")


def unpack(path, new, keys, heads):
    """Writes what was checked into a new folder. The copy is checked once more, before it has its name."""
    made = tempfile.mkdtemp(prefix=".unpacking-", dir=os.path.dirname(os.path.abspath(new)))
    try:
        folder = Folder(path)
        signed = "manifest.json" in folder.names
        for name in folder.names:
            if name == "public-key.txt" and not signed:
                continue
            target = os.path.join(made, *name.split("/"))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "xb") as file:
                for part in folder.parts(name):
                    file.write(part)
        for _ in check(made, keys, heads):
            pass
        _refuse_existing(new)
        os.rename(made, new)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return f"Written: what was checked is in {new}. Read only that"


def _refuse_existing(new):
    if os.path.lexists(new):
        raise Unchecked(f"{new} is there already: name a new folder")


# ---- The program.


def say(text):
    """Prints a line. What stands in a file cannot move the cursor, colour the screen or turn the writing."""
    shown = "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text
    )
    print(shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}...")


def _tell(lines):
    for line in lines:
        say(line if line.startswith("Note:") else f"Holds: {line}")


def _arguments(arguments):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", help="a proof, an exported log, a bundle's folder or zip")
    parser.add_argument("--public-key", help="file with public keys that you had by another way")
    parser.add_argument("--heads", help="signed heads that were kept outside")
    parser.add_argument("--code", nargs=3, metavar=("LOG", "CODE", "NUMBER"), help="a code from a paper book")
    parser.add_argument("--unpack", metavar="NEW_FOLDER", help="write there what was checked, if all holds")
    given = parser.parse_args(arguments)
    if given.code and (given.public_key or given.heads or given.unpack):
        parser.error("--code goes alone, with one exported log")
    if not given.code and not given.public_key:
        parser.error("--public-key is needed")
    return given


def _is_inside(path, folder):
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), ""))


def _run(given):
    if given.code:
        with open(given.path, "rb") as file:
            _tell(check_code(_lines(file, "the log"), *given.code))
        return
    if given.unpack:
        _refuse_existing(given.unpack)
        if not _is_bundle(given.path):
            raise Unchecked("only a folder or a zip can be unpacked")
    with open(given.public_key, "rb") as file:
        keys = read_keys(_text(file, "the file of keys", "utf-8-sig"))
    if os.path.isdir(given.path) and _is_inside(given.public_key, given.path):
        say("Note: the public key is from the folder itself: use one that you had by another way")
    heads = Heads()
    if given.heads:
        with open(given.heads, "rb") as file:
            lines = _lines(file, "the file of heads", "replace")
            read_heads((line.lstrip("\ufeff") for line in lines), keys, heads)
        heads.are_from_outside()
    _tell(check(given.path, keys, heads))
    if given.unpack:
        say(unpack(given.path, given.unpack, keys, heads))


def main(arguments=None):
    given = _arguments(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        _run(given)
    except Wrong as error:
        for each in error.args:
            say(f"Does not hold: {each}")
        return 1
    except (Unchecked, OSError, UnicodeDecodeError) as error:
        say(f"Could not be checked: {error}")
        return 2
    except (RecursionError, MemoryError):
        say("Could not be checked: it is nested too deeply, or too large")
        return 2
    except (AttributeError, KeyError, TypeError, ValueError):
        say("Does not hold: a part is missing or makes no sense")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
