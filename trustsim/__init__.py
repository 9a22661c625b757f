"""trustsim: the trust dynamics of partnerships between organisations.

Start with `scenario`, add `interventions`, `simulate`, and look at the tables.
Everything heavy is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "scenario": "trustsim.scenarios.files",
    "scenarios": "trustsim.scenarios",
    "settings": "trustsim.catalogue",
    "Scenario": "trustsim.scenarios.scenario",
    "interventions": "trustsim.scenarios.interventions",
    "fork": "trustsim.scenarios.files",
    "simulate": "trustsim.simulation",
    "Runs": "trustsim.simulation",
    "compare": "trustsim.comparison",
    "Study": "trustsim.sweeps",
    "sweep": "trustsim.sweeps",
    "Partnership": "trustsim.engines.partnership",
    "Organisation": "trustsim.engines.agents",
    "KeyIndividual": "trustsim.engines.agents",
    "Coordinator": "trustsim.engines.agents",
    "parameters": "trustsim.catalogue",
    "explain": "trustsim.catalogue",
    "verify": "trustsim.verification",
    "cite": "trustsim.citations",
    "TrustsimError": "trustsim.errors",
    "ParameterError": "trustsim.errors",
    "ScenarioError": "trustsim.errors",
    "StudyError": "trustsim.errors",
    "OutputError": "trustsim.errors",
    "ResourceError": "trustsim.errors",
}

__all__ = [
    "Coordinator",
    "KeyIndividual",
    "Organisation",
    "OutputError",
    "ParameterError",
    "Partnership",
    "ResourceError",
    "Runs",
    "Scenario",
    "ScenarioError",
    "Study",
    "StudyError",
    "TrustsimError",
    "__version__",
    "cite",
    "compare",
    "explain",
    "fork",
    "interventions",
    "parameters",
    "scenario",
    "settings",
    "simulate",
    "sweep",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'trustsim' has no attribute {name!r}")
    module = import_module(_HOME[name])
    # Two names are packages; `ts.scenarios()`, the old name of `ts.settings()`, is a call of one.
    value = module if name in ("interventions", "scenarios") else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


if TYPE_CHECKING:
    from trustsim.catalogue import explain, parameters, settings
    from trustsim.citations import cite
    from trustsim.comparison import compare
    from trustsim.engines.agents import Coordinator, KeyIndividual, Organisation
    from trustsim.engines.partnership import Partnership
    from trustsim.errors import (
        OutputError,
        ParameterError,
        ResourceError,
        ScenarioError,
        StudyError,
        TrustsimError,
    )
    from trustsim.scenarios import interventions
    from trustsim.scenarios.files import fork, scenario
    from trustsim.scenarios.scenario import Scenario
    from trustsim.simulation import Runs, simulate
    from trustsim.sweeps import Study, sweep
    from trustsim.verification import verify
