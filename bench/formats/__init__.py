"""The page docs/formats.md as data: what is said of each format, and the tests that hold it."""
