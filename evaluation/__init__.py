"""How well the assistant understands: sets, runner, report, and peers in the same run."""
