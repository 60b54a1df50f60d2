"""The measured truth about Countermark: named damage, whole runs on real files, and docs/limits.md made of them."""
