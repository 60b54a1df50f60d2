"""The sections of docs/limits.md, one module for each part."""
