"""The Hub's own client, whose errors become one line that says what to do, and which tries again where that helps."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from gan_zoo.errors import UserError

T = TypeVar("T")
# How often a request that failed on the way is repeated, and the longest wait in seconds that we obey.
TRIES, LONGEST_WAIT = 4, 300.0
# Answers after which the same question may find another: too many requests, and a server that is unwell.
PASSING = (408, 429, 500, 502, 503, 504)


def endpoint() -> str:
    """The address of the Hub: `$HF_ENDPOINT`, or its own."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def api() -> Any:
    """The client, which reads the token that `hf auth login` keeps, or `$HF_TOKEN`."""
    from huggingface_hub import HfApi

    return HfApi(endpoint=endpoint())


def checked(repository: str) -> str:
    """`repository` if it has the form user/name; raises `UserError`."""
    if not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", repository) or ".." in repository:
        raise UserError(f"'{repository}' is no repository: it is called user/name", "bad_repository", name=repository)
    return repository


def ask(repository: str, question: Callable[[], T]) -> T:
    """What `question`, which calls the client about `repository`, answers; it is asked again where the way there failed.

    Raises:
        UserError: with what went wrong and what to do, in one line.
    """
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, HTTPError  # type: ignore[attr-defined]

    for attempt in range(TRIES):
        try:
            return question()
        except (HTTPError, OSError, HFValidationError) as error:
            cause = _cause(error)
            response = cause.response if isinstance(cause, HfHubHTTPError) else None
            passing = response.status_code in PASSING if response is not None else _of_the_way(cause)
            wait = _wait(response, attempt)
            if not passing or attempt + 1 == TRIES or wait > LONGEST_WAIT:
                raise _explained(repository, cause, response) from error
            time.sleep(wait)
    raise AssertionError("the last attempt answers or raises")


def _cause(error: BaseException) -> BaseException:
    """What the client wraps where it found nothing in its cache."""
    from huggingface_hub.errors import LocalEntryNotFoundError

    while isinstance(error, LocalEntryNotFoundError) and error.__cause__ is not None:
        error = error.__cause__
    return error


def _of_the_way(error: BaseException) -> bool:
    """Whether an error that is no answer may pass: the network's may, a full disk and what we asked wrongly don't."""
    from huggingface_hub.errors import HFValidationError, LocalTokenNotFoundError, OfflineModeIsEnabled

    if isinstance(error, HFValidationError | LocalTokenNotFoundError | OfflineModeIsEnabled):
        return False
    return getattr(error, "errno", None) is None


def _wait(response: Any, attempt: int) -> float:
    """Seconds until the next attempt: what the Hub asks for, or twice as long each time."""
    asked = response.headers.get("Retry-After", "") if response is not None else ""
    return float(asked) if asked.isdecimal() else 2.0**attempt


def _explained(repository: str, error: BaseException, response: Any) -> UserError:
    """The error that the user is told."""
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
    # The Hub answers 401 where it doesn't know a token, and also where a repository isn't there for those without one.
    stale = status == 401 and ("Invalid" in said or "expired" in said)
    if isinstance(error, LocalTokenNotFoundError) or (status == 401 and not stale and response.request.method != "GET"):
        return UserError(f"the Hub wants to know who you are: {log_in}", "no_token")
    if stale:
        return UserError(f"the Hub doesn't take your token, which may have expired: {log_in}", "bad_token")
    if isinstance(error, HFValidationError):
        return UserError(f"'{repository}' is no repository: it is called user/name", "bad_repository", name=repository)
    if isinstance(error, GatedRepoError):
        return UserError(
            f"'{repository}' is open to some only: ask for access on its page on the Hub", "gated", name=repository
        )
    if isinstance(error, RepositoryNotFoundError):
        return UserError(
            f"there is no repository '{repository}' on the Hub, or it is private and not yours ({log_in})",
            "no_repository",
            name=repository,
        )
    if isinstance(error, RevisionNotFoundError):
        return UserError(f"'{repository}' has no such revision: see its branches and tags on the Hub", "no_revision")
    if isinstance(error, EntryNotFoundError) and status:
        return UserError(f"'{repository}' lacks a file that was there: try again", "no_file", name=repository)
    if status == 403:
        return UserError(
            f"your token may not write to '{repository}': make one that may at {endpoint()}/settings/tokens", "no_right"
        )
    if status == 409:
        return UserError(f"'{repository}' was changed or made by somebody else meanwhile: try again", "conflict")
    if status == 429:
        return UserError("the Hub has had too many requests from here: try again in some minutes", "rate_limit")
    if status:
        return UserError(f"the Hub answers {status} for '{repository}'{f' ({said})' if said else ''}", "hub_answer")
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    if getattr(error, "errno", None) is not None:
        return UserError(f"what '{repository}' holds can't be kept here ({reason})", "disk")
    return UserError(f"the Hub can't be reached for '{repository}' ({reason}): check the network", "no_hub", name=repository)
