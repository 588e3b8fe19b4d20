"""An audit of the answers for programs: the description is OpenAPI, and whatever it allows is answered as it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from schemathesis.specs.openapi.checks import positive_data_acceptance

from indexer.engines.memory import MemoryEngine
from tests.support.web_archive import fill
from tests.support.web_site import LEAD
from webui import Settings, create_app
from webui.programs.openapi import DOCUMENTED

SHORT, LONG = 6, 300
"""Examples of each operation."""
_FIXED = {"article_id": LEAD, "paper": "yunbei"}
"""Values that are tried in every second example: made-up ones lead nowhere."""


@pytest.fixture(name="app", scope="module")
def app_fixture(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("site")
    engine = MemoryEngine()
    fill(engine, folder)
    return create_app(Settings(folder, "memory:"), engine)


@pytest.fixture(name="described", scope="module")
def described_fixture(app: Flask) -> dict[str, Any]:
    described: dict[str, Any] = app.test_client().get("/openapi.json").json
    return described


@pytest.fixture(name="schema", scope="module")
def schema_fixture(app: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


def test_the_description_is_valid(described: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(described).validate()


def test_the_validator_would_find_a_fault(described: dict[str, Any]) -> None:
    with pytest.raises(OpenAPIValidationError):
        OpenAPIV31SpecValidator({**described, "paths": {"/a/{b}": {"get": {"responses": {"200": {}}}}}}).validate()


def answered_as_described(schema: Any, path: str, examples: int, *, derandomize: bool) -> None:
    """Ask as the description allows. A 400 is an answer too: no schema says that 30 February is no day."""
    operation = schema[path]["GET"]

    @settings(
        max_examples=examples,
        phases=[Phase.explicit, Phase.generate],
        derandomize=derandomize,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), is_fixed=st.booleans())
    def ask(case: Any, is_fixed: bool) -> None:
        if is_fixed and case.path_parameters:
            case.path_parameters |= {name: value for name, value in _FIXED.items() if name in case.path_parameters}
        response = case.call(headers={"Accept-Encoding": "identity"})  # it unpacks nothing that comes by WSGI
        assert response.status_code < 500
        case.validate_response(response, excluded_checks=[positive_data_acceptance])

    ask()


def operations() -> list[str]:
    app = create_app(Settings(Path(), "memory:"), MemoryEngine())
    paths = list(app.test_client().get("/openapi.json").json["paths"])
    assert len(paths) == len(DOCUMENTED)
    return paths


@pytest.mark.parametrize("path", operations())
def test_whatever_is_allowed_is_answered_as_described(schema: Any, path: str) -> None:
    answered_as_described(schema, path, SHORT, derandomize=True)


@pytest.mark.long
@pytest.mark.parametrize("path", operations())
def test_whatever_is_allowed_is_answered_as_described_at_length(schema: Any, path: str) -> None:
    answered_as_described(schema, path, LONG, derandomize=False)
