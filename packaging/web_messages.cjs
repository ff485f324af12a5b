// Lists the texts in the modules of the web client with the function that each is given to, as JSON, for messages.py:
//   NODE_PATH=.venv/web/node_modules node packaging/web_messages.cjs src/chover/web
const fs = require("node:fs");
const path = require("node:path");
const ts = require("typescript");

const [root] = process.argv.slice(2);
const found = [];

/** The text of a literal, with … for what is filled in; null for anything else. */
function literal(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join("");
  return null;
}

/** They give a text to the function around them; {name} is filled in. */
const TRANSLATE = new Set(["t", "tn", "N_"]);

/** The last name of the function that is called, as `tell` in `state.tell(…)`. */
function called(node) {
  const name = node.expression;
  return ts.isPropertyAccessExpression(name) ? name.name.text : ts.isIdentifier(name) ? name.text : "";
}

function walk(node, file, call) {
  if (ts.isImportDeclaration(node) || ts.isJSDoc(node)) return;
  const text = literal(node);
  if (text !== null) found.push({ module: file, call, text: text.replace(/\{\w+\}/g, "…") });
  const name = ts.isCallExpression(node) || ts.isNewExpression(node) ? called(node) : call;
  const inside = TRANSLATE.has(name) ? call : name;
  ts.forEachChild(node, (child) => walk(child, file, inside));
}

for (const name of fs.readdirSync(root, { recursive: true }).sort()) {
  if (!name.endsWith(".js") || name.startsWith("tables")) continue;
  const source = fs.readFileSync(path.join(root, name), "utf8");
  walk(ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true), `web/${name.replaceAll(path.sep, "/").slice(0, -3)}`, "");
}
process.stdout.write(JSON.stringify(found));
