r"""Turn the formulas of OCR models into print: `$8.5\%$` is 8.5%, `$\mathrm{CO}_2$` is CO2.

Such models write any figure with a sign as LaTeX.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(
    r"(?<![\\$])\$\$(?P<display>[^$]{1,2000})\$\$"
    r"|(?<![\\$])\$(?P<inline>[^$\n]{1,300})(?<!\\)\$(?![\d$])"
    r"|\\\((?P<round>(?:(?!\\[()\[\]]).){1,300}?)\\\)"
    r"|\\\[(?P<square>(?:(?!\\[()\[\]]).){1,2000}?)\\\]",
    re.DOTALL,
)
_HAN = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_WORDS = (
    r"text|textbf|textit|textrm|textsf|mathrm|mathbf|mathit|mathsf"
    r"|mathbb|mathcal|boldsymbol|bm|mbox|hbox|operatorname|underline|overline|bar|hat|vec|pmb"
)
_TEXT = re.compile(rf"\\(?:{_WORDS})\s*\{{[^{{}}]*\}}")
_IS_LATEX = re.compile(r"[\\^_{}]")
_FIGURE = re.compile(r"[\dA-Za-z\s.,%+\-–—~=<>/()×÷:°*≤≥±'′]+")

_CIRCLED = re.compile(r"\\textcircled\s*\{?\s*(?:\\[A-Za-z]+\s*)*\{?\s*(\d{1,2})\s*\}?\s*\}?")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{[^{}]*\}(?:\s*\{[lcr|\s]*\})?")
_WITH_SPACE = re.compile(r"\\(?:quad|qquad|\\)(?![A-Za-z])")
_NARROW_SPACE = re.compile(r"\\[,;:!> ]|~")
_ESCAPED = re.compile(r"\\([%#$&])")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_RAISED = re.compile(r"\^\s*(?:\{([^{}]*)\}|(\S))")
_LOWERED = re.compile(r"_\s*(?:\{([^{}]*)\}|(\S))")
_DROPPED = re.compile(r"[\s{}&\\]+")
_SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_SPACE = "\0"

_COMMANDS = (
    "circ ° degree ° prime ′ times × div ÷ pm ± mp ∓ sim ～ cdot · le ≤ leq ≤ leqslant ≤ ge ≥ geq ≥ "
    "geqslant ≥ lt < gt > ne ≠ neq ≠ approx ≈ equiv ≡ propto ∝ infty ∞ rightarrow → to → uparrow ↑ "
    "downarrow ↓ leftarrow ← Rightarrow ⇒ ldots … cdots … dots … sum ∑ alpha α beta β gamma γ delta δ "
    "Delta Δ epsilon ε theta θ lambda λ mu μ pi π rho ρ sigma σ tau τ phi φ varphi φ omega ω Omega Ω "
    "Sigma Σ Phi Φ bullet ● star ★ bigstar ★ square □ Box □ blacksquare ■ triangle △ blacktriangle ▲ "
    "bigcirc ○ diamond ◇ sqrt √ yen ¥ pounds £ percent % parallel ∥ perp ⊥ angle ∠ cap ∩ cup ∪ in ∈ "
    "ast * mid | colon : permil ‰ textperthousand ‰ textyen ¥ mathcent ¢ cent ¢ euro € "
)
_PAIRS = _COMMANDS.split()
_SYMBOLS = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
"""What the commands of LaTeX print."""
_SILENT = frozenset(
    f"{_WORDS}|rm|bf|it|sf|tt|cal|left|right|big|Big|bigg|Bigg|bigl|bigr|displaystyle|textstyle|scriptstyle|scriptsize|small|large"
    "|Large|normalsize|tiny|limits|nolimits|hspace|vspace|phantom|hline|nonumber|tag|label|color|stackrel|underset|overset".split(
        "|"
    )
)


def without_formulas(text: str) -> str:
    r"""Return a text with its formulas as print. Prices in dollars are none.

    >>> without_formulas(r"增长 $1 2 . 6 \%$ ，$- 1 8 ^ { \circ } \mathrm { C }$ 以下，\(\mathrm{CO}_2\)，US$5 和 $10")
    '增长 12.6% ，-18°C 以下，CO2，US$5 和 $10'
    """
    return _FORMULA.sub(_in_print, text) if "$" in text or "\\" in text else text


def _in_print(match: re.Match[str]) -> str:
    inside = match[match.lastgroup or 0]
    if _HAN.search(_TEXT.sub("", inside)):
        return match.group()
    if match.lastgroup == "inline" and not _IS_LATEX.search(inside):
        before = match.string[match.start() - 1 : match.start()]
        is_even = inside[0].isspace() == inside[-1].isspace()
        if (before.isascii() and before.isalpha()) or not (is_even and _FIGURE.fullmatch(inside)):
            return match.group()
        return "".join(inside.split())
    return latex_in_print(inside)


def latex_in_print(latex: str) -> str:
    r"""Return the letters that LaTeX prints, on one line. Spaces between them are the model's and go.

    >>> latex_in_print(r"3 . 5 \times 1 0 ^ { 4 } \, \mathrm { k m ^ { 2 } }"), latex_in_print(r"\frac{1}{3}")
    ('3.5×10⁴km²', '1/3')
    """
    text = _ENVIRONMENT.sub("", latex)
    text = _CIRCLED.sub(_circled, text)
    for _ in range(2):
        text = _FRACTION.sub(r"\1/\2", text)
    text = _WITH_SPACE.sub(_SPACE, text)
    text = _ESCAPED.sub(r"\1", _NARROW_SPACE.sub("", text))
    text = _COMMAND.sub(lambda match: "" if match[1] in _SILENT else _SYMBOLS.get(match[1], match[1]), text)
    for _ in range(2):  # a raised letter may stand inside braces
        text = _LOWERED.sub(lambda match: match[1] or match[2] or "", _RAISED.sub(_raised, text))
    return _DROPPED.sub("", text).replace(_SPACE, " ").strip()


def _raised(match: re.Match[str]) -> str:
    return _DROPPED.sub("", match[1] or match[2] or "").translate(_SUPERSCRIPTS)


def _circled(match: re.Match[str]) -> str:
    number = int(match[1])
    return chr(ord("①") + number - 1) if 1 <= number <= 20 else f"({number})"
