"""Who is meant: Label Studio names people by number, and only some of its exports say whose number it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import storable
from labelduck.importers.json_records import UnreadableJsonError, document

if TYPE_CHECKING:
    from labelduck.importers.files import Files

USERS = "users.json"
"""A file of this name, the server's answer to /api/users, says who has which number."""


class People:
    """Names by number, gathered from wherever they are said."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name(self, person: object) -> str | None:
        """Return the e-mail of a person, else their user name, name or number as text; None where nobody is meant.

        Args:
            person: A number, an e-mail or an object with id, email, username, first_name and last_name.
        """
        if isinstance(person, dict):
            return self.meet(person)
        if isinstance(person, bool) or not isinstance(person, int | str):
            return None
        text = storable(str(person)).strip()
        return self._names.get(text, text) or None

    def meet(self, person: object) -> str | None:
        """Remember the name that goes with a person's number, and return it."""
        if not isinstance(person, dict):
            return None
        said = [person.get(key) for key in ("email", "username")]
        whole = " ".join(
            str(part) for key in ("first_name", "last_name") if (part := person.get(key)) and part is not True
        )
        name = next((one.strip() for one in (*said, whole) if isinstance(one, str) and one.strip()), None)
        number = person.get("id")
        has_number = isinstance(number, int | str) and not isinstance(number, bool)
        if name and has_number:
            self._names[str(number)] = storable(name)
        if name:
            return storable(name)
        return self.name(number) if has_number else None

    def meet_all(self, annotation: dict[str, Any]) -> None:
        """Remember everybody who is named in an annotation."""
        self.meet(annotation.get("completed_by"))
        self.meet_author(annotation.get("created_username"))
        for key in ("reviews", "history", "comments"):
            deeds = annotation.get(key)
            for deed in deeds if isinstance(deeds, list) else ():
                if isinstance(deed, dict):
                    self.meet(deed.get("created_by"))

    def meet_author(self, said: object) -> None:
        """Remember the e-mail and number of what the server calls `created_username`: ` cy@example.com, 3`."""
        if isinstance(said, str):
            words, _, number = said.rpartition(",")
            mail = words.rpartition(" ")[2]
            if "@" in mail and number.strip().isdigit():
                self._names[number.strip()] = storable(mail)


def known_people(files: Files) -> People:
    """Return the people of a `users.json` beside a file, in a folder or in a zip, if there is one."""
    people = People()
    for data in _user_files(files):
        try:
            said = document(data)
        except UnreadableJsonError:
            continue
        for person in said if isinstance(said, list) else [said]:
            people.meet(person)
    return people


def _user_files(files: Files) -> list[bytes]:
    if files.is_single:
        beside = files.path.with_name(USERS)
        try:
            return [beside.read_bytes()] if beside.name != files.path.name and beside.is_file() else []
        except OSError:
            return []
    names = [name for name in files.names if name.rpartition("/")[2] == USERS]
    try:
        return [files.read(name) for name in names]
    except ValueError:
        return []
