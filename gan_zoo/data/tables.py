"""Parquet files of pictures, and the columns of any table: splits, conditions, labels.

A column `split` names the split of each row. Labels may be words, whole numbers, or true and false; the classes are the values
that occur. Rows without a label are left out if others have one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gan_zoo.data.catalogue import Split
from gan_zoo.data.encoded import Content, Encoded
from gan_zoo.data.folders import WORDS, has_splits, no_split
from gan_zoo.errors import UserError, unknown

# Rows whose pictures are read at once.
_ROWS = 16
# The most values of a column that a message names.
_NAMED = 8


def pictorial(schema: Any) -> list[str]:
    """The columns that hold pictures, by the convention of Hugging Face: structs with a field `bytes`. If there is none, the
    columns of plain bytes."""
    import pyarrow as pa

    structs = [f.name for f in schema if pa.types.is_struct(f.type) and f.type.get_field_index("bytes") >= 0]
    return structs or [f.name for f in schema if pa.types.is_binary(f.type) or pa.types.is_large_binary(f.type)]


def content_of(cell: Any) -> bytes:
    """The bytes of the picture file in a cell of a picture column; raises UserError if the cell is empty."""
    content = cell.get("bytes") if isinstance(cell, dict) else cell
    if not content:
        path = cell.get("path") if isinstance(cell, dict) else None
        raise UserError(f"the cell has no picture, only the path {path}" if path else "the cell is empty", "not_a_picture")
    return bytes(content)


def cell_content(cell: Any) -> Content:
    """The content of a cell, or the reason why there is none."""
    try:
        return content_of(cell)
    except UserError as error:
        return error


def open_table(
    path: Path, split: Split, columns: Sequence[str], condition: tuple[str, str], label: str, hold_out: float = 0.0
) -> Encoded:
    """One split of a parquet file.

    Args:
        columns: the picture columns; their pictures come in this order in each row. If there is only one and it is empty, the
            column `image` or else the first picture column is taken.
        condition: a column and the value that it must have, in words; both are empty for all rows.
        label: the column of the classes.
        hold_out: as in `open_folder`, by a hash of the number of the row.

    Raises:
        UserError: the file can't be read, or it has no such columns, split or rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            known = pictorial(schema)
            others, count = file.read([name for name in schema.names if name not in known]), file.metadata.num_rows
    except (OSError, pa.ArrowException) as error:
        raise damaged(path, error) from error
    if not known:
        raise UserError(f"{path} has no picture column; there are: {', '.join(schema.names)}", "no_pictures")
    chosen = [column or ("image" if "image" in known else known[0]) for column in columns]
    for column in chosen:
        if column not in known:
            raise unknown("picture column", column, known)
    names = class_names(schema)
    values = {name: others[name].to_pylist() for name in others.column_names}
    rows = rows_with(condition, others.schema, values, names, str(path)) if condition[0] else [*range(count)]
    labels, classes, notes = labels_of([values[label][i] for i in rows] if label in values else [], names.get(label, []))
    numbers = dict(zip(rows, labels, strict=True)) if classes else dict.fromkeys(rows, 0)
    rows = [i for i in rows if numbers[i] >= 0]
    # A condition on the column `split` itself says which rows are meant.
    splits = [] if condition[0] == "split" else _splits(values.get("split", []), names.get("split", []), str(path))
    if splits:
        if hold_out:
            raise has_splits(str(path), sorted({word for word in splits if word}))
        word = next((word for word in WORDS[split] if any(splits[i] == word for i in rows)), None)
        if word is None:
            raise no_split(str(path), split, sorted({splits[i] for i in rows if splits[i]}))
        if missing := sum(not splits[i] for i in rows):
            notes.append(f"{missing} rows with an empty split left out")
        rows = [i for i in rows if splits[i] == word]
    elif split == "test" and not hold_out:
        raise no_split(str(path), split)

    opened = Encoded(
        path.stem,
        names=[str(i) for i in rows],
        where=[tuple(f"row {i}" if len(chosen) == 1 else f"row {i}, column {c}" for c in chosen) for i in rows],
        contents=lambda: _contents(path, chosen, rows),
        labels=[numbers[i] for i in rows] if classes else [],
        classes=classes,
        columns={name: [column[i] for i in rows] for name, column in values.items()},
        notes=notes,
        place=str(path),
    )
    return opened.kept_back(split, hold_out) if hold_out else opened


def damaged(path: Path | str, error: Exception) -> UserError:
    """The error for a file that is no parquet file, or a damaged one."""
    reason = str(error).split("\n")[0]
    return UserError(f"{path} can't be read as parquet ({reason}): fetch it again", "damaged_file", path=path)


