"""What the hourly look logs of certificates."""

import logging

from chover.serve.upkeep import Upkeep


def test_a_certificate_that_runs_out_is_logged_once_and_again_when_it_is_worse(caplog):
    said = []
    upkeep = Upkeep(None, None, None, lambda: list(said))
    caplog.set_level(logging.WARNING)
    upkeep.warn()
    said[:] = ["the certificate cert.pem expires in 1 days"]
    upkeep.warn()
    upkeep.warn()
    said[:] = ["the certificate cert.pem has expired"]
    upkeep.warn()
    said[:] = []
    upkeep.warn()
    assert caplog.messages == ["the certificate cert.pem expires in 1 days", "the certificate cert.pem has expired"]
