"""Commands that write pages."""

from jobs.screen import console


def site() -> None:
    """Write the site: every tag, model, scenario, channel and feed, their lineage, and a search. Open it from disk, without a server."""
    from jobs.runtime.settings import close_to_others, settings
    from jobs.site.folder import write_pages

    close_to_others()
    console.print(f"Site: {write_pages(settings())}", soft_wrap=True, markup=False)
