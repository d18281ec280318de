"""The models, one file for each. Importing this package imports every file in it, which registers every model."""

import pkgutil
from importlib import import_module

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
