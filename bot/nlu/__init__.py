"""How a message is understood: the encoder, Rasa's components, the language it is in."""
