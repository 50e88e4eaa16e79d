"""
Checks of a create request, with the error codes for each violation.

Parameters: CSS API Reference, Creating a Cluster (v1.0 and v2.0); codes: CSS API
Reference, Error Codes. If the vendor lists several codes for one violation, the checks
use one of them.
"""
