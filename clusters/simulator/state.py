"""The state of the simulated cloud, and the file that keeps it over a restart."""

import json
import logging
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from clusters.simulator.clusters import Cluster
from clusters.simulator.journal import CallJournal

_FORMAT = 1
"""Version of the state file; a file with another version is not read."""

logger = logging.getLogger(__name__)


class StateUnreadable(Exception):
    """The state file exists but is not a state of the simulator; it is not changed."""


@dataclass(frozen=True, kw_only=True)
class IssuedToken:
    """
    The scope and expiry of a token; ``expires_at`` is in seconds since 1970.

    The token itself is stored as its SHA-256 only. A token without a project scope has
    an empty ``project_id``.
    """

    project_id: str
    region: str
    expires_at: float


@dataclass(kw_only=True)
class SimulatorState:
    """
    Clusters by id, tokens by the SHA-256 of their value, and the journal.

    ``built`` is the number of clusters that were ever created. `save` writes everything
    to the file, if there is one, atomically.
    """

    file: Path | None = None
    clusters: dict[str, Cluster] = field(default_factory=dict)
    tokens: dict[str, IssuedToken] = field(default_factory=dict)
    journal: CallJournal = field(default_factory=CallJournal)
    built: int = 0

    @classmethod
    def load(cls, file: Path | None) -> "SimulatorState":
        """
        Return the state in the file, or an empty state if the file does not exist.

        :raises StateUnreadable: if the file is not a state of the simulator
        """
        if file is None or not file.exists():
            return cls(file=file)
        try:
            return cls._from_json(json.loads(file.read_bytes()), file)
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            raise StateUnreadable(f"{file} is not a state of the simulator.") from (
                problem
            )

    @classmethod
    def _from_json(cls, data: Mapping[str, Any], file: Path) -> "SimulatorState":
        if data["format"] != _FORMAT:
            raise ValueError(data["format"])
        clusters = [Cluster.from_json(each) for each in data["clusters"]]
        return cls(
            file=file,
            clusters={each.id: each for each in clusters},
            tokens={key: IssuedToken(**each) for key, each in data["tokens"].items()},
            journal=CallJournal.from_json(data["calls"]),
            built=int(data["built"]),
        )

    def clusters_of(self, project_id: str) -> list[Cluster]:
        """Return the clusters of a project, newest first."""
        return sorted(
            (each for each in self.clusters.values() if each.project_id == project_id),
            key=lambda each: (each.created_at, each.number),
            reverse=True,
        )

    def addresses_of(self, project_id: str) -> dict[str, set[str]]:
        """Return the IP addresses of a project's nodes, by subnet id."""
        taken: dict[str, set[str]] = defaultdict(set)
        for cluster in self.clusters_of(project_id):
            taken[cluster.order.subnet_id].update(cluster.addresses)
        return taken

    def save(self) -> None:
        """
        Write everything to a new file, then replace the old one.

        After a crash the file is the old or the new one, never a part of it. If it
        cannot be written (a full disk), the simulator logs a warning and goes on from
        memory; the next save writes everything.
        """
        if self.file is None:
            return
        try:
            self._write(self.file)
        except OSError as error:
            logger.warning("simulator.not_saved", extra={"why": str(error)})

    def _write(self, file: Path) -> None:
        fresh = file.with_name(f"{file.name}.new")
        file.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("w") as stream:
            json.dump(self._as_json(), stream)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)

    def clear(self) -> None:
        """Remove clusters and journal; tokens stay valid."""
        self.clusters.clear()
        self.journal = CallJournal()
        self.save()

    def _as_json(self) -> dict[str, object]:
        return {
            "format": _FORMAT,
            "built": self.built,
            "clusters": [asdict(each) for each in self.clusters.values()],
            "tokens": {key: asdict(each) for key, each in self.tokens.items()},
            "calls": self.journal.as_json(),
        }
