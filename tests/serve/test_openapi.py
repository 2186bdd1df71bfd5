"""Whatever schemathesis makes out of the OpenAPI description, the server has no fault."""

import pytest
from hypothesis import HealthCheck, settings

from bayling.serve.app import make_app
from bayling.serve.service import Service
from bayling.serve.settings import Settings
from tests.serve.engines import Capitals

schemathesis = pytest.importorskip("schemathesis")

service = Service(Capitals(), Settings(), "tiny", ("en", "de"))
schema = schemathesis.openapi.from_asgi("/openapi.json", make_app(service))


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_request_finds_a_fault_of_the_server(case):
    response = case.call()
    assert response.status_code < 500, response.text
