# SPDX-License-Identifier: ISC
"""/metrics: what has happened is counted exactly, over all workers and over
their deaths, where only who watches can ask, and nobody's name is in it."""
import re
import socket
import subprocess

import pytest

import harness
import scrape
from harness import Browser, authorize_params
from scrape import Scrape, grown

DOCS = harness.ROOT / "docs" / "metrics.md"


@pytest.fixture(scope="module")
def counted(workplace, cluster, server):
    """Two workers that nobody else asks anything."""
    counted = harness.Server(workplace.dir("counted"), cluster)
    counted.start()
    yield counted
    assert counted.stop() == 0


@pytest.fixture(scope="module")
def client(counted):
    return counted.add_client("--scope", "openid", "--grant",
                              "authorization_code,refresh_token")


def worker_pids(server):
    return server.processes("wrk")


def test_requests_are_counted_exactly(counted, client):
    customer = counted.add_customer()
    before = Scrape(counted)
    tokens = harness.get_tokens(counted, client, customer)
    http = counted.http()
    assert http.get("/oauth/userinfo",
                    bearer=tokens["access_token"]).status == 200
    assert http.post("/oauth/userinfo", "",
                     bearer=tokens["access_token"]).status == 200
    assert http.get("/oauth/userinfo", bearer="nothing").status == 401
    assert http.request("HEAD", "/oauth/jwks").status == 200
    assert http.get("/no/such/path").status == 404
    assert http.request("PUT", "/oauth/token", "").status == 405
    assert http.get("/metrics").status == 404
    assert http.get("/healthz").status == 200
    after = Scrape(counted)
    name = "ambauth_http_requests_total"
    assert grown(before, after, name) == {
        ("authorize", "GET", "200"): 1,
        ("authorize_post", "POST", "303"): 1,
        ("token", "POST", "200"): 1,
        ("userinfo", "GET", "200"): 1,
        ("userinfo", "POST", "200"): 1,
        ("userinfo", "GET", "401"): 1,
        ("jwks", "HEAD", "200"): 1,
        ("other", "GET", "404"): 2,
        ("other", "other", "405"): 1,
        ("healthz", "GET", "200"): 1,
        ("metrics", "GET", "200"): 1,
    }
    name = "ambauth_http_request_duration_seconds"
    assert grown(before, after, name + "_count") == {
        ("authorize",): 1, ("authorize_post",): 1, ("token",): 1,
        ("userinfo",): 3, ("jwks",): 1, ("other",): 3, ("healthz",): 1,
        ("metrics",): 1}
    # The hash alone takes longer than what is least.
    assert after.value(name + "_sum", endpoint="authorize_post") > \
        before.value(name + "_sum", endpoint="authorize_post")
    # Each was a connection of its own.
    assert sum(grown(before, after,
                     "ambauth_tls_handshakes_total").values()) == 11
    assert grown(before, after, "ambauth_sign_ins_total") == {("success",): 1}
    assert grown(before, after, "ambauth_codes_redeemed_total") == {
        ("success",): 1}
    assert grown(before, after, "ambauth_tokens_issued_total") == {
        ("access",): 1, ("id",): 1, ("refresh",): 1}
    assert grown(before, after, "ambauth_hash_wait_seconds_count") == {(): 1}
    assert grown(before, after, "ambauth_hash_duration_seconds_count") == {
        (): 1}


