"""The first figures, the groups and the confusions of six answers made up by hand."""

import pytest

from evaluation.asking import ask
from evaluation.confusion import Confusion, confusions
from evaluation.figures import headline, times
from evaluation.groups import KEYWORD, LANGUAGE, LENGTH, TOPIC, VOICE, grouped, length
from evaluation.shares import Share
from tests.evaluation.made import Ticks, a_line, an_answer, six_answers


def test_the_headline_counts_what_is_in_scope_apart_from_what_is_not() -> None:
    head = headline(six_answers())

    assert head.first == Share(2, 4)
    assert head.among_three == Share(4, 4)
    assert head.turned_away == Share(2, 4)
    assert head.told_outside == Share(1, 4)
    assert head.outside_told == Share(1, 2)
    assert head.outside_held == Share(2, 2)
    assert head.danger_seen == Share(1, 6)
    assert head.needs_found == Share(0, 0)


def test_the_fourth_guess_is_not_among_three() -> None:
    answer = an_answer("ask_money", ("a", 0.4), ("b", 0.3), ("c", 0.2), ("ask_money", 0.1))

    assert headline([answer]).among_three == Share(0, 1)


def test_of_two_needs_the_first_guess_may_be_either_and_three_must_hold_both() -> None:
    both = ("ask_money", "ask_visits")
    answers = [
        an_answer(both, ("ask_visits", 0.5), ("ask_money", 0.4), needs=both),
        an_answer(both, ("ask_visits", 0.9), ("ask_phone", 0.1), needs=("ask_visits",)),
    ]

    head = headline(answers)

    assert (head.first, head.among_three, head.needs_found) == (Share(2, 2), Share(1, 2), Share(1, 2))


def test_times_are_the_median_and_what_99_of_100_do_not_exceed() -> None:
    found = times([0.001 * milliseconds for milliseconds in range(1, 102)])

    assert (found.median, found.slowest) == (pytest.approx(51), pytest.approx(100))
    assert times([]).median == 0


def test_by_topic_the_weakest_comes_first_and_out_of_scope_is_one_of_them() -> None:
    topics = grouped(six_answers())[TOPIC]

    assert [(group.name, group.first) for group in topics] == [
        ("ask_money", Share(0, 1)),
        ("greet", Share(0, 1)),
        ("out_of_scope", Share(1, 2)),
        ("ask_visits", Share(2, 2)),
    ]


def test_other_groups_hold_only_what_is_in_scope() -> None:
    groups = grouped(six_answers())

    assert {group.name: group.first for group in groups[VOICE]} == {
        "slang": Share(0, 1),
        "phone": Share(2, 3),
    }
    assert {group.name: group.first for group in groups[KEYWORD]} == {
        "with its obvious word": Share(1, 1),
        "without its obvious word": Share(1, 3),
    }
    assert [group.first for group in groups[LANGUAGE]] == [Share(2, 4)]


@pytest.mark.parametrize(
    ("words", "name"),
    [(3, "1 to 3 words"), (4, "4 to 8 words"), (30, "16 to 30 words"), (31, "31 words and more")],
)
def test_length_is_counted_in_words(words: int, name: str) -> None:
    assert length("word " * words) == name


def test_lengths_stay_in_their_order() -> None:
    right = an_answer("greet", ("greet", 1.0), text="one two three four five")
    wrong = an_answer("greet", ("thank", 1.0), text="hiya")

    names = [group.name for group in grouped([right, wrong])[LENGTH]]

    assert names == ["1 to 3 words", "4 to 8 words"]


def test_confusions_are_counted_by_pair_the_most_frequent_first() -> None:
    twice = [an_answer("ask_money", ("ask_debt", 0.9), text=text) for text in ("owe him", "owe her")]

    found = confusions([*six_answers(), *twice], with_texts=True)

    assert found[0] == Confusion("ask_money", "ask_debt", 2, ("owe him", "owe her"))
    assert [(pair.meant, pair.taken, pair.count) for pair in found[1:]] == [
        ("ask_money", "ask_canteen", 1),
        ("greet", "out_of_scope", 1),
        ("out_of_scope", "ask_gym_exercise", 1),
    ]


def test_without_leave_a_confusion_shows_no_message() -> None:
    assert all(not pair.texts for pair in confusions(six_answers(), with_texts=False))


class OneAnswer:
    """Understands every text as the same; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def understand(self, text: str) -> dict[str, object]:
        self.asked.append(text)
        ranking = [{"intent": "greet", "confidence": 0.9}, {"intent": "thank", "confidence": 0.1}]
        return {"text": text, "ranking": ranking, "fallback": True, "needs": ["greet"]}


def test_each_message_is_asked_in_order_and_timed_after_a_warm_up() -> None:
    model = OneAnswer()
    lines = [a_line("greet", "hiya"), a_line("thank", "ta")]

    answers = ask(model, lines, Ticks())

    assert model.asked == ["hiya", "ta", "hiya", "ta"]
    assert [answer.is_right for answer in answers] == [True, False]
    assert [answer.seconds for answer in answers] == pytest.approx([0.01, 0.01])
    assert answers[0].asks_again
    assert not answers[0].sees_danger
    assert answers[0].needs == ("greet",)
