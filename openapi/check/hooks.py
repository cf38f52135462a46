"""What a caller of the API has that is not in its document: a token for most, a client's secret for the OAuth endpoints."""

import base64
import json
import os
import threading
import time
import urllib.parse
import urllib.request

import schemathesis

URL = os.environ["LATCHKEY_URL"]
ID = os.environ["LATCHKEY_CLIENT_ID"]
SECRET = os.environ["LATCHKEY_CLIENT_SECRET"]
lock = threading.Lock()
kept = {"token": "", "until": 0.0}


def token() -> str:
    """A token of the operator, renewed before the run can have ended it."""
    with lock:
        if time.monotonic() >= kept["until"]:
            form = {"grant_type": "client_credentials", "client_id": ID, "client_secret": SECRET}
            request = urllib.request.Request(f"{URL}/oauth2/token", urllib.parse.urlencode(form).encode())
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(request) as answer:
                kept["token"] = json.load(answer)["access_token"]
            kept["until"] = time.monotonic() + 60
        return kept["token"]


@schemathesis.auth()
class Caller:
    def get(self, case, context):
        if case.operation.path.startswith("/oauth2/"):
            return "Basic " + base64.b64encode(f"{ID}:{SECRET}".encode()).decode()
        return "Bearer " + token()

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = data
