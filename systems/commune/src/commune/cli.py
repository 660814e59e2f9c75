"""`commune`: check, migrate, seed, keys ensure, editors add, serve, purge."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from commune.settings import CommuneSettings, SettingsFaults, current

PASSWORD_VARIABLE = "COMMUNE_EDITOR_PASSWORD"  # noqa: S105 - the name of a variable


def _django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commune.django_settings")
    django.setup()


def check(_arguments: argparse.Namespace, _settings: CommuneSettings) -> int:
    """Everything was judged while the settings were read."""
    print("commune: settings are complete")
    return 0


def migrate(_arguments: argparse.Namespace, _settings: CommuneSettings) -> int:
    """Brings the database to this version and makes what a site cannot be without."""
    _django()
    from django.core.management import call_command

    from commune.home.ensure import ensure_site

    call_command("migrate", interactive=False, verbosity=0)
    ensure_site()
    print("commune: database is up to date")
    return 0


def seed(_arguments: argparse.Namespace, _settings: CommuneSettings) -> int:
    """Writes the made-up content once; what editors changed since stays."""
    _django()
    from commune.seed.write import write_all

    written, kept = write_all()
    print(f"commune: {written} pieces of content written, {kept} were there")
    return 0


def keys(_arguments: argparse.Namespace, settings: CommuneSettings) -> int:
    """Makes the missing secret; this system has no public keys."""
    from commune.keys import django_secret

    django_secret(settings.keys_dir)
    print('{"keys": []}')
    return 0


def editors_add(arguments: argparse.Namespace, _settings: CommuneSettings) -> int:
    """Makes or renews an editor. The password comes from the environment, or is made and printed once."""
    _django()
    from commune.editors.accounts import EditorRefused, add_editor

    given = os.environ.get(PASSWORD_VARIABLE)
    try:
        password = add_editor(arguments.username, arguments.name, given)
    except EditorRefused as refusal:
        print(f"commune: {refusal}", file=sys.stderr)
        return 1
    print(f"commune: editor {arguments.username} may sign in at /quan-tri/")
    if not given:
        print(f"password (shown once): {password}")
    return 0


def _application() -> Any:
    from commune.wsgi import application

    return application


def serve(_arguments: argparse.Namespace, settings: CommuneSettings) -> int:
    """Runs the site until it is told to stop."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commune.django_settings")
    server = Granian(
        "commune.wsgi:application",
        address=settings.listen.host,
        port=settings.listen.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    )
    # By itself Granian would look for the application from the folder that the command was started in.
    server.serve(target_loader=_application, wrap_loader=False)
    return 0


def purge(_arguments: argparse.Namespace, _settings: CommuneSettings) -> int:
    """Removes ended sessions, old failed sign-ins, and drafts that a later one has replaced for a year."""
    _django()
    from django.core.management import call_command

    from commune.editors.sign_in import forget_failures

    forget_failures()
    call_command("clearsessions")
    call_command("purge_revisions", days=365, verbosity=0)
    print("commune: purged")
    return 0


def parser() -> argparse.ArgumentParser:
    """The verbs."""
    top = argparse.ArgumentParser(prog="commune", description="The information site of a commune.")
    verbs = top.add_subparsers(dest="verb", required=True)
    for verb in (check, migrate, seed, serve, purge):
        verbs.add_parser(verb.__name__, help=(verb.__doc__ or "").splitlines()[0]).set_defaults(run=verb)
    keys_verbs = verbs.add_parser("keys", help="keys of this site").add_subparsers(required=True)
    keys_verbs.add_parser("ensure", help=keys.__doc__).set_defaults(run=keys)
    editor_verbs = verbs.add_parser("editors", help="editors of this site").add_subparsers(required=True)
    add = editor_verbs.add_parser("add", help=editors_add.__doc__)
    add.add_argument("username")
    add.add_argument("--name", default="", help="how the editor is called")
    add.set_defaults(run=editors_add)
    return top


def main(argv: list[str] | None = None) -> int:
    """Exit codes: 0 done, 1 refused, 2 settings at fault (one line per fault)."""
    arguments = parser().parse_args(argv)
    try:
        settings = current()
    except SettingsFaults as wrong:
        for fault in wrong.faults:
            print(f"commune: {fault}", file=sys.stderr)
        return 2
    result: int = arguments.run(arguments, settings)
    return result


if __name__ == "__main__":
    raise SystemExit(main())