def test_how_sign_ins_end(counted, client):
    customer = counted.add_customer()
    locked = counted.add_customer()
    counted.cli("customer", "lock", locked.id, check=0)

    def form():
        browser = Browser(counted)
        return browser, browser.open(authorize_params(client))

    before = Scrape(counted)
    browser, page = form()
    assert browser.submit(page, customer.login, "no").status == 200
    assert browser.submit(page, customer.login,
                          customer.password).status == 303
    assert browser.submit(page, customer.login,
                          customer.password).status == 400
    browser, page = form()
    assert browser.submit(page, locked.login, locked.password).status == 200
    browser, page = form()
    assert browser.submit(page, None, None, action="cancel").status == 303
    browser, page = form()
    for _ in range(11):
        last = browser.submit(page, "nobody@example.org", "no")
    assert last.status == 429
    after = Scrape(counted)
    assert grown(before, after, "ambauth_sign_ins_total") == {
        ("success",): 1, ("wrong_password",): 11, ("locked",): 1,
        ("expired",): 1, ("canceled",): 1, ("throttled",): 1}
    assert grown(before, after, "ambauth_throttled_total") == {(): 1}


def test_how_codes_and_links_end(counted, client):
    anna, bert = counted.add_customer(), counted.add_customer()
    before = Scrape(counted)
    code = harness.get_code(counted, client, anna)
    token = harness.redeem(counted, client, code).json()["access_token"]
    assert harness.redeem(counted, client, code).status == 400
    assert harness.redeem(counted, client, "nothing").status == 400
    token = harness.get_tokens(counted, client, anna)["access_token"]
    other = harness.get_tokens(counted, client, bert)["access_token"]
    opaque = harness.opaque_id()

    def link(bearer, **more):
        return counted.http().post("/v1/links", {"opaque_id": opaque, **more},
                                   bearer=bearer).status

    assert [link(token), link(token), link(other),
            link(other, replace="true")] == [201, 200, 409, 200]
    http = counted.http()
    for named in (token, "nothing"):
        assert http.post("/oauth/revoke", {"token": named},
                         basic=client.basic).status == 200
    after = Scrape(counted)
    assert grown(before, after, "ambauth_codes_redeemed_total") == {
        ("success",): 3, ("reused",): 1, ("refused",): 1}
    assert grown(before, after, "ambauth_links_total") == {
        ("created",): 1, ("existing",): 1, ("conflict",): 1, ("moved",): 1}
    assert grown(before, after, "ambauth_tokens_revoked_total") == {(): 1}


def test_any_worker_tells_of_all(counted):
    """Whoever answers: it is one more than the time before."""
    assert Scrape(counted).value("ambauth_workers") == 2
    last = Scrape(counted).value("ambauth_http_requests_total",
                                 endpoint="metrics")
    for _ in range(40):
        now = Scrape(counted).value("ambauth_http_requests_total",
                                    endpoint="metrics")
        assert now == last + 1
        last = now
    for name in ("process_resident_memory_bytes", "process_cpu_seconds_total"):
        of_each = Scrape(counted).family(name)
        assert set(of_each) == {("1",), ("2",)} and min(of_each.values()) > 0


def test_gauges(counted):
    def settled():
        s = Scrape(counted)
        # One connection, and that is who asks.
        return s.value("ambauth_connections") <= 1 and \
            s.value("ambauth_certificate_not_after_seconds") and \
            s.value("ambauth_keys_loaded") and \
            s.value("ambauth_db_connections", state="connecting") == 0 and s

    s = harness.wait_for(settled, "all to be at rest")
    assert s.value("ambauth_connections_max") == 2 * 4096
    assert s.value("ambauth_hash_queue_limit") == 2 * 64
    assert s.value("ambauth_hash_threads") >= 2
    assert s.value("ambauth_hash_queue_depth") == 0
    assert s.value("ambauth_db_connections", state="ready") == 4
    assert s.value("ambauth_db_connections", state="connecting") == 0
    assert s.value("ambauth_db_queue_depth") == 0
    assert s.value("ambauth_keys_loaded") == 2
    assert s.value("ambauth_db_batch_duration_seconds_count") == \
        s.value("ambauth_db_batch_size_count") > 0
    certificate = counted.path / "tls" / "server.pem"
    done = subprocess.run(["openssl", "x509", "-noout", "-enddate", "-in",
                           str(certificate), "-dateopt", "iso_8601"],
                          capture_output=True, text=True, check=True)
    shown = subprocess.run(["date", "-u", "+%s", "-d",
                            done.stdout.strip().split("=")[1]],
                           capture_output=True, text=True, check=True)
    assert s.value("ambauth_certificate_not_after_seconds") == \
        int(shown.stdout)


