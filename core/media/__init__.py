"""Pictures and recordings as files: told apart by content, read, written back as they were, put safely in place."""
