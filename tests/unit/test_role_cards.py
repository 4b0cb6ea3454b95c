"""Role cards: one for every role, nothing forgotten in a card, and what each role must pass on."""

from pathlib import Path

import pytest

from bot.content import BadContent
from bot.people.model import PeerRole
from bot.role_cards import load_role_cards
from bot.settings import ROOT

CARDS = load_role_cards(ROOT / "content" / "role_cards")
ENGLISH = (ROOT / "content" / "role_cards" / "en.yml").read_text("utf-8")


@pytest.mark.parametrize("role", PeerRole)
def test_every_role_has_a_card_and_another_language_shows_the_english_one(role: PeerRole) -> None:
    assert CARDS.get(role, "pl") == CARDS.get(role, "en")


@pytest.mark.parametrize("role", [role for role in PeerRole if role is not PeerRole.LISTENER])
def test_every_role_but_a_listener_passes_danger_on(role: PeerRole) -> None:
    assert any("staff at once" in sentence for sentence in CARDS.get(role, "en").pass_on)


def test_a_listener_passes_nothing_on_without_a_yes_and_an_insider_says_who_struggles() -> None:
    listener, insider = (CARDS.get(role, "en") for role in (PeerRole.LISTENER, PeerRole.INSIDER))

    assert "I do not pass on what is said. I tell staff only when the caller says yes." in listener.must_not
    assert not any("staff at once" in sentence for sentence in listener.pass_on)
    assert "If a new person is struggling, I tell an officer the same day." in insider.pass_on
    assert "I am not a Listener. I do not say that a talk with me is private." in insider.must_not


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("insider:\n", "king:\n"), "en.yml"),
        (("veterans_rep:", "# veterans_rep:"), "en.yml"),
        (('    - "I see no records of others."\n', ""), "must_not"),
        (('    - "I see no records of others."', '    - ""'), "is empty"),
        (('    - "I see no records of others."', "    - 7"), "should be a text"),
    ],
)
def test_a_card_that_lacks_something_is_refused_with_its_line(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    assert change[0] in ENGLISH
    (tmp_path / "en.yml").write_text(ENGLISH.replace(*change), "utf-8")

    with pytest.raises(BadContent, match=says) as refused:
        load_role_cards(tmp_path)

    assert "en.yml:" in str(refused.value)
