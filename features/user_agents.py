"""What a user agent says of the handset, by ua-parser's rules."""


def read_user_agents(agents: list[str | None]) -> list[tuple[str | None, str | None]]:
    """(operating system, maker) of each user agent; None where it does not say. Milliseconds a value: give it distinct ones."""
    # Names of ua-parser are imported at use: loading its rules takes a second that parsing a DAG must not pay.
    from ua_parser import Domain, parser

    def one(agent: str | None) -> tuple[str | None, str | None]:
        read = parser(agent or "", Domain.OS | Domain.DEVICE)
        return (read.os.family if read.os else None), (read.device.brand if read.device else None)

    return [one(agent) for agent in agents]
