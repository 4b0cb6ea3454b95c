"""Role cards: what somebody in a peer role does, must not do, and must pass on. Read from content."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content import ENGLISH, BadContent, read_yaml
from bot.fields import Fields
from bot.people.model import PeerRole

PARTS = ("does", "must_not", "pass_on")


@dataclass(frozen=True)
class RoleCard:
    """Each part has a few short sentences, in the words of the one who has the role."""

    does: tuple[str, ...]
    must_not: tuple[str, ...]
    pass_on: tuple[str, ...]


@dataclass(frozen=True)
class RoleCards:
    """By language and role. A language without a card shows the English one: a draft would not be safe."""

    by_language: Mapping[str, Mapping[PeerRole, RoleCard]]

    def get(self, role: PeerRole, language: str) -> RoleCard:
        cards = self.by_language.get(language, {})
        return cards[role] if role in cards else self.by_language[ENGLISH][role]


def load_role_cards(folder: Path) -> RoleCards:
    """One file a language. Raises BadContent; in English every role has a card."""
    found = {path.stem: _cards(path) for path in sorted(folder.glob("*.yml"))}
    if missing := [role.value for role in PeerRole if role not in found.get(ENGLISH, {})]:
        raise BadContent(folder / f"{ENGLISH}.yml", 1, f"no card for {', '.join(missing)}")
    return RoleCards(found)


def _cards(path: Path) -> dict[PeerRole, RoleCard]:
    file = read_yaml(path)
    fields = Fields(file.data, file)
    fields.only(*PeerRole)
    return {PeerRole(role): _card(fields.inside(role)) for role in fields.data}


def _card(fields: Fields) -> RoleCard:
    fields.only(*PARTS)
    parts = [fields.each(part, fields.plain) for part in PARTS]
    for name, sentences in zip(PARTS, parts, strict=True):
        if not sentences:
            raise fields.refuse(name, "needs one sentence at least")
    return RoleCard(*parts)
