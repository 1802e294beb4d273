"""A link that is slow, and one that breaks."""
import random
import shutil
import time
from pathlib import Path

from link import Link
from measuring import Pairs
from scenario import Scenario
from trees import make_random, regular_files, require_equal, require_same_bytes

FILES, LARGEST = 5_000, 16 * 1024
SIZE, CUTS = 200_000_000, 20


def slow_link(place):
    """20 Mbit/s and a round trip of 50 ms, to the hub, the content server and the rsync daemon alike."""
    with Link(rate=20e6 / 8, delay=0.025) as link, Scenario(place, "slow-link") as bench:
        size = some_files(place.linux(), bench.source)
        print(f"  {FILES:,} files of at most {LARGEST // 1024} KiB, {size / 1e6:.1f} MB; 20 Mbit/s, 50 ms there and back")
        bench.publish(link)
        port = link.to(bench.rsync.port)
        ours, plain, packed = (lambda number, who=who: bench.work / f"{who}-{number}" for who in ("ours", "plain", "packed"))
        carried = lambda run: over(link, run)
        mine = lambda number: carried(lambda: bench.ours("clone", "alpha/data", ours(number)))
        rsync = lambda how, into: carried(lambda: bench.rsync.run(how, bench.rsync.url("source/", port), f"{into}/"))
        rows = [Pairs("slow-link / rsync -a", 0.6), Pairs("slow-link / rsync -az")]
        for number in range(place.runs):
            runs = mine(number), rsync("-a", plain(number)), rsync("-az", packed(number))
            for row, peer in zip(rows, runs[1:]):
                row.add(runs[0], peer)
        for into in (ours, plain, packed):
            require_equal(bench.source, into(0), f"what arrived in {into(0).name}")
        bench.findings.show(rows)
        for row in rows:
            mine, peer = row.medians(2)
            print(f"  {row.name}: the link carried {mine / 1e6:.2f} MB / {peer / 1e6:.2f} MB")
        require_honest(bench, link, ours(0))
        bench.require_memory()


def require_honest(bench, link, mount):
    """What sync says of the wire, on which other rows rely, is what the link saw but for headers."""
    make_random(mount / "random", 5_000_000)
    before = link.carried
    _, _, said = bench.ours("sync", mount, status="pushed")
    bench.require("wire as the link saw it, of what sync says", (link.carried - before) / said, 1.05, "x")


def over(link, run):
    """A run whose bytes are those that the link carried."""
    before = link.carried
    wall, cpu, _ = run()
    # What is on its way when a process ends is counted, too.
    return wall, cpu, link.carried - before


def some_files(linux, into):
    """Small text files as a tree has them; returns their bytes."""
    small = sorted(path for path in regular_files(linux) if 0 < Path(path).stat().st_size <= LARGEST)
    for path in (chosen := random.Random(5).sample(small, FILES)):
        target = into / Path(path).relative_to(linux)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return sum(Path(path).stat().st_size for path in chosen)


def cut_link(place):
    """All connections break 20 times while one file that cannot be compressed is cloned. The same command is given again until it succeeds."""
    with Link(rate=25e6, delay=0.002) as link, Scenario(place, "cut-link") as bench:
        bench.publish_random(SIZE, link)
        before = link.carried
        link.cut_every(SIZE // (CUTS + 1), CUTS)
        started, runs = time.monotonic(), 1
        while (ended := bench.try_run("beta", "clone", "alpha/data", bench.mount)).code and runs <= 2 * CUTS:
            runs += 1
        if ended.code:
            raise SystemExit(f"clone still fails after {link.cuts} cuts and {runs} runs: {ended.out}{ended.err}")
        require_same_bytes(bench.source / "file", bench.mount / "file")
        print(f"  cloned in {runs} runs of the command and {time.monotonic() - started:.1f} s, through {link.cuts} cuts")
        if link.cuts != CUTS:
            raise SystemExit(f"the link broke {link.cuts} times, not {CUTS}")
        bench.require("bytes that the link carried", (link.carried - before) / SIZE, 1.05, "of the size")
        bench.require_memory()
