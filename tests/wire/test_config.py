# SPDX-License-Identifier: ISC
"""conf/ambauth.conf: what is wrong stops the start, with file:line."""
import os
import re
import subprocess

import pytest

import harness


@pytest.fixture
def conf(make_server):
    """A server that is never started; its file is changed by the test."""
    return make_server("conf")


def refuse(conf, text=None, env=None, words=("serve",)):
    """Start, which must fail at once; what it says."""
    if text is not None:
        conf.conf_path.write_text(text)
    done = subprocess.run(
        [harness.BIN, *words, "--config", str(conf.conf_path)],
        capture_output=True, text=True, timeout=harness.PATIENCE,
        env={**harness.environment(), **(env or {})},
        stdin=subprocess.DEVNULL)
    assert done.returncode in (1, 2), done
    said = done.stdout + done.stderr
    assert "Sanitizer" not in said and "runtime error" not in said, said
    return said


@pytest.mark.parametrize("line,words", [
    ("[server]\nlisten = nonsense", ["listen"]),
    ("[server]\nlisten = 127.0.0.1:99999", ["listen"]),
    ("[server]\nlisten = localhost:8443", ["listen"]),
    ("[server]\nissuer = http://login.example.com", ["issuer"]),
    ("[server]\nissuer = https://login.example.com/", ["issuer"]),
    ("[server]\nissuer = login.example.com", ["issuer"]),
    ("[server]\nworkers = many", ["workers"]),
    ("[server]\nworkers = -1", ["workers"]),
    ("[server]\nworkers = 1000000", ["workers"]),
    ("[server]\ntls = maybe", ["tls"]),
    ("[server]\nlisen = 127.0.0.1:1", ["lisen"]),
    ("[sever]\nlisten = 127.0.0.1:1", ["sever"]),
    ("[tokens]\ncode_lifetime = 1y", ["code_lifetime"]),
    ("[tokens]\ncode_lifetime = 0", ["code_lifetime"]),
    ("[tokens]\ncode_lifetime = 3600", ["code_lifetime"]),
    ("[passwords]\nmemory = 1", ["memory"]),
    ("[passwords]\npasses = 0", ["passes"]),
    ("[server]\ntrusted_proxies = 10.0.0.0/99", ["trusted_proxies"]),
    ("[keys]\nmaster_key = short", ["master_key"]),
    ("[brand]\nhelp_url = javascript:alert(1)", ["help_url"]),
    ("nonsense without a section", []),
    ("[server\nworkers = 1", []),
    ("[server]\nlog_level = loud", ["log_level"]),
])
def test_a_bad_line_is_named(conf, line, words):
    text = conf.conf_path.read_text()
    count = text.count("\n")
    said = refuse(conf, text + line + "\n")
    number = count + line.count("\n") + 1
    first = count + 1
    assert any(f"{conf.conf_path}:{n}:" in said
               for n in range(first, number + 1)), said
    for word in words:
        assert word in said


def test_a_setting_twice_is_named(conf):
    text = conf.conf_path.read_text()
    said = refuse(conf, text + "[server]\nworkers = 1\nworkers = 2\n")
    assert f"{conf.conf_path}:{text.count(chr(10)) + 3}:" in said or \
        f"{conf.conf_path}:{text.count(chr(10)) + 2}:" in said, said


def test_a_missing_file_is_named(conf):
    conf.conf_path.unlink()
    assert str(conf.conf_path) in refuse(conf)


@pytest.mark.parametrize("key,value", [
    ("certificate", "/nonexistent.pem"),
    ("certificate_key", "/nonexistent.key"),
    ("user", "nosuchuser-ambauth"), ("run_dir", "/nonexistent/dir")])
def test_what_is_named_must_be_there(conf, key, value):
    if key == "user" and os.getuid() != 0:
        pytest.skip("only root changes the user")
    conf.conf = {"server": {key: value}}
    conf.write_conf()
    said = refuse(conf)
    assert value in said or key in said, said


def test_a_missing_master_key(conf):
    conf.conf = {"keys": {"master_key_file": None}}
    conf.write_conf()
    assert "master_key" in refuse(conf)
    conf.conf = {"keys": {"master_key_file": "/nonexistent"}}
    conf.write_conf()
    assert "/nonexistent" in refuse(conf)


def test_the_environment_wins_and_is_checked(conf):
    said = refuse(conf, env={"AMBAUTH_SERVER_WORKERS": "many"})
    assert "AMBAUTH_SERVER_WORKERS" in said


def test_secrets_are_not_shown(conf):
    """A value that is wrong is named, unless it is a secret."""
    key = "c2VjcmV0LXRoYXQtbXVzdC1ub3QtYmUtc2hvd24="
    text = conf.conf_path.read_text()
    said = refuse(conf, text + f"[keys]\nmaster_key = {key}\n")
    assert key not in said
    said = refuse(conf, text + "[database]\nconninfo = "
                  "hostt=x password=hunter2hunter2\n")
    assert "hunter2hunter2" not in said


def test_tls_off_is_for_loopback_only(conf):
    conf.conf = {"server": {"tls": "off", "listen": "0.0.0.0:" +
                            str(conf.port)}}
    conf.write_conf()
    said = refuse(conf)
    assert "tls" in said


@pytest.mark.parametrize("memory,passes,is_weak", [
    ("8KiB", 1, True),
    ("19455KiB", 2, True),
    ("19MiB", 1, True),
    ("19MiB", 2, False),
])
def test_weak_hashes_are_warned_of(make_server, memory, passes, is_weak):
    """As low as Argon2id allows, for measuring; said at each start."""
    node = make_server("hashes", conf={"passwords": {"memory": memory,
                                                     "passes": passes}})
    node.start()
    warnings = [line for line in node.log().splitlines()
                if "PASSWORD HASHES ARE WEAK" in line]
    assert len(warnings) == is_weak
    for line in warnings:
        assert "level=warn" in line and f"passes {passes} " in line


def test_from_the_environment_alone(make_server, server):
    """For containers: every setting as AMBAUTH_SECTION_KEY."""
    other = make_server("environment")
    env = {}
    for section, keys in other.settings().items():
        for key, value in keys.items():
            env[f"AMBAUTH_{section}_{key}".upper()] = str(value)
    other.conf_path.write_text("# all of it is in the environment\n")
    other.env = env
    other.start()
    assert other.http().get("/readyz").status == 200


def test_the_annotated_file_is_sound(conf, tmp_path):
    """conf/ambauth.conf as it is shipped: every line of it is known, and what
    it says of itself as a comment would be taken too."""
    text = (harness.ROOT / "conf" / "ambauth.conf").read_text()
    path = tmp_path / "ambauth.conf"
    # The one file that a command reads has to be there.
    path.write_text(re.sub(r"(?m)^master_key_file = .*",
                           f"master_key_file = {conf.cluster.master_key}",
                           text))
    path.chmod(0o600)
    env = {"AMBAUTH_DATABASE_CONNINFO": conf.cluster.conninfo}
    done = subprocess.run([harness.BIN, "client", "list", "--json"],
                          capture_output=True, text=True,
                          env={**harness.environment(), **env,
                               "AMBAUTH_CONF": str(path)})
    assert done.returncode == 0, done.stderr
    settings = re.findall(r"(?m)^[#;]? ?([a-z_]+) *=", text)
    assert len(set(settings)) >= 20, settings


def test_serve_without_schema_says_what_helps(make_server, cluster):
    server = make_server("bare")
    server.conf = {"database": {"conninfo": cluster.new_database("bare")}}
    server.write_conf()
    said = refuse(server)
    assert "ambauth migrate" in said
