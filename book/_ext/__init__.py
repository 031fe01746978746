"""The extension of the book: what its pages have beyond Jupyter Book, one module a matter."""

STEPS = ["book_access", "book_checks", "book_math", "book_site", "course_links", "book_figures", "book_course"]
STEPS += ["live_cells", "other_libraries", "teaching", "digits_time_memory", "quiz", "at_a_glance", "book_lean"]


def setup(app):
    for step in STEPS:
        app.setup_extension(f"book._ext.{step}")
    return {"parallel_read_safe": True, "parallel_write_safe": False}
