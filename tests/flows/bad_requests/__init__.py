"""
Generated bad requests for every page.

`python -m tests.flows.bad_requests.all [COUNT [PAGE]]` sends COUNT (500) to each page on
SQLite and on PostgreSQL and prints a table.
"""
