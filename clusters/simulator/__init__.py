"""A stand-in for Huawei Cloud: IAM, CSS and VPC as the vendor documents them."""
