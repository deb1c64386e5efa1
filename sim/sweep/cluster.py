"""Workers of ``dask.distributed``: on this machine, or wherever a scheduler has some.

The scheduler moves blocks and acknowledgements, never results. The settings are those that
keep its own cost, measured, under two parts in a hundred of blocks of five seconds.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import RunError
from sim.processes import cores
from sim.sentences import Sentence
from sim.sweep.blocks import TaskBlock
from sim.sweep.executor import LostBlock, Outcome, Work

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster, Security

__all__ = ["NO_PAGES", "SETTINGS", "ClusterExecutor", "require_dask"]

LOCAL = "local"
"""Address that means: start a cluster on this machine."""

SETTINGS: Mapping[str, Any] = {
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": 0.9,
    "distributed.worker.memory.terminate": 0.95,
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.cycle": "10s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.scheduler.allowed-failures": 3,
    "distributed.scheduler.worker-ttl": "60s",
    "distributed.scheduler.idle-timeout": "120s",
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.comm.require-encryption": True,
    "distributed.comm.default-scheme": "tls",
    "distributed.comm.timeouts.connect": "60s",
    "distributed.comm.timeouts.tcp": "60s",
}
"""For schedulers, workers and drivers alike: no profiling, slow ticks, encryption, no pages."""

NO_PAGES = "127.0.0.1:0"
"""Where dask's web server listens, which cannot be turned off: it shows nothing, to nobody."""

_WAIT = 600.0
"""Seconds until the first worker must be there; a cluster's queue may be long."""


def require_dask() -> None:
    """Raise an error that names the packages to install, where they are missing.

    Raises
    ------
    RunError
        It is missing.
    """
    try:
        import cryptography
        import distributed
    except ImportError as error:
        raise RunError(
            Sentence("clusters need more packages: pip install 'langson[cluster]'"), 0
        ) from error
    del cryptography, distributed


class ClusterExecutor:
    """Blocks go out in waves, so that few wait at the scheduler and no worker waits long.

    Parameters
    ----------
    address:
        ``local``, a scheduler's address (``tls://…``), or a scheduler file.
    workers:
        For ``local``: how many, 0 for one per core.
    wait:
        Seconds until the first worker must be there.
    """

    def __init__(self, address: str, workers: int = 0, wait: float = _WAIT) -> None:
        require_dask()
        self.workers = workers or cores()
        self._address, self._wait = address, wait
        self._open = contextlib.ExitStack()
        self._client: Client | None = None

    @property
    def local(self) -> bool:
        """Whether the workers are of this machine."""
        return self._address == LOCAL

    def start(self) -> None:
        """Connect, unless that is done, and wait for the first worker.

        Raises
        ------
        RunError
            Nobody answers, encryption fails, or no worker comes.
        """
        import dask
        from distributed import Client

        if self._client is not None:
            return
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self._open.enter_context(dask.config.set(dict(SETTINGS)))
        try:
            if self._address == LOCAL:
                cluster, security = _local(self.workers)
                self._open.callback(cluster.close, timeout=5)
                self._client = Client(cluster, security=security)
            elif Path(self._address).suffix == ".json":
                _await(Path(self._address), self._wait)
                self._client = Client(scheduler_file=self._address, timeout=self._wait)
            else:
                self._client = Client(self._address, timeout=self._wait)
            self._open.callback(self._client.close, timeout=5)
            self._client.wait_for_workers(1, timeout=self._wait)
        except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
            self.close()
            raise RunError(
                Sentence("no cluster at {address}: {error}", address=self._address, error=error), 0
            ) from error

    def map(self, work: Work, blocks: Iterator[TaskBlock]) -> Iterator[Outcome]:
        """Keep a few blocks for each worker on their way, and refill in waves.

        Raises
        ------
        RunError
            The scheduler is lost.
        """
        from distributed import KilledWorker, as_completed

        pending: dict[Future[Any], TaskBlock] = {}
        finished = as_completed([], with_results=False)
        with self._loss_told():
            self._refill(work, blocks, pending, finished)
        for future in finished:
            block = pending.pop(future)
            with self._loss_told():
                try:
                    outcome: Outcome = future.result()
                except KilledWorker:
                    outcome = LostBlock(block, "its process was killed")
                if 2 * len(pending) < self._room():
                    self._refill(work, blocks, pending, finished)
            yield outcome

    @contextlib.contextmanager
    def _loss_told(self) -> Iterator[None]:
        """Say that the scheduler is lost, in whichever of many ways that is noticed.

        A client that has noticed is not asked for anything: it would wait for a minute.
        """
        from distributed import CancelledError
        from distributed.comm.core import CommClosedError

        client = self._client
        assert client is not None
        try:
            if client.status != "running":
                raise CommClosedError
            yield
        except (CancelledError, OSError) as error:  # an OSError may also be of the work
            if client.status == "running" and not isinstance(
                error, CancelledError | CommClosedError
            ):
                raise
            raise RunError(Sentence("the scheduler is lost; run it again to go on"), 0) from error

    def _refill(
        self,
        work: Work,
        blocks: Iterator[TaskBlock],
        pending: dict[Future[Any], TaskBlock],
        finished: Any,
    ) -> None:
        """Send the next wave with one call, which costs far less than one by one."""
        assert self._client is not None
        self.workers = max(1, len(self._client.nthreads()))
        wave = list(islice(blocks, self._room() - len(pending)))
        if wave:
            futures = self._client.map(work, wave, pure=False)
            pending.update(zip(futures, wave, strict=True))
            finished.update(futures)

    def _room(self) -> int:
        return max(8, 3 * self.workers)

    def scale(self, workers: int) -> None:
        """Use so many workers of this machine; elsewhere the scheduler has what it has."""
        if self.local:
            self.workers = workers

    def close(self) -> None:
        """Leave the cluster, and end it if it is ours."""
        self._client = None
        self._open.close()


def _await(file: Path, seconds: float) -> None:
    """Wait until a scheduler has written its file; TimeoutError if none does."""
    end = time.monotonic() + seconds
    while not file.exists():
        if time.monotonic() > end:
            raise TimeoutError("no scheduler has written this file")
        time.sleep(0.2)


def _local(workers: int) -> tuple[LocalCluster, Security]:
    """Start workers on the loopback interface, with keys that live as long as they do."""
    from distributed import LocalCluster, Security

    security = Security.temporary()
    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        protocol="tls",
        security=security,
        dashboard_address=NO_PAGES,
        worker_dashboard_address=NO_PAGES,
        scheduler_kwargs={"dashboard": False},
        silence_logs=logging.CRITICAL,
    )
    return cluster, security
