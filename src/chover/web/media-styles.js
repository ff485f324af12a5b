/** The styles of players, cards and enlarged pictures. An import of this module waits for them. */

import { make } from "./html.js";

const STYLE = new URL("style/media.css", import.meta.url).href;

await new Promise((resolve) => document.head.append(make("link", { rel: "stylesheet", href: STYLE, onload: resolve, onerror: resolve })));
