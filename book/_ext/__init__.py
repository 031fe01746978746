"""The Sphinx extension of the book: what its pages have beyond Jupyter Book.

`setup` shows the whole: what is done to each page and to the finished site, and what a page may say.
"""

from functools import partial


def setup(app):
    # Not at the top: tools use single modules of this package, also where the book cannot be built.
    from . import (
        about,
        accessibility,
        buttons,
        chapter_facts,
        exercises,
        figures,
        formulas,
        lean,
        live_cells,
        quiz,
        search,
        teaching,
    )
    from .pages import change_page, change_site

    # To each page before it is written, parsed.
    page_steps = [
        chapter_facts.tell_time_and_basis,
        quiz.add_script,
        quiz.curl_apostrophes,
        exercises.give_answer_cells,
        exercises.drop_repeated_ids,
        exercises.open_solutions,
        formulas.hold_punctuation,
        accessibility.name_buttons,
        accessibility.leave_corners_empty,
        accessibility.align_numbers,
        figures.place_sliders,
        live_cells.leave_out_sums,
        live_cells.add_bar,
        buttons.link_notebook,
        buttons.lead_to_notebooks,
        buttons.take_along,
        chapter_facts.link_slides,
        about.describe,
        lean.leave_out_scripts,
    ]
    # To the text of each page when all are written.
    text_steps = [
        accessibility.mend_theme,
        lean.keep_one_viewport,
        lean.size_images,
    ]
    # To the site as a whole.
    site_steps = [
        lean.drop_unused_files,
        lean.merge_style_sheets,
        lean.drop_unused_fonts,
        search.make_index,
        about.state_policy,
    ]

    # What a page may say.
    app.add_directive("citation", buttons.Citation)
    app.add_directive("chapter-table", chapter_facts.ChapterTable)
    app.add_directive("chapter-objectives", teaching.ChapterObjectives)
    app.add_directive("course-questions", teaching.CourseQuestions)
    app.add_directive("course-material", teaching.CourseMaterial)
    app.add_directive("hub-links", teaching.HubLinks)
    app.add_directive("quiz", quiz.Quiz)
    app.add_directive("quiz-review", quiz.Review)
    app.setup_extension("book._ext.other_libraries")
    app.setup_extension("book._ext.digits_time_memory")
    app.add_html_math_renderer("katex", (formulas.visit_inline, None), (formulas.visit_display, None))

    # Settings, and files for every page, so that all pages share one style sheet.
    app.add_config_value("live_cells", "", "html", [str])  # the site is written again when it changes
    app.add_config_value("take_away", False, "html", [bool])
    app.connect("config-inited", buttons.is_taken_away)
    app.connect("config-inited", buttons.name_edition)
    app.connect("config-inited", buttons.show_repository)
    app.connect("config-inited", live_cells.find_runtime)
    app.connect("builder-inited", formulas.add_files)
    app.connect("builder-inited", about.without_sphinx_search)
    app.connect("html-collect-pages", about.add_page_of_the_missing)
    app.add_js_file("search.js", type="module")
    app.add_css_file("figures.css", priority=900)

    app.connect("env-get-updated", chapter_facts.letter_appendices, priority=950)  # after the numbers are given
    app.connect("env-get-outdated", lean.every_page_if_files_changed)
    app.connect("source-read", figures.take_sliders)
    # After the theme has made its buttons; after Sphinx and the theme have copied their files.
    app.connect("html-page-context", partial(change_page, page_steps), priority=950)
    app.connect("build-finished", partial(change_site, text_steps, site_steps), priority=950)
    app.connect("build-finished", about.list_pages)
    app.connect("build-finished", formulas.finish)
    return {"parallel_read_safe": True, "parallel_write_safe": False}  # one process sets all formulas
