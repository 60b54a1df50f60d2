"""Pictures of the window in every state: the documentation's few, and contact sheets of all to be looked at."""
