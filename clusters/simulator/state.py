"""What the simulated cloud remembers, and the file that lets it outlive a restart."""

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

logger = logging.getLogger(__name__)


class StateUnreadable(Exception):
    """The state file is there but is not ours; it is left as it is."""


@dataclass(frozen=True, kw_only=True)
class IssuedToken:
    """What a token is good for; the token itself is kept as its hash only."""

    project_id: str
    region: str
    expires_at: float


@dataclass(kw_only=True)
class SimulatorState:
    """
    Clusters by id, tokens by the SHA-256 of their value, the journal.

    `save` writes all of it to the file, if there is one, in one atomic step.
    """

    file: Path | None = None
    clusters: dict[str, Cluster] = field(default_factory=dict)
    tokens: dict[str, IssuedToken] = field(default_factory=dict)
    calls: CallJournal = field(default_factory=CallJournal)
    built: int = 0

    @classmethod
    def load(cls, file: Path | None) -> "SimulatorState":
        """
        Return what the file remembers, or an empty state where there is none.

        :raises StateUnreadable: if the file is no state of the simulator
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
            calls=CallJournal.from_json(data["calls"]),
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
        """Return the addresses that a project's nodes hold, by subnet id."""
        taken: dict[str, set[str]] = defaultdict(set)
        for cluster in self.clusters_of(project_id):
            taken[cluster.order.subnet_id].update(cluster.addresses)
        return taken

    def save(self) -> None:
        """
        Write everything; a crash leaves the old file or the new one, whole.

        A cloud does not fail because a disk of ours is full: it goes on from memory, and
        the next thing that happens writes all of it.
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

    def forget(self) -> None:
        """Drop clusters and journal; those who are signed in stay so."""
        self.clusters.clear()
        self.calls = CallJournal()
        self.save()

    def _as_json(self) -> dict[str, object]:
        return {
            "format": _FORMAT,
            "built": self.built,
            "clusters": [asdict(each) for each in self.clusters.values()],
            "tokens": {key: asdict(each) for key, each in self.tokens.items()},
            "calls": self.calls.as_json(),
        }
