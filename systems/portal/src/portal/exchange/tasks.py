"""Jobs: deliver a message, push and fetch the policy."""

from __future__ import annotations

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from portal.config import CONFIG
from portal.exchange import outbox, policy_exchange


class Patiently(BaseRetryStrategy):
    """Tries for ever: after 1, 2, 4 … seconds, at most every five minutes. A message is never lost."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again."""
        return RetryDecision(retry_in={"seconds": min(2 ** min(job.attempts, 9), 300)})


@app.task(name="exchange.deliver", retry=Patiently())
def deliver(message_id: str) -> None:
    """Send one message of the outbox."""
    outbox.send(message_id)


@app.task(name="exchange.push_policy", retry=3)
def push_policy(portal: str) -> None:
    """National: tell one portal what holds. Should it fail, the portal asks by itself each minute."""
    policy_exchange.push(portal)


@app.periodic(cron="* * * * *")
@app.task(name="exchange.fetch_policy", queueing_lock="exchange.fetch_policy", pass_context=False)
def fetch_policy(timestamp: int) -> None:
    """Province: ask what holds, each minute."""
    if not CONFIG.national:
        policy_exchange.fetch()
