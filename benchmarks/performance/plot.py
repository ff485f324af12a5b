"""Small SVG plots: bars of one cell, and lines with both axes logarithmic."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 230, 56, 45
BARS_TOP = 40
COLOURS = ("#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#be185d", "#4d7c0f")
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1f2937}.t{font-size:14px;font-weight:600}"
    ".g{stroke:#9ca3af;stroke-width:.5}"
    "rect.b{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#e5e7eb}rect.b{fill:#111827}}"
)


def short(value):
    """``1.2M``, ``34k``, ``0.5``."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def _svg(title, height, parts):
    label = escape(title)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">'
    body = "\n".join(parts)
    back = f'<rect class="b" width="{WIDTH}" height="{height}"/>'
    return f'{head}\n<style>{STYLE}</style>\n{back}\n<text class="t" x="12" y="22">{label}</text>\n{body}\n</svg>\n'


def _text(x, y, text, anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def bars(title, rows):
    """A bar for each name and value."""
    most = max((value for _, value in rows), default=0) or 1
    parts, room = [], WIDTH - LEFT - 50 - 90
    for number, (name, value) in enumerate(rows):
        y, width = BARS_TOP + number * 28, max(1.0, value / most * room)
        colour = COLOURS[0] if name.startswith("chover") else COLOURS[1]
        parts.append(_text(LEFT + 42, y + 15, name, "end"))
        parts.append(f'<rect x="{LEFT + 50}" y="{y}" width="{width:.1f}" height="20" fill="{colour}"/>')
        parts.append(_text(LEFT + 56 + width, y + 15, short(value)))
    return _svg(title, BARS_TOP + len(rows) * 28 + 12, parts)


class _Axis:
    def __init__(self, values, start, end):
        self._low = math.floor(math.log10(min(values)))
        self._high = max(self._low + 1, math.ceil(math.log10(max(values))))
        self._start, self._end = start, end

    def at(self, value):
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)

    def ticks(self):
        return [10.0**power for power in range(self._low, self._high + 1)]


def lines(title, x_label, y_label, series):
    """A line for each name with its points, both axes logarithmic. Values must be positive."""
    series = {name: [(x, y) for x, y in points if x > 0 and y > 0] for name, points in series.items()}
    series = {name: points for name, points in series.items() if points}
    if not series:
        return _svg(title, HEIGHT, [])
    xs = _Axis([x for points in series.values() for x, _ in points], LEFT, WIDTH - RIGHT)
    ys = _Axis([y for points in series.values() for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x_label, "middle"), _text(12, TOP - 14, y_label)]
    for tick in xs.ticks():
        x = xs.at(tick)
        parts.append(f'<line class="g" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(_text(x, HEIGHT - BOTTOM + 16, short(tick), "middle"))
    for tick in ys.ticks():
        y = ys.at(tick)
        parts.append(f'<line class="g" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>')
        parts.append(_text(LEFT - 6, y + 4, short(tick), "end"))
    for number, (name, points) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{xs.at(x):.1f},{ys.at(y):.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{xs.at(x):.1f}" cy="{ys.at(y):.1f}" r="3" fill="{colour}"/>' for x, y in points]
        y = TOP + 8 + number * 18
        parts.append(f'<rect x="{WIDTH - RIGHT + 14}" y="{y - 9}" width="10" height="10" fill="{colour}"/>')
        parts.append(_text(WIDTH - RIGHT + 30, y, name))
    return _svg(title, HEIGHT, parts)


def exponent(points):
    """The slope of a line through the logarithms: 1 for what grows in proportion, 0 for what does not grow."""
    logs = [(math.log(x), math.log(y)) for x, y in points if x > 0 and y > 0]
    if len(logs) < 2:
        return None
    mean_x, mean_y = (sum(column) / len(logs) for column in zip(*logs, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread if spread else None
