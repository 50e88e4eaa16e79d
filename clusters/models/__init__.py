"""
The database tables and the queries for them.

No network and no queue. Secrets are stored encrypted only. Writes are made by
`clusters.operations`, except where a model says otherwise.
"""

from clusters.models.admin_password import AdminPassword
from clusters.models.archive import Archive, ArchiveBatch, ArchivedRequest
from clusters.models.attempt import Attempt
from clusters.models.audit_check import AuditCheck
from clusters.models.catalog import CatalogSnapshot
from clusters.models.cloud_project import CloudProject
from clusters.models.cluster import Cluster
from clusters.models.decision import Decision
from clusters.models.demo_marker import DemoMarker
from clusters.models.event import Event, Subject
from clusters.models.heartbeat import Heartbeat
from clusters.models.history_opening import HistoryOpening
from clusters.models.installation import Installation
from clusters.models.inventory_snapshot import InventorySnapshot
from clusters.models.kept_form import KeptForm
from clusters.models.kept_head import KeptHead
from clusters.models.mail import Mail, Mailbox
from clusters.models.request import ClusterRequest
from clusters.models.sign_in_count import SignInCount
from clusters.models.signing_key import SigningKey
from clusters.models.watcher import Watcher

__all__ = [
    "AdminPassword",
    "Archive",
    "ArchiveBatch",
    "ArchivedRequest",
    "Attempt",
    "AuditCheck",
    "CatalogSnapshot",
    "CloudProject",
    "Cluster",
    "ClusterRequest",
    "Decision",
    "DemoMarker",
    "Event",
    "Heartbeat",
    "HistoryOpening",
    "Installation",
    "InventorySnapshot",
    "KeptForm",
    "KeptHead",
    "Mail",
    "Mailbox",
    "SignInCount",
    "SigningKey",
    "Subject",
    "Watcher",
]
