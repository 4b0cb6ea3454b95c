"""What staff publish is what the assistant says, in its own process, within seconds."""

from dataclasses import replace

import pytest

from actions.topics import ActionAnswer
from bot.bootstrap import Product
from bot.editions import service
from bot.editions.model import ContentKind, Piece
from bot.editions.service import Proposal
from tests.actions.conftest import NOW, Talk
from tests.support.builders import a_staff_member


@pytest.fixture
def editor(product: Product) -> None:
    with product.database.writing() as work:
        work.staff.add(a_staff_member())


def publish(product: Product, kind: ContentKind, key: str, **changes: object) -> None:
    piece = Piece(product.prison.id, kind, key)
    with product.database.writing() as work:
        body = {**product.live.rules.file_body(piece), **changes}
        service.publish(work, product.live.rules, Proposal(piece, body, 0), "officer", now=NOW)


async def test_the_assistant_says_what_was_published(talk: Talk, editor: None) -> None:
    talk.product = replace(
        talk.product, settings=talk.product.settings.model_copy(update={"content_seconds": 0})
    )
    before = await talk(ActionAnswer, "ask_visits")

    publish(talk.product, ContentKind.ANSWER, "visits", short="Ask on your wing first.", steps=["Then book."])
    after = await talk(ActionAnswer, "ask_phone"), await talk(ActionAnswer, "ask_visits")

    assert "Ask on your wing first." not in before[0]["text"]
    published = talk.product.answers.get("visits")
    assert (published.short, published.steps) == ("Ask on your wing first.", ("Then book.",))
    assert after[0][0]["text"].startswith(talk.product.answers.get("phone").short)


async def test_where_something_is_comes_from_the_published_directory(talk: Talk, editor: None) -> None:
    talk.product = replace(
        talk.product, settings=talk.product.settings.model_copy(update={"content_seconds": 0})
    )

    publish(talk.product, ContentKind.SERVICE, "kit_change", title="Clean kit")
    said = await talk(ActionAnswer, "ask_kit_laundry", entities={"part": "where"})

    assert "Clean kit" in said[0]["text"]


async def test_the_prisons_own_sentence_is_the_published_one(talk: Talk, editor: None) -> None:
    talk.product = replace(
        talk.product, settings=talk.product.settings.model_copy(update={"content_seconds": 0})
    )

    publish(talk.product, ContentKind.LOCAL, "visits", text="Here: book on the new kiosk.")
    said = await talk(ActionAnswer, "ask_visits")

    assert said[0]["text"].endswith("Here: book on the new kiosk.")
