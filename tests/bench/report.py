# SPDX-License-Identifier: ISC
"""report.json, report.md, report.svg and the closing table, of the runs."""
import json

import chart
import figures
import tables


def short(told):
    """One line for whoever waits."""
    def text(value):
        return f"{value:.4g}" if isinstance(value, float) else str(value)
    return " ".join(f"{name}={text(value)}" for name, value in told.items()
                    if value is not None)


def as_json(runs, machine):
    return {"machine": machine, "ratios": figures.ratios(runs),
            "figures": figures.single(runs)}


def number(value, unit=""):
    text = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{text} {unit}".strip()


def goal(target):
    return ("at most " if target.less else "at least ") + \
        number(target.limit, target.unit)


def verdict(target, value):
    return "yes" if target.is_met(value) else "NO"


def closing(runs):
    """The table on standard output."""
    lines = []
    for target, value in figures.measured(runs):
        if value is not None:
            lines.append(f"{target.title:<62} "
                         f"{number(value, target.unit):>10}  "
                         f"{goal(target):<15} {verdict(target, value)}")
    missing = [target.key for target, value in figures.measured(runs)
               if value is None]
    if missing:
        lines.append("not measured: " + ", ".join(missing))
    lines += [f"FAILED {run['part']}: {run['why']}" for run in runs
              if run["what"] == "failed"]
    return "\n".join(lines)


def summary(runs):
    rows = [(target.title, number(value, target.unit), goal(target),
             verdict(target, value))
            for target, value in figures.measured(runs) if value is not None]
    rows += tables.promises(runs)
    return tables.table(("what", "measured", "target", "met"), rows)


def told_machine(machine):
    text = (f"{machine['cores']} cores of {machine['cpu']}"
            + (" (virtual)" if machine.get("virtual") else "")
            + f", {machine['memory_mb'] / 1024:.0f} GB of memory, Linux "
            f"{machine['kernel']}")
    programs = [machine[name] for name in ("postgresql", "openssl",
                                           "compiler") if machine.get(name)]
    return "; ".join([text, *programs]) + "."


def markdown(runs, machine):
    when = sorted(run["when"] for run in runs if run.get("when"))
    text = ["# What was measured", "", told_machine(machine)]
    buffers = {}
    for run in runs:
        size = run.get("shared_buffers")
        if run.get("huge_pages") == "on":
            size += " in huge pages"
        buffers.setdefault(size, set()).add(run["part"])
    for size, those in buffers.items():
        if size:
            text.append(f"shared_buffers {size}: "
                        + ", ".join(sorted(those)) + ".")
    if when:
        text.append(f"From {when[0]} to {when[-1]}.")
    if any(run.get("quick") for run in runs):
        text += ["", "**QUICK: this shows that it runs. Its figures are too "
                 "rough to be told.**"]
    text += ["", "Medians of all repetitions; what each figure means is in "
             "docs/measuring.md.", "", summary(runs)]
    for title, rows in tables.details(runs):
        text += ["", f"## {title}", "", rows]
    failed = [run for run in runs if run["what"] == "failed"]
    left = [run for run in runs if not figures.usable(run)]
    if failed or left:
        text += ["", "## Not measured", ""]
        text += [f"- {run['part']}: {run['why']}" for run in failed]
        text += [f"- {run['part']} {run['what']}: {run['errors']} of "
                 f"{run['ok'] + run['errors']} failed, the run is left out"
                 for run in left]
    return "\n".join(text) + "\n"


def write(directory, runs, machine):
    (directory / "report.json").write_text(
        json.dumps(as_json(runs, machine), indent=2) + "\n")
    (directory / "report.md").write_text(markdown(runs, machine))
    (directory / "report.svg").write_text(
        chart.svg(figures.measured(runs), told_machine(machine)))
