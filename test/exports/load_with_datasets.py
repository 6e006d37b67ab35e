"""Reads exports as a fine-tuning run does, and says what is in them: one line of JSON for each file.

Usage: load_with_datasets.py [--features] FILE.jsonl...

With --features the columns of messages and of tools are declared as JSON, as the guide says for exports with tools.
Needs the package `datasets`; where `trl` is installed too, its own check of the format is asked as well.
"""

import json
import sys

from datasets import Features, Json, List, load_dataset

try:
    from trl.data_utils import is_conversational
except ImportError:
    is_conversational = None


def given(value):
    """A value without the members that are null: a table has each column in each row."""
    if isinstance(value, dict):
        return {name: given(member) for name, member in value.items() if member is not None}
    return [given(member) for member in value] if isinstance(value, list) else value


args = sys.argv[1:]
declared = "--features" in args
for path in args:
    if path == "--features":
        continue
    with open(path, encoding="utf-8", newline="\n") as file:
        lines = [json.loads(line) for line in file]
    columns = dict.fromkeys(name for line in lines for name in line)
    features = Features({name: List(Json()) for name in columns}) if declared else None
    data = load_dataset("json", data_files=path, split="train", features=features)
    checked = None if is_conversational is None else all(is_conversational(row) for row in data)
    # Not more than a few: one value of a wrong type may change each row.
    different = [row for row, line in zip(data, lines) if given(row) != given(line)][:3]
    print(
        json.dumps(
            {
                "columns": data.column_names,
                "rows": len(data),
                "conversational": checked,
                "different": different,
                "last": data[-1],
            }
        )
    )
