"""What a provider's groups give: roles and wings, and nothing where no group is known."""

import pytest

from bot.people.model import StaffRole
from bot.people.provider import Grant, NoRole, grant_of, read_groups, tidy_username

GROUPS = read_groups("officers-a=wing@A officers-b=wing,orderly@B,C safer=safer_custody o=u=admin")


def test_groups_are_read_as_they_are_written() -> None:
    assert {
        "officers-a": Grant((StaffRole.WING,), ("A",)),
        "officers-b": Grant((StaffRole.WING, StaffRole.ORDERLY), ("B", "C")),
        "safer": Grant((StaffRole.SAFER_CUSTODY,)),
        "o=u": Grant((StaffRole.ADMIN,)),
    } == GROUPS


@pytest.mark.parametrize(
    "text", ["group", "=wing", "group=", "group=king", "group=@A", "group=wing,", "group=admin,wing"]
)
def test_what_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        read_groups(text)


def test_roles_add_up_and_so_do_wings() -> None:
    both = grant_of(GROUPS, ["officers-a", "unknown", "officers-b", "officers-a"])

    assert both == Grant((StaffRole.WING, StaffRole.ORDERLY), ("A", "B", "C"))


def test_a_group_of_the_whole_prison_opens_the_whole_prison() -> None:
    assert grant_of(GROUPS, ["officers-a", "safer"]).wings == ()


@pytest.mark.parametrize("groups", [[], ["unknown"], ["SAFER"], [""]])
def test_without_a_known_group_there_is_no_role(groups: list[str]) -> None:
    with pytest.raises(NoRole):
        grant_of(GROUPS, groups)


@pytest.mark.parametrize(
    ("given", "name"), [("Kit.Marsh@prison.test", "kit.marsh"), ("K\x00i t", "kit"), ("<b>", "b"), ("", "")]
)
def test_user_names_are_written_as_ours_are(given: str, name: str) -> None:
    assert tidy_username(given) == name


def test_administrating_goes_with_no_other_role_that_groups_give() -> None:
    assert grant_of(GROUPS, ["o=u", "safer"]) == Grant((StaffRole.SAFER_CUSTODY,))
    assert grant_of(GROUPS, ["o=u", "officers-a"]) == Grant((StaffRole.WING,), ("A",))
    assert grant_of(GROUPS, ["o=u"]) == Grant((StaffRole.ADMIN,))
