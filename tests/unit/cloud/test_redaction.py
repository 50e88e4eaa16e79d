"""Secrets that are removed from what the cloud says, in every spelling."""

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.cloud.huawei.redaction import HIDDEN, redacted

SECRET = 'aB3~!@#$%&*()-_=[{}];:,<.>/?|"'
SPELLINGS = {
    "plain": str,
    "json": json.dumps,
    "json, for a page": lambda text: (
        json.dumps(text)
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
    ),
    "json, with slashes": lambda text: json.dumps(text).replace("/", "\\/"),
    "url": lambda text: quote(text, safe=""),
    "url, in lower case": lambda text: re.sub(
        "%..", lambda escape: escape[0].lower(), quote(text, safe="")
    ),
    "form": quote_plus,
    "html": html.escape,
    "html, other quotes": lambda text: html.escape(text).replace("&#x27;", "&#39;"),
}


class TestRedacted:
    @pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
    def test_hides_each_spelling(self, spelling) -> None:
        text = f"before {spelling(SECRET)} after"
        assert HIDDEN in redacted(text, (SECRET,))
        assert spelling(SECRET) not in redacted(text, (SECRET,))

    @given(
        secret=st.text(
            st.characters(codec="ascii", categories=["L", "N", "P"]),
            min_size=8,
            max_size=32,
        ),
        before=st.binary(max_size=5),
        after=st.binary(max_size=5),
        coded=st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]),
    )
    def test_hides_it_within_base64(self, secret, before, after, coded) -> None:
        text = coded(before + secret.encode() + after).decode()
        shown = redacted(text, (secret,))
        assert HIDDEN in shown
        left = shown.replace(HIDDEN, "").rstrip("=")
        # At most the characters at both ends, which the neighbours share.
        assert len(left) <= (len(before) + len(after)) * 4 / 3 + 8

    def test_hides_the_beginning_at_the_end_of_a_cut_text(self) -> None:
        assert redacted("the password is Tr0ub", ("Tr0ub4dor&3",)) == (
            f"the password is {HIDDEN}"
        )

    def test_leaves_other_text_alone(self) -> None:
        assert redacted("CSS.0001 : bad input", (SECRET, "")) == "CSS.0001 : bad input"
