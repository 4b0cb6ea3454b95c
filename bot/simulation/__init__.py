"""A made-up prison for a year: what caps, rest, reach and rota do to waiting. Nobody in it is real."""
