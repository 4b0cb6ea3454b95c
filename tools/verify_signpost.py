#!/usr/bin/env python3
"""Checks what Signpost gives to outsiders. This one file and Python 3.9 or later are all that is needed.

    python3 verify_signpost.py --public-key KEY.txt PROOF.json
    python3 verify_signpost.py --public-key KEY.txt [--heads HEADS.jsonl] FOLDER_OR_ZIP
    python3 verify_signpost.py --public-key KEY.txt [--heads HEADS.jsonl] safety.jsonl
    python3 verify_signpost.py --code safety CODE NUMBER safety.jsonl

It looks into no database and asks no server. It says what holds and what does not; exit status 0 when
everything holds, 1 when something does not, 2 when it could not be checked. docs/verifying.md explains it.
"""

import argparse
import hashlib
import json
import os
import sys
import zipfile

GENESIS = "0" * 64
HEAD, PROOF, ENTRY, MANIFEST = "signpost-head-1", "signpost-proof-1", "signpost-entry-1", "signpost-bundle-1"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Wrong(Exception):
    """Something is not as it was written. Says what."""


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


def _json(text, what):
    try:
        return json.loads(text)
    except ValueError:
        raise Wrong(f"{what} is no JSON") from None


def _canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _hex(text, length, what):
    try:
        data = bytes.fromhex(text)
    except (TypeError, ValueError):
        data = b""
    if len(data) != length:
        raise Wrong(f"{what} is not {length} bytes in hexadecimal")
    return data


def read_keys(text):
    """Public keys by their id: a line each of 64 hexadecimal digits, and remarks after #."""
    keys = {}
    for line in map(str.strip, text.splitlines()):
        if line and not line.startswith("#"):
            data = _hex(line, 32, "a public key")
            keys[hashlib.sha256(data).hexdigest()[:16]] = data
    if not keys:
        raise Wrong("there is no public key in the file")
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
    return head


def read_heads(lines, keys):
    """The heads by log and number. A line that was cut off is left out."""
    heads = {}
    for line in lines:
        if line.strip():
            try:
                data = json.loads(line)
            except ValueError:
                continue
            if not isinstance(data, dict):
                raise Wrong("a line of the heads is no signed head")
            head = check_head(data.get("head"), data.get("signature"), keys)
            heads.setdefault(head["chain"], {})[head["number"]] = head
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


# ---- Entries, proofs, logs, bundles.


def check_words(entry, words):
    """What was said, where it is given along, fits what the entry is committed to."""
    commitments = entry.get("words", {})
    for name, opening in words.items():
        if name not in commitments:
            raise Wrong(f"words are given ({name}) that the entry does not know")
        data = _hex(opening["salt"], 32, "a salt") + opening["words"].encode("utf-8", "surrogatepass")
        if hashlib.sha256(data).hexdigest() != commitments[name]:
            raise Wrong(f"the words ({name}) are not those that were written")
    return len(words)


def check_proof(proof, keys):
    """One entry stands in a log whose head was signed. Returns what is proven, in words."""
    if not isinstance(proof, dict) or proof.get("format") != PROOF:
        raise Wrong("it is no proof of this format")
    head = check_head(proof["head"], proof["signature"], keys)
    if head["chain"] != proof["chain"]:
        raise Wrong("the signed head is of the other log")
    text = proof["entry"]
    entry_hash = hashlib.sha256(text.encode()).digest()
    path = [_hex(step, 32, "a step of the path") for step in proof["path"]]
    if root_of_path(entry_hash, proof["index"], head["number"], path).hex() != head["root"]:
        raise Wrong("the entry does not stand in the log that was signed")
    entry = _json(text, "the entry")
    said = check_words(entry, proof["words"])
    beside = f", with {said} of its words" if said else ""
    return (
        f"entry {proof['index'] + 1} of the {head['chain']} log ({entry['id']}, {entry['at']}) was there as "
        f"it is shown{beside} when the head was signed at {head['at']}"
    )


def check_log(lines, chain, heads):
    """Every entry follows the one before it, and every signed head is of this very log."""
    tree, previous, entry_id, said = Tree(), GENESIS, "none", 0
    known = heads.get(chain, {})
    for line in lines:
        number = tree.size + 1
        data = _json(line, f"line {number}")
        if not isinstance(data, dict) or data.get("format") != ENTRY:
            raise Wrong(f"line {number} is no entry of this format")
        entry_hash = hashlib.sha256(data["entry"].encode()).hexdigest()
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
        previous = entry_hash
    last = max(known, default=0)
    if last > tree.size:
        raise Wrong(f"{chain}: after entry {tree.size} ({entry_id}) others are missing: {last} were signed")
    after = tree.size - last
    heads_said = f"{len(known)} signed heads, {said} words; {after} after the last head"
    return f"the {chain} log: {tree.size} entries, {heads_said}"


def check_code(lines, chain, code, number):
    """A code from a paper book is that of the log when it had so many entries."""
    tree = Tree()
    for line in lines:
        if tree.size == number:
            break
        data = _json(line, f"line {tree.size + 1}")
        tree.add(hashlib.sha256(data["entry"].encode()).digest())
    if tree.size < number:
        raise Wrong(f"the log has {tree.size} entries only")
    typed = code.upper().translate(str.maketrans("OIL", "011"))
    signs = "".join(sign for sign in typed if sign in LETTERS)
    if signs != code_of(chain, number, tree.root()).replace("-", ""):
        raise Wrong("the code in the book is not that of this log")
    return f"the code is that of the {chain} log with {number} entries"


