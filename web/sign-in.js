// The way to the server's sign-in page: an authorization request with PKCE (RFC 7636). It stands outside the app, so
// that nobody waits for the app only to be sent to sign in. src/session.rs reads the server's answer.
window.latchkeySignIn = {
  /** Leaves for the server's sign-in page, and comes back to the present address. */
  async begin() {
    const { address, ...pending } = await prepare("");
    // As the app writes the address of its first page.
    const path = location.pathname.replace(/^\/admin$/, "/admin/");
    try {
      // Removed before anything is done with the answer.
      sessionStorage.setItem("latchkey-sign-in", JSON.stringify({ ...pending, back: path + location.search }));
    } catch {
      // Without storage the answer is refused as a stranger's, which says what to do.
    }
    // What this page still loads would only be in the way of the next one.
    stop();
    location.replace(address);
  },

  /** Opens the sign-in page in a window of its own. Tells what its answer is held to, or null if no window opens. */
  beside() {
    // At once: a window that opens later is taken for one that nobody asked for.
    const opened = open("about:blank", "latchkey-sign-in", "popup,width=480,height=720");
    if (!opened) return null;
    return prepare("beside.").then(({ address, ...pending }) => {
      opened.location.replace(address);
      return JSON.stringify({ ...pending, back: "" });
    });
  },
};

/** An authorization request of the built-in client, whose state begins with `mark`. */
async function prepare(mark) {
  const state = mark + random();
  const verifier = random();
  const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const query = new URLSearchParams({
    response_type: "code",
    client_id: "latchkey-admin",
    redirect_uri: `${location.origin}/admin/callback`,
    state,
    code_challenge: base64url(new Uint8Array(challenge)),
    code_challenge_method: "S256",
  });
  const server = document.querySelector("meta[name=latchkey-server]")?.content || location.origin;
  return { state, verifier, address: `${server.replace(/\/+$/, "")}/oauth2/authorize?${query}` };
}

/** 256 random bits. */
function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// Nobody has a session yet when a page is opened; an answer to a sign-in is read by the app. The app says what is wrong
// where this fails.
if (!["/admin/callback", "/admin/styleguide"].includes(location.pathname)) window.latchkeySignIn.begin().catch(() => {});
