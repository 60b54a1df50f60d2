"""Tools for those who work on Countermark; nothing of them goes to its users."""
