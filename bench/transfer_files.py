"""One large file: small edits of it, and memory where it is very large."""
import os
import random
import shutil

from measuring import Pairs
from scenario import Scenario
from trees import require_same_bytes

MiB = 2**20
MOST_MEMORY = 150


def delta(place):
    """Edits of a random file in a mount, pushed; rsync uploads the same file. Each edit is a new one at another place, of a file that is the same everywhere."""
    with Scenario(place, "delta") as bench:
        bench.publish_random(place.chosen.delta_mib * MiB)
        bench.clone()
        rows = [edited(bench, *what) for what in (
            ("a byte inserted", insert, 0.8, 0.35), ("a byte appended", append, 1.0, 1.0),
            ("4 KiB overwritten", overwrite, 1.0, 1.0), ("10 MiB moved", move, 1.0, 1.0))]
        bench.findings.show(rows)
        bench.require_memory()


def edited(bench, name, change, bound, wire_bound):
    pick = random.Random(name)

    def prepare(_):
        bench.drop_displaced()
        change(bench.mount / "file", pick)

    return bench.in_turns(
        Pairs(f"{bench.name}: {name}", bound, wire_bound), lambda _: bench.push(), lambda _: bench.upload("--no-whole-file", "--stats"),
        prepare, lambda _: require_arrived(bench))


def require_arrived(bench):
    for end in (bench.source, bench.peer):
        require_same_bytes(bench.mount / "file", end / "file")


def insert(path, pick):
    """Somewhere in the middle fifth."""
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        at = file.seek(int(size * pick.uniform(0.4, 0.6)))
        rest = file.read()
        file.seek(at)
        file.write(pick.randbytes(1))
        file.write(rest)


def append(path, pick):
    with open(path, "ab") as file:
        file.write(pick.randbytes(1))


def overwrite(path, pick):
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        file.seek(pick.randrange(size - 4096))
        file.write(pick.randbytes(4096))


def move(path, pick):
    """10 MiB from the first half go a quarter of the file further."""
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        at = file.seek(pick.randrange(size // 2))
        block, passed = file.read(10 * MiB), file.read(size // 4)
        file.seek(at)
        file.write(passed)
        file.write(block)


def big_file(place):
    """What a clone and a push of a very large file take in memory. It lies on the disk, whose cache is nobody's memory."""
    size = int(place.chosen.big_gib * 2**30)
    disk = place.on_disk()
    if shutil.disk_usage(disk).free < 4 * size:
        raise SystemExit(f"big-file needs {4 * size / 2**30:.0f} GiB in {disk}; --disk DIR or --big-gib N choose otherwise")
    with Scenario(place, "big-file", disk) as bench:
        bench.publish_random(size)
        tell("clone", bench.ours("clone", "alpha/data", bench.mount))
        require_same_bytes(bench.source / "file", bench.mount / "file")
        with open(bench.mount / "file", "r+b") as file:
            file.seek(size // 2)
            before = file.read(1)
            file.seek(size // 2)
            file.write(bytes([before[0] ^ 1]))
        tell("push of one changed byte", bench.push())
        require_same_bytes(bench.mount / "file", bench.source / "file")
        bench.require_memory(MOST_MEMORY)


def tell(what, run):
    wall, cpu, wire = run
    print(f"  {what}: {wall:.2f} s, CPU of both ends {cpu:.2f} s" + (f", wire {wire / 1e3:,.0f} kB" if wire else ""), flush=True)
