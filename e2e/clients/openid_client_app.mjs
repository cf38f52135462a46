// An application that lets people sign in by the npm package `openid-client`. It serves one person.
import { createServer } from "node:http";
import * as client from "openid-client";

const { ISSUER, CLIENT_ID, CLIENT_SECRET } = process.env;
const authentication = CLIENT_SECRET ? client.ClientSecretBasic(CLIENT_SECRET) : client.None();
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, undefined, authentication, {
  // The server under test has no certificate.
  execute: [client.allowInsecureRequests],
});
// The ID token is verified by the server's keys, too, and not only trusted for the way it came.
client.enableNonRepudiationChecks(config);

let asked;
let tokens;

const steps = {
  async "/login"(url) {
    const verifier = client.randomPKCECodeVerifier();
    asked = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
    const parameters = {
      redirect_uri: `${origin}/callback`,
      scope: "openid profile email offline_access",
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state: asked.expectedState,
      nonce: asked.expectedNonce,
      ...Object.fromEntries(url.searchParams),
    };
    // A client with a secret pushes what it asks for.
    return CLIENT_SECRET
      ? client.buildAuthorizationUrlWithPAR(config, parameters)
      : client.buildAuthorizationUrl(config, parameters);
  },
  async "/callback"(url) {
    tokens = await client.authorizationCodeGrant(config, url, asked);
    return { claims: tokens.claims(), scope: tokens.scope, expires_in: tokens.expires_in };
  },
  async "/userinfo"() {
    return client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  },
  async "/refresh"() {
    const before = tokens;
    tokens = { ...before, ...(await client.refreshTokenGrant(config, before.refresh_token)) };
    tokens.claims = before.claims;
    return {
      another_access_token: tokens.access_token !== before.access_token,
      another_refresh_token: tokens.refresh_token !== before.refresh_token,
    };
  },
  async "/introspect"() {
    return client.tokenIntrospection(config, tokens.access_token);
  },
  async "/revoke"() {
    await client.tokenRevocation(config, tokens.refresh_token, { token_type_hint: "refresh_token" });
    return { revoked: true };
  },
  async "/logout"() {
    return client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: `${origin}/signed-out`,
      state: "over",
    });
  },
  async "/signed-out"() {
    tokens = undefined;
    return { signed_out: true };
  },
};

const server = createServer(async (request, response) => {
  const url = new URL(request.url, origin);
  const step = steps[url.pathname];
  let said;
  try {
    said = step ? await step(url) : { error: "no such step" };
  } catch (problem) {
    const { error, error_description, status, name, message } = problem;
    said = { error: error ?? name, error_description: error_description ?? message, status };
  }
  if (said instanceof URL) {
    response.writeHead(302, { location: said.href }).end();
  } else {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(said));
  }
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${server.address().port}`;
console.log(`ready: ${origin}`);
