"""What nginx's configuration is made from."""

from pathlib import Path

from matinee.run import edge_template


def test_a_name_is_looked_up_again_an_address_is_not(tmp_path: Path) -> None:
    servers = tmp_path / "resolv.conf"
    servers.write_text("# here\nnameserver 10.0.0.1\nnameserver fe80::1%eth0\nnameserver ::1\n")
    assert edge_template.resolvers(servers) == ["10.0.0.1", "[::1]"]
    assert edge_template.resolvers(tmp_path / "none") == []
    fixed = edge_template.Source("a", "http://127.0.0.1:81")
    assert (fixed.server, fixed.host, fixed.is_secure) == ("127.0.0.1:81", "127.0.0.1:81", False)
    six = edge_template.Source("a", "https://[::1]")
    assert (six.server, six.name, six.url) == ("[::1]:443", "::1", "https://a")
