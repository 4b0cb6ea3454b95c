"""When a message is out of scope, and how the two settings for it are chosen."""

import pytest

from evaluation.peers.gate import OPEN, Gate, Ranking, choose
from tests.evaluation.made import ranked

CLOSE = ranked(("a", 0.50), ("b", 0.45))
SURE = ranked(("a", 0.90), ("b", 0.05))
UNSURE = ranked(("a", 0.20), ("b", 0.05))
ALONE = ranked(("a", 0.05))


@pytest.mark.parametrize(
    ("ranking", "gate", "is_outside"),
    [
        (SURE, Gate(0.3, 0.1), False),
        (CLOSE, Gate(0.3, 0.1), True),
        (CLOSE, Gate(0.3, 0.0), False),
        (UNSURE, Gate(0.3, 0.1), True),
        (UNSURE, Gate(0.2, 0.1), False),
        (ALONE, Gate(0.0, 0.1), False),
        (ALONE, Gate(0.06, 0.0), True),
    ],
)
def test_an_unsure_or_ambiguous_guess_is_outside(ranking: Ranking, gate: Gate, is_outside: bool) -> None:
    assert gate.is_outside(ranking, None) is is_outside


def test_the_class_for_what_is_out_of_scope_and_no_guess_at_all_are_outside() -> None:
    assert OPEN.is_outside(ranked(("oos", 0.9), ("a", 0.1)), "oos")
    assert OPEN.is_outside((), "oos")
    assert not OPEN.is_outside(ranked(("a", 0.2), ("oos", 0.1)), "oos")


def test_the_threshold_chosen_parts_what_can_be_parted() -> None:
    rankings = [ranked(("a", 0.9)), ranked(("a", 0.8)), ranked(("b", 0.4)), ranked(("a", 0.45))]

    gate = choose(rankings, ["a", "a", "oos", "oos"], "oos", share_outside=0.5)

    assert gate == Gate(0.46, 0.0)


def test_what_is_rare_when_choosing_weighs_as_much_as_it_will_later() -> None:
    # One stranger among nine, less sure than three of the right ones and surer than the other six.
    rankings = [ranked(("a", 0.9))] * 6 + [ranked(("a", 0.3))] * 3 + [ranked(("a", 0.5))]
    labels = ["a"] * 9 + ["oos"]

    rarely = choose(rankings, labels, "oos", share_outside=0.1)
    often = choose(rankings, labels, "oos", share_outside=0.5)

    assert (rarely, often) == (Gate(0.0, 0.0), Gate(0.51, 0.0))


def test_without_examples_of_both_kinds_the_gate_stays_open() -> None:
    assert choose([SURE], ["a"], "oos", 0.2) == OPEN
    assert choose([], [], "oos", 0.2) == OPEN
