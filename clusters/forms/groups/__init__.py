"""
The advanced groups of the request form, a file each: fields, spec, and values back.

Each file has a class with the group's fields, a function from cleaned values to its part of
the spec, and one from the spec back to the values of its fields.
"""
