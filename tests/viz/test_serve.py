"""Starting the live view: what would keep it from opening is said beforehand."""

import socket
import subprocess
import sys

import pytest
from checkout import ROOT

from ceasefire.viz import serve
from ceasefire.viz.serve import (
    address_of,
    assets_installed,
    environment,
    exposed,
    missing_assets,
    refusal,
    rules_of,
)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_a_free_port_of_loopback_is_fine():
    assert refusal("127.0.0.1", free_port()) == ""


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_port_that_is_none_is_refused(port):
    assert f"--port: found {port}; allowed: 1 to 65535" in refusal("127.0.0.1", port)


def test_a_port_in_use_is_refused():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"found {port} at 127.0.0.1, which cannot be opened" in refusal("127.0.0.1", port)


def test_a_host_that_is_not_this_machine_is_refused():
    assert "--host: found 'no such host'" in refusal("no such host", 8765)
    assert "cannot be opened" in refusal("192.0.2.1", free_port())


def test_without_solara_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(serve.importlib.util, "find_spec", lambda name: None)
    assert "pip install 'ceasefire[live]'" in refusal("127.0.0.1", free_port())
    assert missing_assets() == ""


def test_the_assets_are_installed_with_everything_else():
    assert assets_installed()
    assert missing_assets() == ""


def test_with_neither_assets_nor_internet_it_says_so(monkeypatch):
    def refuse(*given, **more):
        raise OSError("no internet")

    monkeypatch.setattr(serve, "assets_installed", lambda: False)
    monkeypatch.setattr(serve.urllib.request, "urlopen", refuse)
    assert "pip install solara-assets" in missing_assets()


def test_nothing_is_sent_out_and_closed_tabs_are_forgotten_within_a_minute():
    settings = environment()
    assert settings["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "False"
    number, unit = (
        settings["SOLARA_KERNEL_CULL_TIMEOUT"][:-1],
        settings["SOLARA_KERNEL_CULL_TIMEOUT"][-1],
    )
    assert unit == "s"
    assert 0 < int(number) < 60


def test_the_command_refuses_in_a_sentence():
    words = [sys.executable, "-m", "ceasefire", "serve", "--no-open", "--port", "0"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert done.stderr.strip() == "ceasefire: --port: found 0; allowed: 1 to 65535."


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_on_loopback_nobody_is_warned_and_no_token_is_asked_for(host):
    assert exposed(host, 8765) == ""
    assert rules_of(host, 8765, []).token == ""
    assert address_of(host, 8765, "") == f"http://{'[::1]' if host == '::1' else host}:8765/"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_beyond_loopback_a_sentence_warns_and_a_token_is_asked_for(host):
    warning = exposed(host, 8765)
    assert warning.startswith(f"--host {host} lets others on the network reach the page")
    assert "ssh -L 8765:127.0.0.1:8765" in warning
    assert "\n" not in warning
    first, second = rules_of(host, 8765, []), rules_of(host, 8765, [])
    assert len(first.token) > 40
    assert first.token != second.token
    assert address_of(host, 8765, first.token).endswith(f":8765/?token={first.token}")
    assert "0.0.0.0" not in address_of("0.0.0.0", 8765, "")
    assert not {"0.0.0.0", "[::]", ""} & first.hosts


def test_whoever_comes_by_a_proxy_needs_the_token_too():
    rules = rules_of("127.0.0.1", 8765, ["Model.example", "model.example:8443"])
    assert rules.token
    assert rules.proxies == {"model.example", "model.example:8443"}


@pytest.mark.parametrize("name", ["https://model.example", "model.example/", "*", "a b", ""])
def test_a_name_that_is_none_is_refused(name):
    words = refusal("127.0.0.1", free_port(), [name])
    assert words == f"--allow-host: found {name!r}; allowed: a name, or a name and a port."


def test_the_command_hands_on_what_it_is_told():
    words = [sys.executable, "-m", "ceasefire", "serve", "--allow-host", "a.org"]
    words += ["--allow-host", "x/y", "--no-open"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert done.stderr.startswith("ceasefire: --allow-host: found 'x/y'; allowed:")
