"""`python -m tests.bench.production_sizes [COUNT]`: what cases take of PostgreSQL's disk, for docs/sizing.md."""

import json
import os
import subprocess
import sys

from tests.support import environment
from tests.support.server import LIGHT, Ground
from tests.support.services import HOST, Postgres


def main(count: str) -> None:
    """KiB by kind; how large all of it is, and dumped and packed as a backup is."""
    with Postgres() as postgres, Ground(database_url=postgres.url, settings=LIGHT) as ground:
        found = json.loads(ground.run("-m", "tests.bench.production_fill", count).splitlines()[-1])
        for kind, kib in found.items():
            print(f"{kind:<40}{kib:>10} KiB")
        where = ["-h", HOST, "-p", str(postgres.port), "-U", "postgres"]
        dump = subprocess.run(["pg_dump", *where, "-Fc", "postgres"], check=True, capture_output=True, env=os.environ)
        size = postgres._run("psql", *where, "-Atc", "SELECT pg_database_size('postgres')", "postgres")
        print(f"the whole database {int(size) >> 20} MiB, its dump {len(dump.stdout) >> 20} MiB")


if __name__ == "__main__":
    environment.stay_in_memory()
    main(sys.argv[1] if len(sys.argv) > 1 else "1000")
