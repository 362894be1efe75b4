# SPDX-License-Identifier: ISC
"""A client's brand: what may be one, where it shows, and the files it is
made of."""
import base64
import gzip
import json
import re
import struct
import zlib

import pytest

import harness
from harness import Browser, Page, authorize_params


def png(width=64, height=32, surplus=0):
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    rows = (b"\0" + b"\xc8\x28\x3c" * width) * height
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0,
                                         0, 0))
            + chunk(b"tEXt", b"x\0" + b"y" * surplus)
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


@pytest.fixture
def logo(workplace):
    path = workplace.dir("logo") / "logo.png"
    path.write_bytes(png())
    return path


@pytest.fixture
def client(server):
    return server.add_client("--scope", "openid")


def brand(server, client, *words, check=0):
    done = server.cli("client", "brand", client.id, *words, "--json",
                      check=check)
    return json.loads(done.stdout) if check == 0 else done.stderr


def page_of(server, client):
    reply = Browser(server).open(authorize_params(client))
    assert reply.status == 200, reply
    return reply


def style_of(reply):
    return re.search(r'<link rel="stylesheet" href="([^"]+)"',
                     reply.text).group(1)


def test_a_client_without_one(server, client):
    reply = page_of(server, client)
    assert style_of(reply).startswith("/assets/style-")
    assert 'class="logo"' not in reply.text
    assert "Customer account" in reply.text
    assert brand(server, client) == {
        "client_id": client.id, **dict.fromkeys([
            "name", "accent", "accent_dark", "logo", "help_url",
            "forgot_url", "privacy_url"])}


def test_all_of_it(server, client, customer, logo):
    brand(server, client, "--name", 'North & "wind"', "--accent", "#C8283C",
          "--logo", str(logo), "--help-url", "tel:+4912345", "--forgot-url",
          "https://example.com/forgot?a=1&b=2", "--privacy-url",
          "mailto:privacy@example.com")
    browser = Browser(server)
    reply = browser.open(authorize_params(client))
    for text in ("North &amp; &quot;wind&quot;", 'class="logo"',
                 'href="tel:+4912345"',
                 'href="https://example.com/forgot?a=1&amp;b=2"',
                 'href="mailto:privacy@example.com"'):
        assert text in reply.text, text
    # Each page of this sign-in has it.
    wrong = browser.submit(reply, customer.login, "wrong")
    assert style_of(wrong) == style_of(reply)
    assert "North &amp; &quot;wind&quot;" in wrong.text
    assert browser.submit(reply, customer.login,
                          customer.password).status == 303
    used = browser.submit(reply, customer.login, customer.password)
    assert used.status == 400 and style_of(used) == style_of(reply)


def test_its_style_sheet(server, client, logo):
    brand(server, client, "--accent", "#c8283c", "--accent-dark", "#ff8a97",
          "--logo", str(logo))
    path = style_of(page_of(server, client))
    assert path.endswith(f"-{client.id}.css")
    for _ in range(4):      # made by one worker, kept, and by the other
        reply = server.http().get(path)
        assert reply.status == 200
        assert reply.headers["Content-Type"].startswith("text/css")
        assert "max-age=31536000" in reply.headers["Cache-Control"]
        assert "immutable" in reply.headers["Cache-Control"]
        assert "--brand: #c8283c;" in reply.text
        assert "--brand-dark: #ff8a97;" in reply.text
        assert "data:image/png;base64," + base64.b64encode(
            logo.read_bytes()).decode() in reply.text
    packed = server.http().get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == reply.body


def test_a_change_changes_the_path(server, client, logo):
    brand(server, client, "--logo", str(logo))
    old = style_of(page_of(server, client))
    brand(server, client, "--accent", "#c8283c")
    new = style_of(page_of(server, client))
    assert old != new
    # Who has the old page still gets a style sheet, not kept for a year.
    reply = server.http().get(old)
    assert reply.status == 303 and reply.location == new
    assert "no-store" in reply.headers["Cache-Control"]


