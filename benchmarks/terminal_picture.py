"""A pyte screen as a page, so that a browser can take a picture of it."""

import html
from itertools import groupby

from wcwidth import wcwidth

FOREGROUND, BACKGROUND = "#d8dee4", "#14191f"
NAMED = {
    "black": "#2b333b",
    "red": "#f47067",
    "green": "#7bc86c",
    "brown": "#daaa3f",
    "yellow": "#daaa3f",
    "blue": "#6cb6ff",
    "magenta": "#dcbdfb",
    "cyan": "#56d4dd",
    "white": "#c5ced6",
    "brightblack": "#768390",
    "brightred": "#ff938a",
    "brightgreen": "#a3e291",
    "brightbrown": "#eac55f",
    "brightyellow": "#eac55f",
    "brightblue": "#96d0ff",
    "brightmagenta": "#eedcff",
    "brightcyan": "#8ae8ef",
    "brightwhite": "#ffffff",
}
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: {background}; }}
.window {{ display: inline-block; background: {background}; color: {foreground}; }}
.title {{ background: #2b333b; color: #adbac7; font: 13px "DejaVu Sans", sans-serif; padding: 7px 12px; }}
pre {{ margin: 0; padding: 10px 12px; font: 15px/19px "DejaVu Sans Mono", monospace; }}
pre span {{ display: inline-block; height: 19px; vertical-align: top; overflow: hidden; white-space: pre; }}
</style><div class="window"><div class="title">{title}</div><pre>{lines}</pre></div>"""


def page(screen, title):
    """HTML in which every cell is where it is on the screen."""
    lines = "\n".join(_line(screen, row) for row in range(screen.lines))
    return PAGE.format(title=html.escape(title), lines=lines, foreground=FOREGROUND, background=BACKGROUND)


def _line(screen, row):
    cells = [screen.buffer[row][column] for column in range(screen.columns)]
    at_cursor = {screen.cursor.x} if screen.cursor.y == row and not screen.cursor.hidden else set()
    styled = [(_style(cell, inverted=column in at_cursor), cell.data) for column, cell in enumerate(cells)]
    return "".join(_run(style, [data for _, data in run]) for style, run in groupby(styled, key=lambda each: each[0]))


def _run(style, cells):
    """One span, as wide as its cells: a wide character has an empty cell behind it."""
    if all(len(data) == 1 and wcwidth(data) == 1 for data in cells):
        return f'<span style="{style};width:{len(cells)}ch">{html.escape("".join(cells))}</span>'
    widths = [2 if wcwidth(data[:1] or " ") == 2 else 1 for data in cells if data]
    return "".join(
        f'<span style="{style};width:{width}ch">{html.escape(data)}</span>'
        for data, width in zip((data for data in cells if data), widths, strict=True)
    )


def _style(cell, *, inverted):
    foreground, background = _colour(cell.fg, FOREGROUND), _colour(cell.bg, BACKGROUND)
    if cell.reverse != inverted:
        foreground, background = background, foreground
    more = ";font-weight:bold" * cell.bold + ";font-style:italic" * cell.italics
    return f"color:{foreground};background:{background}{more}" + ";text-decoration:underline" * cell.underscore


def _colour(name, default):
    return default if name == "default" else NAMED.get(name) or f"#{name}"
