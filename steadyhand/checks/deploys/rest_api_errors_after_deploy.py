"""A REST API answers with errors of its own since somebody changed one of its stages.

A stage was deployed or changed within the last day, and of the requests of the last hour a part was answered
with a code of 500 or more: more than one in twenty (`percent`), and five at least (`failures`). That both come
together does not prove that one caused the other, but going back is the fastest way to know. An alarm on its
errors wakes us at once, whoever made it. CloudWatch counts REST APIs by their name, so several with the same
name are counted together.

Fix: by a person, who knows what else was deployed with it, and whether the data went along.

Steered by: who may call the API, deploy it, or write metrics; they gain a finding that somebody reads.

Runbook:

1. `steadyhand show FINDING` says how often it failed, and which stage was changed when.
2. Whose error is it? Where its functions fail as often, look there: `errors_after_deploy`. Else its stage's
   log says it; a response that is no proxy's answer, or a permission that is missing, shows as 500 or 502.
3. Go back to the deployment before: `aws apigateway get-deployments --rest-api-id API`, then
   `aws apigateway update-stage --rest-api-id API --stage-name STAGE
   --patch-operations op=replace,path=/deploymentId,value=DEPLOYMENT`.
4. If it is meant to fail: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.checks.failing_apis import Api, FailingApi, total
from steadyhand.sources.apigateway import (
    RestApisByName,
    RestErrorsLately,
    RestRequestsLately,
    RestStages,
)
from steadyhand.triggers import AlarmChanged, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


class RestApiErrorsAfterDeploy(FailingApi):
    reads = (RestApisByName, RestErrorsLately, RestRequestsLately, RestStages)
    wakes = (days(1), AlarmChanged("AWS/ApiGateway", "5XXError", "ApiName"))
    resource_type = "AWS::ApiGateway::RestApi"

    def apis(self, account: Account) -> Iterator[Api]:
        errors, requests = dict(account[RestErrorsLately]), dict(account[RestRequestsLately])
        stages = {api: said.get("item") or () for api, said in account[RestStages]}
        for api in account[RestApisByName]:
            name = RestApisByName.key(api)
            yield Api(
                key=name,
                arn=f"arn:{account.partition}:apigateway:{account.region}::/restapis/{api['id']}",
                name=name,
                stages={
                    one.get("stageName", "?"): one["lastUpdatedDate"]
                    for one in stages.get(api["id"], ())
                    if one.get("lastUpdatedDate")
                },
                errors=total(errors.get(name, ())),
                requests=total(requests.get(name, ())),
                tags=dict(api.get("tags") or {}),
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "no API of the emulator is called for an hour")
