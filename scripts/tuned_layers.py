"""The encoder's layers as tuned on our own lines: a file in data/encoder, laid over the published weights."""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from encoder_weights import EightBit, Matrix, WeightsUnreadable
from numpy.typing import NDArray

TUNED = Path(__file__).parent.parent / "data" / "encoder" / "tuned.npz"
_PACKED, _SCALE = ".packed", ".scale"


def read(path: Path = TUNED) -> Mapping[str, Matrix | NDArray[np.float32]]:
    """Every tuned tensor by its published name. Raises WeightsUnreadable."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
            return dict(_unpacked(arrays))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise WeightsUnreadable(f"The tuned layers in {path.name} cannot be read.") from error


def _unpacked(
    arrays: Mapping[str, NDArray[np.generic]],
) -> Iterator[tuple[str, Matrix | NDArray[np.float32]]]:
    for name, array in arrays.items():
        if name.endswith(_PACKED):
            plain = name.removesuffix(_PACKED)
            yield plain, EightBit(array.astype(np.uint8), arrays[plain + _SCALE].astype(np.float32))
        elif not name.endswith(_SCALE):
            yield name, array.astype(np.float32)


def read_checked(path: Path = TUNED) -> Mapping[str, Matrix | NDArray[np.float32]]:
    """As `read`, but only a file that is the one named in the recipe beside it. Raises WeightsUnreadable."""
    try:
        expected = json.loads(path.with_suffix(".json").read_text("utf-8"))["sha256"]
        found = digest(path)
    except (OSError, ValueError, KeyError) as error:
        raise WeightsUnreadable(f"The tuned layers in {path.name}, or their recipe, are missing.") from error
    if found != expected:
        raise WeightsUnreadable(f"{path.name} is not the file that its recipe names.")
    return read(path)


def write(tensors: Mapping[str, NDArray[np.float32]], path: Path = TUNED) -> str:
    """Rounds matrices to eight bits and writes all of it; gives the file's sha256."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, tensor in tensors.items():
        if tensor.ndim == 2:
            rounded = EightBit.of(tensor)
            arrays[name + _PACKED] = rounded.packed
            arrays[name + _SCALE] = rounded.scale.astype(np.float16)
        else:
            arrays[name] = tensor
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)
    return digest(path)


def digest(path: Path = TUNED) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
