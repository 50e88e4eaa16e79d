"""Taking requests in and giving answers out without a thread that waits for a client."""
