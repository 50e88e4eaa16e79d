"""Archives: what is written to them, how they are read, and whether they are as written."""
