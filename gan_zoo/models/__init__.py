"""The zoo, one file per idea: importing this package imports every file in it, and so registers every model."""

import pkgutil
from importlib import import_module

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
