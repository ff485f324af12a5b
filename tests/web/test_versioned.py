"""The scripts of a visit in one file: they do what they do one by one, and faults are told in the file they are in."""

import json
import re

import pytest
from tests.web.tools import run_node

from chover.edge.web import pages
from chover.edge.web.assets import versioned
from chover.edge.web.assets.bundle import Bundle
from chover.edge.web.assets.source_map import number

SCRIPTS = {
    "app.js": """import {
  hidden as shown,
  twice,
} from "./parts/one.js";
import "./parts/said.js";

export const started = twice(2);
console.log("app", shown, started);
async function go() {
  const { late } = await import("./parts/late.js");
  const again = await import("./parts/one.js");
  console.log(late(), again.twice === twice);
}
void go();
""",
    "parts/one.js": """import { base } from "../base.js";
const own = "of one";
export const hidden = own;
export function twice(number) { return base.count += number; }
""",
    "parts/said.js": """const own = "of said";
console.log("said", own);
""",
    "base.js": """export const base = { count: 40 };
export class Thing {}
""",
    "parts/late.js": """import { base, Thing } from "../base.js";
import { other } from "./later.js";
import { twice } from "./one.js";
export const late = () => [base.count, twice(1), other, new Thing() instanceof Thing].join();
""",
    "parts/later.js": """export const other = "later";
const { twice } = await import("./one.js");
console.log("twice", twice(0));
""",
}


def written(folder, scripts):
    """The joined script and the later ones, as a browser would load them."""
    bundle = Bundle(scripts, "app.js")
    later = {name: bundle.later(name) for name in scripts if name not in bundle.names}
    for name, text in {"app.js": bundle.joined(), "app.js.map": bundle.source_map("src/"), **later}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder / "app.js"


def test_modules_run_once_in_their_order_and_share_what_they_export(tmp_path):
    done = run_node(written(tmp_path, SCRIPTS))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["said of said", "app of one 42", "twice 42", "42,43,later,true true"]


def test_a_fault_is_told_in_the_file_and_line_that_it_is_in(tmp_path):
    scripts = {**SCRIPTS, "parts/said.js": "\n\nconst nothing = null;\nnothing.call();\n"}

    done = run_node("--enable-source-maps", written(tmp_path, scripts))

    assert done.returncode != 0
    assert re.search(r"src/parts/said\.js:4", done.stderr), done.stderr


def test_a_script_that_cannot_be_read_is_told_and_nothing_of_it_runs(tmp_path):
    scripts = {**SCRIPTS, "parts/said.js": "const broken = ;\n"}

    done = run_node(written(tmp_path, scripts))

    assert (done.returncode != 0, done.stdout) == (True, "")
    assert "SyntaxError" in done.stderr
    assert "const broken = ;" in done.stderr


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("parts/said.js", 'import { gone } from "../base.js";', "imports gone, which base.js"),
        ("base.js", "export let base = 1;", "base.js: this form of import or export is not supported: export let"),
        ("base.js", "export default 1;", "export default"),
        ("base.js", 'import * as all from "./parts/one.js";', "import [*] as all"),
        ("base.js", "export const base = await 1;\nexport class Thing {}", "base.js waits before it has run"),
        ("base.js", 'import "./app.js";\nexport const base = 1;\nexport class Thing {}', "imports itself by way of"),
    ],
)  # fmt: skip
def test_what_would_not_work_in_one_file_is_refused(name, text, words):
    with pytest.raises(ValueError, match=words):
        Bundle({**SCRIPTS, name: text}, "app.js")


@pytest.mark.parametrize(("value", "digits"), [(0, "A"), (1, "C"), (-1, "D"), (15, "e"), (16, "gB"), (-511, "/f")])
def test_numbers_of_a_source_map(value, digits):
    assert number(value) == digits


def test_a_version_of_the_page_has_every_script_once_and_all_of_them_can_be_read(tmp_path):
    made = pages.version()
    folder = next(name for name in made if name.endswith("/app.js")).removesuffix("app.js")
    joined = json.loads(made[f"{folder}app.js.map"].body)["sources"]
    later = [name.removeprefix(folder) for name in made if name.endswith(".js") and name != f"{folder}app.js"]
    names = [source.removeprefix("../../") for source in joined] + later
    assert sorted(names) == sorted(name for name in pages.load() if name.endswith(".js") and name != versioned.WORKER)
    files = []
    for name, page in made.items():
        if name.endswith(".js"):
            files.append(tmp_path / f"{name.replace('/', '--')}.mjs")
            files[-1].write_bytes(page.body)
    reads = tmp_path / "reads.mjs"
    reads.write_text(
        'import vm from "node:vm"; import fs from "node:fs";'
        "for (const file of process.argv.slice(2))"
        ' new vm.SourceTextModule(fs.readFileSync(file, "utf-8"), { identifier: file });'
    )

    done = run_node("--experimental-vm-modules", "--disable-warning=ExperimentalWarning", reads, *files)

    assert (done.returncode, done.stderr) == (0, "")


def test_another_text_of_any_file_is_another_version():
    page = '<!doctype html>\n    <link rel="stylesheet" href="a.css">\n    <script type="module" src="app.js"></script>'
    texts = {**SCRIPTS, "index.html": page, "a.css": "a {}"}
    before, after = versioned.made(texts), versioned.made({**texts, "parts/late.js": "export const late = () => 1;"})
    assert before.folder != after.folder
    assert f'<link rel="stylesheet" href="{before.folder}page.css">' in before.page
    assert before.files["page.css"] == "a {}"
