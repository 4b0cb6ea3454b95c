"""The report's pictures: SVG, the same bytes for the same figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evaluation.groups import KEYWORD, LANGUAGE, LENGTH, TOPIC, VOICE, Group
from evaluation.measuring import Measured
from evaluation.report import Report
from evaluation.words import set_name, topic

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, LIGHT, ORANGE, GREY, INK = "#1d70b8", "#8eb8dc", "#f47738", "#b1b4b6", "#383f43"
STYLE: Final = {
    "svg.fonttype": "none",  # words stay words: small, and read by a screen reader
    "svg.hashsalt": "signpost",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#e5e6e7",
}


@dataclass(frozen=True)
class Picture:
    """`words` say what is to be seen, for those who do not see it."""

    file: str
    words: str


def draw(report: Report, folder: Path) -> tuple[Picture, ...]:
    """Into the folder. None where nothing was measured."""
    main = report.main
    if main is None:
        return ()
    made = [_ways(main, folder), _calibration(main, folder), _coverage(main, folder)]
    made += [_languages(one, folder) for one in report.sets if len(one.groups[LANGUAGE]) > 1]
    return (*made, _topics(main, folder))


def _topics(main: Measured, folder: Path) -> Picture:
    groups = main.groups[TOPIC][::-1]
    words = f"First guess right by topic, the weakest on top ({set_name(main.name)})"
    return save(folder, "topics.svg", words, (7, 0.19 * len(groups) + 1.2), lambda ax: _bars(ax, groups))


def _languages(one: Measured, folder: Path) -> Picture:
    groups = one.groups[LANGUAGE][::-1]
    words = f"First guess right by language ({set_name(one.name)})"
    height = 0.25 * len(groups) + 1.2
    return save(folder, f"{one.name}.svg", words, (7, height), lambda ax: _bars(ax, groups))


def _ways(main: Measured, folder: Path) -> Picture:
    groups = [group for key in (LENGTH, KEYWORD, VOICE) for group in reversed(main.groups[key])]
    words = f"First guess right by voice, obvious word and length ({set_name(main.name)})"
    return save(folder, "ways.svg", words, (7, 0.25 * len(groups) + 1.2), lambda ax: _bars(ax, groups))


def _calibration(main: Measured, folder: Path) -> Picture:
    bins = [one for one in main.calibration.bins if one.right.size]

    def paint(ax: "Axes") -> None:
        ax.plot([0, 100], [0, 100], color=GREY, linestyle="--", label="as it should be")
        xs = [one.confidence * 100 for one in bins]
        ys = [one.right.value * 100 for one in bins]
        below = [y - one.right.low * 100 for y, one in zip(ys, bins, strict=True)]
        above = [one.right.high * 100 - y for y, one in zip(ys, bins, strict=True)]
        ax.errorbar(xs, ys, yerr=[below, above], color=BLUE, marker="o", capsize=3, label="measured")
        ax.set(xlabel="confidence stated, %", ylabel="right, %", xlim=(0, 101), ylim=(0, 101))
        ax.legend(frameon=False, loc="upper left")

    error = main.calibration.error.value * 100
    words = f"Calibration: stated confidence against truth, {error:.1f} points apart on average"
    return save(folder, "calibration.svg", words, (5.5, 4.5), paint)


def _coverage(main: Measured, folder: Path) -> Picture:
    def paint(ax: "Axes") -> None:
        xs = [one.coverage * 100 for one in main.coverage]
        lows = [one.right.low * 100 for one in main.coverage]
        highs = [one.right.high * 100 for one in main.coverage]
        ax.fill_between(xs, lows, highs, color=BLUE, alpha=0.15, linewidth=0, label="95 % interval")
        ax.plot(xs, [one.right.value * 100 for one in main.coverage], color=BLUE, marker=".", label="right")
        ax.plot(xs, [one.least * 100 for one in main.coverage], color=ORANGE, label="least confidence")
        ax.set(xlabel="messages answered, the surest first, %", ylabel="%", xlim=(0, 101), ylim=(0, 101))
        ax.legend(frameon=False, loc="lower left")

    words = "Coverage: how many are right when only the surest messages are answered"
    return save(folder, "coverage.svg", words, (5.5, 4.5), paint)


def _bars(ax: "Axes", groups: Sequence[Group]) -> None:
    """A bar a group with its interval, its name and its size."""
    names = [f"{topic(group.name)}  ({group.first.size})" for group in groups]
    values = [group.first.value * 100 for group in groups]
    below = [value - group.first.low * 100 for value, group in zip(values, groups, strict=True)]
    above = [group.first.high * 100 - value for value, group in zip(values, groups, strict=True)]
    ax.barh(range(len(groups)), values, color=LIGHT, height=0.7)
    ax.errorbar(
        values, range(len(groups)), xerr=[below, above], fmt="none", ecolor=INK, elinewidth=1, capsize=2
    )
    ax.set_yticks(range(len(groups)), names)
    ax.set(xlabel="first guess right, % (number of messages in brackets)", xlim=(0, 101))
    ax.set_ylim(-0.6, len(groups) - 0.4)
    ax.grid(axis="y", visible=False)


def save(
    folder: Path, file: str, words: str, size: tuple[float, float], paint: Callable[["Axes"], None]
) -> Picture:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        axes.set_title(words, loc="left", fontsize=10, wrap=True)
        paint(axes)
        figure.savefig(folder / file, metadata={"Date": None, "Title": words})
    return Picture(file, words)
