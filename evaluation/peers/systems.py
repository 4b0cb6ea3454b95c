"""The recognisers, each a Rasa pipeline: ours, Rasa's default, a well-known encoder under our head."""

import hashlib
import importlib
import inspect
import json
from pathlib import Path
from typing import Any, Final

from bot.settings import ROOT

SIGNPOST: Final = "signpost"
RASA_DEFAULT: Final = "rasa_default"
MINILM: Final = "minilm"
NAMES: Final = (SIGNPOST, RASA_DEFAULT, MINILM)

# They stand around the recogniser: they take its best guess back, or add to it, and never change the ranking.
# Whether a message is out of scope is decided for every system in the same way (evaluation.peers.gate).
AROUND: Final = frozenset({"FallbackClassifier", "DangerScreen", "NeedsSplitter", "NeedsCollector"})
NOTHING_TO_SELECT: Final = frozenset({"ResponseSelector"})  # these data hold no responses

FEATURIZER: Final = "EncoderFeaturizer"
CLASSIFIER: Final = "TopicClassifier"
MINILM_FEATURIZER: Final = "evaluation.peers.minilm.MiniLmFeaturizer"

Pipeline = list[dict[str, Any]]


def pipeline(system: str, work: Path, encoder: Path | None = None) -> Pipeline:
    """The system's components. `encoder` takes the place of ours; `work` is where vectors may be kept."""
    if system == RASA_DEFAULT:
        return rasa_default()
    ours = _without(_read(ROOT / "config.yml"), AROUND)
    if system == MINILM:
        return [_under_our_head(component, work) for component in ours]
    return [_placed(component, work, encoder) for component in ours]


def rasa_default() -> Pipeline:
    """Read from Rasa itself: what `rasa init` writes, commented out, into config.yml."""
    from rasa.engine import recipes

    file = Path(str(recipes.__file__)).parent / "config_files" / "default_config.yml"
    return _without(_read(file), AROUND | NOTHING_TO_SELECT)


def fingerprint(components: Pipeline) -> str:
    """A hash of all that the pipeline depends on; our components say what that is, as they do for Rasa."""
    import rasa

    parts: list[object] = [rasa.__version__]
    for component in components:
        # Where a folder lies does not matter; what is in it does, and the component says.
        settings = {key: value for key, value in component.items() if not key.endswith("_dir")}
        parts.append(settings)
        module, _, name = component["name"].rpartition(".")
        if module:
            kind = getattr(importlib.import_module(module), name)
            parts += [kind.fingerprint_addon(component), inspect.getsource(kind)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _placed(component: dict[str, Any], work: Path, encoder: Path | None) -> dict[str, Any]:
    moved = dict(component)
    if "cache_dir" in moved:
        moved["cache_dir"] = str(work / "vectors")  # the product's own cache stays as it is
    if "encoder_dir" in moved and encoder is not None:
        moved["encoder_dir"] = str(encoder.resolve())
    return moved


def _under_our_head(component: dict[str, Any], work: Path) -> dict[str, Any]:
    if _short(component) == FEATURIZER:
        return {"name": MINILM_FEATURIZER, "encoder_dir": "var/evaluation/minilm"}
    placed = _placed(component, work, None)
    if _short(component) == CLASSIFIER:
        placed["data_dir"] = "evaluation/peers/english_only"
    return placed


def _read(config: Path) -> Pipeline:
    from rasa.shared.utils.io import read_yaml_file

    return [dict(component) for component in read_yaml_file(config)["pipeline"]]


def _without(components: Pipeline, names: frozenset[str]) -> Pipeline:
    return [component for component in components if _short(component) not in names]


def _short(component: dict[str, Any]) -> str:
    return str(component["name"]).rpartition(".")[2]
