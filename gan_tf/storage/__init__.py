"""Files: written whole or not at all, locked, compressed, and the same up to rounding."""
