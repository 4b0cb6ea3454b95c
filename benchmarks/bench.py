"""What every benchmark starts from: the settings, a folder to work in, and how much time there is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings


@dataclass(frozen=True)
class Bench:
    """`folder` is on the disk that the product's database is on, and is gone when the run is over."""

    settings: Settings
    folder: Path
    quick: bool
    say: Callable[[str], None]

    @property
    def seconds(self) -> float:
        """How long one task may go on."""
        return 3.0 if self.quick else 20.0

    def runs(self, most: int) -> int:
        """How many are made where time allows."""
        return max(most // 5, 1) if self.quick else most
