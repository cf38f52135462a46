"""An application that lets people sign in by the Python package Authlib, as its documentation shows it for Flask."""

import os
import secrets

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify, redirect, request, session
from werkzeug.serving import make_server

issuer = os.environ["ISSUER"]
secret = os.environ.get("CLIENT_SECRET")
app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)
latchkey = OAuth(app).register(
    name="latchkey",
    client_id=os.environ["CLIENT_ID"],
    client_secret=secret,
    server_metadata_url=f"{issuer}/.well-known/openid-configuration",
    client_kwargs={
        "scope": "openid profile email offline_access",
        "code_challenge_method": "S256",
        "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
    },
)
# Too long for a cookie; there is one person.
kept = {}


def session_of_client():
    """The client below the framework, with the addresses that the server names."""
    client = latchkey._get_oauth_client(**latchkey.load_server_metadata())
    client.token = kept["token"]
    return client


@app.errorhandler(OAuthError)
def refused(problem):
    return jsonify(error=problem.error, error_description=problem.description)


@app.get("/login")
def login():
    return latchkey.authorize_redirect(f"{origin}/callback", **request.args)


@app.get("/callback")
def callback():
    token = latchkey.authorize_access_token()
    kept["token"] = token
    session["sub"] = token["userinfo"]["sub"]
    return jsonify(claims=token["userinfo"], scope=token["scope"], expires_in=token["expires_in"])


@app.get("/userinfo")
def userinfo():
    return jsonify(latchkey.userinfo(token=kept["token"]))


@app.get("/refresh")
def refresh():
    before = dict(kept["token"])
    metadata = latchkey.load_server_metadata()
    after = session_of_client().refresh_token(metadata["token_endpoint"], refresh_token=before["refresh_token"])
    kept["token"] = {**before, **after}
    return jsonify(
        another_access_token=after["access_token"] != before["access_token"],
        another_refresh_token=kept["token"]["refresh_token"] != before["refresh_token"],
    )


@app.get("/introspect")
def introspect():
    metadata = latchkey.load_server_metadata()
    answer = session_of_client().introspect_token(
        metadata["introspection_endpoint"], token=kept["token"]["access_token"], token_type_hint="access_token"
    )
    return jsonify(answer.json() | {"status": answer.status_code})


@app.get("/revoke")
def revoke():
    metadata = latchkey.load_server_metadata()
    answer = session_of_client().revoke_token(
        metadata["revocation_endpoint"], token=kept["token"]["refresh_token"], token_type_hint="refresh_token"
    )
    return jsonify(revoked=answer.status_code == 200)


@app.get("/logout")
def logout():
    return latchkey.logout_redirect(
        post_logout_redirect_uri=f"{origin}/signed-out", id_token_hint=kept["token"]["id_token"], state="over"
    )


@app.get("/signed-out")
def signed_out():
    kept.clear()
    session.clear()
    return jsonify(signed_out=True)


server = make_server("127.0.0.1", 0, app)
origin = f"http://127.0.0.1:{server.port}"
print(f"ready: {origin}", flush=True)
server.serve_forever()
