"""Find a work again without its mark: what a picture shows and how a recording sounds, in a few kilobytes."""
