"""The centre's colours as a style sheet: the only style that is not a file."""

from counselling.centre.domain import colour
from counselling.centre.models import Centre


def style_sheet(centre: Centre) -> str:
    """Custom properties for both schemes; a value that is not strictly #rrggbb is left out (tokens.css stands)."""
    light = _properties(centre.brand_light, centre.accent_light, "light")
    dark = _properties(centre.brand_dark, centre.accent_dark, "dark")
    return f":root {{\n{light}}}\n@media (prefers-color-scheme: dark) {{\n:root {{\n{dark}}}\n}}\n"


def _properties(brand: str, accent: str, scheme: str) -> str:
    values = {"--brand": brand, "--on-brand": colour.ON_BRAND[scheme], "--tint": accent}
    return "".join(f"{name}: {value};\n" for name, value in values.items() if colour.is_hex(value))
