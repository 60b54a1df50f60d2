"""The pages of the window, one for each thing that people come to do."""