def code_of(chain, number, root):
    whole = hashlib.sha256(f"signpost code\n{chain}\n{number}\n{root}\n".encode()).digest()
    bits = int.from_bytes(whole, "big") >> (256 - 75)
    signs = "".join(LETTERS[bits >> 5 * at & 31] for at in reversed(range(15)))
    check = 32
    for sign in signs:
        check = ((check + LETTERS.index(sign)) % 32 or 32) * 2 % 33
    return "-".join([signs[:5], signs[5:10], signs[10:], LETTERS[(33 - check) % 32]])


class Folder:
    """A folder or a zip file, read in the same way."""

    def __init__(self, path):
        self.path, self.zip = path, None if os.path.isdir(path) else zipfile.ZipFile(path)

    def names(self):
        if self.zip is not None:
            return sorted(name for name in self.zip.namelist() if not name.endswith("/"))
        found = []
        for folder, _, files in os.walk(self.path):
            found += [os.path.relpath(os.path.join(folder, name), self.path) for name in files]
        return sorted(name.replace(os.sep, "/") for name in found)

    def open(self, name):
        return self.zip.open(name) if self.zip is not None else open(os.path.join(self.path, name), "rb")

    def text(self, name):
        with self.open(name) as file:
            return file.read().decode("utf-8")

    def lines(self, name):
        with self.open(name) as file:
            for line in file:
                yield line.decode("utf-8")

    def digest(self, name):
        whole = hashlib.sha256()
        with self.open(name) as file:
            for part in iter(lambda: file.read(1 << 20), b""):
                whole.update(part)
        return whole.hexdigest()


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
    message = f"{MANIFEST}\n{_canonical(manifest)}".encode()
    if not is_signed(key, message, _hex(folder.text("manifest.sig").strip(), 64, "the signature")):
        raise Wrong("the signature of the manifest is wrong")
    there = set(folder.names()) - {"manifest.json", "manifest.sig"}
    listed = manifest["files"]
    for name in sorted(there | set(listed)):
        if name not in there:
            raise Wrong(f"{name} is missing from the bundle")
        if name not in listed:
            raise Wrong(f"{name} is in the bundle and not in its manifest")
        if folder.digest(name) != listed[name]:
            raise Wrong(f"{name} was changed")
    return f"the bundle: {len(listed)} files, each as it was when the bundle was signed"


def _add_heads(heads, more):
    for chain, known in more.items():
        for number, head in known.items():
            if heads.get(chain, {}).get(number, head) != head:
                raise Wrong(f"{chain}: your head of {number} entries is another one than the bundle's")
            heads.setdefault(chain, {})[number] = head


def check_folder(path, keys, heads_from_outside):
    """A bundle, or the folder of `signpost export-log`. Gives a line for each thing that holds."""
    folder = Folder(path)
    names = folder.names()
    if not any(name.endswith((".json", ".jsonl")) for name in names):
        raise Wrong("there is nothing in it that can be checked")
    if "manifest.json" in names:
        yield check_manifest(folder, keys)
    else:
        yield "Note: there is no manifest: it is no signed bundle, and only what follows was checked"
    heads = read_heads(folder.lines("heads.jsonl"), keys) if "heads.jsonl" in names else {}
    _add_heads(heads, heads_from_outside)
    for chain in ("safety", "audit"):
        if f"{chain}.jsonl" in names:
            yield check_log(folder.lines(f"{chain}.jsonl"), chain, heads)
    for name in names:
        if name.startswith("proofs/") and name.endswith(".json"):
            try:
                yield check_proof(_json(folder.text(name), name), keys)
            except Wrong as error:
                raise Wrong(f"{name}: {error}") from None


def check(path, keys, heads):
    if os.path.isdir(path) or zipfile.is_zipfile(path):
        yield from check_folder(path, keys, heads)
    elif path.endswith(".jsonl"):
        chain = "audit" if os.path.basename(path).startswith("audit") else "safety"
        with open(path, encoding="utf-8") as file:
            yield check_log(file, chain, heads)
    else:
        with open(path, encoding="utf-8") as file:
            yield check_proof(_json(file.read(), "the file"), keys)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", help="a proof, an exported log, a bundle's folder or zip")
    parser.add_argument("--public-key", help="file with public keys that you had by another way")
    parser.add_argument("--heads", help="signed heads that were kept outside")
    parser.add_argument("--code", nargs=3, metavar=("LOG", "CODE", "NUMBER"), help="a code from a paper book")
    given = parser.parse_args(arguments)
    try:
        if given.code:
            with open(given.path, encoding="utf-8") as file:
                print("Holds:", check_code(file, given.code[0], given.code[1], int(given.code[2])))
            return 0
        if not given.public_key:
            parser.error("--public-key is needed")
        with open(given.public_key, encoding="utf-8") as file:
            keys = read_keys(file.read())
        heads = {}
        if given.heads:
            with open(given.heads, encoding="utf-8", errors="replace") as file:
                heads = read_heads(file, keys)
        for line in check(given.path, keys, heads):
            print(line if line.startswith("Note:") else f"Holds: {line}")
    except Wrong as error:
        print("Does not hold:", error)
        return 1
    except (OSError, UnicodeDecodeError, zipfile.BadZipFile) as error:
        print("Could not be checked:", error)
        return 2
    except (AttributeError, KeyError, TypeError, ValueError):
        print("Does not hold: a part is missing or makes no sense")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
