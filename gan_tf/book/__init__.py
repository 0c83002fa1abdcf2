"""The book: the set-up cell, the execution of chapters, the tables of results."""
