"""
The calls to IAM, CSS and VPC of Huawei Cloud over HTTP.

Documents: the IAM, CSS and VPC API References on https://support.huaweicloud.com/; a
docstring names the page that a fact is from. What only experience shows (a response
that no page documents) is marked as observed.

`client.HuaweiCloud` implements `clusters.cloud.types.Cloud`. Below it, from top to bottom:

* `token_client`, `networks`: reads and deletions, repeated once with a new token
* `auth`, `iam`: the token and the login
* `css`, `cluster`, `vpc`, `list_parsing`, `json_object`: JSON to values
* `body`, `gated_body`, `outcome`: the one call that must not be repeated, the create
* `responses`, `codes`, `redaction`, `retry_after`: errors
* `http`, `connections`, `deadlines`: sessions, sockets, timeouts
"""
