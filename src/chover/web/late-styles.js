/** The style of what is opened later. Whatever imports this runs when it is there, so that nothing is seen undressed. */

import { make } from "./html.js";

const STYLE = "style/later.css";

await new Promise((resolve) => document.head.append(make("link", { rel: "stylesheet", href: STYLE, onload: resolve, onerror: resolve })));
