"""Which language a message is in, among those that Signpost is made for."""

import functools
from typing import Final

from lingua import IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder

ENGLISH: Final = "en"
CODES: Final = (
    "en",
    "cy",
    "sq",
    "pl",
    "ro",
    "lt",
    "ar",
    "pt",
    "es",
    "fr",
    "ru",
    "uk",
    "tr",
    "vi",
    "ur",
    "bn",
    "so",
    "zh",
)
# A shorter message could be in any language, and most are in English.
_FEWEST_LETTERS: Final = 8
# How much likelier than English another language must be: slang and slips look foreign.
_MARGIN: Final = 0.35
_LONGEST: Final = 500


def detect(text: str) -> str:
    """The code of the language; English when it is short or in doubt."""
    if sum(char.isalpha() for char in text) < _FEWEST_LETTERS:
        # Chinese says in four signs what takes a sentence elsewhere, and its script cannot be mistaken.
        return "zh" if any("\u4e00" <= char <= "\u9fff" for char in text) else ENGLISH
    # A lone surrogate is no text to the detector.
    plain = text[:_LONGEST].encode("utf-8", "ignore").decode()
    values = _detector().compute_language_confidence_values(plain)
    if not values:
        return ENGLISH
    likelihood = {value.language: value.value for value in values}
    best = values[0]
    if best.value - likelihood.get(Language.ENGLISH, 0.0) < _MARGIN:
        return ENGLISH
    return str(best.language.iso_code_639_1.name).lower()


@functools.cache
def _detector() -> LanguageDetector:
    codes = [getattr(IsoCode639_1, code.upper()) for code in CODES]
    builder = LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
    return builder.with_low_accuracy_mode().with_preloaded_language_models().build()
