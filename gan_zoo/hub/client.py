"""Calls the client of the Hub. Repeats requests after temporary failures, and turns errors into one-line messages."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from gan_zoo.errors import UserError

T = TypeVar("T")
# The number of attempts, and the longest wait in seconds that the Hub may ask for.
TRIES, LONGEST_WAIT = 4, 300.0
# HTTP status codes after which a request is repeated: too many requests, and temporary server errors.
RETRIED = (408, 429, 500, 502, 503, 504)


def endpoint() -> str:
    """Return the address of the Hub: `$HF_ENDPOINT`, or the default."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def api() -> Any:
    """Return the client. It reads the token of `hf auth login`, or `$HF_TOKEN`."""
    from huggingface_hub import HfApi

    return HfApi(endpoint=endpoint())


def has_token() -> bool:
    """Return True if there is a token on this machine: that of `hf auth login`, or `$HF_TOKEN`."""
    from huggingface_hub import get_token

    return bool(get_token())


def checked(repository: str) -> str:
    """Return `repository` if it has the form user/name; raises `UserError` if not."""
    if not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", repository) or ".." in repository:
        raise UserError(
            f"'{repository}' is no repository: its name must have the form user/name", "bad_repository", name=repository
        )
    return repository


def ask(repository: str, question: Callable[[], T]) -> T:
    """Return the result of `question`, a call of the client about `repository`; temporary failures are repeated.

    Raises:
        UserError: the request failed; one line says why and what to do.
    """
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, HTTPError  # type: ignore[attr-defined]

    for attempt in range(TRIES):
        try:
            return question()
        except (HTTPError, OSError, HFValidationError) as error:
            cause = _cause(error)
            response = cause.response if isinstance(cause, HfHubHTTPError) else None
            temporary = response.status_code in RETRIED if response is not None else _is_temporary(cause)
            wait = _wait(response, attempt)
            if not temporary or attempt + 1 == TRIES or wait > LONGEST_WAIT:
                raise _user_error(repository, cause, response) from error
            time.sleep(wait)
    raise AssertionError("the last attempt returns or raises")


def _cause(error: BaseException) -> BaseException:
    """Return the original error. The client wraps it if its cache has no copy."""
    from huggingface_hub.errors import LocalEntryNotFoundError

    while isinstance(error, LocalEntryNotFoundError) and error.__cause__ is not None:
        error = error.__cause__
    return error


def _is_temporary(error: BaseException) -> bool:
    """Return True if an error without a response may be temporary: network errors, but not a full disk or a wrong call."""
    from huggingface_hub.errors import HFValidationError, LocalTokenNotFoundError, OfflineModeIsEnabled

    if isinstance(error, HFValidationError | LocalTokenNotFoundError | OfflineModeIsEnabled):
        return False
    return getattr(error, "errno", None) is None


def _wait(response: Any, attempt: int) -> float:
    """Return the seconds until the next attempt: as the Hub asks, or 1, 2, 4, ..."""
    asked = response.headers.get("Retry-After", "") if response is not None else ""
    return float(asked) if asked.isdecimal() else 2.0**attempt


def _user_error(repository: str, error: BaseException, response: Any) -> UserError:
    """Return the error message for the user."""
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HFValidationError,
        LocalTokenNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    log_in = "'hf auth login', or HF_TOKEN in the environment"
    status = response.status_code if response is not None else 0
    said = response.headers.get("X-Error-Message", "") if response is not None else ""
    # The Hub returns 401 for an unknown token, and also for a missing repository if there is no token.
    stale = status == 401 and ("Invalid" in said or "expired" in said)
    if isinstance(error, LocalTokenNotFoundError) or (status == 401 and not stale and response.request.method != "GET"):
        return UserError(f"the Hub needs a login for this: use {log_in}", "no_token")
    if stale:
        return UserError(f"the Hub doesn't accept your token, which may have expired: use {log_in}", "bad_token")
    if isinstance(error, HFValidationError):
        return UserError(
            f"'{repository}' is no repository: its name must have the form user/name", "bad_repository", name=repository
        )
    if isinstance(error, GatedRepoError):
        return UserError(
            f"'{repository}' has restricted access: ask for access on its page on the Hub", "gated", name=repository
        )
    if isinstance(error, RepositoryNotFoundError):
        return UserError(
            f"there is no repository '{repository}' on the Hub, or it is private: check the name, or log in with {log_in}",
            "no_repository",
            name=repository,
        )
    if isinstance(error, RevisionNotFoundError):
        return UserError(
            f"'{repository}' has no such revision: choose one of its branches, tags or commits on the Hub", "no_revision"
        )
    if isinstance(error, EntryNotFoundError) and status:
        return UserError(f"a file of '{repository}' disappeared during the request: try again", "no_file", name=repository)
    if status == 403:
        return UserError(
            f"your token may not write to '{repository}': create one with write access at {endpoint()}/settings/tokens",
            "no_right",
        )
    if status == 409:
        return UserError(f"somebody else changed or created '{repository}' at the same time: try again", "conflict")
    if status == 429:
        return UserError("the Hub received too many requests from this address: try again in a few minutes", "rate_limit")
    if status:
        return UserError(
            f"the Hub answers {status} for '{repository}'{f' ({said})' if said else ''}: check the name, or try again later",
            "hub_answer",
        )
    reason = str(error).splitlines()[0] if str(error) else "it gave no reason"
    if getattr(error, "errno", None) is not None:
        return UserError(
            f"can't write the files of '{repository}' to this machine ({reason}): free some space, or check the permissions",
            "disk",
        )
    return UserError(f"the Hub can't be reached for '{repository}' ({reason}): check the network", "no_hub", name=repository)
