# Two commands matter: `make demo` and `make test`. Both set up what they need, from PyPI and npm only.
PYTHON ?= python3
VENV := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export NODE_NO_WARNINGS := 1
export CDK_DISABLE_CLI_TELEMETRY := true
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export VIRTUAL_ENV := $(CURDIR)/.venv
unexport PYTHONPATH PYTHONDONTWRITEBYTECODE
STEADYHAND := $(VENV)/steadyhand

.PHONY: help setup demo pictures test deep trust verify-aws check new one reads event format bench peers synth deploy sbom lock docs clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready .venv-emulator/.ready ## everything the other commands need

demo: setup ## the main job, on an AWS emulator on this machine: no account, no Docker
	@$(STEADYHAND) demo

pictures: demo .venv/.browser ## the README's pictures, from what the demo leaves
	@$(VENV)/python -m tests.pictures

test: setup .venv/.browser ## all tests but the longest: pure, moto, deployed on the embedded AWS
	@$(VENV)/pytest -n 2 --dist loadgroup $(TESTS)

deep: setup .venv/.browser ## the tests that take a minute or more each
	@$(VENV)/pytest -n 2 --dist loadgroup -m deep $(TESTS)

trust: setup ## every promise of docs/trust.md tried, as deep as TRUST_MINUTES (25) allow; a table
	@$(VENV)/python -m tests.trust

verify-aws: setup ## what only a real account can tell, in a sandbox: make verify-aws ACCOUNT=111122223333; then it is removed
	@$(VENV)/python -m tests.verify --account "$(ACCOUNT)" $(VERIFY)

check: setup ## the whole gate: format, lint, types, import contracts, generated docs, tests
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/python -m steadyhand.catalogue.docs --check
	$(MAKE) test

new: setup ## a new check with its test and event: make new CHECK=category/name
	@$(VENV)/python -m tests.authoring.new $(CHECK)

one: setup ## everything of one check, in seconds: make one CHECK=category/name
	@$(VENV)/python -m tests.authoring.one $(CHECK)

reads: setup ## what is read of a service already, and as what: make reads OF=rds
	@$(VENV)/python -m tests.authoring.reads $(OF)

event: setup ## the recorded event of a check, as CloudTrail spells it: make event CHECK=category/name
	@$(VENV)/python -m tests.authoring.event $(CHECK)

format: setup ## format, and fix what can be fixed
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

bench: setup .venv-bench/.ready ## speed and calls beside Cloud Custodian, on one moto account
	$(VENV)/python -m bench

peers: setup .venv-bench/.ready .venv-prowler/.ready ## who finds what in one account: we, Cloud Custodian, Prowler; and why they differ
	$(VENV)/python -m bench.peers

synth: setup ## the CloudFormation templates, in cdk.out
	cdk synth --quiet --no-notices

deploy: setup ## into the AWS account of your AWS_PROFILE
	@$(STEADYHAND) deploy

sbom: setup ## what is in each zip and what the wheel installs, as CycloneDX, in build/shipped
	$(VENV)/python -m stacks.shipped build/shipped

docs: setup ## write the generated pages and permissions.json again
	$(VENV)/python -m steadyhand.catalogue.docs
	$(VENV)/python -m stacks.permissions

lock: .venv/.ready ## resolve the locked dependencies again
	for name in uv emulator bench prowler; do uv pip compile -q locks/$$name.in --universal --python-version 3.11 --generate-hashes --no-header -o locks/$$name.txt; done
	uv pip compile -q pyproject.toml --all-extras --group dev --universal --python-version 3.11 --generate-hashes --no-header -o locks/dev.txt
	uv pip compile -q pyproject.toml -c locks/dev.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o locks/wheel.txt
	uv pip compile -q pyproject.toml --all-extras -c locks/dev.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o locks/deploy.txt
	for name in functions reports tickets; do uv pip compile -q locks/$$name.in -c locks/dev.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o locks/$$name.txt; done

clean: ## remove everything this file made
	rm -rf .venv .venv-emulator .venv-bench .venv-prowler node_modules cdk.out build demo-output .bench

.venv/.uv: locks/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Steadyhand needs Python 3.11 or newer: make PYTHON=python3.12")'
	@echo "Setting up, once: some minutes." >&2
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt
	@touch $@

.venv/.ready: .venv/.uv locks/dev.txt package-lock.json pyproject.toml
	@uv pip sync --quiet --require-hashes --compile-bytecode --python .venv/bin/python locks/dev.txt
	@uv pip install --quiet --no-deps --no-build-isolation --python .venv/bin/python --editable .
	@npm ci --silent --no-audit --no-fund
	@touch $@

# Pages are looked at by Debian's Chromium. Whoever is root gets it here; others may install it.
.venv/.browser: .venv/.uv
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get -qq update && apt-get -qq install -y chromium; } >/dev/null 2>&1 || echo "No Chromium here: the tests that look at pages are skipped." >&2
	@touch $@

.venv-%/.ready: locks/%.txt .venv/.uv
	@uv venv --quiet --allow-existing --python .venv/bin/python .venv-$*
	@uv pip sync --quiet --require-hashes --compile-bytecode --python .venv-$*/bin/python locks/$*.txt
	@touch $@
