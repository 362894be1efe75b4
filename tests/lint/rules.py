#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The house's rules that no compiler knows: directions between rooms, sizes,
words that are banned. Findings as file:line: text; exit status 1 if any."""
import collections
import pathlib
import re
import sys

import ccode

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE_WALL = 400         # lines
FUNCTION_WALL = 100
FUNCTION_WARN = 60
COLUMNS = 80

# What each room may include of other rooms; its own is always allowed.
ROOMS = {
    "base": set(),
    "crypto": {"base"},
    "store": {"base"},
    "oauth": {"base", "crypto"},
    "login": {"base", "crypto"},
    "apple": {"base", "crypto"},
    "http": {"base", "crypto"},
    "endpoint": {"base", "crypto", "store", "oauth", "login", "apple", "http"},
    "cli": {"base", "crypto", "store", "oauth", "login", "apple", "http"},
    "app": {"base", "crypto", "store", "oauth", "login", "apple", "http",
            "endpoint", "cli"},
    "tools": set(),
}
# Single headers beyond that.
DOORS = {
    "http": {"oauth/params.h", "oauth/error.h"},
}
# Libraries and who may know them: a room, or one file.
LIBRARIES = [
    (r"libpq-fe\.h$|libpq/", ["store/"]),
    (r"openssl/", ["crypto/", "apple/ecies.c", "app/openssl_shim.c",
                   "app/tls"]),
    (r"jwt\.h$", ["crypto/"]),
    (r"sodium\.h$|crypt\.h$", ["login/password"]),
    (r"ini\.h$", ["base/settings"]),
    (r"curl/", ["cli/simulate", "cli/doctor", "app/outbox_send."]),
    (r"zlib\.h$", ["http/compress."]),
    (r"kore/", ["app/", "endpoint/", "http/request.", "http/reply."]),
]
BANNED = set("""strcpy strcat sprintf vsprintf gets strtok atoi atol atoll
    system popen alloca rand srand strncpy strncat random srandom drand48
    mktemp tmpnam setjmp longjmp""".split())
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
SQL = re.compile(r"\b(SELECT\b.*\bFROM|INSERT\s+INTO|DELETE\s+FROM|"
                 r"UPDATE\b.*\bSET|CREATE\s+(TABLE|INDEX)|ALTER\s+TABLE|"
                 r"DROP\s+TABLE|TRUNCATE\s)\b", re.S)
# Spelled so that this file does not find itself.
MACHINE = re.compile(r"(^|[^\w.])/(" + "|".join(
    ["wo" + "rk", "ro" + "ot", "fa" + "rm", "ho" + "me"]) + r")/\w")
# Not the project's, or made: neither has a style of ours.
SKIPPED = {".git", "build", "var", "node_modules", "__pycache__",
           ".pytest_cache"}

findings = []
looked = collections.Counter()


def finding(path, line, text):
    findings.append((str(path.relative_to(ROOT)), line, text))


def lines_of(path):
    return path.read_text(encoding="utf-8", errors="replace").split("\n")


def check_lines(path):
    for number, line in enumerate(lines_of(path), 1):
        if len(line.expandtabs(8)) > COLUMNS:
            finding(path, number, f"{len(line.expandtabs(8))} columns, "
                                  f"{COLUMNS} are allowed")
        if line != line.rstrip():
            finding(path, number, "blanks at the end of the line")


def check_size(path, wall=FILE_WALL):
    count = len(lines_of(path)) - 1
    if count > wall:
        finding(path, count, f"{count} lines, the wall is {wall}")


def check_include(path, room, name, number, target):
    where = f"{room}/{path.name}"
    for pattern, allowed in LIBRARIES:
        if re.match(pattern, target) and "/" not in target.split("/")[0] and \
                not any(where.startswith(a) for a in allowed):
            finding(path, number, f"<{target}> belongs to "
                                  f"{', '.join(allowed)}, not here")
    if name == "<" or "/" not in target:
        return
    other = target.split("/")[0]
    if other not in ROOMS:
        if name == '"':
            finding(path, number, f'"{target}" is in no room')
        return
    if other != room and other not in ROOMS[room] and \
            target not in DOORS.get(room, ()):
        finding(path, number, f"{room} may not know of {target}: includes "
                              "point to lower rooms only")


def check_c(path):
    looked["C files"] += 1
    text = path.read_text(encoding="utf-8", errors="replace")
    room = path.parent.name if path.parent.parent.name == "src" else None
    if not text.startswith("/* SPDX-License-Identifier: ISC */\n"):
        finding(path, 1, "the first line is the SPDX line")
    elif not text.split("\n")[1].startswith("/*"):
        finding(path, 2, "the second line begins to say what the file is for")
    if room is not None:
        if room not in ROOMS:
            finding(path, 1, f"no room is called '{room}'")
        else:
            for match in re.finditer(
                    r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', text,
                    re.M):
                looked["includes"] += 1
                check_include(path, room, match.group(1),
                              ccode.line_of(text, match.start()),
                              match.group(2))
    code = ccode.blank(text, strings=True)
    for match in re.finditer(r"\b([a-z_]\w*)\s*\(", code):
        if match.group(1) in BANNED:
            finding(path, ccode.line_of(text, match.start()),
                    f"{match.group(1)} is banned")
    for match in re.finditer(r"\breturn\b(?!\s*[(;])", code):
        finding(path, ccode.line_of(text, match.start()),
                "return (x); has brackets")
    for match in re.finditer(r"\btypedef\s+(struct|enum|union)\b", code):
        finding(path, ccode.line_of(text, match.start()),
                "no typedef for a struct, enum or union")
    # A test may put a schema into whatever state it needs.
    for start, string in ccode.strings(text):
        if room is not None and SQL.search(string):
            finding(path, ccode.line_of(text, start),
                    "SQL stands in sql/, not in C")
    for name, first, last in ccode.functions(code):
        looked["functions"] += 1
        length = last - first + 1
        if length > FUNCTION_WALL:
            finding(path, first, f"{name} has {length} lines, "
                                 f"the wall is {FUNCTION_WALL}")
        elif length > FUNCTION_WARN:
            print(f"{path.relative_to(ROOT)}:{first}: note: {name} has "
                  f"{length} lines; over {FUNCTION_WARN} needs a reason")


def check_query(path):
    looked["SQL statements"] += 1
    text = path.read_text(encoding="utf-8")
    if not text.startswith("--"):
        finding(path, 1, "begins with a comment that says what it is for")
    code = re.sub(r"--[^\n]*", "", text)
    code = re.sub(r"'(?:[^']|'')*'", "''", code).strip()
    parts = [part for part in code.split(";") if part.strip()]
    if len(parts) != 1:
        finding(path, 1, f"{len(parts)} statements; a file has exactly one")
    if re.search(r"\bSELECT\s+\*|\bRETURNING\s+\*|\.\*", code, re.I):
        finding(path, 1, "columns are named: no *")


def check_fuzz():
    for path in sorted((ROOT / "tests" / "fuzz").glob("fuzz_*.c")):
        looked["fuzz harnesses"] += 1
        corpus = path.parent / "corpus" / path.stem[len("fuzz_"):]
        if not corpus.is_dir() or not any(p.is_file()
                                          for p in corpus.iterdir()):
            finding(path, 1, f"no corpus in {corpus.relative_to(ROOT)}")


def check_words(path):
    looked["files"] += 1
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return      # a picture, or a corpus
    if path == pathlib.Path(__file__).resolve():
        return
    for number, line in enumerate(text.split("\n"), 1):
        if UNFINISHED.search(line):
            finding(path, number, "unfinished: "
                    + UNFINISHED.search(line).group())
        if MACHINE.search(line):
            finding(path, number, "a path of one machine")


def every_file():
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not path.is_symlink() and not (
                set(parts) & SKIPPED or parts[0].startswith("build")):
            yield path


def main():
    for path in every_file():
        parts = path.relative_to(ROOT).parts
        # A corpus holds what an attacker sends, and sends it as it is.
        if "corpus" not in parts:
            check_words(path)
        if path.suffix in (".c", ".h") and parts[0] in ("src", "tests"):
            check_lines(path)
            check_size(path)
            check_c(path)
        elif path.suffix == ".py" and parts[0] == "tests":
            check_lines(path)
        elif path.suffix == ".sql" and parts[0] == "sql":
            check_lines(path)
            check_size(path)
            if parts[1] == "queries":
                check_query(path)
    check_fuzz()
    for path, line, text in sorted(findings):
        print(f"{path}:{line}: {text}")
    for what in ("files", "C files", "includes", "functions",
                 "SQL statements", "fuzz harnesses"):
        if looked[what] == 0:
            print(f"lint: no {what} were looked at")
            findings.append(("", 0, ""))
    print("lint: looked at " + ", ".join(f"{count} {what}" for what, count
                                         in looked.items())
          + f"; {len(findings)} findings")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
