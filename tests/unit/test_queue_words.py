"""A "could not" says why: a reason, what was offered instead, and words for another reason."""

import pytest

from bot.queue import service
from bot.queue.model import Change, ReasonNeeded, State, WordsNeeded
from bot.queue.words import Words
from tests.support.builders import NOW, STAFF, a_request
from tests.support.fakes import FakeWork


@pytest.fixture
def work() -> FakeWork:
    made = FakeWork()
    made.requests.add(a_request(id="r"))
    return made


def _could_not(work: FakeWork, words: Words) -> None:
    service.move(work, "r", Change.COULD_NOT, STAFF, now=NOW, words=words)


@pytest.mark.parametrize("note", ["", "  "])
def test_another_reason_without_words_is_refused_and_leaves_no_trace(work: FakeWork, note: str) -> None:
    with pytest.raises(WordsNeeded):
        _could_not(work, Words("other", "The phone", note))

    assert work.requests.rows["r"].is_open
    assert work.requests.events == []


@pytest.mark.parametrize(
    "words", [Words(), Words("no_staff"), Words("no_staff", " "), Words("", "The phone")]
)
def test_a_reason_and_what_was_offered_are_needed(work: FakeWork, words: Words) -> None:
    with pytest.raises(ReasonNeeded):
        _could_not(work, words)

    assert work.requests.rows["r"].is_open


def test_another_reason_with_words_is_stored_with_them(work: FakeWork) -> None:
    _could_not(work, Words("other", " The phone ", " the gate was broken "))

    (event,) = work.requests.events
    assert work.requests.rows["r"].state is State.COULD_NOT
    assert (event.reason, event.offered, event.note) == ("other", "The phone", "the gate was broken")
