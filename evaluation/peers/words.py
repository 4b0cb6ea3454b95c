"""The comparison with other recognisers, in the report's words."""

from collections.abc import Sequence
from typing import Final

from evaluation.peers.benchmarks import BANKING77, CLINC150, ENGLISH
from evaluation.peers.compare import Compared, PartFigures
from evaluation.peers.systems import MINILM, RASA_DEFAULT, SIGNPOST
from evaluation.words import interval, share, table

SYSTEMS: Final = {
    SIGNPOST: "Signpost",
    RASA_DEFAULT: "Rasa's default",
    MINILM: "all-MiniLM-L6-v2",
}
TITLES: Final = {
    CLINC150: "CLINC150 (150 intents, and messages out of scope)",
    BANKING77: "BANKING77 (77 intents of a bank)",
    ENGLISH: "Our own English messages",
}
HEADS: Final = (
    *("system", "in scope", "95 % interval", "without the decision", "among three", "turned away"),
    *("out of scope told", "95 % interval", "trained in", "ms, median", "measured"),
)

HOW: Final = """\
Every system is trained by Rasa on the same examples, in a folder of its own, and asked one message at a time.
Signpost is the pipeline of `config.yml` less what stands around the recogniser. Rasa's default is what
`rasa init` of 3.6.21 writes, commented out, into `config.yml`, without its ResponseSelector: there are no
responses to select. all-MiniLM-L6-v2 (int8) stands under Signpost's head, in place of its encoder.

What is out of scope is a class of its own in training (CLINC150: `oos_train`). Beyond that a message is out
of scope when the best guess is too unsure, or too close to the second: the two settings of Rasa's
FallbackClassifier, chosen for each system in the same way on the validation part (for our own messages: the
development set), so that most messages come out right when those out of scope are as many as in the test
part. “Without the decision” is the best guess among the labels in scope."""


def peers_section(compared: Sequence[Compared]) -> list[str]:
    lines = ["## Beside others", ""]
    if not compared:
        return [*lines, "Not measured yet: `python -m evaluation peers`.", ""]
    for benchmark, title in TITLES.items():
        found = [one for one in compared if one.benchmark == benchmark]
        if not found:
            continue
        lines += [f"### {title}", ""]
        if any(one.test.bare.size for one in found):
            lines += ["On the test set:", "", *table(HEADS, [_row(one, one.test) for one in found])]
        if benchmark == ENGLISH and any(one.tune.bare.size for one in found):
            lines += ["On the development set:", "", *table(HEADS, [_row(one, one.tune) for one in found])]
    return [*lines, *_how(compared)]


def _row(one: Compared, part: PartFigures) -> tuple[str, ...]:
    return (
        SYSTEMS.get(one.system, one.system) + (" (encoder tuned on it)" if one.tuned_encoder else ""),
        *(share(part.decided), interval(part.decided), share(part.bare), share(part.among_three)),
        *(share(part.turned_away), share(part.outside_told), interval(part.outside_told)),
        *(_duration(one.training_seconds), f"{one.milliseconds.median:.1f}"),
        one.made[:10] + ("" if one.is_current else ", an earlier state"),
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.1f} min"


def _how(compared: Sequence[Compared]) -> list[str]:
    gates = "; ".join(
        f"{SYSTEMS.get(one.system, one.system)} on {one.benchmark} {one.gate.threshold:.2f}"
        + (f" with a margin of {one.gate.margin:.1f}" if one.gate.margin else "")
        for one in compared
        if one.gate.threshold or one.gate.margin
    )
    return [*HOW.splitlines(), *(["", f"Thresholds: {gates}."] if gates else []), ""]
