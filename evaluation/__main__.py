"""`python -m evaluation`."""

import warnings

warnings.simplefilter("ignore")  # Rasa and TensorFlow raise hundreds, none of them ours

from evaluation.cli import app  # noqa: E402 - they raise them when imported

app(prog_name="python -m evaluation")
