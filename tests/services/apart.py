"""Python code in a process of its own, set up as the portal on an empty database."""

import os
import subprocess
import sys

from tests.services.stack import KEY, ROOT


def run_apart(code: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the code once Django is set up; `variables` come on top of the usual ones."""
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        cwd=ROOT,
        env={
            **os.environ,
            "DEBUG": "on",
            "SECRET_KEY": "only-for-tests-" * 4,
            "ENCRYPTION_KEYS": KEY,
            "CELERY_BROKER_URL": "memory://",
            "EMAIL_URL": "dummymail://",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
