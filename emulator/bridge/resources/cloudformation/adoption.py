"""What stayed of an earlier stack: in the way of a create, and adopted by a change set that imports it.

Ministack refuses a bucket that is there even where it is to be imported, makes a table anew that is there, and
knows no import of a global table. AWS imports both ("Resource type support").
"""

from contextvars import ContextVar
from typing import Any

from ministack.services import dynamodb
from ministack.services.cloudformation import changesets, provisioners, stacks

from .resource_type import Properties

_imported: ContextVar[frozenset[str]] = ContextVar("imported", default=frozenset())


def install(table: str, global_table: str) -> None:
    """Have what is there refused, or adopted."""
    handlers = provisioners._RESOURCE_HANDLERS
    for kind in (table, global_table):
        _refuse(kind, handlers[kind])
    handlers[global_table]["import"] = handlers[table]["import"]
    changesets._IMPORT_LOOKUPS[global_table] = changesets._IMPORT_LOOKUPS[table]
    _let_imported_buckets_pass()


def _refuse(kind: str, handler: dict[str, Any]) -> None:
    created = handler["create"]

    def create(logical: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        if (name := properties.get("TableName")) in dynamodb._tables:
            raise ValueError(f"Resource of type '{kind}' with identifier '{name}' already exists.")
        return created(logical, properties, stack)

    handler["create"] = create


def _let_imported_buckets_pass() -> None:
    deploying, errors = changesets._deploy_stack_async, stacks._validation_errors

    async def deploy(*said: Any, imports: dict | None = None, **more: Any) -> None:
        names = (one.get("BucketName") for one in (imports or {}).values())
        _imported.set(frozenset(filter(None, names)))
        await deploying(*said, imports=imports, **more)

    def validated(*said: Any) -> list:
        *others, owned = said
        return errors(*others, owned | _imported.get())

    changesets._deploy_stack_async = deploy
    stacks._validation_errors = validated
