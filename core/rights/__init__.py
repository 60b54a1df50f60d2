"""Rights statements: what a creator allows, in words and codes that programs, platforms and lawyers read."""
