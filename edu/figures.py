from courses.services.files import Sheet


def draw(sheet: Sheet, name: str) -> str:
    return "<figure></figure>"
