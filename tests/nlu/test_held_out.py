"""Lines held out are always the same ones, whoever asks."""

from bot.nlu.held_out import ONE_IN, is_held_out

LINES = [f"line {number} of many" for number in range(4_000)]


def test_about_one_line_in_so_many_is_held_out() -> None:
    share = sum(map(is_held_out, LINES)) / len(LINES)

    assert abs(share - 1 / ONE_IN) < 0.02


def test_letter_case_makes_no_other_line_and_broken_characters_no_error() -> None:
    assert all(is_held_out(line) == is_held_out(line.upper()) for line in LINES[:200])
    assert is_held_out("\ud800") in (True, False)
