"""Data, and questions about it. No network, no queue, no clear text of a secret."""

from clusters.models.attempt import Attempt
from clusters.models.catalog import CatalogSnapshot
from clusters.models.cloud_project import CloudProject
from clusters.models.cluster import Cluster
from clusters.models.decision import Decision
from clusters.models.demo_marker import DemoMarker
from clusters.models.event import Event, Subject
from clusters.models.heartbeat import Heartbeat
from clusters.models.installation import Installation
from clusters.models.inventory_snapshot import InventorySnapshot
from clusters.models.kept_form import KeptForm
from clusters.models.mail import Mail, Mailbox
from clusters.models.request import ClusterRequest
from clusters.models.sign_in_count import SignInCount

__all__ = [
    "Attempt",
    "CatalogSnapshot",
    "CloudProject",
    "Cluster",
    "ClusterRequest",
    "Decision",
    "DemoMarker",
    "Event",
    "Heartbeat",
    "Installation",
    "InventorySnapshot",
    "KeptForm",
    "Mail",
    "Mailbox",
    "SignInCount",
    "Subject",
]
