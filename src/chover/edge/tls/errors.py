"""What is wrong with a certificate. Separate from certificate.py, which imports cryptography."""

from __future__ import annotations


class CertificateError(ValueError):
    """A certificate or key cannot be used; the text is one line that says why and what to do."""
