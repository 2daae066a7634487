"""Static files under names that change with their contents, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedAssets(CompressedManifestStaticFilesStorage):
    """Names the modules that a script imports by their contents too: no browser mixes an old module with a new one."""

    support_js_module_import_aggregation = True
