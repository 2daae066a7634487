// Passkeys: the browser makes one or signs with one, and the form carries what it says. Without this script, or in a browser
// that has none, the form stays hidden and a code by e-mail is the way.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const descriptors = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

// What the server asks, as the browser wants it.
const question = ({ challenge, user, excludeCredentials, allowCredentials, ...rest }) => ({
  ...rest,
  challenge: bytes(challenge),
  ...(user && { user: { ...user, id: bytes(user.id) } }),
  ...(excludeCredentials && { excludeCredentials: descriptors(excludeCredentials) }),
  ...(allowCredentials && { allowCredentials: descriptors(allowCredentials) }),
});

// What the browser answers, as the server wants it.
const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
const answer = ({ id, rawId, type, response }) => ({
  id,
  rawId: text(rawId),
  type,
  response: Object.fromEntries(PARTS.filter((part) => response[part]).map((part) => [part, text(response[part])])),
  clientExtensionResults: {},
});

const ready = (form) => {
  const { passkey: way, begin, origin, cancelled, there, failed } = form.dataset;
  const words = { NotAllowedError: cancelled, InvalidStateError: there };
  if (!window.PublicKeyCredential || !window.isSecureContext || location.origin !== origin) return;
  form.hidden = false;
  document.querySelectorAll("[data-passkey-without]").forEach((part) => (part.hidden = true));
  const voice = form.querySelector("[data-said]");
  let busy = false;

  const ask = async () => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const asked = await fetch(begin, { method: "POST", body, headers: { Accept: "application/json" } });
    const said = await asked.json();
    if (!asked.ok) throw new Error(said.detail, { cause: "server" });
    const made = await navigator.credentials[way]({ publicKey: question(said.publicKey) });
    form.elements.credential.value = JSON.stringify(answer(made));
    form.submit();
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    voice.textContent = "";
    try {
      await ask();
    } catch (error) {
      voice.textContent = error.cause === "server" ? error.message : (words[error.name] ?? failed);
      busy = false;
    }
  });
};

document.querySelectorAll("form[data-passkey]").forEach(ready);