def _contents(path: Path, columns: Sequence[str], rows: Sequence[int]) -> Iterator[tuple[Content, ...]]:
    """The cells of `rows` in `columns`; a few rows are in memory at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    wanted, first = set(rows), 0
    last = max(wanted, default=-1)
    try:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20) as file:
            for batch in file.iter_batches(_ROWS, columns=[*dict.fromkeys(columns)], use_threads=False):
                here = [i for i in range(batch.num_rows) if first + i in wanted]
                if here:
                    part = batch.take(pa.array(here))
                    for cells in zip(*(part[column].to_pylist() for column in columns), strict=True):
                        yield tuple(map(cell_content, cells))
                first += batch.num_rows
                if first > last:
                    return
    except (OSError, pa.ArrowException) as error:
        raise damaged(path, error) from error


def class_names(schema: Any) -> dict[str, list[str]]:
    """The names of classes by column, from the metadata in which the Hub describes columns."""
    try:
        features = json.loads((schema.metadata or {}).get(b"huggingface", b"{}")).get("info", {}).get("features", {})
        return {key: list(about["names"]) for key, about in features.items() if isinstance(about, dict) and about.get("names")}
    except (ValueError, AttributeError, TypeError):
        return {}


def rows_with(
    condition: tuple[str, str], schema: Any, values: Mapping[str, Sequence[Any]], names: Mapping[str, Sequence[str]], where: str
) -> list[int]:
    """The rows whose column has the value of `condition`, compared in the column's own type.

    Raises:
        UserError: there is no such column, no value of its type, or no such row.
    """
    key, said = condition
    if key not in values:
        raise unknown("column", key, values)
    wanted: Any = said
    if said in names.get(key, ()):
        wanted = list(names[key]).index(said)
    elif not isinstance(next((value for value in values[key] if value is not None), ""), str):
        wanted = in_type(said, schema.field(key).type, key)
    rows = [i for i, value in enumerate(values[key]) if value == wanted]
    if not rows:
        there = [str(value) for value, _ in Counter(map(str, values[key])).most_common(_NAMED + 1)]
        more = ", ..." if len(there) > _NAMED else ""
        raise UserError(
            f"there are no pictures with {key}={said} in {where}: {key} has {', '.join(there[:_NAMED])}{more}", "no_pictures"
        )
    return rows


def in_type(said: str, kind: Any, key: str) -> Any:
    """The value that `said` stands for in a column of the Arrow type `kind`."""
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    try:
        return pa.scalar(said).cast(kind).as_py()
    except (pa.ArrowException, ValueError) as error:
        raise UserError(f"'{said}' is no value of the column {key}, which holds {_in_words(kind)}", "usage") from error


def _in_words(kind: Any) -> str:
    import pyarrow as pa

    for test, words in (
        (pa.types.is_boolean, "true or false"),
        (pa.types.is_integer, "whole numbers"),
        (pa.types.is_floating, "numbers"),
        (pa.types.is_temporal, "dates or times"),
    ):
        if test(kind):
            return words
    return "values that can't be compared with a word"


def _splits(values: Sequence[Any], names: Sequence[str], where: str) -> list[str]:
    """The word for the split of each row, empty for a row without one; an empty list if the column has no words at all.

    Raises:
        UserError: the column has values that name no split.
    """
    if all(value is None for value in values):
        return []
    known = {word for words in WORDS.values() for word in words}
    words = ["" if value is None else str(value) for value in values]
    if names and all(isinstance(value, int) for value in values if value is not None):
        words = [names[value] if value is not None and 0 <= value < len(names) else "" for value in values]
    words = [word.strip().lower() for word in words]
    if not known & set(words):
        there = sorted({str(value) for value in values if value is not None})[:_NAMED]
        raise UserError(
            f"the column split of {where} has {', '.join(there)}, which name no split: choose rows with "
            f"{where}?split={there[0]}, or write train and test into the column",
            "no_split",
        )
    return words


def labels_of(values: Sequence[Any], names: Sequence[str] = ()) -> tuple[list[int], list[str], list[str]]:
    """A label column as numbers of classes, -1 for rows without a label; the names of the classes; and notes for the user.

    Args:
        names: the names of the classes, if the values are their numbers; by default the classes are the values that occur.

    Returns:
        empty lists if no row has a label, or if the values are no classes.
    """
    given = [_as_class(value) for value in values]
    present = {value for value in given if value is not None}
    if names and all(isinstance(value, int) and not isinstance(value, bool) for value in present):
        given = [None if value == -1 else value for value in given]  # the Hub's mark of a missing label
        present.discard(-1)
    if not present:
        return [], [], []
    if any(isinstance(value, float | _NoClass) for value in present):
        return [], [], ["the column of the labels holds fractions or lists, which are no classes, so it is not used"]
    if not (names and all(isinstance(value, int) and 0 <= value < len(names) for value in present)):
        same = len({type(value) for value in present}) == 1
        order = sorted(present) if same else sorted(present, key=str)
        number = {value: i for i, value in enumerate(order)}
        given = [None if value is None else number[value] for value in given]
        names = [str(value) for value in order]
    missing = given.count(None)
    notes = [f"{missing} pictures without a label left out"] if missing else []
    return [-1 if value is None else value for value in given], list(names), notes


class _NoClass(str):
    """A value that can't be a class."""


def _as_class(value: Any) -> Any:
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, bool | int | float | str):
        return value
    return _NoClass() if isinstance(value, list | dict) else str(value)
