# SPDX-License-Identifier: ISC
"""Just enough of C's grammar to find comments, strings and functions."""
import re

TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'
                   r"'(?:\\.|[^'\\\n])*'", re.S)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def _hole(match):
    return re.sub(r"[^\n]", " ", match.group())


def blank(text, strings=False):
    """The text with comments (and strings) as blanks; lines stay."""
    def hole(match):
        if match.group()[0] == "/" or strings:
            return _hole(match)
        return match.group()
    return TOKEN.sub(hole, text)


def strings(text):
    """(where, content) of string literals; adjacent ones are one."""
    text = blank(text)
    for match in re.finditer(r'"(?:\\.|[^"\\\n])*"(?:\s*"(?:\\.|[^"\\\n])*")*',
                             text):
        yield match.start(), re.sub(r'"\s*"', "", match.group())[1:-1]


def functions(code):
    """(name, first line, last line) of the function definitions in code that
    is blank of comments and strings. A body begins with '{' in column one."""
    lines = code.split("\n")
    for number, line in enumerate(lines):
        if line.rstrip() != "{":
            continue
        head = number
        while head > 0 and lines[head - 1].strip() and \
                not lines[head - 1].rstrip().endswith((";", "}", "*/")) and \
                not lines[head - 1].startswith("#"):
            head -= 1
        name = re.search(r"(\w+)\s*\(", "\n".join(lines[head:number]))
        end = number
        while end < len(lines) and not lines[end].startswith("}"):
            end += 1
        if name:
            yield name.group(1), head + 1, end + 1
