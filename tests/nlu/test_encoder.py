"""The encoder: any text gives one good vector, and a spoilt folder is refused."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.encoder import DIMENSIONS, MANIFEST, MAX_CHARACTERS, Encoder, EncoderBroken, check, shared

ENCODER = Path(__file__).parents[2] / "var" / "encoder"
needs_encoder = pytest.mark.skipif(
    not (ENCODER / MANIFEST).exists(), reason="var/encoder is missing: run `make train` first"
)

HOSTILE = [
    "",
    " ",
    "\n\t\n",
    "\x00",
    "a\x00b\x1b[2J",
    "\ud83d",
    "\udc00\ud83d hello",
    "\ufdfa" * 100_000,
    "a" * 1_000_000,
    "😀" * 3_000,
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "</s><s><mask><pad>",
    "\u202e\u200f\u200b",
    "e" + "\u0301" * 1_000,
    "\U0010ffff\ufffe",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return shared(ENCODER)


@needs_encoder
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_string_gives_a_vector_of_length_one(encoder: Encoder, text: str) -> None:
    (vector,) = encoder.encode([text])

    assert vector.dtype == np.float32
    assert vector.shape == (DIMENSIONS,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


@needs_encoder
def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, DIMENSIONS)


@needs_encoder
def test_vectors_come_in_the_order_of_their_texts_whatever_the_lengths(encoder: Encoder) -> None:
    texts = ["visit " * (1 + number * 7 % 50) for number in range(70)]

    together = Encoder.load(ENCODER, threads=2).encode(texts)

    alone = np.vstack([encoder.encode([text]) for text in texts])
    np.testing.assert_array_equal(together, alone)


@needs_encoder
def test_a_part_of_a_text_has_the_vector_of_its_tokens_as_read_within_the_whole(encoder: Encoder) -> None:
    text = "when is the gym on, my tooth hurts"
    middle = text.index(",")

    gym, tooth, everything = encoder.spread(text, [(0, middle), (middle + 2, len(text)), (0, len(text))])

    asked = encoder.encode(["when does the gym open", "I have toothache"])
    assert gym @ asked[0] > tooth @ asked[0]
    assert tooth @ asked[1] > gym @ asked[1]
    assert everything @ encoder.encode([text])[0] > 0.99


@needs_encoder
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_every_part_of_any_string_has_a_vector(encoder: Encoder, text: str) -> None:
    spans = [(0, 1), (len(text) // 2, len(text)), (len(text), len(text) + 9)]

    vectors = encoder.spread(text, spans)

    assert vectors.shape == (3, DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@needs_encoder
def test_the_same_text_gives_the_same_vector_again_and_after_loading_anew(encoder: Encoder) -> None:
    texts = ["how do i book a visit", *HOSTILE]

    first = encoder.encode(texts)

    np.testing.assert_array_equal(first, encoder.encode(texts))
    np.testing.assert_array_equal(first, Encoder.load(ENCODER).encode(texts))


@needs_encoder
def test_what_follows_the_limit_changes_nothing(encoder: Encoder) -> None:
    start = ("x" * 9 + " ") * (MAX_CHARACTERS // 10)

    short, long = encoder.encode([start, start + "and I want a visit"])

    np.testing.assert_array_equal(short, long)


@needs_encoder
@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("How do I book a visit?", "can my mum come and see me", "the food was cold again"),
        ("How do I book a visit?", "Jak umówić widzenie?", "the food was cold again"),
        ("I have toothache", "me duele una muela", "when is my court date"),
        ("I can't sleep", "не могу спать", "I need new trainers"),
        ("I want to see the imam", "أريد أن أرى الإمام", "my kettle is broken"),
    ],
)
def test_like_is_closer_than_unlike_in_other_languages_too(
    encoder: Encoder, text: str, same: str, other: str
) -> None:
    vector, like, unlike = encoder.encode([text, same, other])

    assert vector @ like > vector @ unlike


@needs_encoder
def test_a_process_has_one_encoder_for_a_folder(encoder: Encoder) -> None:
    assert shared(ENCODER / ".." / ENCODER.name) is encoder


@needs_encoder
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_changed_by_one_byte_is_refused(tmp_path: Path, name: str) -> None:
    copy = tmp_path / "encoder"
    shutil.copytree(ENCODER, copy)
    with (copy / name).open("r+b") as file:
        file.seek(1_000)
        byte = file.read(1)
        file.seek(1_000)
        file.write(bytes([byte[0] ^ 1]))

    with pytest.raises(EncoderBroken, match=name):
        Encoder.load(copy)


@pytest.mark.parametrize(
    "manifest", ["", "{", "[]", "{}", '{"files": {}}', '{"files": {"model.onnx": 1}}', '{"files": null}']
)
def test_a_manifest_that_cannot_be_read_is_refused(tmp_path: Path, manifest: str) -> None:
    (tmp_path / MANIFEST).write_text(manifest, "utf-8")
    (tmp_path / "model.onnx").write_bytes(b"")
    (tmp_path / "tokenizer.json").write_bytes(b"")

    with pytest.raises(EncoderBroken):
        check(tmp_path)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderBroken):
        Encoder.load(tmp_path / "nowhere")


def test_a_model_that_matches_its_manifest_but_is_none_is_refused(tmp_path: Path) -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"")
    manifest = {"files": {"model.onnx": empty, "tokenizer.json": empty}}
    (tmp_path / MANIFEST).write_text(json.dumps(manifest), "utf-8")

    with pytest.raises(EncoderBroken, match="cannot be loaded"):
        Encoder.load(tmp_path)
