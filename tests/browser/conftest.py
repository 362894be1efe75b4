# SPDX-License-Identifier: ISC
"""A real Chromium, a server of ours, and a catcher for where it is sent."""
import http.server
import pathlib
import ssl
import sys
import threading
import urllib.parse

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

WIRE = pathlib.Path(__file__).resolve().parents[1] / "wire"
sys.path.insert(0, str(WIRE))

import certificates  # noqa: E402
import harness  # noqa: E402
from watched import pytest_runtest_protocol  # noqa: E402, F401

# No connection but to this machine: nothing of the browser's own is wanted.
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
         "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync",
         "--disable-default-apps", "--disable-extensions",
         "--disable-dev-shm-usage", "--no-default-browser-check",
         "--disable-domain-reliability", "--lang=en",
         "--window-size=390,844"]


class Catcher:
    """The MSP's callback, and Apple's address: keeps what it is asked."""

    def __init__(self, path):
        catcher = self
        self.requests = []
        self.arrived = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, body):
                if self.path.startswith("/favicon"):
                    self.send_error(404)
                    return
                catcher.requests.append((self.command, self.path, body,
                                         dict(self.headers)))
                page = b"<!doctype html><title>arrived</title>arrived"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)
                catcher.arrived.set()

            def do_GET(self):
                self.answer("")

            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                self.answer(self.rfile.read(length).decode())

            def log_message(self, *args):
                pass

        certificates.make(path / "ca.pem", path / "cert.pem",
                          path / "key.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path / "cert.pem", path / "key.pem")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.socket = context.wrap_socket(self.server.socket,
                                                 server_side=True)
        self.port = self.server.server_address[1]
        self.redirect_uri = f"https://msp.example:{self.port}/callback"
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def clear(self):
        self.requests.clear()
        self.arrived.clear()

    def wait(self):
        """The first request: method, parameters of the query, of the body."""
        assert self.arrived.wait(harness.PATIENCE), "nobody arrived"
        method, path, body, headers = self.requests[0]
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))
        form = dict(urllib.parse.parse_qsl(body))
        for fields in (query, form):
            harness.secret(fields.get("code"))
        return method, query, form, headers

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="session")
def workplace():
    place = harness.Workplace()
    yield place
    place.remove()


@pytest.fixture(scope="session")
def server(workplace):
    cluster = harness.Cluster(workplace.dir("cluster")).start()
    server = harness.Server(workplace.dir("server"), cluster)
    server.migrate().start()
    yield server
    try:
        assert server.stop() == 0
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def caught(workplace):
    catcher = Catcher(workplace.dir("catcher"))
    yield catcher
    catcher.stop()


@pytest.fixture
def catcher(caught):
    caught.clear()
    return caught


@pytest.fixture(scope="session")
def msp(server, caught):
    return server.add_client("--scope", "openid",
                             redirect=caught.redirect_uri)


@pytest.fixture(scope="session")
def device(server):
    return server.add_client("--apple-device", "--scope", "openid",
                             redirect=harness.DEVICE_REDIRECT)


@pytest.fixture(scope="session")
def customer(server):
    return server.add_customer()


def start(place, caught, javascript):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={place}")
    options.add_argument(
        "--host-resolver-rules=MAP auth.businesschat.apple.com:443 "
        f"127.0.0.1:{caught.port},MAP msp.example 127.0.0.1,"
        "MAP * ~NOTFOUND,EXCLUDE localhost,EXCLUDE 127.0.0.1")
    options.accept_insecure_certs = True
    # What the page complains of (a blocked resource) is read back.
    options.set_capability("goog:loggingPrefs", {"browser": "ALL",
                                                 "performance": "ALL"})
    if not javascript:
        options.add_experimental_option("prefs", {
            "profile.managed_default_content_settings.javascript": 2})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"),
                              options=options)
    driver.set_page_load_timeout(harness.PATIENCE)
    return driver


def renew(driver):
    """A tab that nothing has happened in, without cookies and cache, and
    nothing said. What was emulated went with the old tab."""
    old = driver.window_handles
    driver.switch_to.window(old[0])
    driver.switch_to.new_window("tab")
    fresh = driver.current_window_handle
    for handle in old:
        driver.switch_to.window(handle)
        driver.close()
    driver.switch_to.window(fresh)
    driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    for kind in ("browser", "performance"):
        driver.get_log(kind)
    return driver


@pytest.fixture(scope="session")
def browsers(workplace, caught):
    """One with JavaScript and one without, started when first asked for: most
    of a test would be the start of a Chromium of its own."""
    started = {}
    yield started
    for driver in started.values():
        driver.quit()


@pytest.fixture
def make_browser(workplace, caught, browsers):
    def make(javascript=True):
        if javascript not in browsers:
            browsers[javascript] = start(workplace.dir("chromium"), caught,
                                         javascript)
        return renew(browsers[javascript])

    return make


@pytest.fixture
def browser(make_browser):
    return make_browser()
