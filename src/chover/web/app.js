/** The page: the client, the parts that draw it, and what concerns the whole window. */

import { Client } from "./client.js";
import { Part } from "./parts/part.js";
import "./parts/channel-list.js";
import "./parts/composer.js";
import "./parts/connection-banner.js";
import "./parts/conversation-head.js";
import "./parts/member-list.js";
import "./parts/message-list.js";
import "./parts/network-head.js";
import "./parts/sign-in.js";
import "./parts/typing-line.js";

export const client = new Client();

for (const part of document.querySelectorAll("[data-part]")) if (part instanceof Part) part.start(client);

/** Panels that cover the messages on a phone, and stand beside them elsewhere. @param {string} name */
function toggle(name) {
  const { classList } = document.body;
  const shown = classList.toggle(name);
  if (shown) classList.remove(name === "with-list" ? "with-members" : "with-list");
}

document.addEventListener("toggle-list", () => toggle("with-list"));
document.addEventListener("toggle-members", () => toggle(matchMedia("(max-width: 60rem)").matches ? "with-members" : "without-members"));
document.addEventListener("chosen", () => document.body.classList.remove("with-list", "with-members"));

if (client.identity) client.connect(client.identity);