def test_a_client_that_leaves_is_counted(make_server, own_cluster):
    """The database holds the answer back until nobody waits for it."""
    server = make_server("left", cluster=own_cluster).migrate().start()
    holder = own_cluster.connect()
    holder.autocommit = False
    with holder.cursor() as cursor:
        cursor.execute("LOCK TABLE clients IN ACCESS EXCLUSIVE MODE")
    body = b"grant_type=authorization_code&code=x&client_id=y"
    sent = socket.create_connection(("127.0.0.1", server.port))
    tls = server.http().context.wrap_socket(sent, server_hostname="localhost")
    tls.sendall(b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    harness.wait_for(lambda: Scrape(server).value(
        "ambauth_http_requests_in_flight") == 1, "the request to wait")
    tls.close()
    harness.wait_for(lambda: Scrape(server).value(
        "ambauth_http_requests_total", endpoint="token", method="POST",
        status="gone") == 1, "the count of who left")
    s = Scrape(server)
    assert s.family("ambauth_http_requests_total")[
        ("token", "POST", "gone")] == 1
    assert ("token", "POST", "200") not in \
        s.family("ambauth_http_requests_total")
    holder.rollback()
    holder.close()


def test_what_is_refused_for_its_header(counted):
    before = Scrape(counted)
    assert b" 400 " in counted.raw(b"GET / HTTP/1.1\r\nbroken\r\n\r\n")
    assert b" 501 " in counted.raw(
        b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n")
    # By Kore: not the host that the certificate was asked for.
    assert b" 421 " in counted.raw(
        b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n")
    after = Scrape(counted)
    assert grown(before, after, "ambauth_http_refused_total") == {(): 3}
    assert grown(before, after, "ambauth_http_requests_total") == {
        ("metrics", "GET", "200"): 1}


def test_counters_outlive_a_worker(make_server):
    server = make_server("mortal").start()
    for _ in range(20):
        assert server.http().get("/healthz").status == 200
    for pid in worker_pids(server):
        before = Scrape(server)
        server.kill_worker(pid)
        harness.wait_for(lambda: pid not in worker_pids(server) and
                         len(worker_pids(server)) == 2, "another worker")

        def answers():
            try:
                s = Scrape(server)
            except OSError:
                return False
            return s.value("ambauth_keys_loaded") >= 2 and s

        after = harness.wait_for(answers, "both workers to have their keys")
        for series, value in before.counters().items():
            assert after.values[series] >= value, series
        assert after.value("ambauth_http_requests_total",
                           endpoint="healthz") == 20
        assert after.value("ambauth_start_time_seconds") == \
            before.value("ambauth_start_time_seconds")


def test_an_outage_is_counted(make_server, own_cluster):
    server = make_server("lost", cluster=own_cluster).migrate().start()
    client, customer = server.add_client("--scope", "openid"), \
        server.add_customer()
    browser = Browser(server)
    page = browser.open(authorize_params(client))
    before = Scrape(server)
    own_cluster.stop("immediate")
    server.wait_status("/readyz", 503)
    assert browser.submit(page, customer.login,
                          customer.password).status == 503
    after = Scrape(server)
    assert grown(before, after, "ambauth_sign_ins_total") == {("outage",): 1}
    assert grown(before, after, "ambauth_db_errors_total")[("outage",)] >= 1
    assert harness.wait_for(lambda: Scrape(server).value(
        "ambauth_db_connections", state="connecting") == 4,
        "all connections to be gone")
    own_cluster.start()
    server.wait_ready()


def test_there_is_nothing_else(counted):
    port = counted.metrics_port
    for target in ("/healthz", "/readyz"):
        assert scrape.request(port, target)[0] == 200
    for target in ("/", "/metrics/", "/metrics?", "/oauth/token",
                   "/oauth/authorize", "/oauth/jwks",
                   "/.well-known/openid-configuration"):
        expected = 200 if target == "/metrics?" else 404
        assert scrape.request(port, target)[0] == expected, target
    status, headers, _ = scrape.request(port, method="POST")
    assert status == 405 and headers["Allow"] == "GET, HEAD"
    status, headers, text = scrape.request(port, method="HEAD")
    assert status == 200 and text == ""
    # RFC 6797 7.2: not over what is not secure.
    assert headers["Strict-Transport-Security"] is None
    reply = counted.http().get("/metrics")
    assert reply.status == 404
    assert reply.headers["Strict-Transport-Security"]
    assert counted.http().post("/metrics", "").status == 404


def test_nobody_is_named(counted, client):
    """Labels have a fixed vocabulary: what was in a request is in none."""
    customer = counted.add_customer()
    harness.get_tokens(counted, client, customer)
    counted.http().get("/secret-path?token=secret-value")
    text = Scrape(counted).text
    for word in (client.id, client.secret, customer.id, customer.login,
                 "secret-path", "secret-value", "anna", str(counted.path)):
        assert word not in text


def test_promtool_finds_nothing_wrong(counted):
    done = subprocess.run(["promtool", "check", "metrics"], text=True,
                          input=Scrape(counted).text, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_histograms_are_sound(counted):
    s = Scrape(counted)
    found = 0
    for name, kind in s.types.items():
        if kind != "histogram":
            continue
        groups = {}
        for (n, pairs), value in s.values.items():
            if n == name + "_bucket":
                groups.setdefault(pairs[:-1], []).append(
                    (float(pairs[-1][1]), value))
        for pairs, buckets in groups.items():
            assert buckets == sorted(buckets)
            assert [v for _, v in buckets] == sorted(v for _, v in buckets)
            assert buckets[-1] == (float("inf"),
                                   s.values[name + "_count", pairs])
            assert s.values[name + "_sum", pairs] >= 0
            found += 1
    assert found >= 8


def test_the_documents_table_is_the_answer(counted):
    """docs/metrics.md: name, type and labels of each, and no other."""
    rows = re.findall(r"(?m)^\| `(\w+)` \| (\w+) \| (.*?) \|", DOCS.read_text())
    assert len(rows) == len({name for name, _, _ in rows})
    # The certificate's end is told a moment after the start.
    harness.wait_for(lambda: any(
        name == "ambauth_certificate_not_after_seconds"
        for name, _ in Scrape(counted).values), "the certificate's end")
    s = Scrape(counted)
    assert {name: kind for name, kind, _ in rows} == s.types
    assert s.helps.keys() == s.types.keys()
    labels = {}
    for name, pairs in s.values:
        base = scrape.SERIES.sub("", name) if \
            scrape.SERIES.sub("", name) in s.types else name
        labels.setdefault(base, set()).update(
            k for k, _ in pairs if k != "le")
    for name, _, told in rows:
        assert set(re.findall(r"`(\w+)`", told)) == labels[name], name


def test_an_address_that_is_taken_is_named(make_server):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = make_server("taken", conf={
            "metrics": {"listen": f"127.0.0.1:{port}"}})
        server.start(wait=False)
        assert server.process.wait(harness.PATIENCE) == 1
    assert "[metrics] listen" in server.log()
    assert f"127.0.0.1 port {port}" in server.log()


def test_it_can_be_off_or_in_two_places(make_server):
    server = make_server("off", conf={"metrics": {"listen": ""}}).start()
    with pytest.raises(OSError):
        scrape.request(server.metrics_port)
    server.stop()
    ports = [harness.free_port() for _ in range(2)]
    server.conf = {"metrics": {"listen": " ".join(
        f"127.0.0.1:{port}" for port in ports)}}
    server.write_conf()
    server.start()
    for port in ports:
        assert scrape.request(port)[0] == 200
