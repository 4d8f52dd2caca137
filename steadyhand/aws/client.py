"""The AWS client: botocore, its clients made once, its calls counted, one small pool a service.

A pool of its own keeps a slow or throttled service from holding up the others, and its size is the
limit of calls in flight.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.paginate import Paginator

from steadyhand.aws.assumed import Assumed, Lent, assumed, reading
from steadyhand.aws.cut_models import CutFirst, fits
from steadyhand.aws.deadline import keep_time
from steadyhand.aws.failures import Silence, Tries, is_again, reason_of
from steadyhand.aws.fast_path import take_fast_path
from steadyhand.aws.pace import PACES, Metronome, Pace
from steadyhand.aws.parsers import UNREADABLE, Parsers, moment
from steadyhand.aws.wire import to_one_host
from steadyhand.model import Answer, Call, Params, ReadFailed
from steadyhand.source import NOT_AWS, WITH_TOKEN

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from steadyhand.settings.deployed import Tokens

# botocore puts its own together twice a call; given one, it does not.
S3_HOSTS: Any = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
"""Without these and its version botocore signs links in the oldest regions with SigV2, for no region's endpoint."""

USER_AGENT = f"steadyhand/1 Botocore/{botocore.__version__}"

RETRIES = 8
CONNECT_SECONDS = 4

PAGES: Any = Paginator
"""Its stubs know no method of ours."""


def session(models: str | None = None, profile: str | None = None) -> Any:
    """A botocore session; `models` is a folder of cut-down service models, read first."""
    made = botocore.session.Session(profile=profile)
    if models:
        fits(models)
        made.register_component("data_loader", CutFirst(models))
    answers = Parsers()
    answers.set_parser_defaults(timestamp_parser=moment)
    made.register_component("response_parser_factory", answers)
    return made


