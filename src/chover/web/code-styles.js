/** The colours of code. An import of this module waits for them. */

import { make } from "./html.js";

const STYLE = new URL("style/code.css", import.meta.url).href;

await new Promise((resolve) => document.head.append(make("link", { rel: "stylesheet", href: STYLE, onload: resolve, onerror: resolve })));
