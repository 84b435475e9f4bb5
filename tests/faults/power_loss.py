"""Loss of power: what a run wrote is replayed up to any call, with what was not synced dropped or torn.

The model of the disk: fsync of a file makes its bytes durable, fsync of a folder its names. Of the writes to a
file since its last fsync any may be missing (zeros stand there if a later one is not), or be there in part. Of the
changes of names since the last fsync of their folder, the first so many are there, as on a journalling file system.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from runs import FINE, Kind, command, contents, finish, require_equal, require_equal_record, run


@dataclass(frozen=True)
class Call:
    """One line of the shim's log."""

    name: str  # create, write, truncate, sync, rename, remove, mkdir
    path: str
    other: str
    offset: int
    data: bytes


def read_log(log: Path) -> list[Call]:
    """All calls, in their order."""
    text = log.read_bytes()
    calls = []
    at = 0
    while at < len(text):
        end = text.index(b"\n", at)
        name, path, other, offset, size = text[at:end].decode().split("\t")
        at = end + 1 + int(size)
        calls.append(Call(name, path, other, int(offset), text[end + 1 : at]))
    return calls


@dataclass
class Inode:
    """A file: what is surely on disk, and the writes and truncations since."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)

    def sync(self) -> None:
        for call in self.pending:
            _apply(self.durable, call, len(call.data))
        self.pending = []

    def survivor(self, dice: random.Random, keep: float) -> bytes:
        """What may be found after the loss; each pending write is there with probability `keep`."""
        found = bytearray(self.durable)
        for call in self.pending:
            if dice.random() < keep:
                _apply(found, call, len(call.data))
            elif call.name == "write" and 0.0 < keep and dice.random() < 0.5:
                _apply(found, call, dice.randrange(len(call.data)))
        return bytes(found)


def _apply(content: bytearray, call: Call, size: int) -> None:
    if call.name == "truncate":
        if len(content) > call.offset:
            del content[call.offset :]
        content.extend(bytes(call.offset - len(content)))
        return
    if len(content) < call.offset:
        content.extend(bytes(call.offset - len(content)))
    content[call.offset : call.offset + size] = call.data[:size]


@dataclass
class NameChange:
    """A create, rename, remove or mkdir; the inode of a file that was made or renamed."""

    call: Call
    inode: Inode | None
    durable: bool = False


class Disk:
    """What the calls so far have done, and what of it would outlive a loss of power."""

    def __init__(self) -> None:
        self.files: dict[str, Inode] = {}  # as the program sees them
        self.changes: list[NameChange] = []

    def carry_out(self, call: Call) -> None:
        if call.name == "sync":
            if call.path in self.files:
                self.files[call.path].sync()
            for change in self.changes:
                if str(Path(change.call.path).parent) == call.path:
                    change.durable = True
        elif call.name in ("write", "truncate"):
            self.files[call.path].pending.append(call)
        else:
            if call.name == "create":
                self.files[call.path] = Inode()
            inode = self.files.get(call.path)
            if call.name == "rename":
                assert inode is not None
                self.files[call.other] = inode
            if call.name in ("rename", "remove"):
                self.files.pop(call.path, None)
            self.changes.append(NameChange(call, inode))

    def write_survivors(self, top: str, to: Path, dice: random.Random, keep: float) -> None:
        """Makes in `to` what may be found of the folder `top`."""
        pending = [change for change in self.changes if not change.durable]
        kept = len(pending) if keep == 1.0 else 0 if keep == 0.0 else dice.randint(0, len(pending))
        lost = {id(change) for change in pending[kept:]}
        names: dict[str, Inode | None] = {top: None}  # None: a folder
        for change in self.changes:
            path, other = change.call.path, change.call.other
            if id(change) in lost or str(Path(other or path).parent) not in names:
                continue
            if change.call.name == "remove":
                names.pop(path, None)
            else:
                names.pop(path, None) if change.call.name == "rename" else None
                names[other or path] = change.inode
        for path, inode in names.items():
            place = to / Path(path).relative_to(top)
            if inode is None:
                place.mkdir(exist_ok=True)
            else:
                place.write_bytes(inode.survivor(dice, keep))


@dataclass
class Losses:
    """One kind of run, with power lost after its calls."""

    kind: str
    calls: int
    tried: int
    finished: int  # the record was there already
    from_nothing: int  # no work was on disk yet


def losses_of(calls: list[Call], top: str, keeps: list[float], step: int) -> Iterator[tuple[int, float, Disk]]:
    """After every `step`-th call: its number, how much of what is pending is kept, and the disk."""
    disk = Disk()
    for number, call in enumerate(calls, start=1):
        disk.carry_out(call)
        if number % step == 0 or number == len(calls):
            for keep in keeps:
                yield number, keep, disk


def lose_power(kind: Kind, folder: Path, seed: int, step: int = 1, keeps: tuple[float, ...] = (0.0, 0.3, 0.7, 1.0)) -> Losses:
    """Resumes a run from what the loss of power after any of its calls may leave."""
    toml = kind.write(folder, is_long=False)
    top = folder / "top"  # the run's folder is made within it
    top.mkdir()
    log = folder / "log"
    done = run(command(toml, top / "out", 1), FAULTS_FOLDER=top, FAULTS_LOG=log)
    assert done.returncode == FINE, done.stderr
    expected = contents(top / "out/record.h5")
    calls = read_log(log)
    noted = next(k for k, call in enumerate(calls, start=1) if call.other.endswith("parts/notes")) + 1
    dice = random.Random(seed)
    losses = Losses(kind.name, len(calls), 0, 0, 0)
    for number, keep, disk in losses_of(calls, str(top), list(keeps), step):
        after = folder / f"after-{number}-{losses.tried}"
        disk.write_survivors(str(top), after, dice, keep)
        out = after / "out"
        if (out / "record.h5").exists():
            losses.finished += 1
            require_equal_record(expected, out)
        elif not (out / "parts/notes").exists():
            # Once the notes are said to be on disk, they are, and with them what is found to go on from.
            assert number < noted, (number, noted)
            losses.from_nothing += 1
        finish(toml, out)
        require_equal(expected, out)
        losses.tried += 1
    return losses
