/** The way of a file to the server (soju.im/FILEHOST). */

import { t } from "./i18n.js";

/** @import { Client } from "./client.js" */

/**
 * Send a file; its address on the server. Rejects with what is wrong, in words.
 * @param {Client} client
 * @param {File} file
 * @param {(share: number) => void} progress From 0 to 1.
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
export function upload(client, file, progress, signal) {
  const host = new URL(client.state.support.get("soju.im/FILEHOST"), location.href);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", host.href);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.setRequestHeader("Content-Disposition", `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`);
    const { identity } = client;
    if (identity?.account) request.setRequestHeader("Authorization", basic(identity.account, identity.secret));
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    request.addEventListener("load", () => (request.status >= 200 && request.status < 300
      ? resolve(new URL(request.getResponseHeader("Location") ?? "", host).href)
      : reject(new Error(refusal(request)))));
    request.addEventListener("error", () => reject(new Error("The connection broke. Try again.")));
    request.addEventListener("abort", () => reject(new Error("")));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** @param {XMLHttpRequest} request */
function refusal({ status, responseText }) {
  const words = responseText.trim().split("\n", 1)[0] ?? "";
  if (words && words.length < 200) return words;
  return status === 413 ? t("The file is too large for this server.") : t("The server refused the file ({status}).", { status });
}

/** @param {string} user @param {string} secret */
function basic(user, secret) {
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${secret}`)))}`;
}
