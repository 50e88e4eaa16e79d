"""
The client of Huawei Cloud: values, errors and calls over HTTP.

Pure Python with `requests`: no Django, no models, no settings (an import contract of
pyproject.toml). `clusters.cloud.types.Cloud` is what the rest of the portal calls.
"""
