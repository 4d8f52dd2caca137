"""An HTTP API answers with errors of its own since somebody changed one of its stages.

A stage was deployed or changed within the last day, and of the requests of the last hour a part was answered
with a code of 500 or more: more than one in twenty (`percent`), and five at least (`failures`). That both come
together does not prove that one caused the other, but going back is the fastest way to know. An alarm on its
errors wakes us at once, whoever made it. What does not fail is not asked when it was deployed.

Fix: by a person, who knows what else was deployed with it, and whether the data went along.

Steered by: who may call the API, deploy it, or write metrics; they gain a finding that somebody reads.

Runbook:

1. `steadyhand show FINDING` says how often it failed, and which stage was changed when.
2. Whose error is it? Where its functions fail as often, look there: `errors_after_deploy`. Else its stage's
   log says it; a permission that is missing, or a function that answers too late, shows as 500 or 503.
3. Go back: deploy the commit before; or where it does not deploy by itself, `aws apigatewayv2 get-deployments
   --api-id API`, then `aws apigatewayv2 update-stage --api-id API --stage-name STAGE --deployment-id DEPLOYMENT`.
4. If it is meant to fail: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.checks.failing_apis import Api, FailingApi, total
from steadyhand.sources.apigateway import (
    HttpApis,
    HttpErrorsLately,
    HttpRequestsLately,
    HttpStages,
)
from steadyhand.triggers import AlarmChanged, ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


class HttpApiErrorsAfterDeploy(FailingApi):
    reads = (HttpApis, HttpErrorsLately, HttpRequestsLately, HttpStages)
    wakes = (
        days(1),
        AlarmChanged("AWS/ApiGateway", "5xx", "ApiId"),
        ApiCalled("apigatewayv2:DeleteApi", "requestParameters.apiId"),
    )
    resource_type = "AWS::ApiGatewayV2::Api"

    def apis(self, account: Account) -> Iterator[Api]:
        errors, requests = dict(account[HttpErrorsLately]), dict(account[HttpRequestsLately])
        changed: dict[str, dict[str, datetime]] = defaultdict(dict)
        for of, stage in account[HttpStages]:
            if at := stage.get("LastUpdatedDate"):
                changed[of][stage.get("StageName", "?")] = at
        for api in account[HttpApis]:
            key = HttpApis.key(api)
            yield Api(
                key=key,
                arn=f"arn:{account.partition}:apigateway:{account.region}::/apis/{key}",
                name=str(api.get("Name", key)),
                stages=changed[key],
                errors=total(errors.get(key, ())),
                requests=total(requests.get(key, ())),
                tags=dict(api.get("Tags") or {}),
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "no API of the emulator is called for an hour")
