#!/usr/bin/env python3
"""Moving content, beside rsync: bench/transfer.py [--only NAME…] [--runs N] [--work DIR] [--disk DIR] [--binary FILE]

Through the command line, with a hub and a content server with tickets on loopback, against rsync from and to its own daemon on loopback on the same data,
in the same direction, in turns. After each scenario both ends are compared without any code of OmnyDrive.

  clone-tmpfs  the Linux source tree to tmpfs
  clone-ext4   the same to a disk, each with one durable flush
  push-small   a push of 10,000 files of it, each a line longer
  push-durable the same on a disk, against rsync --fsync
  rename       a push after its drivers/ got another name
  delta        a push of a 1 GiB random file with a byte inserted, a byte appended, 4 KiB overwritten, 10 MiB moved
  big-file     memory for a 10 GiB file: clone, and a push of one changed byte
  slow-link    a clone of 5,000 small files over 20 Mbit/s and 50 ms
  cut-link     a clone of 200 MB while the link breaks 20 times

Prints ratios of medians, CPU seconds of both ends, bytes on the wire and peak memory; fails where a wanted bound is missed, and says which. Needs python3, rsync,
diffutils, xz-utils and Debian's linux-source-6.1, about 7 GB of memory for tmpfs, 40 GiB of disk for big-file and 3 GB for each run of clone-ext4.
"""
import subprocess
import sys

from measuring import options, workplace
from scenario import Place
from transfer_files import big_file, delta
from transfer_links import cut_link, slow_link
from transfer_trees import clone_ext4, clone_tmpfs, push_durable, push_small, rename

SCENARIOS = {
    "clone-tmpfs": clone_tmpfs, "clone-ext4": clone_ext4, "push-small": push_small, "push-durable": push_durable, "rename": rename,
    "delta": delta, "big-file": big_file, "slow-link": slow_link, "cut-link": cut_link,
}


def main():
    parser = options(__doc__, runs=5)
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, default=list(SCENARIOS), metavar="NAME", help="these scenarios; all by default")
    parser.add_argument("--disk", default="/var/tmp", help="a directory on a disk, for clone-ext4, push-durable and big-file; /var/tmp by default")
    parser.add_argument("--delta-mib", type=int, default=1024, help="the size of the file of delta; 1024 by default")
    parser.add_argument("--big-gib", type=float, default=10, help="the size of the file of big-file; 10 by default")
    chosen = parser.parse_args()
    with workplace(chosen) as (work, binary):
        print(subprocess.run(["rsync", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0])
        place = Place(work, binary, chosen)
        try:
            for name in chosen.only:
                print(f"\n{name}", flush=True)
                try:
                    SCENARIOS[name](place)
                except SystemExit as failed:
                    # What broke is missed; the others are still measured.
                    print(f"  {failed}", flush=True)
                    place.findings.missed.append(f"{name}: {failed}")
        finally:
            place.clear()
    return place.findings.end()


if __name__ == "__main__":
    sys.exit(main())
