"""What every torture says at its head: with which sizes and which seed it ran."""

from tests.torture.sizes import SEED, SIZES, soaking


def pytest_report_header() -> str:
    """Say the sizes and the seed; with them a fault can be played again."""
    return f"torture: {'soak' if soaking() else 'ci'}, {SEED}={SIZES.seed}"
