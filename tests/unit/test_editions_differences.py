"""What differs between two texts, line by line."""

from bot.editions.differences import Difference, Line, Side, differences, lines_of


def test_only_the_keys_that_differ_are_told_with_all_their_lines() -> None:
    old = {"title": "Visits", "short": "One.\nTwo.\nThree."}
    new = {"title": "Visits", "short": "One.\nThree.\nFour."}

    found = differences(old, new)

    lines = (
        Line(Side.BOTH, "One."),
        Line(Side.OLD, "Two."),
        Line(Side.BOTH, "Three."),
        Line(Side.NEW, "Four."),
    )
    assert found == (Difference("short", lines),)


def test_what_is_in_one_text_only_is_told_too() -> None:
    found = differences({"note": "Bring your card."}, {"place": "Room 2."})

    assert found == (
        Difference("place", (Line(Side.NEW, "Room 2."),)),
        Difference("note", (Line(Side.OLD, "Bring your card."),)),
    )


def test_lists_times_and_ways_are_written_as_lines_that_people_can_read() -> None:
    assert lines_of(["Ask.", "Wait."]) == ["Ask.", "Wait."]
    assert lines_of({"weekday": [["09:00", "12:00"], ["13:30", "16:00"]], "friday": []}) == [
        "weekday: 09:00-12:00, 13:30-16:00",
        "friday: ",
    ]
    assert lines_of([{"way": "app", "name": "Dentist"}]) == ["way: app, name: Dentist"]
    assert lines_of({"peer_roles": ["insider", "listener"]}) == ["peer_roles: insider, listener"]


def test_equal_texts_do_not_differ() -> None:
    body = {"title": "Visits", "steps": ["Ask."]}

    assert differences(body, dict(body)) == ()
