"""The operations of an OpenAPI 3.1 document, as the page of reference shows them: every reference followed.

[operation.id for operation in operations_of(document)]     # ["createcontact", "company", "companyHead", …]
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Tree: TypeAlias = "Mapping[str, Any]"
ORIGIN: Final = "https://origin.invalid"
"""Stands where the address of the server belongs, which only a request knows."""
FORM, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
_METHODS: Final = ("get", "head", "post", "put", "delete")
_SECRETS: Final = {"basic": ' -u "$SID:$TOKEN"', "apiKey": ' -H "x-api-key: $KEY"'}
"""How curl says who asks."""
_FLAGS: Final = {"head": " -I", "put": " -X PUT", "delete": " -X DELETE"}


class OperationField(NamedTuple):
    """A parameter, or a field of a body or an answer."""

    name: str
    place: str
    """`path`, `query` or `header`; `required` or nothing for a field."""
    kind: str
    description: str
    example: str


class Content(NamedTuple):
    """A body, or an answer, in one form."""

    media_type: str
    fields: Sequence[OperationField]
    example: str


class OperationOutcome(NamedTuple):
    """What an operation answers with one status."""

    status: str
    description: str
    headers: Sequence[str]
    contents: Sequence[Content]


class Operation(NamedTuple):
    """An operation with all that is known of it."""

    id: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    security: str
    """`basic`, `apiKey` or nothing."""
    parameters: Sequence[OperationField]
    body: str
    """What is true of it in every form."""
    bodies: Sequence[Content]
    outcomes: Sequence[OperationOutcome]
    curl: str
    """A command line; `ORIGIN` stands for the address of the server."""


def operations_of(document: Tree) -> list[Operation]:
    """Return every operation, in the order of the document."""
    return [
        _operation(_Resolved(document), path, method, item)
        for path, item in document["paths"].items()
        for method in _METHODS
        if method in item
    ]


class _Resolved:
    """A document whose references are followed."""

    def __init__(self, document: Tree) -> None:
        self._document = document

    def get(self, tree: Tree) -> Tree:
        """Return what the tree is, or refers to."""
        while "$ref" in tree:
            kind, name = tree["$ref"].removeprefix("#/components/").split("/")
            tree = self._document["components"][kind][name]
        return tree

    def fields(self, schema: Tree) -> Iterator[OperationField]:
        """Give the fields of an object, those of its parts first."""
        schema = self.get(schema)
        for part in schema.get("allOf", ()):
            yield from self.fields(part)
        required = schema.get("required", ())
        for name, field in schema.get("properties", {}).items():
            inner = self.get(field)
            description = field.get("description") or inner.get("description", "")
            place = "required" if name in required else ""
            yield OperationField(
                name, place, self._kind(inner), description, _shown(next(iter(inner.get("examples", ())), ""))
            )

    def field(self, parameter: Tree) -> OperationField:
        """Return a parameter."""
        said = self.get(parameter)
        kind = self._kind(self.get(said["schema"]))
        return OperationField(
            said["name"], said["in"], kind, said.get("description", ""), _shown(said.get("example", ""))
        )

    def contents(self, content: Tree) -> list[Content]:
        """Return a body in each of its forms."""
        return [
            Content(kind, list(self.fields(it.get("schema", {}))), _written(kind, it.get("example", "")))
            for kind, it in content.items()
        ]

    def _kind(self, schema: Tree) -> str:
        kinds = schema.get("type", "")
        names = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"]
        several = schema.get("anyOf", ())
        names += [self._kind(self.get(it)) for it in several if it.get("type") != "null"]
        choices = [_shown(it) for it in schema.get("enum", ()) if it is not None]
        bounds = [f"{words} {schema[key]:,}" for key, words in _BOUNDS.items() if key in schema]
        said = " | ".join(choices) if choices else " or ".join(filter(None, names))
        return ", ".join([said or _shown(schema.get("const", "")), *bounds])


_BOUNDS: Final = {"maxLength": "up to", "maximum": "at most", "maxItems": "at most"}


def _operation(resolved: _Resolved, path: str, method: str, item: Tree) -> Operation:
    said = item[method]
    fields = [resolved.field(it) for it in (*item.get("parameters", ()), *said.get("parameters", ()))]
    body = resolved.get(said.get("requestBody", {}))
    bodies = resolved.contents(body.get("content", {}))
    security = next((name for scheme in said.get("security", ()) for name in scheme), "")
    outcomes = [_outcome(resolved, status, resolved.get(it)) for status, it in said["responses"].items()]
    told = said["summary"], said.get("description", ""), security
    curl = _curl(path, method, security, fields, bodies)
    return Operation(
        said["operationId"], said["tags"][0], method.upper(), path, *told, fields, body.get("description", ""), bodies,
        outcomes, curl,
    )  # fmt: skip


def _outcome(resolved: _Resolved, status: str, answer: Tree) -> OperationOutcome:
    contents = resolved.contents(answer.get("content", {}))
    return OperationOutcome(status, answer["description"], sorted(answer.get("headers", ())), contents)


def _curl(path: str, method: str, security: str, fields: Sequence[OperationField], bodies: Sequence[Content]) -> str:
    """Return a command line, for a shell that has `SID`, `TOKEN` and `KEY`."""
    for field in fields:
        if field.place == "path":
            path = path.replace(f"{{{field.name}}}", "$SID" if field.name == "sid" else field.example)
    first = bodies[0] if bodies else None
    sent = ""
    if first and first.media_type == FORM:
        sent = "".join(f" -d {shlex.quote(line)}" for line in first.example.splitlines())
    elif first:
        sent = f" -d {shlex.quote(first.example)}"
    return f'curl -sS{_FLAGS.get(method, "")}{_SECRETS.get(security, "")} "{ORIGIN}{path}"{sent}'


def _written(kind: str, example: Any) -> str:  # noqa: ANN401 - any JSON
    """Return an example as it is typed: a form has a line for each field."""
    if isinstance(example, dict) and kind in {FORM, MULTIPART}:
        return "\n".join(f"{name}={value}" for name, value in example.items())
    if isinstance(example, str):
        return example.replace("\r\n", "\n")
    return json.dumps(example, ensure_ascii=False, indent=2)


def _shown(value: Any) -> str:  # noqa: ANN401 - any JSON
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