def test_no_other_file(server, client, http):
    for path in ("/assets/", "/assets/x", "/assets/style-0.css",
                 "/assets/../etc/passwd", "/assets/brand-.css",
                 f"/assets/brand-0123456789abcdef-{client.id}.css",
                 "/assets/brand-0123456789abcdef-nobody.css",
                 "/assets/brand-0123456789abcdef-" + "x" * 900 + ".css"):
        assert http.get(path).status == 404, path
    assert http.post(style_of(page_of(server, client))).status == 405


def test_what_is_given_changes_and_nothing_else(server, client, logo):
    brand(server, client, "--name", "North", "--logo", str(logo))
    now = brand(server, client, "--help-url", "https://example.com/h")
    assert now["name"] == "North" and now["logo"] == "image/png, 64 x 32"
    now = brand(server, client, "--name", "", "--logo", "")
    assert now["name"] is None and now["logo"] is None
    assert now["help_url"] == "https://example.com/h"
    now = brand(server, client, "--clear", "--name", "South")
    assert now["help_url"] is None and now["name"] == "South"
    assert "South" in page_of(server, client).text


@pytest.mark.parametrize("words,says", [
    (["--accent", "#ffee00"], "light ground #ffffff:\ntheir contrast is"),
    (["--accent", "#002060"], "--accent-dark"),
    (["--accent", "#002060", "--accent-dark", "#222222"], "1.0"),
    (["--accent-dark", "#ff8a97"], "needs --accent too"),
    (["--accent", "red"], "is not a colour"),
    (["--accent", "#12345"], "is not a colour"),
    (["--accent", "#c8283c;}"], "is not a colour"),
    (["--help-url", "http://example.com"], "is no https:"),
    (["--help-url", "javascript:alert(1)"], "is no https:"),
    (["--forgot-url", "https://exa mple.com"], "has a character"),
    (["--privacy-url", "https://"], "is no https:"),
    (["--privacy-url", "https://x.example/" + "a" * 600], "too long"),
    (["--name", "n" * 128], "--name"),
    (["--name", "a\nb"], "--name"),
    (["--logo", "/nonexistent"], "No such file")])
def test_what_is_refused(server, client, words, says):
    before = brand(server, client)
    error = brand(server, client, *words, check=2)
    assert says in error
    assert brand(server, client) == before


def test_a_refused_change_clears_nothing(server, client):
    brand(server, client, "--name", "North")
    brand(server, client, "--clear", "--accent", "#ffee00", check=2)
    assert brand(server, client)["name"] == "North"


@pytest.mark.parametrize("data,says", [
    (b"", "neither PNG nor JPEG"), (b"<svg></svg>", "neither PNG nor JPEG"),
    (b"GIF89a" + b"x" * 100, "neither PNG nor JPEG"),
    (png()[:-4], "cut off"), (png(8, 8), "less than 16"),
    (png(3000, 20), "more than 2048"), (png(surplus=33000), "32 KB")])
def test_what_is_no_logo(server, client, workplace, data, says):
    path = workplace.dir("bad") / "logo"
    path.write_bytes(data)
    assert says in brand(server, client, "--logo", str(path), check=2)


def test_a_logo_of_the_largest_size(server, client, workplace):
    data = png(surplus=32768 - len(png()))
    assert len(data) == 32768
    path = workplace.dir("large") / "logo"
    path.write_bytes(data)
    brand(server, client, "--logo", str(path))
    reply = server.http().get(style_of(page_of(server, client)))
    assert base64.b64encode(data) in reply.body


def test_dark_blue_with_a_lighter_one_for_the_dark(server, client):
    now = brand(server, client, "--accent", "#002060", "--accent-dark",
                "#8ab4ff")
    assert now["accent_dark"] == "#8ab4ff"
    # It is needed as long as the dark blue is there.
    brand(server, client, "--accent-dark", "", check=2)


