"""The two fronts of Countermark, the window and the command line, over the same core."""
