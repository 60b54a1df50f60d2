"""Qt item models over the words of `core.model`."""
