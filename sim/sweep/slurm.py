"""Start a sweep in Slurm: a job that drives, and an array of jobs that work.

The jobs find each other by a file in the sweep's folder and speak TLS with keys made for
this sweep. A lost driver is requeued and goes on; a lost worker costs its own block.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError

from sim.arguments import checked_arguments
from sim.errors import RunError
from sim.results.folder import Folder
from sim.scenario.schema.base import Block
from sim.scenario.schema.lookup import keys_of
from sim.scenario.schema.validation_errors import record
from sim.scenario.source.diagnostics import Problems, did_you_mean
from sim.scenario.source.reader import read
from sim.scenario.source.textfile import PROFILE
from sim.sentences import Sentence
from sim.sweep.cluster import NO_PAGES, SETTINGS, require_dask
from sim.sweep.plan import SLURM, Sweep
from sim.sweep.store import put
from sim.units import shown

__all__ = ["finish", "read_profile", "submit"]

DONE = "DONE"
"""File that tells the workers to leave."""


class Profile(Block):
    """Profile of a cluster: how it is asked for workers."""

    workers: Annotated[int, Field(ge=1, le=100_000)]
    """Jobs that work at most, one core each; the array may start with fewer."""
    memory: Annotated[str, Field(pattern=r"^[0-9]+[MG]$")] = "2G"
    """Memory of a worker, as Slurm writes it."""
    time: Annotated[str, Field(pattern=r"^[0-9:-]+$")] = "04:00:00"
    """Longest time of a job, as Slurm writes it."""
    interface: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]+$")] | None = None
    """Network interface between the jobs, e.g. ib0; else that of the host's name."""
    setup: str = ""
    """Shell lines before anything else, e.g. `module load python`."""
    options: list[Annotated[str, Field(pattern=r"^--\S[^\x00-\x1f\x7f-\x9f]*$")]] = []  # noqa: RUF012
    """More options of sbatch, e.g. `--partition=main` and `--account=border`."""


_FORMS = {
    "memory": Sentence("write e.g. 2G or 500M"),
    "time": Sentence("write e.g. 04:00:00"),
    "interface": Sentence("write its name, e.g. ib0"),
    "options": Sentence("write one on a line, e.g. --partition=main"),
}


@checked_arguments
def read_profile(path: Path) -> Profile:
    """Read a cluster's profile.

    Raises
    ------
    ScenarioError
        With every mistake, by line and column.
    """
    tree, problems = read(path, kind=PROFILE), Problems()
    try:
        return Profile.model_validate(tree.plain())
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            key = str(detail["loc"][0])
            if detail["type"] == "extra_forbidden":
                hint = did_you_mean(key, keys_of(Profile))
                problems.add(
                    "unknown-key",
                    tree.items[key].start,
                    Sentence("unknown key '{key}'", key=key),
                    hint,
                )
            elif detail["type"] == "string_pattern_mismatch":
                node = tree.items[key]
                if isinstance(node.value, list):
                    node = node.value[int(detail["loc"][1])]
                message = Sentence(
                    "{value} is not one {key} of Slurm's",
                    value=shown(detail["input"]),
                    key=key.removesuffix("s"),
                )
                problems.add(
                    "bad-value",
                    node.place,
                    Sentence("{key}: {message}", key=key, message=message),
                    _FORMS[key],
                )
            else:
                record(tree, detail, problems)
    problems.raise_errors()
    raise AssertionError  # one of them was recorded


@checked_arguments
def submit(sweep: Sweep, profile: Profile, *, retry: bool = False) -> list[str]:
    """Write a sweep's jobs into ``slurm/`` in its folder and submit them; return their numbers.

    Hold the folder's lock. ``retry`` is that of :func:`sim.sweep.fill`.

    Raises
    ------
    RunError
        There is no Slurm here, or it refuses; the scripts are kept.
    WriteError
        The folder cannot be written.
    """
    require_dask()
    folder = sweep.folder
    if not str(folder.absolute()).isprintable():
        raise RunError(
            Sentence(
                "{folder!r} has an invisible character in it: Slurm reads one option a line; "
                "give another --out",
                folder=str(folder.absolute()),
            ),
            0,
        )
    sweep.write_plan()
    where = folder.absolute() / SLURM
    for name in (DONE, "scheduler.json", "starts"):
        Folder(folder).delete(SLURM, name)
    _write_settings(folder)
    array = [f"--array=1-{profile.workers}", "--nice=100"]
    scripts = {
        "driver": _script(folder, profile, [], _DRIVER, retry="--retry-failed" if retry else ""),
        "workers": _script(folder, profile, array, _WORKER),
    }
    for name, text in scripts.items():
        put(folder, text.encode(), SLURM, f"{name}.sbatch")
    if shutil.which("sbatch") is None:
        raise RunError(
            Sentence("sbatch is not here; submit {where}/*.sbatch where it is", where=where), 0
        )
    return [_submit(where / f"{name}.sbatch") for name in scripts]


