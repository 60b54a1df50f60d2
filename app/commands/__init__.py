"""What each command of the command line does. Loaded only when it runs, so that help and usage stay quick.

Exit codes, the same for all commands: 0 found or done, 1 nothing found, 2 trouble, 130 stopped with Ctrl-C.
"""

DONE, NOTHING, TROUBLE, STOPPED = 0, 1, 2, 130
