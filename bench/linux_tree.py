#!/usr/bin/env python3
"""The whole path on a tree that nobody here made, beside rsync: bench/linux_tree.py [--runs N] [--work DIR] [--binary FILE]

Publishes the Linux source tree of Debian's linux-source package, clones it, compares the two trees without any code of OmnyDrive, edits, pushes,
pulls, is refused; then times clone and no-op sync against `rsync -a` from an rsync daemon on loopback, in turns. Prints ratios of medians,
CPU seconds of both ends, and peak memory. Needs python3, rsync, xz-utils and Debian's linux-source-6.1 (about 3.5 GB of memory for tmpfs).
"""
import shutil
import sys

from measuring import OmnyDrive, Pairs, options, workplace
from rsync import Rsync
from trees import describe, edit, require_equal, unpack_linux


class Bench(OmnyDrive):
    def start(self):
        self.source = source = self.work / "source"
        unpack_linux(source)
        self.start_hub()
        published = self.run("alpha", "publish", str(source), "--name", "linux")
        print(f"publish, which hashes everything: {published.cpu:.2f} s CPU, {published.memory:.0f} MB")
        self.start_content()
        self.rsync = Rsync(self.work, {"source": source})

    def check(self):
        """The acceptance list: each line stops the run where it does not hold."""
        mount = self.work / "mount"
        print("checking")
        self.json("beta", "clone", "alpha/linux", str(mount))
        require_equal(self.source, mount, "clone")
        for where, status in ((mount, "pushed"), (self.source, "pulled")):
            edit(where, len(status) + ord(status[3]), modify=1000, delete=100, add=100)
            result = self.json("beta", "sync", str(mount))
            files = result["metrics"]["filesChanged"]
            if result["status"] != status or files != 1200:
                raise SystemExit(f"sync says {result['status']} with {files} files, not {status} with 1200")
            require_equal(self.source, mount, f"{status} 1,000 edits, 100 deletions, 100 additions")
        (mount / "README").write_text("mine")
        (self.source / "README").write_text("theirs")
        before = describe(mount), describe(self.source)
        refused = self.json("beta", "sync", str(mount), code=6)
        if (describe(mount), describe(self.source)) != before or refused["conflicts"][0]["path"] != "README":
            raise SystemExit("the refused sync touched something or names the wrong path")
        print("  both sides edited README: exit code 6, the path named, nothing touched")
        shutil.copy2(self.source / "README", mount / "README")
        self.json("beta", "sync", str(mount))

    def time(self, runs):
        rows = [Pairs("clone"), Pairs("no-op sync")]
        for number in range(runs + 1):
            ours, theirs = self.work / f"ours-{number}", self.work / f"theirs-{number}"
            # The first of each only warms up.
            for row, command in zip(rows, (["clone", "alpha/linux", str(ours)], ["sync", str(ours)])):
                pair = self.pair(command, theirs)
                if number > 0:
                    row.add(*pair)
            shutil.rmtree(ours)
            shutil.rmtree(theirs)
        print(f"\nratios of medians over {runs} runs in turns, omnydrive / rsync; CPU is both ends together")
        for row in rows:
            row.show(10)

    def pair(self, command, theirs):
        server = self.content.cpu()
        mine = self.run("beta", *command)
        server = self.content.cpu() - server
        return (mine.wall, mine.cpu + server), self.rsync.run("-a", self.rsync.url("source/"), f"{theirs}/")

    def stop(self):
        super().stop()
        if hasattr(self, "rsync"):
            self.rsync.stop()


def main():
    chosen = options(__doc__, runs=5).parse_args()
    with workplace(chosen) as (work, binary):
        bench = Bench(work, binary)
        try:
            bench.start()
            bench.check()
            bench.time(chosen.runs)
            print("\npeak memory")
            for name, peak in bench.all_peaks():
                print(f"  {name:24} {peak:4.0f} MB")
            if max(peak for _, peak in bench.all_peaks()) > 300:
                raise SystemExit("a process took more than 300 MB")
        finally:
            bench.stop()


if __name__ == "__main__":
    sys.exit(main())
