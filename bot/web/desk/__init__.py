"""The desk: what staff see. The board, alerts, the safety log, tablets, people and supporters."""
