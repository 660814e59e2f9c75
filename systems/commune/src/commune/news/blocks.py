"""What the body of an article is made of: paragraphs, headings and numbered steps."""

from __future__ import annotations

from wagtail import blocks

from commune.words import gettext_lazy as _

PARAGRAPH_FEATURES = ["bold", "italic", "link", "document-link", "ul", "ol"]


class StepBlock(blocks.StructBlock):
    """One step: a heading that stands alone, and what to do."""

    title = blocks.CharBlock(label=_("What this step does"))
    text = blocks.RichTextBlock(label=_("How it is done"), features=PARAGRAPH_FEATURES)

    class Meta:
        label = _("Step")
        icon = "list-ol"


class ArticleBody(blocks.StreamBlock):
    """The body of an article. Steps are numbered by their place, never typed."""

    paragraph = blocks.RichTextBlock(label=_("Paragraph"), features=PARAGRAPH_FEATURES, icon="pilcrow")
    heading = blocks.CharBlock(label=_("Heading"), icon="title")
    steps = blocks.ListBlock(StepBlock(), label=_("Steps"), icon="list-ol")
