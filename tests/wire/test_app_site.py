# SPDX-License-Identifier: ISC
"""apple-app-site-association: there when it is configured, and only then."""
import pytest

PATHS = ["/.well-known/apple-app-site-association",
         "/apple-app-site-association"]
IDS = ["A1B2C3D4E5.com.example.shop", "A1B2C3D4E5.com.example.shop-2"]


@pytest.mark.parametrize("path", PATHS)
def test_it_is_not_there(http, path):
    assert http.get(path).status == 404


def test_it_is_there(make_server):
    server = make_server("apps", conf={"apple": {
        "app_ids": f"  {IDS[0]}   {IDS[1]} "}}).start()
    for path in PATHS:
        reply = server.http().get(path)
        assert reply.status == 200 and reply.location is None
        assert reply.json() == {"webcredentials": {"apps": IDS}}
        assert server.http().post(path).status == 405


@pytest.mark.parametrize("ids", [
    "com.example.shop", "A1B2C3D4E5", "A1B2C3D4E5.", "a1b2c3d4e5.com.x",
    "A1B2C3D4E5.com.example.shop,A1B2C3D4E5.com.x", "A1B2C3D4E5.com/x",
    "A1B2C3D4E5.\"com", "A1B2C3D4E56.com.x"])
def test_what_is_no_identifier_stops_the_start(make_server, ids):
    server = make_server("bad", conf={"apple": {"app_ids": ids}})
    done = server.cli("serve", "--config", str(server.conf_path))
    assert done.returncode == 1
    assert "app_ids" in done.stderr and "identifier" in done.stderr
