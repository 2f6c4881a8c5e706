"""New rule files as text: the next version, a correction, a city's first file; pure, and nothing is written here."""
