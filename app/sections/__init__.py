"""The parts of the Catalog page, one module each: works, recipients, consents, terms, the bin, the history."""
