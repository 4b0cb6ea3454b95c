"""A picture that a code app reads, as an image inside the page. The only segno import."""

import segno


def picture_of(words: str) -> str:
    """A data: address, which the page's policy allows for images. Dark on white in any colour scheme."""
    return segno.make(words, error="m", micro=False).svg_data_uri(
        scale=5, border=4, dark="#000", light="#fff"
    )
