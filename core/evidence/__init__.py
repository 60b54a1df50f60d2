"""Evidence: a signed log of what happened, packages that can be checked without Countermark, notices to send."""
