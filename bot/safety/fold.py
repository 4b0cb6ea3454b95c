"""Characters to their plain form: case, width, accents, look-alikes; and what no reader sees, removed."""

import re
import unicodedata

# U+FDFA and U+FDFB unfold to many letters each: a page of them would grow eighteenfold.
# Every kind of line end becomes one, before control characters are dropped.
_FIRST = str.maketrans(
    {"\ufdfa": " ", "\ufdfb": " ", **dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n"), "\0": " "}
)
_APOSTROPHES = str.maketrans("", "", "'\u2019\u2018\u02bc`\u00b4\u02b9\u02bb\uff07\u02bf\u02be")

# Letters that the decomposition leaves alone, and the spellings of one Arabic-script letter.
_PLAIN: dict[int, str | int | None] = {
    **str.maketrans("łđðøıħŋəƙɓ", "lddoihnekb", "ʼـ"),
    **str.maketrans("أإآٱىیېےئکةہھۃۂؤں", "اااايييييكهههههون"),
    ord("ß"): "ss",
    ord("æ"): "ae",
    ord("œ"): "oe",
    ord("þ"): "th",
}

# Cyrillic and Greek letters that look like Latin ones.
_LOOKS = str.maketrans(
    "авеікмнорстухѕјһԁԛԝɡгпьαβεηικνορτυχωγς",
    "abeikmhopctyxsjhdqwgrnbabenikvoptuxwyc",
)
_FOREIGN = re.compile(r"[\u0370-\u052f]")
_LATIN = re.compile(r"[a-z]")


def fold(text: str) -> str:
    """The text in plain small letters. Patterns go through it too, so both sides always agree."""
    wide = unicodedata.normalize("NFKC", text.translate(_FIRST)).casefold()
    seen = "".join(char for char in wide if not _is_unseen(char))
    plain = _without_accents(unicodedata.normalize("NFKD", seen))
    return plain.translate(_PLAIN).translate(_APOSTROPHES)


def unmask(text: str) -> str:
    """Cyrillic and Greek look-alikes turned to Latin, word by word, where the word or the text is Latin."""
    if not _FOREIGN.search(text) or not _LATIN.search(text):
        return text
    if 2 * len(_FOREIGN.findall(text)) < len(_LATIN.findall(text)):
        return text.translate(_LOOKS)
    return re.sub(r"\S+", _unmask_word, text)


def _unmask_word(match: re.Match[str]) -> str:
    word = match.group()
    return word.translate(_LOOKS) if _FOREIGN.search(word) and _LATIN.search(word) else word


def _is_unseen(char: str) -> bool:
    """Zero-width, direction and control characters, lone surrogates, private and unassigned ones."""
    return char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn")


def _without_accents(text: str) -> str:
    """Marks over Latin, Greek, Cyrillic and Arabic letters dropped; in Bengali they are letters, and stay."""
    kept = []
    for char in text:
        is_mark = unicodedata.category(char) == "Mn"
        if not is_mark or "\u0900" <= char <= "\u0fff":
            kept.append(char)
    return "".join(kept)
