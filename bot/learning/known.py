"""Words that are no names though they may have a capital letter, and names of places: for scrubbing."""

from collections.abc import Iterator

from bot.bootstrap import Product
from bot.learning.scrub import Known, words_of


def known_in(product: Product) -> Known:
    """Without the people of the prison: whoever scrubs reads those from the store."""
    places = (name for wing, landings in product.prison.wings.items() for name in (wing, *landings))
    return Known.of((), places, words_of(_our_sentences(product)))


def _our_sentences(product: Product) -> Iterator[str]:
    """A word that stands in one of them is no name, also with a capital letter."""
    for language in product.texts.languages.values():
        yield from language.messages.values()
    for topic in product.answers.topics():
        found = product.answers.get(topic)
        yield from (found.title, found.short, *found.steps, found.more, found.simpler)
