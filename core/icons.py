"""The icons: 20 by 20 strokes, decoration beside words. A name that is unknown raises at render."""

from django.utils.safestring import SafeString, mark_safe

SHAPES = {
    "check": '<path d="M4 10.5 8.2 15 16 5.5"/>',
    "flag": '<path d="M5 18V3h9l-2 3.5L14 10H5"/>',
    "lock": '<path d="M5 9h10v8H5zM7 9V6a3 3 0 0 1 6 0v3"/>',
    "info": '<circle cx="10" cy="10" r="7.5"/><path d="M10 9v5M10 6v.5"/>',
    "warning": '<path d="M10 2.5 18 17H2zM10 8v4M10 14.3v.4"/>',
    "stop": '<circle cx="10" cy="10" r="7.5"/><path d="M6.5 10h7"/>',
    "cloud": '<path d="M6 16a3.8 3.8 0 0 1-.5-7.5 4.8 4.8 0 0 1 9.2 1A3.3 3.3 0 0 1 14 16zM7.8 12l1.7 1.7 3-3.2"/>',
    "chevron": '<path d="m7.5 4 6 6-6 6"/>',
    "back": '<path d="m12.5 4-6 6 6 6"/>',
    "menu": '<path d="M3 5.5h14M3 10h14M3 14.5h14"/>',
    "doc": '<path d="M5 2.5h7l3 3v12H5zM12 2.5v3h3M7.5 10h5M7.5 13h5"/>',
    "certificate": '<path d="M3 3.5h14v9h-4M3 3.5v9h4M6 6.5h8"/>'
    '<circle cx="10" cy="12" r="2.5"/><path d="m8.5 14-1 4 2.5-1.3L12.5 18l-1-4"/>',
    "dot": '<circle class="icon-fill" cx="10" cy="10" r="3.5"/>',
}


def _svg(shapes: str) -> SafeString:
    return mark_safe(f'<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{shapes}</svg>')  # noqa: S308 - ours


# Built once: a page shows a dozen, and a chain of template ifs for each took a seventh of its time.
ICONS = {name: _svg(shapes) for name, shapes in SHAPES.items()}