def test_nobody_of_that_name(server):
    done = server.cli("client", "brand", "nobody", "--name", "x", check=1)
    assert "no such client" in done.stderr
    done = server.cli("client", "brand", "nobody", "--clear", check=1)
    assert "no such client" in done.stderr


def test_it_is_in_the_audit(server, cluster, client):
    brand(server, client, "--name", "North")
    brand(server, client, "--clear")
    rows = cluster.sql("SELECT event FROM audit WHERE detail->>'client_id' "
                       "= %s ORDER BY 1", client.id)
    assert [r[0] for r in rows].count("client.branded") == 2


def test_preview(server, client, workplace, logo):
    brand(server, client, "--name", "North", "--logo", str(logo))
    out = workplace.dir("preview") / "new"
    done = server.cli("client", "preview", client.id, "--out", str(out),
                      check=0)
    assert done.stdout.strip() == str(out / "index.html")
    names = {p.name for p in out.iterdir()}
    for state in ("login", "wrong", "throttled", "busy", "outage", "expired",
                  "used", "unknown-client", "bad-request", "form-post",
                  "form-post-cancel", "callback-success", "callback-failure",
                  "callback-cancel"):
        for language in ("en", "ar"):
            assert f"{state}-{language}.html" in names
            text = (out / f"{state}-{language}.html").read_text()
            assert 'href="style.css"' in text and "/assets/" not in text
            assert "North" in text and "data-auto" not in text
    assert "--logo: url(" in (out / "style.css").read_text()
    index = (out / "index.html").read_text()
    for name in names - {"index.html", "style.css", "page.js"}:
        assert f'href="{name}"' in index
    again = server.cli("client", "preview", client.id, check=2)
    assert "--out" in again.stderr
    assert server.cli("client", "preview", "nobody", "--out", str(out),
                      check=1).stderr
    missing = out / "no" / "such"
    assert server.cli("client", "preview", client.id, "--out", str(missing),
                      check=1).stderr


def test_a_page_is_small_and_three_requests(server, client, logo):
    brand(server, client, "--accent", "#c8283c", "--logo", str(logo))
    reply = page_of(server, client)
    assert len(reply.body) < 20480
    files = re.findall(r'(?:href|src)="(/[^"]+)"', reply.text)
    assert len(files) == 2 and all(f.startswith("/assets/") for f in files)
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy
    assert "unsafe" not in policy and "https://msp.example" in policy
    assert Page(reply.text).scripts == 1


def test_files_are_kept_and_packed(http, server, client):
    reply = page_of(server, client)
    for path in re.findall(r'(?:href|src)="(/[^"]+)"', reply.text):
        plain = http.get(path)
        packed = http.get(path, headers={"Accept-Encoding": "br, gzip"})
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body
        for one in (plain, packed):
            assert one.status == 200
            assert "immutable" in one.headers["Cache-Control"]
            assert one.headers["Vary"] == "Accept-Encoding"
            assert one.headers["X-Content-Type-Options"] == "nosniff"
        refused = http.get(path, headers={"Accept-Encoding": "gzip;q=0"})
        assert "Content-Encoding" not in refused.headers


def test_pages_are_not_packed(server, client):
    """Secrets beside what a stranger chose: their length would tell."""
    reply = Browser(server, Accept_Encoding="gzip").open(
        authorize_params(client))
    assert "Content-Encoding" not in reply.headers


def test_a_page_without_a_form_runs_nothing(http):
    reply = http.get("/oauth/authorize?client_id=nobody")
    assert reply.status == 400
    assert "script" not in reply.headers["Content-Security-Policy"]
    assert Page(reply.text).scripts == 0


def test_form_post_page_has_it_too(server, client, customer, logo):
    brand(server, client, "--name", "North", "--logo", str(logo))
    browser = Browser(server)
    reply = browser.submit(browser.open(authorize_params(
        client, response_mode="form_post")), customer.login,
        customer.password)
    assert "North" in reply.text and 'class="logo"' in reply.text
    harness.secret(Page(reply.text).value("code"))
