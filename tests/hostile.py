"""Texts that would become something else than text, if they were not kept from it: mark-up, a link, a formula."""

from __future__ import annotations

HOSTILE = (
    *("<script>alert(1)</script>", '"><script>alert(1)</script>', "'><img src=x onerror=alert(1)>", "</textarea><b>x"),
    *(
        "</title><script>x</script>",
        "<svg onload=alert(1)>",
        "<!--",
        "-->",
        "]]>",
        "<![CDATA[x]]>",
        "<?php x ?>",
        "<%= x %>",
    ),
    *(
        '" onmouseover="alert(1)',
        "' onfocus='alert(1)' autofocus='",
        "` onclick=`x",
        '" style="position:fixed',
        "=x onx=y",
    ),
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>1</script>",
        "vbscript:x",
        "//evil.example",
    ),
    *(
        "java&#115;cript:alert(1)",
        "&lt;script&gt;",
        "&amp;quot;",
        "&#x3c;b&#x3e;",
        "%3Cscript%3E",
        "\\u003cscript\\u003e",
    ),
    *("{{7*7}}", "{% raise %}", "${7*7}", "#{7*7}", "{0.__class__}", "%(x)s", "%s%n", "{name}"),
    *("=1+1", "+1+1", "-1+1", "@SUM(1)", "|calc", "=HYPERLINK(1)"),
    *("a\u202eb", "\u2066x\u2069", "\u200bx\u200b", "\ufeffx", "e\u0301" * 40, "\U0001f468\u200d\U0001f469", "W" * 90),
    *("BEGIN:VCARD", "x;y,z:w", "x\\ny", "\\", "'; DROP TABLE contact; --", "../../etc/passwd", "CON", "null", "\\0"),
)
