#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Compare C files with what clang-format makes of them, all but what style(9)
leaves to the hand: blanks that align within a line, where a long statement is
broken, and how far its next line is indented.

  format.py FILE...         findings as file:line: text; exit status 1
  format.py --fix FILE...   write clang-format's lines where they differ
"""
import difflib
import re
import subprocess
import sys

# What ends a logical line: a statement, a block's brace, a label, a directive.
ENDED = re.compile(r"[;{}]$|^(case\b.*|default|\w+):$|^#")
# Where blanks mean nothing to the eye either.
LOOSE = [(re.compile(r"[ \t]+"), " "), (re.compile(r"([(\[]) "), r"\1"),
         (re.compile(r" ([)\],;])"), r"\1"), (re.compile(r"\{ *\}"), "{}"),
         (re.compile(r",(?=\S)"), ", "), (re.compile(r", ?\}"), " }"),
         (re.compile(r" (\[|\+\+|--)"), r"\1"), (re.compile(r"\) ?\* ?"), ")*")]
BARE = re.compile(r"(if|while|for|else|switch|do|\w+_(FOREACH|foreach))\b")


def code_of(line, in_comment):
    """The line without its comments, and whether one goes on."""
    code = ""
    while line:
        if in_comment:
            end = line.find("*/")
            if end < 0:
                return code, True
            line = line[end + 2:]
            in_comment = False
            continue
        token = re.match(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*|.', line,
                         re.S)
        if token.group() == "/*":
            in_comment = True
        else:
            code += token.group()
        line = line[token.end():]
    return code, in_comment


def logical(lines):
    """Pairs of a shape, (indent, text), and the numbers of its lines."""
    found = []
    in_comment = False
    goes_on = in_macro = False
    head = ""
    depth = 0
    for number, line in enumerate(lines):
        wide = line.expandtabs(8)
        indent = len(wide) - len(wide.lstrip())
        was_comment = in_comment
        code, in_comment = code_of(line, in_comment)
        code = code.strip()
        text = line.strip().rstrip("\\").strip()
        if goes_on or in_macro:
            found[-1][1].append(text)
            head = head or code
            found[-1][2] = number + 1
        else:
            found.append([-1 if was_comment else indent, [text], number + 1,
                          number])
            head = code
        in_macro = line.endswith("\\")
        if not code:
            continue
        depth += code.count("(") - code.count(")")
        goes_on = depth > 0 or not ENDED.search(code)
        # A condition whose statement stands on the next line.
        if depth == 0 and BARE.match(head) and (code.endswith(")") or
                                                code in ("else", "do")):
            goes_on = False
    return found


def shape(indent, texts):
    text = " ".join(texts)
    for pattern, replacement in LOOSE:
        text = pattern.sub(replacement, text)
    return indent, text


def judge(path, fix):
    with open(path) as file:
        source = file.read()
    done = subprocess.run(["clang-format", "--assume-filename=" + path],
                          input=source, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{path}:1: clang-format: {done.stderr.strip()}")
        return 1
    before, after = source.split("\n"), done.stdout.split("\n")
    have, want = logical(before), logical(after)
    matcher = difflib.SequenceMatcher(None, [shape(i, t) for i, t, *_ in have],
                                      [shape(i, t) for i, t, *_ in want],
                                      autojunk=False)
    found = 0
    result = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            result += before[have[a][3]:have[b - 1][2]]
            continue
        found += 1
        if c < d:
            lines = after[want[c][3]:want[d - 1][2]]
            result += lines
        else:
            lines = ["nothing"]
        if not fix:
            start = have[a][3] if a < len(have) else len(before) - 1
            print(f"{path}:{start + 1}: format: would be "
                  f"|{lines[0].expandtabs(8).rstrip()}|")
    if fix and found:
        with open(path, "w") as file:
            file.write("\n".join(result))
    return found


def main():
    words = sys.argv[1:]
    fix = words[:1] == ["--fix"]
    paths = words[1:] if fix else words
    if not paths:
        sys.exit("usage: format.py [--fix] FILE...")
    found = sum(judge(path, fix) for path in paths)
    if fix:
        print(f"{len(paths)} files, {found} places changed")
    sys.exit(1 if found and not fix else 0)


if __name__ == "__main__":
    main()
