"""Values that somebody may send where a name, a number or a date is expected."""

from typing import Final

TEXTS: Final = (
    "", " ", "\t\n", "0", "-1", "1", "00", "1.5", "1e309", "NaN", "-inf", "9" * 30,
    "9" * 5_000, "2147483648", "9223372036854775808", "0x10", "1_000", "\u0663",
    "None", "null", "true", "[]", "{}", "[" * 2_000, '{"a": ' * 500, "()", "on",
    "\x00", "a\x00b", "\x01\x02\x1f\x7f", "\x85\u2028\u2029", "\ufeff", "\ufffe\uffff",
    "\u202e\u2066abc", "\u200b\u200d", "e\u0301" * 200, "\U0001f600" * 300, "\u660e" * 151,
    "a" * 150, "a" * 151, "a" * 255, "a" * 256, "a" * 5_000, "a b" * 30_000,
    "<script>alert(1)</script>", "'\"><img src=x>", "' OR 1=1 --", "'; DROP TABLE x; --",
    "%", "%%", "%s%n%d", "%(a)s", "{0}", "{{ 7 }}", "{% load x %}", "${7}", "\\", "\\\\0",
    "../../etc/passwd", "/etc/passwd", "//evil.test/", "https://evil.test/x", "a/b/c",
    "javascript:alert(1)", "http://[", "http://[::1", "\r\nSet-Cookie: a=b", "a\r\n\r\nb",
    "0000-00-00", "9999-12-31", "2026-02-30", "0001-01-01T00:00:00Z", "24:61", "12:00",
    "2026-11-23T12:00:00+99:99", "::1%zz", "fe80::1%" + "z" * 300, "127.0.0.1", "999.1.1.1",
    "00000000-0000-0000-0000-000000000000", "ffffffffffffffffffffffffffffffff",
    "not-a-uuid", "a,b,c", ",", "=", "&", "a=b&c=d", ";", "*", "?", "__", "id__exact",
    "_", "-", ".", "..", "_saveasnew", "_ 0A", "_5F_3A", "quote_3C",
)  # fmt: skip

BYTES: Final = (
    b"%00", b"%FF%FE", b"%ED%A0%80", b"%C0%80", b"%", b"%zz", b"%u0041", b"\xff\xfe",
    b"+", b"%F4%90%80%80", b"\xed\xa0\x80", b"%0d%0aX: y",
)  # fmt: skip
"""What stands in a query or a body as it is."""

NAMES: Final = (
    "q", "page", "p", "o", "e", "all", "state", "shown", "sort", "cloud_project", "next",
    "from", "like", "strict", "watch", "project", "requester", "term", "app_label",
    "model_name", "field_name", "_popup", "_to_field", "_changelist_filters", "id__exact",
    "state__exact", "is_staff__exact", "groups__id__exact", "cloud_project__id__exact",
    "waits", "verdict", "kind", "outcome", "id__in", "id__isnull", "password__startswith",
    "pk", "_facets", "", "a" * 300, "a[b]", "\x00", "\u660e", "language", "format",
)  # fmt: skip

FIELDS: Final = (
    "comment", "body_sha256", "name", "requester", "cluster_id", "scenario", "by_hand",
    "username", "password", "next", "csrfmiddlewaretoken", "submission_key", "check",
    "refresh", "action", "_selected_action", "select_across", "index", "post", "_save",
    "_continue", "_addanother", "_popup", "old_password", "new_password1",
    "new_password2", "password1", "password2", "usable_password", "groups", "this_is_the_login_form",
)  # fmt: skip

HEADERS: Final = (
    "HTTP_HOST", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST",
    "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_COOKIE",
    "HTTP_REFERER", "HTTP_ORIGIN", "HTTP_USER_AGENT", "HTTP_RANGE", "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_NONE_MATCH", "HTTP_X_CSRFTOKEN", "HTTP_X_REQUEST_ID", "HTTP_X_CORRELATION_ID",
    "HTTP_HX_REQUEST", "HTTP_HX_CURRENT_URL", "HTTP_HX_TARGET", "HTTP_HX_TRIGGER",
    "HTTP_HX_PROMPT", "HTTP_HX_TRIGGERING_EVENT", "HTTP_HX_BOOSTED", "HTTP_AUTHORIZATION",
    "HTTP_X_REQUESTED_WITH", "HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_TRANSFER_ENCODING",
    "HTTP_EXPECT", "CONTENT_TYPE", "CONTENT_LENGTH",
    "HTTP_HX_CURRENT_URL_URI_AUTOENCODED",
    "HTTP_TRACEPARENT",
)  # fmt: skip

COOKIES: Final = (
    "sessionid", "csrftoken", "messages", "django_language", "a", "\x00", "a b",
)  # fmt: skip

LANGUAGES: Final = (
    "en",
    "zh-hans",
    "zh",
    "xx-yy",
    "*",
    "en;q=9",
    "a" * 600,
    ",,",
    "de-DE-1996",
)

METHODS: Final = (
    "GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
    "PROPFIND", "get", "FOO",
)  # fmt: skip

KINDS: Final = (
    "", "application/x-www-form-urlencoded", "application/json", "text/plain",
    "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=b",
    "multipart/form-data; boundary=" + "b" * 300, "multipart/form-data; boundary=\x00",
    "multipart/form-data; boundary*=utf-16''b", "multipart/form-data; boundary=\u660e",
    "multipart/mixed; boundary=b", "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=", "a" * 2_000, "/", ";", "text/html; charset*=x",
    "application/xml", "multipart/form-data; boundary=b; charset=undefined",
)  # fmt: skip

PEERS: Final = ("", "127.0.0.1", "::1", "fe80::1%eth0", "2001:db8::7")
LENGTHS: Final = ("", "0", "1", "99999999", "abc", "-1", "+5", "1_0", " 7 ", "9" * 30)
