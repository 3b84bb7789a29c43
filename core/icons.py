"""The icons: 20 by 20 strokes, decoration beside words. A name that is unknown raises at render."""

from django.utils.safestring import SafeString, mark_safe

SHAPES = {
    "check": '<path d="M4 10.5 8.2 15 16 5.5"/>',
    "flag": '<path d="M5 18V3h9l-2 3.5L14 10H5"/>',
    "key": '<circle cx="6.5" cy="13.5" r="3.5"/><path d="m9 11 7.5-7.5M13.5 6.5l2.5 2.5M11 9l2 2"/>',
    "download": '<path d="M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13"/>',
    "print": '<path d="M6 7.5V3h8v4.5M6 14H3.5V7.5h13V14H14M6 11.5h8V17H6z"/>',
    "lock": '<path d="M5 9h10v8H5zM7 9V6a3 3 0 0 1 6 0v3"/>',
    "info": '<circle cx="10" cy="10" r="7.5"/><path d="M10 9v5M10 6v.5"/>',
    "warning": '<path d="M10 2.5 18 17H2zM10 8v4M10 14.3v.4"/>',
    "stop": '<circle cx="10" cy="10" r="7.5"/><path d="M6.5 10h7"/>',
    "cloud": '<path d="M6 16a3.8 3.8 0 0 1-.5-7.5 4.8 4.8 0 0 1 9.2 1A3.3 3.3 0 0 1 14 16zM7.8 12l1.7 1.7 3-3.2"/>',
    "chevron": '<path d="m7.5 4 6 6-6 6"/>',
    "back": '<path d="m12.5 4-6 6 6 6"/>',
    "up": '<path d="m4 12.5 6-6 6 6"/>',
    "down": '<path d="m4 7.5 6 6 6-6"/>',
    "menu": '<path d="M3 5.5h14M3 10h14M3 14.5h14"/>',
    "doc": '<path d="M5 2.5h7l3 3v12H5zM12 2.5v3h3M7.5 10h5M7.5 13h5"/>',
    "certificate": '<path d="M3 3.5h14v9h-4M3 3.5v9h4M6 6.5h8"/>'
    '<circle cx="10" cy="12" r="2.5"/><path d="m8.5 14-1 4 2.5-1.3L12.5 18l-1-4"/>',
    "pencil": '<path d="m4 16 .8-3.6 8.8-8.8 2.8 2.8-8.8 8.8zM11.8 5.4l2.8 2.8"/>',
    "talk": '<path d="M3 4h14v9H9.5L5.5 16.5V13H3zM6.5 7.2h7M6.5 10h4.5"/>',
    "people": '<circle cx="7.2" cy="6.8" r="2.8"/><path d="M2 16.5c0-3.2 2.2-5.2 5.2-5.2s5.2 2 5.2 5.2"/>'
    '<path d="M12.6 4.2a2.8 2.8 0 0 1 0 5.2M14.4 11.6c2.2.6 3.6 2.4 3.6 4.9"/>',
    "drop": '<path d="M10 2.5c3.2 4.2 5 6.6 5 9.2a5 5 0 0 1-10 0c0-2.6 1.8-5 5-9.2z"/>',
    "plate": '<circle cx="10" cy="10" r="7.5"/><circle cx="10" cy="10" r="3.8"/>',
    "walk": '<circle cx="11" cy="3.6" r="1.7"/>'
    '<path d="M11 7 8.5 12l3.2 2 .6 4M8.5 12l-1 3-3 3M11 7 7 8.8 6 12M11 7l2.2 3 3 1"/>',
    "bolt": '<path d="M11.5 2 4.5 11.5h5L8.5 18l7-9.5h-5z"/>',
    "clock": '<circle cx="10" cy="10" r="7.5"/><path d="M10 5.5V10l3 2"/>',
    "listen": '<path d="M3 7.5v5h3l4 3.5V4L6 7.5zM13 7.5a3.5 3.5 0 0 1 0 5M15.2 5a7 7 0 0 1 0 10"/>',
    "replaced": '<path d="M4 7.5h11l-3.5-3.5M16 12.5H5l3.5 3.5"/>',
    "revoked": '<circle cx="10" cy="10" r="7.5"/><path d="M4.8 15.2 15.2 4.8"/>',
    "wash": '<path d="M3.5 4v7M3.5 7.5h7.2a4 4 0 0 1 4 4v.5M8 7.5V4.2M6 4.2h4"/>'
    '<path d="M14.7 14.2c1 1.3 1.4 1.8 1.4 2.5a1.4 1.4 0 0 1-2.8 0c0-.7.4-1.2 1.4-2.5z"/>',
    "strip": '<path d="M7 2.5h6v15H7zM7 6.5h6M9 9.8h2M9 13h2"/>',
    "meter": '<path d="M5.5 2h9v13h-9zM7.8 4.5h4.4v4H7.8zM9.5 12h1M10 15v3"/>',
    "sensor": '<circle cx="10" cy="14" r="2.8"/><path d="M5.6 9.4a6.2 6.2 0 0 1 8.8 0M3 6.5a10 10 0 0 1 14 0"/>',
    "pen": '<path d="m2.5 17.5 3-3M5.5 14.5 5 11.8l6.2-6.2 3.2 3.2L8.2 15zM9 8l3 3M12.8 7.2l2.6-2.6M13.8 3l3.2 3.2"/>',
    "pump": '<path d="M5 2.5h10v15H5zM7.3 5h5.4v4.5H7.3zM7.8 12.5h1.2M11 12.5h1.2M7.8 15h4.4"/>',
    "set": '<circle cx="12.5" cy="10" r="5"/><circle cx="12.5" cy="10" r="1.6"/><path d="M7.5 10c-2.5 0-2 5-5.5 5"/>',
    "renew": '<path d="M4 8.5a6.3 6.3 0 0 1 11-2.2l1 1.4M16 11.5a6.3 6.3 0 0 1-11 2.2l-1-1.4'
    'M16.2 3.8v4h-4M3.8 16.2v-4h4"/>',
    "vial": '<path d="M7 2.5h6v2.8H7zM7.5 5.3c0 1.3-1.7 1.4-1.7 3v9.2h8.4V8.3c0-1.6-1.7-1.7-1.7-3M5.8 11.5h8.4"/>',
    "cup": '<path d="M5 3h10l-1.3 14.5H6.3zM5.5 8.5h9"/>',
    "phone": '<path d="M4.5 3H8l1.4 4-2 1.4a9.5 9.5 0 0 0 4.2 4.2l1.4-2 4 1.4v3.5c0 .8-.7 1.5-1.5 1.5'
    'C9 17 3 11 3 4.5 3 3.7 3.7 3 4.5 3z"/>',
    "target": '<circle cx="10" cy="10" r="5.5"/><path d="M10 2v5M10 13v5M2 10h5M13 10h5"/>',
    "moon": '<path d="M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7z"/>',
    "water": '<path d="M2.5 7.5c1.9-2 3.1-2 5 0s3.1 2 5 0 3.1-2 5 0M2.5 13c1.9-2 3.1-2 5 0s3.1 2 5 0 3.1-2 5 0"/>',
    "wallet": '<path d="M3 5h14v11H3zM3 8.5h14M13 12.3h1.5"/>',
    "kit": '<path d="M3 7h14v10H3zM7 7V4h6v3M10 9.5v5M7.5 12h5"/>',
    "dot": '<circle class="icon-fill" cx="10" cy="10" r="3.5"/>',
}


def _svg(shapes: str) -> SafeString:
    return mark_safe(f'<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{shapes}</svg>')  # noqa: S308 - ours


# Built once: a page shows a dozen, and a chain of template ifs for each took a seventh of its time.
ICONS = {name: _svg(shapes) for name, shapes in SHAPES.items()}
