"""The guards of the history, on databases and processes of their own."""
