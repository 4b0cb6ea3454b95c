"""How fast it is: each figure beside that of a named peer, measured in the same run, turn and turn about."""
