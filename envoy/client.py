"""The client of docker-compose.yml: one login by `authlib_login.py`, with the credentials that
the platform made when it started. More options of that program can follow.

Environment: `READY`, the file that the platform wrote; `CONNECT_TO`, the URL that takes the
public URL's traffic inside the network; `REDIRECT_URI`; `PLATFORM`, the platform's own URL, at
which its keys are compared with those that clients are given.
"""

import json
import os
import sys
from pathlib import Path

AUTH_METHOD = "client_secret_basic"

ready = json.loads(Path(os.environ["READY"]).read_text(encoding="utf-8"))
client = ready["clients"][AUTH_METHOD]
login = str(Path(__file__).with_name("authlib_login.py"))
command = [sys.executable, login, "--issuer", ready["issuer"]]
command += ["--connect-to", os.environ["CONNECT_TO"], "--jwks", os.environ["PLATFORM"]]
command += ["--user", ready["user"], "--password", ready["password"]]
command += ["--client-id", client["client_id"], "--client-secret", client["client_secret"]]
command += ["--auth-method", AUTH_METHOD, "--redirect-uri", os.environ["REDIRECT_URI"]]
os.execv(sys.executable, command + sys.argv[1:])
