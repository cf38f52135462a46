"""The life of a service account, told by the client that openapi-python-client generates."""

import base64
import os
import uuid

from latchkey_client import AuthenticatedClient
from latchkey_client.api.clients import (
    create_client,
    deactivate_client,
    delete_client,
    get_client,
    list_clients,
    update_client,
)
from latchkey_client.api.credentials import regenerate_secret, rotate_credential
from latchkey_client.api.o_auth import issue_token
from latchkey_client.models import (
    ClientForm,
    ClientList,
    CreateClient,
    CreatedClient,
    CreatedCredential,
    OAuthClient,
    OAuthError,
    Problem,
    RotateCredential,
    RotatedCredential,
    TokenRequest,
    TokenResponse,
)

URL = os.environ["LATCHKEY_URL"]


def ask(client_id: str, secret: str) -> TokenResponse | OAuthError | None:
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    caller = AuthenticatedClient(URL, token=basic, prefix="Basic")
    return issue_token.sync(client=caller, body=TokenRequest(grant_type="client_credentials"))


def did(what: str) -> None:
    print(f"python: {what}")


def works(client_id: str, secret: str) -> None:
    answer = ask(client_id, secret)
    assert isinstance(answer, TokenResponse) and answer.token_type == "Bearer", answer


def fails(client_id: str, secret: str) -> None:
    answer = ask(client_id, secret)
    assert isinstance(answer, OAuthError) and answer.error == "invalid_client", answer


first = ask(os.environ["LATCHKEY_CLIENT_ID"], os.environ["LATCHKEY_CLIENT_SECRET"])
assert isinstance(first, TokenResponse), first
api = AuthenticatedClient(URL, token=first.access_token)
did("a token by client_credentials")

made = []
for name in ("Python billing", "Python archive"):
    one = create_client.sync(
        client=api,
        body=CreateClient(profile="service_account", name=name, role="member"),
        idempotency_key=str(uuid.uuid4()),
    )
    assert isinstance(one, CreatedClient), one
    made.append(one)
billing = made[0]
assert isinstance(billing.client_secret, str) and billing.credential
id, client_id = str(billing.client.id), billing.client.client_id
works(client_id, billing.client_secret)
did("a service account made, and a token got with it")

page = list_clients.sync(client=api, q="python", profile="service_account", sort="name", limit=1)
assert isinstance(page, ClientList) and isinstance(page.next_, str), page
rest = list_clients.sync(
    client=api, q="python", profile="service_account", sort="name", limit=1, cursor=page.next_
)
assert isinstance(rest, ClientList) and not rest.next_, rest
assert [it.name for it in page.items + rest.items] == ["Python archive", "Python billing"]
did("a filtered list, by pages")

read = get_client.sync_detailed(id, client=api)
assert isinstance(read.parsed, OAuthClient), read
stale = read.headers["ETag"]
form = ClientForm(description="Reads invoices.")
changed = update_client.sync(id, client=api, body=form, if_match=stale)
assert isinstance(changed, OAuthClient) and changed.description == "Reads invoices.", changed
refused = update_client.sync(id, client=api, body=form, if_match=stale)
assert isinstance(refused, Problem) and refused.status == 412 and refused.detail, refused
did("read, changed with If-Match, and refused with a stale one")

rotated = rotate_credential.sync(
    id, billing.credential.id, client=api, body=RotateCredential(grace=600)
)
assert isinstance(rotated, RotatedCredential), rotated
works(client_id, billing.client_secret)
works(client_id, rotated.client_secret)
fresh = regenerate_secret.sync(id, client=api)
assert isinstance(fresh, CreatedCredential) and isinstance(fresh.client_secret, str), fresh
works(client_id, fresh.client_secret)
fails(client_id, rotated.client_secret)
did("a secret rotated and regenerated")

off = deactivate_client.sync(id, client=api)
assert isinstance(off, OAuthClient) and off.status == "inactive", off
fails(client_id, fresh.client_secret)
did("deactivated: no token")

for one in made:
    current = get_client.sync_detailed(str(one.client.id), client=api).headers["ETag"]
    gone = delete_client.sync_detailed(str(one.client.id), client=api, if_match=current)
    assert gone.status_code == 204, gone
missing = get_client.sync(client_id, client=api)
assert isinstance(missing, Problem) and missing.status == 404, missing
did("deleted")