@checked_arguments
def finish(folder: Path) -> None:
    """Tell the workers of a sweep in Slurm, if there are any, that all is done."""
    if Folder(folder).path(SLURM).is_dir():
        put(folder, b"", SLURM, DONE)


def _submit(script: Path) -> str:
    done = subprocess.run(  # noqa: S603 -- a script of our own
        ["sbatch", "--parsable", str(script)],  # noqa: S607 -- found on the path
        capture_output=True,
        text=True,
        check=False,
        cwd=script.parent,
    )
    if done.returncode:
        raise RunError(
            Sentence(
                "sbatch refuses {script}: {stderr}", script=script, stderr=done.stderr.strip()
            ),
            0,
        )
    return done.stdout.strip().partition(";")[0]


def _write_settings(folder: Path) -> None:
    """Write dask's settings and the keys, for this user's eyes only."""
    from distributed import Security

    where = Folder(folder.absolute()).path(SLURM, "dask")
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    where.chmod(0o700)
    security = Security.temporary()
    keys = {
        "ca.pem": security.tls_ca_file,
        "cert.pem": security.tls_worker_cert,
        "key.pem": security.tls_worker_key,
    }
    for name, text in keys.items():
        assert isinstance(text, str)
        put(folder, text.encode(), SLURM, "dask", name, mode=0o600)
    pair = {"cert": str(where / "cert.pem"), "key": str(where / "key.pem")}
    roles = dict.fromkeys(("scheduler", "worker", "client"), pair)
    tls = {"distributed.comm.tls": {"ca-file": str(where / "ca.pem"), **roles}}
    text = yaml.safe_dump(_nested({**SETTINGS, **tls}))
    put(folder, text.encode(), SLURM, "dask", "settings.yaml")


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Turn ``{"a.b": 1}`` into ``{"a": {"b": 1}}``."""
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        *above, last = name.split(".")
        block = tree
        for key in above:
            block = block.setdefault(key, {})
        block[last] = dict(value) if isinstance(value, Mapping) else value
    return tree


def _script(folder: Path, profile: Profile, options: list[str], body: str, retry: str = "") -> str:
    """Return a job's script: what to ask for, what to set up, what to do."""
    where = folder.absolute() / SLURM
    logs = str(where).replace("%", "%%")  # Slurm puts numbers of jobs in place of %j
    log = "%x-%A-%a.log" if options else "%x-driver-%j.log"
    asked = [
        shlex.quote(f"--job-name=langson-{folder.name}"),
        "--ntasks=1",
        "--cpus-per-task=1",
        f"--mem={profile.memory}",
        f"--time={profile.time}",
        "--requeue",
        "--open-mode=append",
        shlex.quote(f"--output={logs}/{log}"),
        *options,
        *profile.options,
    ]
    names = {
        "where": shlex.quote(str(where)),
        "folder": shlex.quote(str(folder.absolute())),
        "python": shlex.quote(sys.executable),
        "interface": f"--interface {profile.interface}" if profile.interface else "",
        "memory": profile.memory,
        "done": DONE,
        "pages": NO_PAGES,
        "retry": retry,
    }
    lines = ["#!/bin/bash", *(f"#SBATCH {option}" for option in asked), profile.setup.rstrip()]
    return "\n".join(lines) + _COMMON.format(**names) + body.format(**names)


_COMMON = """
set -u
cd {where} || exit 1
export DASK_CONFIG={where}/dask
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 POLARS_MAX_THREADS=1
"""

#: Starts a scheduler and drives the sweep. Slurm requeues a job whose node is lost; one whose
#: scheduler or driver is lost asks for it, five times at most.
_DRIVER = """\
[ -e {done} ] && exit 0
rm -f scheduler.json
echo >> starts
{python} -m dask scheduler --scheduler-file scheduler.json {interface} --port 0 \\
    --no-dashboard --dashboard-address {pages} &
scheduler=$!
{python} -m sim sweep run {folder} --cluster {where}/scheduler.json {retry}
code=$?
kill $scheduler 2>/dev/null
wait
if [ ! -e {done} ]; then
    [ "$(wc -l < starts)" -lt 6 ] && scontrol requeue "$SLURM_JOB_ID" && sleep 60
    touch {done}
fi
exit $code
"""

#: Works for whichever scheduler there is until all is done, or none has come for half an hour.
#: --nice in its request lets a requeued driver have its place first.
_WORKER = """\
scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT
idle=0
until [ -e {done} ] || [ $idle -ge 900 ]; do
    idle=$((idle + 1))
    [ -e scheduler.json ] && {python} -m dask worker --scheduler-file scheduler.json {interface} \\
        --nworkers 1 --nthreads 1 --memory-limit {memory} --death-timeout 20 \\
        --no-dashboard --dashboard-address {pages} --local-directory "$scratch" && idle=0
    sleep 2
done
"""
