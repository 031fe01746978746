import pytest

pytest.register_assert_rewrite("checks.cases")  # its assertions show their values, as those of a test file do
