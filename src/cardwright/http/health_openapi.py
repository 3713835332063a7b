"""`/healthz` and `/readyz` in the words of OpenAPI 3.1."""

from __future__ import annotations

from typing import Final

from cardwright.http.openapi import Described, Tree, ref, referred


def _answer(description: str, status: str) -> Tree:
    content = {"application/json": {"schema": ref("Health"), "example": {"status": status}}}
    return {"description": description, "headers": referred("headers", "X-Request-Id"), "content": content}


def _operations(name: str, summary: str, description: str, answers: dict[str, Tree]) -> Tree:
    said = {"summary": summary, "description": description, "security": []}
    heads = {status: {key: it for key, it in answer.items() if key != "content"} for status, answer in answers.items()}
    return {
        "get": {"operationId": name, **said, "responses": answers},
        "head": {"operationId": f"{name}Head", **said, "responses": heads},
    }


DESCRIBED: Final = Described(
    "Service",
    "Whether the server is well, for load balancers; without credentials.",
    {
        "/healthz": _operations(
            "health", "Whether the process answers", "Says nothing of the store.", {"200": _answer("It does.", "ok")}
        ),
        "/readyz": _operations(
            "ready",
            "Whether the store can be read and written",
            "The store is asked once a second at most.",
            {"200": _answer("It can.", "ready"), "503": _answer("It cannot just now.", "not ready")},
        ),
    },
    {
        "schemas": {
            "Health": {
                "type": "object",
                "description": "How the server is.",
                "required": ["status"],
                "properties": {
                    "status": {"enum": ["ok", "ready", "not ready"], "description": "How it is.", "examples": ["ok"]}
                },
            }
        }
    },
)
