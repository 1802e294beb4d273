"""Many files: clone, push and rename of the Linux source tree."""
import os
import shutil
import subprocess

from measuring import Pairs
from scenario import Scenario
from trees import edit, regular_files, require_equal

MOST_MEMORY = 150


def clone_tmpfs(place):
    with Scenario(place, "clone-tmpfs") as bench:
        clone(bench, bench.work, bound=0.9, flush=None)


def clone_ext4(place):
    with Scenario(place, "clone-ext4") as bench:
        where = place.on_disk()
        kind = subprocess.run(["stat", "-f", "-c", "%T", where], capture_output=True, text=True, check=True).stdout.strip()
        print(f"  the clones lie in {where} ({kind}), what is cloned in {bench.work}")
        clone(bench, where, bound=1.0, flush=f"sync -f '{where}'")


def clone(bench, where, bound, flush):
    """OmnyDrive makes durable what it cloned, rsync does not: a flush belongs to it where that costs anything."""
    bench.publish_linux()
    ours, theirs = (lambda number, who=who: where / f"{who}-{number}" for who in ("ours", "theirs"))

    def settle(_):
        if flush:
            subprocess.run(["sh", "-c", flush], check=True)

    def mine(number):
        return bench.ours("clone", "alpha/data", ours(number))

    def peer(number):
        settle(number)
        return bench.rsync.run("-a", bench.rsync.url("source/"), f"{theirs(number)}/", then=flush)

    def check(number):
        if number == bench.place.runs:
            require_equal(bench.source, ours(number), "our clone")
            require_equal(bench.source, theirs(number), "rsync's copy")
        if not flush:
            shutil.rmtree(ours(number))
            shutil.rmtree(theirs(number))

    bench.findings.show([bench.in_turns(Pairs(bench.name, bound), mine, peer, settle, check)])
    bench.require_memory(MOST_MEMORY)


def push_small(place):
    """10,000 files of the tree, each a line longer."""
    with Scenario(place, "push-small") as bench:
        bench.publish_linux()
        bench.clone()
        row = bench.in_turns(Pairs(bench.name, 1.2), lambda _: bench.push(), lambda _: bench.upload(), lambda number: edit(bench.mount, number, 10_000))
        require_all_equal(bench)
        bench.findings.show([row])
        bench.require_memory()


def push_durable(place):
    """The same on a disk, against an rsync that makes durable what it writes, as a push does; nobody pays for what another left to be written."""
    with Scenario(place, "push-durable", work=place.on_disk()) as bench:
        bench.publish_linux()
        bench.clone()

        def flushed(run):
            os.sync()
            return run()

        row = bench.in_turns(
            Pairs(bench.name, 1.0), lambda _: flushed(bench.push), lambda _: flushed(lambda: bench.upload("--fsync")), lambda number: edit(bench.mount, number, 10_000))
        require_all_equal(bench)
        bench.findings.show([row])
        bench.require_memory()


def rename(place):
    """drivers/, more than half of the tree's bytes, gets another name each time."""
    with Scenario(place, "rename") as bench:
        bench.publish_linux()
        bench.clone()
        size = sum(os.path.getsize(path) for path in regular_files(bench.mount / "drivers"))
        name = lambda number: bench.mount / (f"drivers{number + 1}" if number else "drivers")
        row = bench.in_turns(Pairs(bench.name, 0.3), lambda _: bench.push(), lambda _: bench.upload("--delete"), lambda number: name(number).rename(name(number + 1)))
        require_all_equal(bench)
        bench.findings.show([row])
        print(f"  {size / 1e6:,.0f} MB were renamed")
        bench.require("wire, of the bytes of the directory", 100 * row.medians(2)[0] / size, 1, "%")
        bench.require_memory()


def require_all_equal(bench):
    require_equal(bench.mount, bench.source, "the origin after the pushes")
    # The daemon changes those that climb.
    require_equal(bench.mount, bench.peer, "rsync's after the uploads", links=False)
