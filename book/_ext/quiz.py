"""Questions in the chapters: pick an answer, and read why it is right or wrong.

    :::{quiz} A short title
    :name: quiz-entropy-coin
    :numbers: 0.469 = entropy([0.9, 0.1], base=2); 1/2 = 0.5
    :right: 0.469 = entropy([0.9, 0.1], base=2)

    The question, in Markdown.

    - [ ] An option, in one line
      Why somebody believes it, and why it is wrong. More paragraphs are indented too.
    - [x] The right one
      Why it is right.
    :::

`numbers` says how each number of the answers is computed. `right`, where the right option can be computed, names a text
that stands in this option alone, and what makes it: a number, or a condition that holds. tests/book/test_quiz.py
computes both. `:::{quiz-review}`, after the last question, shows them all again.

The rest of the project reads questions through `find`, `parse`, `as_html` and `for_jupyter`.
"""

import html
import re
from dataclasses import dataclass
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sphinx.util.docutils import SphinxDirective

from . import printed
from .other_libraries import tag

APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")

LETTERS = "ABCDE"
FIELDS = ("name", "numbers", "right")
LEAST = 8  # words of an explanation
INVITATION = "Make up your mind, then open your answer to see whether it's right, and why."
REMINDER = "Open your answer."  # from the second question of a page on

BLOCK = re.compile(r"^:::+\{quiz\}.*?^:::+[ \t]*$", re.M | re.S)
REVIEW = re.compile(r"^:::+\{quiz-review\}.*?^:::+[ \t]*$", re.M | re.S)
OPTION = re.compile(r"^- \[([ xX])\] +(\S.*)", re.M)
ROLE = re.compile(r"\{[\w:]+\}`([^`<{]+?)\s*(?:<[^`]*>|\{[^`]*\})?`")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\([^)]*\)")


# Reading ------------------------------------------------------------------------------


class QuizError(ValueError):
    """A question that cannot be read; the text says why."""


