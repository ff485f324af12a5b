/** The invitation in the page's address: it is removed from it at once, so that no history or bookmark contains it. */

const TOKEN = /^[A-Za-z0-9_-]{16,64}$/;

/** The token after "#invite=" (docs/protocol.md, "Invitations"); "" for none. */
export function takeInvite() {
  const token = new URLSearchParams(location.hash.slice(1)).get("invite") ?? "";
  if (!TOKEN.test(token)) return "";
  history.replaceState(null, "", location.pathname + location.search);
  return token;
}
