"""What a caller of the API has that is not in its document: a token for most, a client's secret for the OAuth endpoints."""

import base64
import json
import os
import threading
import time
import urllib.parse
import urllib.request
import uuid
import zlib

import schemathesis
from schemathesis.generation.meta import TestPhase

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


def call(method, path, body=None):
    request = urllib.request.Request(
        f"{URL}/api/v1{path}",
        None if body is None else json.dumps(body).encode(),
        {"Authorization": "Bearer " + token(), "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return json.load(answer)


def spare(number):
    """A client with a secret, for the run to work on."""
    made = call("POST", "/clients", {"profile": "service_account", "name": f"Spare {number}", "role": "admin"})
    return made["client"]["id"], made["credential"]["id"]


SPARES = [spare(number) for number in range(60)]
OWN = {ID, *(client["id"] for client in call("GET", f"/clients?q={ID}")["items"])}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Leads every second request that is made up to a client that exists, and none to the one that makes the requests."""
    path = case.path_parameters or {}
    if case.path.endswith("/retire"):
        # That may end the token that asks for it.
        kept["until"] = 0.0
    # What a link leads to elsewhere stays as it is, and what is no text is for the server to refuse.
    if not case.path.startswith("/api/v1/clients/{id}") or not isinstance(path.get("id"), str):
        return
    # A link leads to what was made just now. The others may have been deleted since, which would read as a lost object.
    is_linked = case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL
    if is_linked and path["id"] not in OWN:
        return
    luck = zlib.crc32(repr((case.method, case.path, sorted(path.items()), case.query)).encode())
    if path["id"] in OWN or luck % 2 == 0:
        client, credential = SPARES[luck // 2 % len(SPARES)]
        path["id"] = client
        if is_uuid(path.get("credential")):
            path["credential"] = credential


def is_uuid(text):
    try:
        return str(uuid.UUID(text)) == text
    except (TypeError, ValueError, AttributeError):
        return False
