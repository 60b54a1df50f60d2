"""Papers for people: plain text, one HTML file, and PDF of what `core.document` holds."""
