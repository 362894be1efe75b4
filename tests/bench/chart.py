# SPDX-License-Identifier: ISC
"""The chart of a report, drawn by hand: a bar for each ratio and figure, on
a scale of its own so that all targets are on one line; longer is better."""
from xml.sax.saxutils import escape

ROW = 34
TOP = 66
LEFT = 20
TARGET_X = 590          # where every target is
UNIT = 135              # pixels from zero to the target
MOST = 2.6              # times the target that fit
WIDTH = 1050

STYLE = """
svg { font: 14px system-ui, sans-serif; }
.ground { fill: #ffffff; } .text { fill: #1b1f24; } .faint { fill: #57606a; }
.met { fill: #2f7d4f; } .missed { fill: #b3541e; }
.target { stroke: #1b1f24; } .rail { fill: #eaeef2; }
@media (prefers-color-scheme: dark) {
.ground { fill: #0d1117; } .text { fill: #e6edf3; } .faint { fill: #9aa4ae; }
.met { fill: #4fb477; } .missed { fill: #e08a4f; }
.target { stroke: #e6edf3; } .rail { fill: #21262d; }
}
"""


def number(value, unit=""):
    text = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{text} {unit}".strip()


def row(at, target, value):
    y = TOP + at * ROW
    zero = TARGET_X - UNIT
    share = min(target.share(value), MOST)
    kind = "met" if target.is_met(value) else "missed"
    goal = ("≤ " if target.less else "≥ ") + number(target.limit, target.unit)
    # What does not fit ends in an arrow's head.
    width = share * UNIT
    beyond = target.share(value) > MOST
    shape = f"M{zero} {y}h{width:.1f}" + \
        ("l9 8l-9 8" if beyond else "v16") + f"H{zero}z"
    return f"""
<text class="text" x="{LEFT}" y="{y + 13}">{escape(target.title)}</text>
<rect class="rail" x="{zero}" y="{y}" width="{MOST * UNIT:.0f}" height="16"/>
<path class="{kind}" d="{shape}"><title>{escape(target.key)}</title></path>
<text class="text" x="{zero + MOST * UNIT + 16:.0f}" y="{y + 13}"
 font-weight="600">{escape(number(value, target.unit))}</text>
<text class="faint" x="{WIDTH - 20}" y="{y + 13}"
 text-anchor="end">{escape(goal)}</text>"""


def svg(measured, below=""):
    """Of (target, value); those without a value are not drawn."""
    rows = [(target, value) for target, value in measured if value is not None]
    bottom = TOP + len(rows) * ROW
    body = "".join(row(at, target, value)
                   for at, (target, value) in enumerate(rows))
    if not rows:
        body = f'\n<text class="text" x="{LEFT}" y="{TOP}">' \
            "Nothing was measured.</text>"
        bottom += ROW
    line = f'<path class="target" stroke-width="2" d="M{TARGET_X} {TOP - 10}' \
        f'V{bottom - 6}"/>\n<text class="text" x="{TARGET_X}" ' \
        f'y="{TOP - 16}" text-anchor="middle">target</text>' if rows else ""
    return f"""<svg xmlns="http://www.w3.org/2000/svg" role="img" \
width="{WIDTH}" height="{bottom + 40}" viewBox="0 0 {WIDTH} {bottom + 40}">
<title>Measured against the targets</title>
<style>{STYLE}</style>
<rect class="ground" width="100%" height="100%"/>
<text class="text" x="{LEFT}" y="30" font-size="18" font-weight="600">\
Measured against the targets: longer is better</text>{body}
{line}
<text class="faint" x="{LEFT}" y="{bottom + 20}" font-size="11">\
{escape(below)}</text>
</svg>
"""
