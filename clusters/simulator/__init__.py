"""
A simulator of Huawei Cloud: IAM, CSS and VPC as the vendor documents them.

It has its own implementation of every check and shares no code with the portal, so that
a wrong reading of the vendor's pages on one side is found by the other. The pages are
the IAM, CSS and VPC API References on https://support.huaweicloud.com/; what only
recorded responses show is marked "observed".
"""
