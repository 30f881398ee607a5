"""The arithmetic of the page: the table written out as JavaScript, so that a page computes without Python.

A row of the table writes itself when its operands are `Source`, so the page computes what the table says. Only the rows
that a graph uses travel with its page, and only the functions that those rows need.
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

from autograd.base.escape import json_in_script
from autograd.engine.ops import is_ours
from autograd.page.expressions import PRODUCT, Source, call, expression, infix, listed, plain
from autograd.table import Op, rules

__all__ = ["javascript", "row", "script"]

# JavaScript's own functions that answer as `ieee` does; a test holds them to 4 units in the last place.
# fmt: off
MATH = [
    "abs", "exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "sin", "cos", "tan",
    "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
]
# fmt: on

# Functions that JavaScript lacks or computes differently; one may use another as m.other.
FUNCTIONS = {
    "mod": "(x,y)=>{const r=x%y;return r?r<0!=y<0?r+y:r:r==0&&y<0?-0:r==0?0:r}",  # the sign is that of y
    "floordiv": (  # y == 0 is a pole; the quotient is rounded once, from what the remainder leaves
        "(x,y)=>{if(!y)return x/y;const r=x%y,q=(x-r)/y-(r&&r<0!=y<0?1:0),f=Math.floor(q);"
        "return q?q-f>.5?f+1:f:q==0?0*(x/y):q}"
    ),
    "pow": "(x,y)=>x==1||x==-1&&1/y==0?1:x**y",  # 1 ** nan and (-1) ** inf are nan in JavaScript
    "exp2": "x=>2**x",
    # Math.hypot may be 2 units off. This root is corrected by what its square lacks, rounding errors included:
    # `s` gives a square and the part of it that was rounded off.
    "hypot": (
        "(x,y)=>{let a=Math.abs(x),b=Math.abs(y);if(a<b)[a,b]=[b,a];if(!(a<1/0&&b>0))return Math.hypot(x,y);"
        "const k=a>2**500?2**-600:a<2**-400?2**600:1,s=t=>{const c=134217729*t,h=c-(c-t),l=t-h;"
        "return[t*t,h*h-t*t+2*h*l+l*l]};a*=k;b*=k;const h=Math.sqrt(a*a+b*b),[p,e]=s(h),[q,f]=s(a),[r,g]=s(b);"
        "return(h-(p-q-r+e-f-g)/(2*h))/k}"
    ),
    "max": "(x,y)=>x>=y||x!=x?x:y",
    "min": "(x,y)=>x<=y||x!=x?x:y",
    "sign": "x=>x>0?1:x<0?-1:x+0",
    "floor": "x=>Math.floor(x)+0",  # never -0
    "ceil": "x=>Math.ceil(x)+0",
    "relu": "x=>x>0||x!=x?x:0",
    "sigmoid": "x=>{if(x>=0)return 1/(1+Math.exp(-x));const e=Math.exp(x);return e/(1+e)}",
    "softplus": "x=>m.max(x,0)+Math.log1p(Math.exp(-Math.abs(x)))",
    "sech": "x=>{const e=Math.exp(-Math.abs(x));return 2*e/(1+e*e)}",
    "gate": "(x,y)=>x>0?y:0",
    "zero": "x=>x==0?1:0",
    "scale": "x=>Math.abs(x)<2**-500?2**500:Math.abs(x)>2**500?2**-500:1",
    "flow": "x=>x==0?null:x",
    # erf by its series up to 1/2, and by erfc beyond. erfc is exp(-x²)/(1 + 2x) times a polynomial in (x - 3)/(x + 3),
    # fitted to 40 digits; x² is split, since exp would magnify its rounding.
    "erf": (
        "x=>{const a=Math.abs(x);if(a>=.5)return Math.sign(x)*(1-m.erfc(a));let s=0,t=x;"
        "for(let n=0;n<14;t*=-x*x/++n)s+=t/(2*n+1);return x&&1.1283791670955126*s}"
    ),
    "erfc": (
        "x=>{if(x<.5)return x<-.5?2-m.erfc(-x):1-m.erf(x);const u=(x-3)/(x+3),h=Math.fround(Math.min(x,30));"
        "return x!=x?x:x>30?0:Math.exp(-h*h)*Math.exp((h-x)*(h+x))/(1+2*x)*["
        "1.2530080582697296,-.13562110612458086,-.047562294353433025,.12964515870272102,-.11927366341642169,"
        ".068308027345513675,-.023770514891478898,.0025293917877892474,.0018886900205886583,"
        "-.0007798319772203502,-.0001051573544841759,.0001250974604072105,4.9385932524087e-6,"
        "-2.00928243480117e-5,-7.008582313401e-7,3.4521183697985e-6,3.02714092154e-7,-5.83570342858e-7,"
        "-8.4183413934e-8,7.09896450327e-8,8.7081824455e-9].reduceRight((s,c)=>s*u+c)}"
    ),
}


javascript = SimpleNamespace(
    **{name: call(f"Math.{name}") for name in MATH},
    **{name: call(f"m.{name}") for name in FUNCTIONS},
    div=lambda x, y: infix(x, "/", y, PRODUCT),
    still=lambda x: x,
)
TABLE = rules(javascript)


def evaluate(op: Op, *operands: Any) -> Any:
    """Return the value of ``op`` as an expression of its operands."""
    known = TABLE[op.name] if is_ours(op) else None
    return known.value(*operands) if known else op.value.__wrapped__(*operands)  # type: ignore[attr-defined]


Source.operation = staticmethod(evaluate)


def row(op: Op) -> str | None:
    """Return a row as two functions in JavaScript, its value and its local derivatives; None if it cannot be written.

    All rows of the table can be written. So can a user's own row, if it consists of operators, comparisons and this
    package's functions; ``math.exp`` needs a number, and an expression is not one.

    >>> from autograd.engine.ops import OPS
    >>> row(OPS["mul"])
    '[(x,y)=>x*y,(z,x,y)=>[y,x]]'
    >>> row(OPS["power"])
    '[m.pow,(z,x,y)=>y==0?[0,null]:[y*m.pow(x,y-1),null]]'
    """
    z, *operands = (Source(name) for name in "zxy"[: 1 + len(op.domain)])
    names = ",".join(x.text for x in operands)
    known = TABLE[op.name] if is_ours(op) else None
    try:
        value = expression(lambda *at: evaluate(op, *at), operands, plain)
        partials = expression((known or op).partials, [z, *operands], listed)
    except Exception:  # whatever a user's function makes of an expression: then it stands still, and the page says so
        return None
    same = re.fullmatch(rf"([\w.]+)\({names}\)", value)  # x=>Math.exp(x) is Math.exp
    return f"[{same[1] if same else f'({names})=>{value}'},(z,{names})=>{partials}]"


def script(rows: dict[str, str]) -> str:
    """Return the script that defines ``rows``, each with its key, and ``m``, the functions they need.

    >>> script({"relu": "[(x)=>m.relu(x),(z,x)=>[m.flow(m.gate(x,1))]]"}).splitlines()[0][:30]
    'let m={relu:x=>x>0||x!=x?x:0,f'
    """
    needed: dict[str, str] = {}
    waiting = list(rows.values())
    for text in waiting:  # it grows while it is walked: a function may need another
        for name in re.findall(r"\bm\.(\w+)", text):
            if name not in needed:
                needed[name] = FUNCTIONS[name]
                waiting.append(FUNCTIONS[name])
    functions = ",".join(f"{name}:{text}" for name, text in needed.items())
    # An object inherits "constructor", and "__proto__" as a plain key would say from what: neither may pass for a row.
    keys = {name: name if re.fullmatch(r"[a-z]\w*", name, re.ASCII) else f"[{json_in_script(name)}]" for name in rows}
    table = "".join(f",\n{keys[name]}:{text}" for name, text in rows.items())
    return f"let m={{{functions}}};\nlet rows={{__proto__:null{table}}};\n"
