"""The outside: Huawei Cloud over HTTP. Knows no Django, no models, no settings."""