class Botocore:
    """One region of one account. Without workers, jobs run at once, in order: the way of an event.

    `identity` is the caller's ARN where it is known already; else STS is asked, once. What has no
    region is asked in `global_region`, where that is another one. `others` are the clients of who is not
    AWS, by their service; without, those of `steadyhand.clients`. `tokens` are where the owner's tokens for
    them lie. `roles` are the ARNs of those in which something is read, by the names that sources have for them.
    """

    def __init__(
        self,
        region: str,
        *,
        session: Any,
        identity: str = "",
        workers: bool = True,
        endpoint: str | None = None,
        credentials: Mapping[str, str] | None = None,
        counts: Counter[str] | None = None,
        attempts: int = RETRIES,
        paces: Mapping[str, Pace] = PACES,
        global_region: str = "",
        others: Mapping[str, Callable[[Params], Answer]] | None = None,
        roles: Mapping[str, str] | None = None,
        tokens: Tokens | None = None,
    ) -> None:
        self.region, self.session, self.workers, self.paces = region, session, workers, paces
        self.endpoint, self.credentials = endpoint, dict(credentials or {})
        self.counts: Counter[str] = Counter() if counts is None else counts
        self.attempts, self.global_region = attempts, global_region or region
        self.lock, self.others, self.roles = Lock(), dict(others or {}), dict(roles or {})
        self.tokens = tokens
        self.clients: dict[str, Any] = {}
        self.paginators: dict[str, Any] = {}
        self.metronomes: dict[str, Metronome] = {}
        self.pools: dict[str, ThreadPoolExecutor] = {}
        self.sessions: dict[str, Assumed] = {}
        self.lent: dict[str, list[Botocore]] = {}
        self.tries, self.silence = Tries(), Silence()
        self.identity = identity or str(self.ask(Call("sts:GetCallerIdentity"))["Arn"])
        _, self.partition, _, _, self.account, _ = self.identity.split(":", 5)

    def elsewhere(self, region: str) -> Botocore:
        """The same account in another region; calls are counted together."""
        return self.with_(region=region)

    def with_(self, **other: Any) -> Botocore:
        """The same client, but for what is named."""
        said = {
            "region": self.region,
            "session": self.session,
            "identity": self.identity,
            "workers": self.workers,
            "endpoint": self.endpoint,
            "credentials": self.credentials,
            "counts": self.counts,
            "attempts": self.attempts,
            "paces": self.paces,
            "global_region": self.global_region,
            "others": self.others,
            "roles": self.roles,
            "tokens": self.tokens,
        }
        return Botocore(**(said | other))

    def narrowed(self, role: str, policy: str, name: str, region: str) -> Lent:
        """Credentials of a role, cut down by a session policy (its JSON text).

        The same name and policy get the same session while it lasts, so what these credentials can do is
        always exactly what the policy says, and CloudTrail names one change alone. Nothing is tried twice
        with them: what became of a change whose answer is lost is looked at, not repeated.
        """
        said = {"RoleArn": role, "RoleSessionName": name, "Policy": policy}
        made: Lent = assumed(self, said, region, partial(Lent, self, region))
        return made

    def in_role(self, name: str) -> Botocore:
        """The client in whose role something is read; this one where nobody said which role that is."""
        if name not in self.roles:
            return self
        said = {"RoleArn": self.roles[name], "RoleSessionName": f"steadyhand-{name}"}
        made: Botocore = assumed(self, said, self.region, reading(self, self.region))
        return made

    def ask(self, call: Call) -> Answer:
        """One call, one answer; `ReadFailed` where there is none."""
        if call.service in NOT_AWS:
            return self.ask_another(call)
        method = getattr(self.client(call.service), xform_name(call.operation))
        return self.paced(call, lambda: method(**call.params))

    def pages(self, call: Call) -> Iterator[Answer]:
        """The answer and what follows it, page by page.

        A page that fails is asked for again from its token. A token that comes a second time
        would lead in a circle, so the list fails there.
        """
        if call.service in NOT_AWS:
            from steadyhand.clients import pages_of  # noqa: PLC0415 - most events ask AWS alone

            yield from pages_of(self.ask_another, call)
            return
        name = xform_name(call.operation)
        if not self.client(call.service).can_paginate(name):
            yield self.ask(call)
            return
        client = self.client(call.service)
        if call.action not in self.paginators:  # each one that is made is a new class
            self.paginators[call.action] = client.get_paginator(name)
        method, asked = getattr(client, name), set[str]()

        def page(**params: Any) -> Answer:
            if (this := repr(params)) in asked:
                raise ReadFailed("RepeatedPage", f"{call.action} gave the same page twice")
            asked.add(this)
            return self.paced(call, lambda: method(**params))

        made, paged = self.paginators[call.action], PAGES
        try:
            yield from paged(page, made._pagination_cfg, made._model).paginate(**call.params)  # noqa: SLF001 - its method alone is another
        except BotoCoreError as error:
            raise ReadFailed(type(error).__name__, str(error)) from error

    def ask_another(self, call: Call) -> Answer:
        """One question to somebody who is not AWS, in its turn."""
        from steadyhand.clients import client_of  # noqa: PLC0415 - most events ask AWS alone

        with self.lock:
            self.counts[call.action] += 1
            pace = Metronome(self.pace(call.service).a_second)
            turn = self.metronomes.setdefault(call.service, pace)
        turn.wait()
        if call.service in self.others or call.service not in WITH_TOKEN:
            return (self.others.get(call.service) or client_of(call.service))(call.params)
        from steadyhand.aws.tokens import token_of  # noqa: PLC0415 - most events ask AWS alone

        return client_of(call.service)(call.params, token=token_of(self, call.service))

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)

    def soon(self, service: str, job: Callable[..., None], *args: Any) -> None:
        """Do it when a worker of that service is free, or at once."""
        if not self.workers:
            return job(*args)
        if service not in self.pools:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - an event needs none

            at_once = self.pace(service).at_once
            self.pools[service] = ThreadPoolExecutor(at_once, thread_name_prefix=service)
        self.pools[service].submit(job, *args)
        return None

    def paced(self, call: Call, send: Callable[[], Answer]) -> Answer:
        """One call in its turn, counted with its retries; the many ways to fail become one.

        botocore retries what it knows as throttling. What it cannot know, an answer that is none
        or an error without a code, is asked again here, later and later; and a call that must not
        be sent twice is, where the error says that nothing was done.
        """
        self.silence.broken(call.service)
        sent = 0
        for attempt in range(RETRIES):
            self.metronomes[call.service].wait()
            try:
                answer = send()
                sent += self.count(call, answer)
                if answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 200) < 300:
                    return answer
                failed = ReadFailed(*reason_of(call, answer), answer)
            except ClientError as error:
                sent += self.count(call, error.response)
                failed = ReadFailed(*reason_of(call, error.response, str(error)), error.response)
            except (BotoCoreError, *UNREADABLE) as error:
                made = self.tries.made()
                sent += made
                with self.lock:
                    self.counts[call.action] += made
                failed = self.silence.heard(call.service, error)
                failed.__cause__ = error
            if not is_again(failed, sent, self.attempts):
                raise failed
            time.sleep(random.uniform(0, min(5, 0.1 * 2**attempt)))  # noqa: S311
        raise failed

    def count(self, call: Call, answer: Mapping[str, Any]) -> int:
        """One call that was answered, and those that were repeated before it was: how many."""
        self.silence.ended(call.service)
        retries = answer.get("ResponseMetadata", {}).get("RetryAttempts", 0)
        with self.lock:
            self.counts[call.action] += 1 + retries
        return 1 + int(retries)

    def client(self, service: str) -> Any:
        """The client of a service, made once."""
        made = self.clients.get(service)
        if made:
            return made
        with self.lock:
            if service not in self.clients:
                pace = self.pace(service)
                # Who reads whole lists slows down to what a throttled service lets through.
                mode: Any = "adaptive" if self.workers else "standard"
                config = Config(
                    parameter_validation=False,
                    user_agent=USER_AGENT,
                    retries={"mode": mode, "total_max_attempts": self.attempts},
                    max_pool_connections=pace.at_once,
                    connect_timeout=CONNECT_SECONDS,
                    read_timeout=pace.seconds,
                    signature_version="s3v4" if service == "s3" else None,
                    s3=S3_HOSTS,
                )
                self.metronomes[service] = Metronome(pace.a_second)
                try:
                    made = self.session.create_client(
                        service,
                        self.region,
                        config=config,
                        endpoint_url=self.endpoint,
                        **self.credentials,
                    )
                except BotoCoreError as error:
                    raise ReadFailed(type(error).__name__, str(error)) from error
                keep_time(made, fresh=self.attempts == 1)
                made.meta.events.register_first("needs-retry", self.tries.enough)
                made.meta.events.register_first("request-created.s3-control", to_one_host)
                if not self.workers:  # adaptive retries want to hear of every call
                    take_fast_path(made)
                self.clients[service] = made
            return self.clients[service]

    def pace(self, service: str) -> Pace:
        return self.paces.get(service, Pace())
