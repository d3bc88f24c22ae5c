"""One kind of object of the fake cloud: which fields it has, and what it refuses."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]


class RefusedError(Exception):
    """An answer with an HTTP status and the API's message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


# Octavia tells as a list what it was given as one.
_OWNERS = {"loadbalancer_id": "loadbalancers", "listener_id": "listeners", "pool_id": "pools"}


@dataclass
class Collection:
    """One kind of object: its fields by name with what the service fills in (null: nothing)."""

    path: str
    key: str
    fields: Body
    required: list[str] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)  # can not be changed
    unique: str = ""
    bare: bool = False  # the object has no key around it
    free: bool = False  # fields of the site's own are taken
    objects: dict[str, Body] = field(default_factory=dict)

    def check(self, body: Body, *, fresh: bool) -> None:
        unknown = set() if self.free else body.keys() - self.fields.keys()
        if unknown:
            raise RefusedError(400, f"Unrecognized attribute(s) '{', '.join(sorted(unknown))}'")
        if fresh and (missing := [name for name in self.required if name not in body]):
            raise RefusedError(400, f"'{missing[0]}' is a required property")
        if not fresh and (fixed := [name for name in self.fixed if name in body]):
            raise RefusedError(400, f"Cannot update read-only attribute {fixed[0]}")

    def create(self, body: Body) -> Body:
        self.check(body, fresh=True)
        if self.unique and any(o[self.unique] == body.get(self.unique) for o in self.objects.values()):
            raise RefusedError(409, f"{self.key} with {self.unique} {body.get(self.unique)} already exists.")
        made = {**json.loads(json.dumps(self.fields)), **body}
        made["id"] = body.get("id") or (body["name"] if self.key == "keypair" else uuid.uuid4().hex)
        for one, many in _OWNERS.items():
            if body.get(one) and many in made:
                made[many] = [{"id": body[one]}]
        self.objects[made["id"]] = made
        return made

    def get(self, identity: str) -> Body:
        if identity not in self.objects:
            raise RefusedError(404, f"{self.key} {identity} could not be found.")
        return self.objects[identity]
