/** The styles of players, cards and enlarged pictures. An import of this module waits for them. */

import { make } from "./html.js";

const STYLE = "style/media.css";

await new Promise((resolve) => document.head.append(make("link", { rel: "stylesheet", href: STYLE, onload: resolve, onerror: resolve })));
