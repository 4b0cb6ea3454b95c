"""A hash of source code, for Rasa's training cache."""

import hashlib
import inspect
from types import ModuleType


def source_hash(*modules: ModuleType) -> str:
    """A hash of modules' source. Rasa's training cache looks only at a component's own class."""
    sources = "".join(inspect.getsource(module) for module in modules)
    return hashlib.sha256(sources.encode()).hexdigest()[:16]
