"""The rules that find unusual reading, each with what is just within it and what is just beyond."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.people.reading import (
    AGAIN_LEAST,
    MANY_LEAST,
    REFUSED_LEAST,
    HourOfReading,
    PagesRefused,
    PersonOfReading,
    Rule,
    WingOfReading,
    again_and_again,
    is_night,
    tried_doors,
    unusual_hours,
    unusual_wings,
)

SINCE = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/London")
DAY = SINCE + timedelta(hours=34)
NIGHT = SINCE + timedelta(hours=26)


def hour(at: datetime, pages: int, who: str = "officer") -> HourOfReading:
    return HourOfReading(who, at, pages)


def habit(pages: int, *, at_night: bool = False, who: str = "officer") -> list[HourOfReading]:
    """One such hour on each of ten days before."""
    start = SINCE - timedelta(days=11) + timedelta(hours=2 if at_night else 10)
    return [hour(start + timedelta(days=day), pages, who) for day in range(10)]


def rules_of(found: list) -> list[Rule]:  # type: ignore[type-arg]
    return [each.rule for each in found]


def test_twice_the_busiest_hour_is_usual_and_one_more_is_not() -> None:
    within = unusual_hours([*habit(10), hour(DAY, 20)], SINCE, ZONE)
    beyond = unusual_hours([*habit(10), hour(DAY, 21)], SINCE, ZONE)

    assert rules_of(within) == []
    assert [(each.rule, each.count, each.usual) for each in beyond] == [(Rule.MANY, 21, 10)]


def test_few_pages_are_never_many_whatever_the_habit() -> None:
    assert rules_of(unusual_hours([*habit(1), hour(DAY, MANY_LEAST)], SINCE, ZONE)) == []
    assert rules_of(unusual_hours([*habit(1), hour(DAY, MANY_LEAST + 1)], SINCE, ZONE)) == [Rule.MANY]


def test_another_account_s_habit_excuses_nobody() -> None:
    found = unusual_hours([*habit(30, who="busy"), hour(DAY, 30)], SINCE, ZONE)

    assert rules_of(found) == [Rule.MANY]


def test_reading_at_night_stands_out_only_where_the_account_does_not_read_at_night() -> None:
    by_day = unusual_hours([*habit(5), hour(NIGHT, 3), hour(NIGHT + timedelta(hours=1), 2)], SINCE, ZONE)
    night_staff = unusual_hours([*habit(5, at_night=True), hour(NIGHT, 3)], SINCE, ZONE)

    # One night is one line.
    assert [(each.rule, each.count, each.at) for each in by_day] == [(Rule.NIGHT, 5, NIGHT)]
    assert night_staff == []


def test_an_account_of_which_nothing_is_known_is_shown_at_night() -> None:
    assert rules_of(unusual_hours([hour(NIGHT, 1)], SINCE, ZONE)) == [Rule.NIGHT]


def test_night_is_the_prisons_own() -> None:
    summer = datetime(2026, 7, 1, 21, 0, tzinfo=UTC)

    assert is_night(summer, ZONE)
    assert not is_night(summer - timedelta(hours=1), ZONE)
    assert is_night(datetime(2026, 11, 1, 5, 0, tzinfo=UTC), ZONE)
    assert not is_night(datetime(2026, 11, 1, 6, 0, tzinfo=UTC), ZONE)


def test_a_wing_outside_the_account_s_own_stands_out() -> None:
    readings = [WingOfReading("officer", "A", 0, 9), WingOfReading("officer", "B", 50, 3)]

    found = unusual_wings(readings, {"officer": ("A",)})

    assert [(each.rule, each.wing, each.count) for each in found] == [(Rule.OTHER_WING, "B", 3)]


def test_of_an_account_of_the_whole_prison_the_wing_is_compared_with_its_habit() -> None:
    rare = [WingOfReading("officer", "A", 96, 9), WingOfReading("officer", "B", 4, 3)]
    usual = [WingOfReading("officer", "A", 95, 9), WingOfReading("officer", "B", 5, 3)]
    new = [WingOfReading("officer", "A", 10, 9), WingOfReading("officer", "B", 0, 3)]

    assert [each.wing for each in unusual_wings(rare, {})] == ["B"]
    assert unusual_wings(usual, {}) == []
    assert unusual_wings(new, {}) == []


def test_two_pages_of_another_wing_are_not_yet_worth_a_line() -> None:
    assert unusual_wings([WingOfReading("officer", "B", 0, 2)], {"officer": ("A",)}) == []


def test_one_person_again_and_again_stands_out_unless_there_is_work_behind_it() -> None:
    often = [PersonOfReading("officer", who, AGAIN_LEAST, DAY) for who in ("sam", "mo")]
    seldom = [PersonOfReading("officer", "ali", AGAIN_LEAST - 1, DAY)]

    found = again_and_again([*often, *seldom], {("officer", "mo"), ("other", "sam")})

    assert [(each.rule, each.person_id) for each in found] == [(Rule.AGAIN, "sam")]


def test_one_slip_is_no_search_for_an_open_door() -> None:
    just_under, just_over = REFUSED_LEAST - 1, REFUSED_LEAST

    assert not tried_doors([PagesRefused("officer", just_under, SINCE)])
    assert rules_of(tried_doors([PagesRefused("officer", just_over, SINCE)])) == [Rule.REFUSED]
