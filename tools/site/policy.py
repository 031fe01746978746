"""The Content-Security-Policy of a page: nothing runs in it that the build did not put there, and nothing is asked of
another host, whatever a cell prints or an extension adds.

It is in each page because a static host may not let us set headers. JupyterLite has none: its notebooks make code and
workers of text, which is what such a policy forbids. Python in the browser runs in a worker, which has no policy of
its own; `wasm-unsafe-eval` is for the search.
"""

import base64
import hashlib
import html
import re

RULES = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'"
)
INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
BEFORE = re.compile(r'\s*<meta http-equiv="Content-Security-Policy"[^>]*>')
CHARSET = re.compile(r"<meta charset=[^>]*>")


def with_policy(page, *more):
    """The page with its policy, which lets its own inline scripts run, and these more."""
    page = BEFORE.sub("", page)
    scripts = dict.fromkeys([*INLINE.findall(page), *more])
    hashes = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    rules = RULES.format("".join(f" 'sha256-{value}'" for value in hashes))
    tag = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(rules, quote=False)}">'
    return CHARSET.sub(lambda found: f"{found[0]}\n{tag}", page, count=1)
