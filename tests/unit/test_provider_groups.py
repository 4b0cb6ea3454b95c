"""What a provider's groups give: roles and wings, and nothing where no group is known."""

import pytest

from bot.people.model import StaffRole
from bot.people.provider import Grant, NoRole, grant_of, read_groups, unknown_wings, username_of

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
    ("given", "name"),
    [("kit.marsh", "kit.marsh"), (" Kit.Marsh@Prison.test ", "kit.marsh"), ("Kit@id.test", "kit"), ("", "")],
)
def test_capitals_and_a_domain_of_ours_are_taken_off(given: str, name: str) -> None:
    assert username_of(given, ["id.test", "PRISON.test"]) == name


@pytest.mark.parametrize(
    "given",
    [
        *("j.smith@other.test", "j.smith@prison.test.evil.test", "j.smith@evil.test@prison.test", "j.smith@"),
        *(
            "@prison.test",
            "j smith",
            "j.smith\x00",
            "j.smíth",
            "<j.smith>",
            "j.smith#ext#@prison.test",
            "j/smith",
        ),
        *("j.smith+1@prison.test", "prison\\j.smith", "j" * 41, "j.smith@sub.prison.test", "ＪＳＭＩＴＨ"),
    ],
)
def test_a_name_that_is_another_one_stands_for_nobody(given: str) -> None:
    """Nothing else is tidied away: what is left would be the name of somebody else."""
    assert username_of(given, ["prison.test"]) == ""


def test_wings_that_the_prison_does_not_have_are_found() -> None:
    assert unknown_wings(GROUPS, ["A", "B", "D"]) == ("C",)
    assert unknown_wings(GROUPS, ["A", "B", "C"]) == ()


def test_administrating_goes_with_no_other_role_that_groups_give() -> None:
    assert grant_of(GROUPS, ["o=u", "safer"]) == Grant((StaffRole.SAFER_CUSTODY,))
    assert grant_of(GROUPS, ["o=u", "officers-a"]) == Grant((StaffRole.WING,), ("A",))
    assert grant_of(GROUPS, ["o=u"]) == Grant((StaffRole.ADMIN,))


def test_a_letter_that_only_becomes_one_of_ours_is_somebody_else() -> None:
    assert username_of("mar\N{KELVIN SIGN}", []) == ""
