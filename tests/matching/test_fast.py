import sys

from matching import bits
from matching.fast import Fast
from matching.index import fastest
from matching.plain import Plain


def test_the_compiled_executor_is_taken_where_its_compiler_is_installed(monkeypatch):
    assert fastest() is Fast

    monkeypatch.setitem(
        sys.modules, "matching.fast", None
    )  # how Python says that a module cannot be imported
    assert fastest() is Plain


def test_machine_code_is_kept_in_the_users_cache_and_nowhere_when_that_cannot_be_written(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert bits.cache_folder().is_relative_to(tmp_path / "cache" / "enishi")

    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert bits.cache_folder() is None
    assert bits.kept(lambda number: number + 1)(1) == 2
