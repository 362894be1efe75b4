# SPDX-License-Identifier: ISC
"""axe-core on every state of the page: from left to right and from right to
left, light and dark, on a phone and on a tablet. It finds nothing."""
import itertools
import os
import pathlib
import struct
import subprocess
import zlib

import pytest

import harness

HERE = pathlib.Path(__file__).resolve().parent
# Where `make check` has installed it; else it is installed for this run.
MODULES = os.environ.get("AMBAUTH_AXE_MODULES")
STATES = ["login", "wrong", "throttled", "busy", "outage", "outage-at-once",
          "expired", "used", "unknown-client", "bad-request", "form-post",
          "form-post-error", "form-post-cancel", "callback-success",
          "callback-failure", "callback-cancel"]
SIZES = {"phone": (320, 640), "tablet": (820, 1180)}


@pytest.fixture(scope="session")
def axe(workplace):
    """The source of axe-core, to run in a page."""
    modules = MODULES
    if not modules:
        place = workplace.dir("axe")
        done = subprocess.run(
            [str(harness.ROOT / "tests" / "tools" / "node.sh"),
             str(HERE / "node"), str(place)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        modules = place / "node_modules"
    path = pathlib.Path(modules) / "axe-core" / "axe.min.js"
    return path.read_text()


def logo(path):
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    rows = (b"\0" + b"\xc8\x28\x3c" * 120) * 40
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(
        ">IIBBBBB", 120, 40, 8, 2, 0, 0, 0)) + chunk(
            b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return str(path)


@pytest.fixture(scope="session")
def previews(workplace, server):
    """Two clients' pages: one as the settings say, one with a brand whose
    colours are as close to their grounds as may be."""
    place = workplace.dir("previews")
    made = {}
    for name, words in (
            ("plain", ["--help-url", "https://example.com/help"]),
            ("brand", ["--name", "Northwind", "--accent", "#767676",
                       "--accent-dark", "#8a8a8a", "--logo",
                       logo(place / "logo.png"), "--help-url",
                       "tel:+4912345", "--forgot-url",
                       "https://example.com/forgot", "--privacy-url",
                       "https://example.com/privacy"])):
        client = server.add_client()
        server.cli("client", "brand", client.id, *words, check=0)
        made[name] = place / name
        server.cli("client", "preview", client.id, "--out", str(made[name]),
                   check=0)
    return made


def run(browser):
    return browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run({runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa',"
        " 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}})"
        ".then(r => done({passes: r.passes.length, violations: r.violations"
        ".map(v => v.id + ': ' + v.nodes.map(n => n.html + ' '"
        " + n.failureSummary).join('; '))}),"
        " e => done({passes: 0, violations: [String(e)]}));")


def set_up(browser, scheme, size):
    width, height = SIZES[size]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": scheme},
                     {"name": "prefers-reduced-motion", "value": "reduce"}]})
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1,
        "mobile": size == "phone"})


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("brand", ["plain", "brand"])
def test_axe_finds_nothing(previews, axe, browser, brand, language):
    """In each size and scheme."""
    browser.set_script_timeout(harness.PATIENCE)
    directions = set()
    for state in STATES:
        page = previews[brand] / f"{state}-{language}.html"
        browser.get(page.as_uri())
        browser.execute_script(axe)
        directions.add(browser.execute_script(
            "return document.documentElement.dir"))
        for size, scheme in itertools.product(SIZES, ["light", "dark"]):
            set_up(browser, scheme, size)
            assert browser.execute_script(
                "return matchMedia(arguments[0]).matches",
                f"(prefers-color-scheme: {scheme}) and "
                f"(width: {SIZES[size][0]}px)")
            found = run(browser)
            assert found["violations"] == [], (page, size, scheme)
            assert found["passes"] > 10
            # Nothing hangs out at the side.
            assert browser.execute_script(
                "return document.documentElement.scrollWidth") \
                <= SIZES[size][0]
    is_arabic = language == "ar" and (
        harness.ROOT / "assets/login/locales/ar.json").exists()
    assert directions == {"rtl" if is_arabic else "ltr"}


@pytest.mark.parametrize("size", SIZES)
def test_targets_are_large_enough(previews, browser, size):
    """44 points each way for whatever is pressed."""
    set_up(browser, "light", size)
    for state in STATES:
        browser.get((previews["brand"] / f"{state}-en.html").as_uri())
        small = browser.execute_script(
            "return [...document.querySelectorAll('button, a')].filter(e => {"
            "const r = e.getBoundingClientRect();"
            "return r.width > 0 && (r.width < 44 || r.height < 44)})"
            ".map(e => e.outerHTML)")
        assert small == []


def test_text_twice_as_large(previews, browser):
    """What the reader sets for all apps: the page grows and still fits."""
    set_up(browser, "light", "phone")
    for state in ("login", "wrong", "expired", "callback-success"):
        browser.get((previews["brand"] / f"{state}-en.html").as_uri())
        browser.execute_script(
            "document.documentElement.style.fontSize = '34px'")
        assert browser.execute_script(
            "return document.documentElement.scrollWidth") <= 320
        assert browser.execute_script(
            "return parseFloat(getComputedStyle(document.querySelector("
            "'.text')).fontSize)") >= 34
