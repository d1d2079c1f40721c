"""Static files under hashed names, so that browsers may keep them for ever and never mix two releases."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise has no types
    """Hashed and compressed names, also inside `import … from "./x.js"`.

    Without a manifest (tests, before the first `collectstatic`) files keep their plain names; with one, a name that
    is missing from it is an error, so that a typing mistake shows at once.
    """

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """The hashed name of `name`, or `name` itself while nothing was collected."""
        return super().stored_name(name) if self.hashed_files else name
