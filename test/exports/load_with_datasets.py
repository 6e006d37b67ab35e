"""Reads exports as a fine-tuning run does, and says what is in them: one line of JSON for each file.

Usage: load_with_datasets.py FILE.jsonl...

Needs the package `datasets`; where `trl` is installed too, its own check of the format is asked as well.
"""

import json
import sys

from datasets import load_dataset

try:
    from trl.data_utils import is_conversational
except ImportError:
    is_conversational = None

for path in sys.argv[1:]:
    data = load_dataset("json", data_files=path, split="train")
    checked = None if is_conversational is None else all(is_conversational(row) for row in data)
    print(
        json.dumps({"columns": data.column_names, "rows": len(data), "conversational": checked, "last": data[-1]})
    )
