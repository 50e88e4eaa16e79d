"""
Verify heads of a portal's history, without the portal: `python verify_head.py [FILE]`.

Reads one head a line, from the file or from standard input, and says of each whether its
signature is right. Ends with 1 if one is not. Needs Python and the package cryptography.
Compare the key with the one that you were given: anybody can sign with another.
"""

import base64
import fileinput
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def verdict(line):
    try:
        head = json.loads(line)
        signature = base64.b64decode(head.pop("signature"))
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(head["public_key"]))
        content = json.dumps(head, sort_keys=True, separators=(",", ":"))
        key.verify(signature, content.encode())
        covered = "{at}: {events} events in {chains} chains, key {public_key}"
        return "right, " + covered.format(**head)
    except InvalidSignature:
        return "WRONG: the signature is not that of this content"
    except (ValueError, KeyError, TypeError, AttributeError):
        return "WRONG: this is no head, or it is cut"


with fileinput.input() as lines:
    verdicts = [verdict(line) for line in lines if line.strip()]
for number, each in enumerate(verdicts, 1):
    sys.stdout.write(f"{number}. {each}\n")
sys.exit(not verdicts or any(each.startswith("WRONG") for each in verdicts))
