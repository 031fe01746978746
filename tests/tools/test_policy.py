"""The policy of a page lets its own scripts run, and no others."""

from tools.site.policy import with_policy

PAGE = '<head><meta charset="utf-8" /><script src="a.js"></script><script data-x="1">let a = 1;</script></head>'


def test_the_policy_names_the_inline_scripts_and_stands_before_them():
    page = with_policy(PAGE)
    assert page.count("sha256-") == 1
    assert page.index("Content-Security-Policy") < page.index("<script")
    assert "connect-src 'self'" in page
    assert "'unsafe-inline'" not in page[page.index("script-src") : page.index("style-src")]


def test_it_is_made_again_when_the_scripts_change():
    once = with_policy(PAGE)
    assert with_policy(once) == once
    changed = with_policy(once.replace("let a", "let b"))
    assert changed.count("sha256-") == 1
    assert changed != once.replace("let a", "let b")
    assert with_policy(PAGE, "let c").count("sha256-") == 2
