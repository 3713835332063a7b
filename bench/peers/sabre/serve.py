"""Serve sabre/dav as it is served in production: nginx in front of PHP-FPM with opcache, both in the foreground.

Usage: serve.py FOLDER PORT JOURNAL. The folder gets the configuration and the SQLite file; JOURNAL is SQLite's journal
mode: `delete`, the one that a new file has, or `wal`.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

FPM, NGINX = (shutil.which(name, path="/usr/sbin:/usr/bin") or name for name in ("php-fpm8.2", "nginx"))
SCRIPT = Path(__file__).with_name("server.php")
WORKERS = 8

# The tables that sabre/dav 1.8 expects, with an index more, by which it gains; one user, one address book.
SCHEMA = """
PRAGMA journal_mode = {journal};
CREATE TABLE addressbooks (id INTEGER PRIMARY KEY, principaluri TEXT, displayname TEXT, uri TEXT, description TEXT,
                           ctag INTEGER);
CREATE TABLE cards (id INTEGER PRIMARY KEY, addressbookid INTEGER, carddata BLOB, uri TEXT, lastmodified INTEGER);
CREATE UNIQUE INDEX cards_uri ON cards (addressbookid, uri);
CREATE TABLE principals (id INTEGER PRIMARY KEY, uri TEXT UNIQUE, email TEXT, displayname TEXT, vcardurl TEXT);
CREATE TABLE groupmembers (id INTEGER PRIMARY KEY, principal_id INTEGER, member_id INTEGER);
INSERT INTO principals (uri, displayname) VALUES ('principals/bench', 'Bench');
INSERT INTO addressbooks (principaluri, uri, ctag) VALUES ('principals/bench', 'people', 1);
"""

FPM_CONF = """
[global]
error_log = /dev/stderr
log_level = error
[www]
listen = {folder}/fpm.sock
{user}
pm = static
pm.max_children = {workers}
php_admin_value[opcache.enable] = 1
php_admin_value[opcache.validate_timestamps] = 0
php_admin_value[include_path] = .:/usr/share/php
"""

NGINX_CONF = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  fastcgi_temp_path {folder}/fastcgi;
  proxy_temp_path {folder}/proxy;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream fpm {{ server unix:{folder}/fpm.sock; keepalive {workers}; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME {script};
      fastcgi_param SCRIPT_NAME "";
      fastcgi_param BENCH_FOLDER {folder};
      fastcgi_keep_conn on;
      fastcgi_pass fpm;
    }}
  }}
}}
"""


def main(folder: Path, port: str, journal: str) -> int:
    """Start both, wait for either to end, stop the other."""
    root = os.getuid() == 0
    values = {"folder": folder, "port": port, "script": SCRIPT, "workers": WORKERS}
    (folder / "fpm.conf").write_text(FPM_CONF.format(**values, user="user = root" if root else ""))
    (folder / "nginx.conf").write_text(NGINX_CONF.format(**values, user="user root;" if root else ""))
    if not (folder / "dav.sqlite").exists():
        sqlite3.connect(folder / "dav.sqlite").executescript(SCHEMA.format(journal=journal)).connection.close()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    fpm = subprocess.Popen([FPM, "--nodaemonize", "--fpm-config", str(folder / "fpm.conf"), *["-R"] * root])
    try:
        while not (folder / "fpm.sock").exists() and fpm.poll() is None:
            time.sleep(0.01)
        nginx = subprocess.Popen([NGINX, "-e", "stderr", "-c", str(folder / "nginx.conf"), "-g", "daemon off;"])
        try:
            return nginx.wait()
        finally:
            nginx.terminate()
    finally:
        fpm.terminate()
        fpm.wait()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:4]))
