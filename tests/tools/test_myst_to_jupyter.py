"""The book's Markdown as Jupyter shows it."""

from types import SimpleNamespace

import pytest

from tools.course import myst_to_jupyter

ENTRY = SimpleNamespace(
    persons={"author": [SimpleNamespace(prelast_names=[], last_names=["Dar{\\'o}czy"])]},
    fields={"year": "1975", "doi": "10.1/x(2)"},
)


@pytest.fixture(scope="module")
def book():
    book = myst_to_jupyter.Book()
    book.sources["made1975"] = ENTRY
    book.site = ""
    return book


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("the {term}`entropy` of {term}`bits <bit>`", "the entropy of bits"),
        ("see {doc}`entropy`", "see [Entropy](entropy.ipynb)"),
        ("see {doc}`the words <glossary>`", "see the words"),
        ("{py:func}`~crossentropy.entropy`", "`entropy`"),
        ("as {cite:p}`made1975`", "as ([Daróczy, 1975](https://doi.org/10.1/x%282%29))"),
        (
            "as {cite:p}`made1975{ch. 2},kraft1949`",
            "as ([Daróczy, 1975](https://doi.org/10.1/x%282%29), ch. 2; Kraft, 1949)",
        ),
        ("{prf:ref}`thm-kraft` says", "*[Kraft's inequality](code-words.ipynb)* says"),
        ("in {numref}`fig-surprise`", "in the figure *"),
        ("[here](information-three-messages)", "[here](#Three-messages)"),
        ("[which](misconceptions-divisors)", "[which](misconceptions.ipynb)"),  # the label of a paragraph
        ("[there](entropy.ipynb)", "[there](entropy.ipynb)"),
        ("[words](glossary.md)", "words"),
        ("[out](https://example.org/a)", "[out](https://example.org/a)"),
        ("(here-now)=\n## A heading", "## A heading"),
        ("$x$ in `{code}`", "$x$ in `{code}`"),
        ("```text\n{term}`x`\n```", "```text\n{term}`x`\n```"),
        (":::{warning}\nHot.\n\nVery.\n:::", "> **Warning**\n>\n> Hot.\n>\n> Very."),
        (":::{admonition} Predict\n:class: tip\nHow?\n:::\nAfter", "> **Predict**\n>\n> How?\nAfter"),
        ("::::{tip}\n:::{note}\nIn.\n:::\n::::", "> **Tip**\n>\n> > **Note**\n> >\n> > In."),
        (":::{admonition} More\n:class: dropdown\nIn.\n:::", "<details>\n<summary>More</summary>\n\nIn.\n\n</details>"),
        (":::{exercise} Dice\n:label: ex-dice\nThrow.\n:::", "#### Exercise: Dice\n\nThrow."),
        (":::{solution} ex-dice\n:class: dropdown\nSo.\n:::", "**Solution**\n\nSo."),
        (":::{prf:theorem} Kraft\n:label: thm-x\n$1$\n:::", "> **Theorem (Kraft).** $1$"),
        (":::{prf:proof}\nSo.\n:::", "> *Proof.* So."),
    ],
)
def test_markup_becomes_plain(book, written, shown):
    assert myst_to_jupyter.to_jupyter(written, book, "information").startswith(shown)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (":::{mystery} A\nb\n:::", "directive {mystery}"),
        (":::{tip}\nnever closed", "never closed"),
        ("{mystery}`x`", "role {mystery}"),
        ("{doc}`no-such-page`", "the book has no page no-such-page"),
        ("{ref}`no-such-label`", "no page has the label no-such-label"),
        ("[x](no-such-label)", "no page has the label no-such-label"),
        ("{cite:p}`nothing`", "cites nothing"),
    ],
)
def test_what_has_no_plain_form_is_an_error(book, written, told):
    with pytest.raises(myst_to_jupyter.ConversionError, match=told):
        myst_to_jupyter.to_jupyter(written, book, "information")


def test_pages_that_are_no_notebooks_are_linked_where_the_book_is_published(book, monkeypatch):
    monkeypatch.setattr(book, "site", "https://example.org")
    assert (
        myst_to_jupyter.to_jupyter("{doc}`glossary`", book, "entropy")
        == "[Glossary](https://example.org/book/glossary.html)"
    )


def test_questions_are_prepared_first(book, monkeypatch):
    monkeypatch.setattr(myst_to_jupyter.quiz, "for_jupyter", lambda text: text.replace(":::{quiz}\n:::", "A question"))
    assert myst_to_jupyter.to_jupyter(":::{quiz}\n:::", book, "entropy") == "A question"
