"""The bar at the top: places in a few groups, so that it is one row, with what waits counted beside each."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.people.rights import Right
from bot.safety.finding import Step, Wanted
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk

# In the order in which they stand; what is in none of them is administration.
_GROUPS = {
    "safety": ("reviews", "safety", "keep_apart", "alarms", "danger_examples", "reading", "emergency"),
    "helpers": ("supporters", "coordinator"),
    "content": ("content", "not_understood"),
}
_REST = "administration"
# Pages that are in no menu, and the place from which one comes to them.
_UNDER = {
    "request": "board",
    "alert": "board",
    "handover": "board",
    "on_behalf": "board",
    "safety_record": "safety",
    "conversation": "safety",
    "verdict": "safety",
    "rota": "supporters",
    "letter": "coordinator",
    "pressure": "coordinator",
    "person": "people",
}
# An account with so few places has them side by side.
_FEW = 5


@dataclass(frozen=True)
class Link:
    label: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class Group:
    """Links that open under one word. `label` is empty where the group is one link, which stands by itself.
    `current` says that the page is in this group, or under one of its links."""

    label: str
    links: tuple[Link, ...]
    current: bool = False


@dataclass(frozen=True)
class _Place:
    name: str
    link: Link
    waiting: int
    current: bool


def menu_of(
    desk: Desk,
    caller: Caller,
    place: str,
    places: Sequence[tuple[str, str]],
    work: UnitOfWork | None,
) -> tuple[Group, ...]:
    """`places` are names and addresses that the account may see, in their order. Without `work` nothing is
    counted."""
    made = [_place(desk, caller, name, href, place, work) for name, href in places]
    if len(made) <= _FEW:
        return tuple(Group("", (each.link,), each.current) for each in made)
    groups: dict[str, list[_Place]] = {}
    for each in made:
        groups.setdefault(_group_of(each.name), []).append(each)
    order = ("board", *_GROUPS, _REST)
    return tuple(_group(desk, name, groups[name]) for name in order if name in groups)


def _group_of(name: str) -> str:
    if name == "board":
        return name
    return next((group for group, names in _GROUPS.items() if name in names), _REST)


def _group(desk: Desk, name: str, places: Sequence[_Place]) -> Group:
    links = tuple(each.link for each in sorted(places, key=lambda each: _rank(name, each.name)))
    if len(links) == 1:
        return Group("", links, places[0].current)
    label, waiting = desk.wording.say(f"menu_{name}"), sum(each.waiting for each in places)
    if waiting:
        label = desk.wording.say("menu_waiting", label=label, count=waiting)
    return Group(label, links, current=any(each.current for each in places))


def _rank(group: str, name: str) -> int:
    names = _GROUPS.get(group, ())
    return names.index(name) if name in names else len(names)


def _place(desk: Desk, caller: Caller, name: str, href: str, place: str, work: UnitOfWork | None) -> _Place:
    say = desk.wording.say
    waiting = _waiting(desk, caller, name, work) if work is not None else 0
    label = say(_COUNTED[name], count=waiting) if waiting else say(f"title_{name}")
    here = name in (place, _UNDER.get(place))
    return _Place(name, Link(label, href, current=name == place), waiting, here)


# Places that say how much waits there.
_COUNTED = {"notices": "notices_dead", "coordinator": "coordinator_waiting", "reviews": "reviews_waiting"}


def _waiting(desk: Desk, caller: Caller, name: str, work: UnitOfWork) -> int:
    """Notices that nobody has taken note of; supporters who want to talk or have reported something; records
    that wait for a review or a second look, for who may give one."""
    staff = caller.staff
    match name:
        case "notices":
            return work.deliveries.count_dead(staff.prison_id, staff.wings)
        case "coordinator":
            whose = staff.prison_id, staff.wings
            return work.debriefs.count_asked(*whose) + work.pressure.count_open(*whose)
        case "reviews" if caller.may(Right.REVIEW_SAFETY_LOG):
            counts = work.reviews.count_to_do(Wanted(staff.prison_id, staff.wings), desk.product.now())
            return counts[Step.CHECKED] + counts[Step.SECOND_LOOK]
        case _:
            return 0