@dataclass(frozen=True)
class Option:
    """One answer: its text, whether it is right, and why."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Question:
    """A question with its options; all texts are Markdown."""

    title: str
    name: str
    prompt: str
    options: tuple[Option, ...]
    numbers: tuple[tuple[str, str], ...] = ()  # as printed, expression
    right: tuple[tuple[str, str], ...] = ()  # a text of the right option, expression

    @property
    def answer(self):
        """The letter of the right option."""
        return next(letter for letter, o in self.lettered if o.right)

    @property
    def lettered(self):
        """The options with their letters."""
        return tuple(zip(LETTERS, self.options, strict=False))


def computed(text):
    """`0.5 = 1 / 2; 1 = 2 / 2` as pairs."""
    pairs = [pair.partition("=") for pair in text.split(";") if pair.strip()]
    for number, equals, expression in pairs:
        if not (equals and number.strip() and expression.strip()):
            raise QuizError(f"{number.strip()!r} is not `value = expression`")
    return tuple((number.strip(), expression.strip()) for number, _, expression in pairs)


def question(title, fields, lines):
    """A question from the parts of its directive: title, fields by name, lines of the body."""
    name = fields.get("name", "")
    prompt, *parts = OPTION.split("\n".join(lines))
    options = []
    for mark, text, why in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if stray := re.search(r"^(?!  )(?! ?$).+", why, re.M):
            raise QuizError(f"{name}: indent what belongs to an option: {stray[0]!r}")
        options.append(Option(text.strip(), mark in "xX", re.sub(r"^  ", "", why, flags=re.M).strip()))
    prompt = prompt.strip()
    if not (title and name and prompt and len(options) > 1):
        raise QuizError(f"{name or title}: a title, a name, a question and options")
    if len(options) > len(LETTERS):
        raise QuizError(f"{name}: more than {len(LETTERS)} options")
    if sum(option.right for option in options) != 1:
        raise QuizError(f"{name}: exactly one option is right, marked [x]")
    made = (computed(fields.get(field, "")) for field in ("numbers", "right"))
    return Question(title, name, prompt, tuple(options), *made)


def parse(source):
    """The question in the text of one directive."""
    first, *lines = source.strip().splitlines()
    head = re.fullmatch(r":::+\{quiz\}[ \t]*(.*)", first.strip())
    if not head or not re.fullmatch(r":::+", lines[-1].strip() if lines else ""):
        raise QuizError(f"not a quiz: {first!r}")
    fields, body = {}, lines[:-1]
    while body and (field := re.fullmatch(r":(\w+):[ \t]*(.*)", body[0].strip())):
        fields[field[1]] = field[2]
        body.pop(0)
    if unknown := set(fields) - set(FIELDS):
        raise QuizError(f"unknown field {sorted(unknown)}")
    return question(head[1].strip(), fields, body)


def find(source):
    """Every question in a Markdown text, in order."""
    return [parse(block) for block in BLOCK.findall(source)]


# Rules --------------------------------------------------------------------------------


def problems(question):
    """What is wrong with one question, as sentences; no expression is evaluated."""
    name, options = question.name, question.options
    if not re.fullmatch(r"quiz-[a-z0-9-]+", name):
        yield f"{name}: a name is quiz-…, in small letters"
    if not 3 <= len(options) <= 5:
        yield f"{name}: {len(options)} options, a question has 3 to 5"
    for letter, option in question.lettered:
        if len(option.why.split()) < LEAST:
            yield f"{name}, {letter}: the explanation has less than {LEAST} words"
    if len({option.text for option in options}) < len(options):
        yield f"{name}: an option stands twice"
    given = [question.title, question.prompt]
    said = [text for option in options for text in (option.text, option.why)]
    if numbers := printed.uncomputed(given, said, question.numbers):
        yield f"{name}: neither given nor computed: {', '.join(numbers)}"
    if numbers := printed.unused(given + said, question.numbers):
        yield f"{name}: computed and never printed: {', '.join(numbers)}"
    for text, _ in question.right:
        if [option for option in options if text in option.text] != [option for option in options if option.right]:
            yield f"{name}: {text!r} does not stand in the right option alone"
    # A term reads as its word; any other role needs a text: {doc}`Entropy <entropy>`.
    if role := re.search(r"\{(?!term\})[\w:]+\}`[^`<]*`", "\n".join(given + said)):
        yield f"{name}: Jupyter cannot show {role[0]}"


def patterns(questions):
    """Ways to be right without reading, as sentences."""
    answers = [question.answer for question in questions]
    letter = max(answers, key=answers.count)
    if 2 * answers.count(letter) > len(answers):
        yield f"the answer is {letter} too often: {', '.join(answers)}"
    longest = [max(q.options, key=lambda option: len(option.text)).right for q in questions]
    if 2 * sum(longest) > len(longest):
        yield f"the right option is the longest in {sum(longest)} of {len(longest)}"


# For Jupyter --------------------------------------------------------------------------


def formula(self, tokens, i, options, env):
    """A formula as it was typed: Jupyter sets it."""
    return f"${html.escape(tokens[i].content, quote=False)}$"


INLINE = MarkdownIt().use(dollarmath_plugin)
INLINE.add_render_rule("math_inline", formula)


def plain(text):
    """Markdown without what only the book knows: roles and links become their texts."""
    return LINK.sub(r"\1", ROLE.sub(r"\1", text))


def as_html(question):
    """The question for Jupyter: Markdown with `<details>`, the answer not in sight."""
    parts = [f"**Question: {plain(question.title)}**", plain(question.prompt)]
    for letter, option in question.lettered:
        verdict = "✓ Right." if option.right else "✗ Not right."
        text = INLINE.renderInline(plain(option.text))
        parts += [f"<details>\n<summary>{letter}. {text}</summary>", f"{verdict} {plain(option.why)}", "</details>"]
    return "\n\n".join(parts)


def for_jupyter(source):
    """A Markdown cell with its questions as HTML; the review needs the book."""
    source = BLOCK.sub(lambda block: as_html(parse(block[0])), source)
    return REVIEW.sub("Answer the questions of this chapter again, where they stand.", source)


# For the book -------------------------------------------------------------------------


class Block(SphinxDirective):
    """What questions and their review share: Markdown into nodes."""

    has_content = True

    def answers(self, asked):
        """The options, each a `<details>` whose body tells."""
        for letter, option in asked.lettered:
            mark, verdict, kind = ("✓", " Right.", "right") if option.right else ("✗", " Not right.", "wrong")
            told = tag("p", tag("span", mark, **{"aria-hidden": "true"}), verdict, classes=["quiz-verdict"])
            text = tag("span", *self.parse_inline(option.text)[0], classes=["quiz-text"])
            yield tag(
                "details",
                tag("summary", tag("span", letter, classes=["quiz-letter"]), text),
                tag("div", told, *self.parse_text_to_nodes(option.why), classes=["quiz-why"]),
                classes=["quiz-option", kind],
                **{"data-letter": letter},
            )

    def group(self, asked, prefix="", invitation=REMINDER):
        """Question and options, a group named by the question."""
        said = f"{prefix}{asked.name}-question"
        status = tag("p", invitation, classes=["quiz-status"], role="status")
        return [
            tag("div", *self.parse_text_to_nodes(asked.prompt), classes=["quiz-prompt"], ids=[said]),
            tag(
                "div",
                *self.answers(asked),
                status,
                classes=["quiz-options"],
                role="group",
                **{"aria-labelledby": said, "data-quiz": asked.name},
            ),
        ]


class Quiz(Block):
    required_arguments, final_argument_whitespace = 1, True
    option_spec: ClassVar = dict.fromkeys(FIELDS, directives.unchanged)

    def run(self):
        try:
            asked = question(self.arguments[0], self.options, list(self.content))
        except QuizError as error:
            raise self.error(str(error)) from None
        before = self.env.temp_data.setdefault("quizzes", [])
        invitation = REMINDER if before else INVITATION
        before.append(asked)
        kind = tag("span", "Question. ", classes=["quiz-kind"])
        title = tag("p", kind, *self.parse_inline(asked.title)[0], classes=["quiz-title"])
        box = tag("div", title, *self.group(asked, invitation=invitation), classes=["quiz"], ids=[asked.name])
        box["names"] = [asked.name]
        self.state.document.note_explicit_target(box, box)
        return [box]


class Review(Block):
    def run(self):
        questions = self.env.temp_data.get("quizzes", [])
        if not questions:
            raise self.error("quiz-review stands after the questions that it gathers")
        lead = "Open a question to try it again; your first answers count."
        answers = ", ".join(f"{n} {q.answer}" for n, q in enumerate(questions, 1))
        box = tag(
            "div",
            *self.parse_content_to_nodes(),
            tag("p", lead, classes=["quiz-score"], role="status"),
            *(self.again(n, asked) for n, asked in enumerate(questions, 1)),
            tag("button", "Forget my answers", type="button", hidden="", classes=["quiz-reset"]),
            tag("p", f"Answers: {answers}.", classes=["quiz-key"]),
            classes=["quiz-review"],
        )
        return [box]

    def again(self, number, asked):
        """A question once more, folded, with the way back to where it stood."""
        back = nodes.reference("", "Where it stands in the chapter", refid=asked.name)
        return tag(
            "details",
            tag("summary", f"{number}. ", *self.parse_inline(asked.title)[0]),
            *self.group(asked, "again-"),
            nodes.paragraph("", "", back),
            classes=["quiz-again"],
            **{"data-of": asked.name},
        )


def curl_apostrophes(page):
    """In what MyST leaves straight: quizzes, captions, tables. Code and formulas stay as they are."""
    for text in page.soup.find_all(string=APOSTROPHE):
        if not text.find_parent(["code", "pre", "script", "style", "math"]):
            text.replace_with(APOSTROPHE.sub("’", text))


def add_script(page):
    """Pages with questions load the script that remembers, and so does the first."""
    if page.soup.select_one("div.quiz") or page.name == page.app.config.root_doc:
        page.app.add_js_file("study.js", type="module")
