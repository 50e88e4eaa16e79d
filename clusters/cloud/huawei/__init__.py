"""Huawei Cloud as the portal speaks to it: IAM, CSS and VPC over HTTP."""
