#!/usr/bin/env python3
"""A git drive beside git itself: bench/git_drive.py [--runs N] [--commits N] [--pack-mib N] [--work DIR] [--binary FILE]

Builds a repository of many commits and merges, publishes it, and clones it through the content server with tickets; beside it `git clone` of the same repository from
`git daemon` on loopback, in turns. Both clones are compared: the same commit, the same files, no change. Then the same once with one large file, for the memory of the server.

Prints ratios of medians, CPU seconds of both ends and peak memory; fails where a wanted bound is missed. Needs python3 and git; about 5 GB of memory for tmpfs with the default sizes.
"""
import os
import random
import shutil
import subprocess
import sys

from measuring import Findings, Measured, OmnyDrive, Pairs, Server, free_port, options, workplace
from trees import make_random

FILES = 2000


def main():
    parser = options(__doc__, runs=5)
    parser.add_argument("--commits", type=int, default=10_000, help="commits of the history; 10,000 by default, one in ten a merge")
    parser.add_argument("--pack-mib", type=int, default=1024, help="the size of the file for the memory of the server; 1024 by default")
    chosen = parser.parse_args()
    with workplace(chosen) as (work, binary):
        print(subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.strip())
        findings = Findings()
        clones(work / "clones", binary, chosen, findings)
        large(work / "large", binary, chosen, findings)
    return findings.end()


class GitDaemon:
    def __init__(self, base):
        port = free_port()
        self.url = f"git://127.0.0.1:{port}/repo.git"
        self.daemon = Server(["git", "daemon", "--export-all", f"--base-path={base}", "--listen=127.0.0.1", f"--port={port}", "--reuseaddr", str(base)])
        while subprocess.run(["git", "ls-remote", self.url], capture_output=True).returncode != 0:
            pass

    def stop(self):
        self.daemon.stop()


def clones(work, binary, chosen, findings):
    work.mkdir()
    repo = work / "repo.git"
    make_history(repo, chosen.commits)
    drive = OmnyDrive(work, binary)
    drive.start_hub()
    drive.run("alpha", "publish", repo, "--git", "--name", "repo")
    drive.start_content()
    daemon = GitDaemon(work)
    row = Pairs("clone", 1.15)
    try:
        for number in range(chosen.runs + 1):
            ours, theirs = work / f"ours{number}", work / f"theirs{number}"
            mine = drive.run("beta", "clone", "alpha/repo", ours)
            peer = Measured(["git", "clone", "--quiet", daemon.url, str(theirs)])
            require_equal(ours, theirs)
            # The first only warms up.
            if number > 0:
                row.add((mine.wall, mine.cpu), (peer.wall, peer.cpu))
            drive.run("beta", "unmount", ours)
            shutil.rmtree(ours)
            shutil.rmtree(theirs)
        size = sum(file.stat().st_size for file in (repo / "objects" / "pack").iterdir())
        print(f"\n{chosen.commits:,} commits, {FILES:,} files, {size / 1e6:,.0f} MB packed; CPU of the cloning side, with all that it ran")
        findings.show([row])
        for name, peak in drive.all_peaks():
            findings.require(f"peak memory of {name}", peak, None)
    finally:
        daemon.stop()
        drive.stop()
    shutil.rmtree(work)


def large(work, binary, chosen, findings):
    work.mkdir()
    repo = work / "repo"
    repo.mkdir()
    git(repo, "init", "--quiet", "--initial-branch=main", ".")
    make_random(repo / "large", chosen.pack_mib << 20)
    git(repo, "-c", "core.compression=0", "add", "large")
    git(repo, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "large")
    drive = OmnyDrive(work, binary)
    drive.start_hub()
    drive.run("alpha", "publish", repo, "--git", "--name", "repo")
    drive.start_content()
    try:
        drive.run("beta", "clone", "alpha/repo", work / "mount")
        require_equal(work / "mount", repo)
        print(f"\na file of {chosen.pack_mib:,} MiB")
        findings.require("peak memory of content server", drive.content.peak(), 150)
        findings.require("peak memory of omnydrive clone, with each git that it ran", drive.peaks["omnydrive clone"], None)
    finally:
        drive.stop()
    shutil.rmtree(work)


def require_equal(ours, theirs):
    for command in (["rev-parse", "HEAD"], ["ls-files", "--stage"]):
        if git(ours, *command) != git(theirs, *command):
            raise SystemExit(f"git {command[0]} says something else in {ours} than in {theirs}")
    if git(ours, "status", "--porcelain"):
        raise SystemExit(f"{ours} is not clean")


def git(directory, *arguments):
    return subprocess.run(["git", *arguments], cwd=directory, capture_output=True, text=True, check=True).stdout


def make_history(repo, commits):
    """A history by git fast-import: each commit changes a few of the files, one in ten merges a branch."""
    rng = random.Random(7)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(3, 9))) for _ in range(4000)]
    text = lambda: "\n".join(" ".join(rng.choices(words, k=8)) for _ in range(rng.randint(10, 120))) + "\n"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(repo)], check=True)
    importer = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=repo, stdin=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"})
    write = lambda line: importer.stdin.write(line.encode())
    contents = {}
    side = None
    for number in range(1, commits + 1):
        branch = "refs/heads/side" if number % 10 == 5 else "refs/heads/main"
        write(f"commit {branch}\nmark :{number}\ncommitter A <a@b> {1_600_000_000 + number} +0000\ndata 4\nwork\n")
        if number > 1:
            write(f"from :{number - 1 if number % 10 != 6 else number - 2}\n")
        if number % 10 == 8 and side:
            write(f"merge :{side}\n")
        if number % 10 == 5:
            side = number
        names = [f"d{i % 40}/e{i % 7}/f{i}.txt" for i in range(FILES)] if number == 1 else [f"d{i % 40}/e{i % 7}/f{i}.txt" for i in rng.sample(range(FILES), 3)]
        for name in names:
            old = contents.get(name)
            lines = old.split("\n") if old else None
            if lines:
                lines[rng.randrange(len(lines))] = " ".join(rng.choices(words, k=8))
            contents[name] = "\n".join(lines) if lines else text()
            write(f"M 100644 inline {name}\ndata {len(contents[name])}\n{contents[name]}\n")
        write("\n")
    importer.stdin.close()
    if importer.wait() != 0:
        raise SystemExit("git fast-import failed")
    subprocess.run(["git", "repack", "-adq"], cwd=repo, check=True)


if __name__ == "__main__":
    sys.exit(main())
