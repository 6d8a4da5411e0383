"""How many messages fit through a lane now, as SQL: it is asked for with each handful."""

from sqlalchemy import text

from webapp.lanes import warming
from webapp.lanes.models import WHOLE_SERVER

# What no limit is counted as.
PLENTY = 1_000_000
# What a lane hands over at once when it was at rest, in parts of a minute: ten seconds.
BURST = 6
# Seconds that are believed to have passed when the clock was set back meanwhile.
A_REST = 60 / BURST

# A row of `lane` with what follows from it at :now, on the day :today. No limit is NULL, which
# least() passes over; a lane whose day was not begun yet lets nothing through.
_STATE = f"""
lane,
LATERAL (SELECT
    lane.closed_until IS NULL OR lane.closed_until <= :now AS is_open,
    least(
        lane.per_minute::float,
        CASE WHEN lane.share < 100
            THEN greatest(1, lane.slowed_from * lane.share / 100.0) END
    ) AS rate,
    CASE WHEN lane.filled_at > :now + interval '1 minute' THEN {A_REST}
        ELSE greatest(0, extract(epoch FROM :now - lane.filled_at)::float)
    END AS seconds,
    least(
        lane.daily_cap,
        CASE WHEN lane.warm_up_from IS NOT NULL AND lane.provider <> '{WHOLE_SERVER}'
            THEN (ARRAY{list(warming.PLAN)})[lane.warm_up_step + 1] END
    ) - lane.taken_today AS left_today
) AS terms,
LATERAL (SELECT
    is_open AND lane.closings > 0 AS half_open,
    CASE WHEN rate IS NOT NULL THEN
        least(greatest(1, rate / {BURST}), lane.tokens + rate * seconds / 60)
    END AS filled
) AS bucket,
LATERAL (SELECT
    CASE WHEN is_open AND lane.day >= :today THEN greatest(0, least(
        {PLENTY}, CASE WHEN half_open THEN 1 END, left_today, floor(filled)::int
    )) ELSE 0 END AS room
) AS gate
"""  # noqa: S608 - nothing but constants of ours

# A lane, and its whole server where that has a say; in order, so that nobody waits in a ring.
_LOCKED = f"""
WITH locked AS MATERIALIZED (
    SELECT lane.id, filled, half_open, room FROM {_STATE}
    WHERE lane.id = :lane OR (
        lane.provider = '{WHOLE_SERVER}'
        AND lane.mail_server_id IS NOT DISTINCT FROM
            (SELECT asked.mail_server_id FROM lane AS asked WHERE asked.id = :lane)
        AND (
            lane.per_minute IS NOT NULL OR lane.daily_cap IS NOT NULL
            OR lane.closed_until IS NOT NULL OR lane.closings > 0 OR lane.share < 100
        )
    )
    ORDER BY lane.id FOR UPDATE OF lane
)
"""  # noqa: S608 - nothing but constants of ours

LOOK = text(
    f"""
    SELECT lane.id, lane.provider, lane.day, lane.closed_until, lane.warm_up_from,
        coalesce(lane.connections_now, lane.connections) AS connections,
        lane.messages_per_connection, half_open, room, left_today, filled, rate
    FROM {_STATE}
    WHERE lane.mail_server_id IS NOT DISTINCT FROM CAST(:server AS bigint)
        AND lane.provider = ANY(CAST(:providers AS varchar[]))
    ORDER BY lane.id
    """  # noqa: S608 - nothing but constants of ours
)
TAKE = text(
    f"""
    {_LOCKED},
    granted AS (
        SELECT *, least(CAST(:messages AS int), min(room) OVER ()) AS n FROM locked
    )
    UPDATE lane SET
        tokens = coalesce(filled - n, 0), filled_at = :now,
        taken_today = taken_today + n,
        closed_until = CASE WHEN half_open THEN :until ELSE closed_until END,
        probing = probing OR half_open
    FROM granted WHERE lane.id = granted.id AND n > 0 RETURNING n
    """  # noqa: S608 - nothing but constants of ours
)
COUNT = text(
    f"""
    {_LOCKED}
    UPDATE lane SET
        tokens = coalesce(filled - :messages, 0), filled_at = :now,
        taken_today = taken_today + :messages
    FROM locked WHERE lane.id = locked.id
    """  # noqa: S608 - nothing but constants of ours
)
# A message that was to try whether the way is open, and did not: another one may.
GIVE_BACK = text(
    f"""
    {_LOCKED}
    UPDATE lane SET
        tokens = tokens + :messages,
        taken_today = greatest(0, taken_today - :messages),
        closed_until = CASE WHEN probing THEN :now ELSE closed_until END,
        probing = false
    FROM locked WHERE lane.id = locked.id
    """  # noqa: S608 - nothing but constants of ours
)
