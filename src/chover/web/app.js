/** The page: the client, the parts that draw it, and everything about the whole window. */

import { Client } from "./client.js";
import { find } from "./html.js";
import { LANGUAGE, t, whenTranslated } from "./i18n.js";
import { listen } from "./keys.js";
import { whenNeeded } from "./late.js";
import { Navigation } from "./navigation.js";
import { Notifier } from "./notifier.js";
import { open } from "./open.js";
import { defineAll, Part } from "./parts/part.js";
import "./parts/channel-list.js";
import "./parts/composer.js";
import "./parts/connection-banner.js";
import "./parts/conversation-head.js";
import "./parts/message-list.js";
import "./parts/network-head.js";
import "./parts/side-panel.js";
import "./parts/sign-in.js";
import "./parts/upload-list.js";
import { inWords } from "./refusals.js";
import { refusals } from "./state/refusal.js";
import { load } from "./storage.js";
import { storePage, storeTexts, storeWords, whenSettled } from "./stored-page.js";

refusals.words = inWords;
export const client = new Client();

document.addEventListener("open", (event) => {
  const { name, about } = /** @type {CustomEvent<{name: string, about: string}>} */ (event).detail;
  void open(client, name, about, event.target instanceof Element ? event.target : null);
});

find(".skip", HTMLElement).addEventListener("click", (event) => {
  // The address remains that of the conversation.
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("to-composer"));
});

// On a phone the list covers the messages until something is chosen.
document.addEventListener("toggle-list", () => document.body.classList.toggle("with-list"));
document.addEventListener("chosen", () => document.body.classList.remove("with-list"));
find("#veil", HTMLElement).addEventListener("click", () => {
  document.body.classList.remove("with-list");
  document.body.dataset.panel = "";
});

// Each browser has its own words for a module that could not be loaded (https://crbug.com/1316463).
window.addEventListener("unhandledrejection", ({ reason }) => {
  if (/dynamically imported module|Importing a module script failed/i.test(String(reason))) document.dispatchEvent(new CustomEvent("part-missing"));
});

/** Draw the page, and come in where somebody was before. */
function begin() {
  nameThePage();
  defineAll();
  defineAll();
  for (const part of document.querySelectorAll("[data-part]")) if (part instanceof Part) part.start(client);
  whenNeeded(client);
  new Notifier(client, find("#spoken", HTMLElement));
  listen(client);
  new Navigation(client);
  document.documentElement.dataset.started = "";
  // A guest who follows an invitation chooses a name first, because it will be permanent.
  if (client.identity && (client.identity.account || !client.invite)) client.connect(client.identity);
  whenSettled(client, storePage);
  whenSettled(client, () => {
    void storeTexts(LANGUAGE);
    void storeWords();
  });
  if (load("push", null)) void import("./push.js").then(({ follow }) => follow(client));
}

/** What stands in the page before any script has run. */
function nameThePage() {
  find(".skip", HTMLElement).textContent = t("To the message field");
  find(".side", HTMLElement).ariaLabel = t("Conversations");
  find(".beside", HTMLElement).ariaLabel = t("Beside the messages");
  find("#spoken", HTMLElement).ariaLabel = t("New messages");
  document.title = t("Chat");
}

whenTranslated(begin);
