"""Secret files: made once, whoever comes first, and readable by their owner only."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from matinee.kernel import secret_files


def test_many_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret"
    with ThreadPoolExecutor(16) as pool:
        secrets = list(pool.map(lambda _: secret_files.read_or_make(path), range(64)))
    assert len(set(secrets)) == 1
    assert len(secrets[0]) >= 43
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secret"]


def test_a_secret_that_is_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("given by the operator\n")
    assert secret_files.read_or_make(path) == "given by the operator"
