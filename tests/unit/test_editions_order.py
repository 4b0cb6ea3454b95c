"""A service that staff added stands with those that are about the same, wherever the file has them."""

import pytest

from bot.editions.order import order_of

GROUPS = {"settling_in": ("money", "phone"), "health": ("nurse", "sleep"), "out": ("housing",)}
FILE = {"finance": "money", "phones": "phone", "nurses": "nurse", "homes": "housing"}


@pytest.mark.parametrize(
    ("topic", "after"),
    [
        ("money", "finance"),
        ("phone", "phones"),
        ("sleep", "nurses"),
        ("housing", "homes"),
        ("a topic of no heading", "homes"),
    ],
)
def test_it_comes_after_the_last_of_its_like(topic: str, after: str) -> None:
    order = order_of(FILE, {"new": topic}, GROUPS)

    assert order.index("new") == order.index(after) + 1
    assert [key for key in order if key != "new"] == list(FILE)


def test_where_its_heading_has_none_it_comes_before_the_next_heading() -> None:
    without_health = {key: topic for key, topic in FILE.items() if topic != "nurse"}

    assert order_of(without_health, {"new": "sleep"}, GROUPS) == ("finance", "phones", "new", "homes")
    assert order_of({"homes": "housing"}, {"new": "sleep"}, GROUPS) == ("new", "homes")
    assert order_of({}, {"new": "sleep"}, GROUPS) == ("new",)


def test_several_that_are_new_are_in_the_order_of_their_ids_whatever_came_first() -> None:
    assert order_of(FILE, {"b": "money", "a": "money"}, GROUPS)[:3] == ("finance", "a", "b")
    assert order_of(FILE, {"a": "money", "b": "money"}, GROUPS)[:3] == ("finance", "a", "b")


def test_what_the_file_has_keeps_its_order_even_where_it_is_not_by_headings() -> None:
    mixed = {"homes": "housing", "finance": "money", "nurses": "nurse"}

    assert order_of(mixed, {}, GROUPS) == ("homes", "finance", "nurses")
    assert order_of(mixed, {"new": "phone"}, GROUPS) == ("homes", "finance", "new", "nurses")
