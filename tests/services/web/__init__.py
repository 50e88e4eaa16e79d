"""gunicorn with the product's worker and pages, asked over raw sockets."""
