"""Commands about the logs: verify them, show and sign their heads, and what database rights they want."""

import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.log_checking import Broken, Checked

app = typer.Typer()


@app.command("verify-log")
def verify_log(
    heads: Annotated[Path | None, typer.Option(help="File of signed heads that left the house.")] = None,
    public_key: Annotated[
        Path | None, typer.Option(help="File of public keys; else those of the settings.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    gap_hours: Annotated[int, typer.Option(min=1, help="A longer time without entries is noted.")] = 72,
) -> None:
    """Check the safety log and the audit: every entry, its words, and every signed head."""
    from bot.bootstrap import build_database, build_signers
    from bot.log_checking import check_logs, read_lines
    from bot.signing import NoPublicKey, read_public_keys

    settings = load_settings()
    try:
        keys = (
            read_public_keys(public_key)
            if public_key
            else {signer.key_id: signer.public_key for signer in build_signers(settings)}
        )
        lines = read_lines(heads) if heads else ()
        checked = check_logs(build_database(settings), keys, lines, gap=timedelta(hours=gap_hours))
    except NoPublicKey as error:
        raise typer.BadParameter("the file holds no public key of 64 hexadecimal digits") from error
    except OSError as error:
        raise typer.BadParameter(f"a file cannot be read: {error.strerror}") from error
    typer.echo(_as_json(checked)) if as_json else _tell(checked)
    if checked.broken:
        raise typer.Exit(1)


_NAMES = {"safety": "The safety log", "audit": "The audit", "heads": "The file of heads"}


def _tell(checked: "Checked") -> None:
    for report in checked.reports:
        typer.echo(
            f"{_NAMES[report.chain.value]} holds: {report.entries} entries, each following the one before it."
        )
        words = (
            f"{report.words_checked} whole, {report.words_gone} gone, {report.words_locked} not to be opened"
        )
        typer.echo(f"  Words that stand apart: {words}.")
        if report.before_the_chain:
            typer.echo(f"  Rows before the chain began, under one digest: {report.before_the_chain}.")
    typer.echo(f"Signed heads: {checked.stored_heads} stored, {checked.outside_heads} from outside.")
    for note in checked.notes:
        typer.echo(f"Note: {note}.")
    for broken in checked.broken:
        typer.echo(f"{_NAMES[broken.chain]} was changed: {broken}", err=True)


def _as_json(checked: "Checked") -> str:
    def plain(broken: "Broken") -> dict[str, object]:
        return {"chain": broken.chain, "number": broken.number, "id": broken.entry_id, "why": broken.why}

    return json.dumps(
        {
            "holds": not checked.broken,
            "broken": [plain(broken) for broken in checked.broken],
            "chains": {report.chain.value: asdict(report) | {"notes": None} for report in checked.reports},
            "heads": {"stored": checked.stored_heads, "outside": checked.outside_heads},
            "notes": checked.notes,
        },
        indent=2,
    )


@app.command()
def head(
    sign: Annotated[bool, typer.Option(help="Sign now what was added since the last head.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="The signed heads themselves, a line each.")
    ] = False,
) -> None:
    """Show the newest signed head of each log, with a short code for a paper book."""
    from bot.bootstrap import build, build_signers
    from bot.log_heads import sign_next, write_out
    from bot.safety.heads import Chain

    product = build(load_settings())
    if sign:
        for chain in Chain:
            sign_next(product, chain, build_signers(product.settings)[0], product.now())
        write_out(product)
    for chain in Chain:
        with product.database.reading() as work:
            signed = work.heads.last(chain)
        if signed is None:
            typer.echo(f"{_NAMES[chain.value]}: no head was signed yet.", err=True)
        elif as_json:
            typer.echo(signed.line)
        else:
            at = signed.head.at.astimezone(product.prison.zone)
            entries = f"{signed.head.number} entries on {at:%-d %b %Y at %H:%M}"
            typer.echo(f"{_NAMES[chain.value]}: {entries}. Code {signed.head.code}")


@app.command("log-public-key")
def log_public_key() -> None:
    """Print the public keys that heads of the logs are checked with, the newest first."""
    from bot.bootstrap import build_signers

    for signer in build_signers(load_settings()):
        typer.echo(f"# {signer.key_id}\n{signer.public_key}")


@app.command("database-rights")
def database_rights(
    role: Annotated[str, typer.Argument(help="The database role under which Signpost runs.")],
) -> None:
    """Print the PostgreSQL rights under which nobody can change or delete an entry, for the tables' owner."""
    from bot.store.rights import BadRole, statements

    try:
        for statement in statements(role):
            typer.echo(statement)
    except BadRole as error:
        raise typer.BadParameter("a role is small letters, digits and _") from error


@app.command()
def prove(
    entry: Annotated[str, typer.Argument(help="The entry's id.")],
    audit: Annotated[bool, typer.Option(help="An entry of the audit, and not of the safety log.")] = False,
    words: Annotated[bool, typer.Option(help="Give the entry's words along.")] = False,
) -> None:
    """Print a proof of one entry, to be checked by tools/verify_signpost.py. It shows no other entry."""
    from bot.bootstrap import build_database, build_signers
    from bot.proving import NotProvable
    from bot.proving import prove as make_proofs
    from bot.safety.heads import Chain

    settings = load_settings()
    keys = {signer.key_id: signer.public_key for signer in build_signers(settings)}
    chain = Chain.AUDIT if audit else Chain.SAFETY
    with build_database(settings).reading() as work:
        try:
            (proof,) = make_proofs(work, chain, [entry], keys, with_words=words)
        except NotProvable as error:
            typer.echo(f"It cannot be proven: {error}.", err=True)
            raise typer.Exit(1) from error
    typer.echo(json.dumps(proof.to_json(), indent=2, ensure_ascii=False))


@app.command("export-log")
def export_log(
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
) -> None:
    """Write both logs with all signed heads into a folder, without words, for who keeps or checks them."""
    from bot.bootstrap import build_database, build_signers
    from bot.proving import chain_lines, head_lines
    from bot.safety.heads import Chain

    settings = load_settings()
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise typer.BadParameter(f"the folder cannot be made: {error.strerror}") from error
    with build_database(settings).reading() as work:
        for chain in Chain:
            with (folder / f"{chain.value}.jsonl").open("w", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in chain_lines(work, chain))
        with (folder / "heads.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for chain in Chain for line in head_lines(work, chain))
    keys = "".join(f"{signer.public_key}\n" for signer in build_signers(settings))
    (folder / "public-key.txt").write_text(keys, "ascii")
    typer.echo(f"Both logs are in {folder}. Give the public key to whoever checks them by another way.")
