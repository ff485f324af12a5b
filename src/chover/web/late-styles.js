/** The styles of parts that are opened later. An import of this module waits for them, so nothing appears unstyled. */

import { make } from "./html.js";

const STYLE = new URL("style/later.css", import.meta.url).href;

await new Promise((resolve) => document.head.append(make("link", { rel: "stylesheet", href: STYLE, onload: resolve, onerror: resolve })));
