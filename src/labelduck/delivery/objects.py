"""Delivery to an object store as S3, by fsspec: URL/REPORT/SLOT/, and `latest.json` last."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from labelduck.errors import LabelduckEnvironmentError

if TYPE_CHECKING:
    from labelduck.delivery.destination import Destination
    from labelduck.delivery.package import Package


def to_objects(package: Package, target: Destination) -> None:
    """Put the files there, the manifest after them, and then `latest.json`, which names them: who reads that reads a whole report.

    Raises:
        LabelduckEnvironmentError: A package is missing, or the store did not take it.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise LabelduckEnvironmentError("s3 needs the package s3fs: pip install 'labelduck[s3]'") from error
    options = dict(target.options.get("options", {}))
    options |= {key: value for key in ("key", "secret", "token") if (value := target.secret(key)) is not None}
    home = f"{target.options['url'].rstrip('/')}/{package.report}"
    try:
        store, root = url_to_fs(home, **options)
        for path in package.paths:
            store.pipe_file(f"{root}/{package.when}/{path.name}", path.read_bytes())
        latest = {"run_id": package.run_id, "folder": package.when, "files": list(package.files)}
        store.pipe_file(f"{root}/latest.json", json.dumps(latest, indent=1).encode())
    except ImportError as error:
        raise LabelduckEnvironmentError(f"destination {target.name}: {error}") from error
    except Exception as error:  # each store has its own
        said = f"{type(error).__name__}: {error}"[:300]
        for key in ("key", "secret", "token"):
            said = said.replace(options.get(key) or "\0", "***")
        raise LabelduckEnvironmentError(
            f"destination {target.name}: {target.options['url']}: {said}"
        ) from error
