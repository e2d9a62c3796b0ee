import os
import sys

import numpy as np

from matching import bits, kernel_list
from matching.fast import Fast
from matching.index import fastest
from matching.kernel_store import store_of
from matching.people import People
from matching.plain import Plain
from matching.postings import Postings


def test_the_compiled_executor_is_taken_where_its_compiler_is_installed(monkeypatch):
    assert fastest() is Fast

    monkeypatch.setitem(
        sys.modules, "matching.fast", None
    )  # how Python says that a module cannot be imported
    assert fastest() is Plain


def test_machine_code_is_kept_where_the_setting_says_or_in_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert bits.cache_folder().is_relative_to(tmp_path / "cache" / "enishi")

    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "named"))
    assert bits.cache_folder().is_relative_to(tmp_path / "named")


def test_a_user_without_a_home_keeps_machine_code_where_nobody_else_can_write(monkeypatch, tmp_path):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("matching.bits.gettempdir", lambda: str(tmp_path))
    own = tmp_path / f"enishi-{os.getuid()}"

    assert bits.cache_folder().parent == own
    assert own.stat().st_mode & 0o077 == 0

    own.chmod(0o777)
    assert bits.cache_folder() is None
    assert bits.kept(lambda number: number + 1)(1) == 2


def test_machine_code_is_loaded_at_the_next_start_not_compiled_again(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    kept = [bits.kept(kernel_list.in_order.py_func) for _ in range(2)]
    listed = kernel_list.List(np.array([1, 2]), np.array([0, 0]), np.zeros(0, np.int64))
    store = store_of(People.nobody(), Postings(np.zeros(0, np.uint32), np.zeros(0, np.uint32), 64))

    for function in kept:
        function(listed, 2, store)

    assert [sum(function.stats.cache_hits.values()) for function in kept] == [0, 1]
