"""What a create must satisfy, and the code that answers it where it does not."""
