"""Whose database it is, and which timeline of it the gates were opened on."""

import pytest
from django.db.models import Value

from clusters.models import Installation
from clusters.operations.core import timeline
from clusters.operations.projects import quarantine
from clusters.operations.upkeep.installation import ForeignDatabase, check_installation
from tests.factories import cloud_project

pytestmark = pytest.mark.django_db


class TestCheckInstallation:
    def test_keeps_the_first_id_and_refuses_another(self):
        check_installation("the-first")
        check_installation("the-first")
        with pytest.raises(ForeignDatabase):
            check_installation("another")

    def test_does_not_check_an_empty_id(self):
        check_installation("the-first")
        check_installation("")
        assert Installation.objects.get().installation_id == "the-first"

    def test_lets_an_id_be_set_later(self):
        check_installation("")
        check_installation("the-first")
        with pytest.raises(ForeignDatabase):
            check_installation("another")


class TestWithoutAnId:
    """What PostgreSQL says is played here; `tests/services/test_restore.py` asks it."""

    def test_a_promoted_database_is_noticed(self, monkeypatch: pytest.MonkeyPatch):
        project = cloud_project()
        monkeypatch.setattr(timeline, "has_timeline", lambda: True)
        monkeypatch.setattr(timeline, "Timeline", lambda: Value("00000001"))
        check_installation("")
        assert not quarantine.quarantine_after_failover()
        monkeypatch.setattr(timeline, "Timeline", lambda: Value("00000002"))
        assert timeline.is_other_timeline()
        assert quarantine.quarantine_after_failover()
        project.refresh_from_db()
        assert project.quarantined_at is not None
