"""Word pieces: the same as the tokenizers library finds, for any text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from bot.nlu.pieces import Pieces
from bot.nlu.typed import whole

FILE = Path(__file__).parents[2] / "var" / "encoder" / "tokenizer.json"
LIMIT = 128

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="var/encoder is missing: run `make train` first")


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return Pieces.read(FILE)


@pytest.fixture(scope="module")
def library() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(FILE))
    tokenizer.enable_truncation(LIMIT)
    tokenizer.encode_special_tokens = True
    return tokenizer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "how do i book a visit",
        "wen is me mum alowed 2 visit??",
        "jak umówić widzenie",
        "أريد أن أرى الإمام",
        "我不会说英语",
        "👩‍👩‍👧‍👦 ok",
        "ﷺ" * 50,
        "a" * 2_000,
        "word " * 500,
        "▁▁ x",
    ],
)
def test_pieces_are_those_of_the_library(pieces: Pieces, library: Tokenizer, text: str) -> None:
    assert pieces.ids(text, LIMIT) == library.encode(text).ids


@given(st.text(max_size=200))
def test_pieces_are_those_of_the_library_for_any_text(pieces: Pieces, library: Tokenizer, text: str) -> None:
    assert pieces.ids(whole(text), LIMIT) == library.encode(whole(text)).ids


def test_a_special_token_that_somebody_types_is_text(pieces: Pieces) -> None:
    (start, *middle, end) = pieces.ids("</s> <s> <pad> <mask>", LIMIT)

    assert (start, end) == (0, 2)
    assert not {0, 1, 2, 250_001} & set(middle)


def test_a_tokenizer_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text('{"model": {"type": "WordPiece", "unk_id": 3}}', "utf-8")

    with pytest.raises(ValueError, match="not of the kind"):
        Pieces.read(file)
