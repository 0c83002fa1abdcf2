"""Tools that a reader uses in a notebook: labelling, exploring, writing numbers."""
