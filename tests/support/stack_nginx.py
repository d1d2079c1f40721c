"""nginx with deploy/'s site, below Debian's own nginx.conf, and a certificate for this machine alone."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.services import HOST, Missing, answers, free_port
from tests.support.stack_parts import Program
from tests.support.stack_unit import moved

NAME = "localhost"
EXAMPLE = "counselling.example.org"
MAIN = Path("/etc/nginx/nginx.conf")
KINDS = ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")


class Nginx(Program):
    """The machine's public side at `https_port` and `http_port`. All of it lies in `directory`."""

    def __init__(self, site: Path, directory: Path, places: Mapping[str, str | Path], *, processes: int) -> None:
        super().__init__("nginx", directory / "out")
        self.directory, self.site, self.processes = directory, site, processes
        self.https_port, self.http_port = free_port(), free_port()
        self.places = {
            **places,
            EXAMPLE: NAME,
            f"/etc/letsencrypt/live/{EXAMPLE}": directory / "certificate",
            "listen 443": f"listen {self.https_port}",
            "listen [::]:443": f"listen [::1]:{self.https_port}",
            "listen 80": f"listen {self.http_port}",
            "listen [::]:80": f"listen [::1]:{self.http_port}",
        }

    def lay_out(self) -> None:
        """Files of its own: configuration, certificate, places for logs. Missing names the package."""
        if not MAIN.exists():
            raise Missing("nginx is missing: apt-get install nginx-light")
        for name in ("certificate", "conf.d", "log", "temporary"):
            (self.directory / name).mkdir(parents=True)
        make_certificate(self.directory / "certificate")
        (self.directory / "site").write_text(moved(self._for_all_processes(), self.places))
        (self.directory / "nginx.conf").write_text(self._main())

    def _for_all_processes(self) -> str:
        """The site with a line for each socket, as its comment tells: its own has two."""
        text = self.site.read_text()
        first, second = re.findall(r".*server unix:/run/counselling/\d\.sock .*\n", text)
        lines = [first.replace("/1.sock", f"/{number}.sock") for number in range(1, self.processes + 1)]
        return text.replace(first + second, "".join(lines))

    def _main(self) -> str:
        """Debian's, with its files here; workers are ours, since directories of tests are for nobody else."""
        user = "user root;" if os.geteuid() == 0 else ""
        return moved(
            MAIN.read_text(),
            {
                "user www-data;": user,
                "/run/nginx.pid": self.directory / "pid",
                "/var/log/nginx": self.directory / "log",
                "/etc/nginx/conf.d/*.conf": self.directory / "conf.d" / "*.conf",
                "include /etc/nginx/sites-enabled/*;": f"include {self.directory / 'site'};\n{self._temporary()}",
            },
        )

    def _temporary(self) -> str:
        return "\n".join(f"{kind}_temp_path {self.directory / 'temporary' / kind};" for kind in KINDS)

    def launched(self) -> subprocess.Popen[bytes]:
        return self.popen([*self._words(), "-g", "daemon off;"], {"PATH": os.defpath})

    def checked(self) -> str:
        """What `nginx -t` says of these files; CalledProcessError when it refuses them."""
        done = subprocess.run([*self._words(), "-t"], check=True, capture_output=True, text=True)
        return done.stderr

    def answers(self) -> bool:
        return answers(HOST, self.https_port)

    def _words(self) -> list[str]:
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        return [program, "-c", str(self.directory / "nginx.conf")]


def make_certificate(directory: Path) -> None:
    """fullchain.pem and privkey.pem, as certbot names them, signed by nobody."""
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3"]
    words += ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    words += ["-keyout", str(directory / "privkey.pem"), "-out", str(directory / "fullchain.pem")]
    program = shutil.which("openssl")
    if not program:
        raise Missing("openssl is missing: apt-get install openssl")
    subprocess.run([program, *words], check=True, capture_output=True)
