# Groundwork: `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
STACK ?= prod
WORKLOAD ?=
BASE ?= origin/main
CONFIG ?=
CONTEXT :=
PY := .venv/bin/python
# Compiled modules are kept from run to run, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE
RUN := PATH="$(CURDIR)/.tools/bin:$$PATH" $(PY)
CLOUD = $(RUN) -m offline_cloud
SELECT = --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD)) $(foreach each,$(CONFIG),-c $(each))

##@ Start here
.PHONY: demo
demo: setup ## set up, then bring up stack prod on the offline cloud: no account, no credentials
	@$(CLOUD) up --fast $(SELECT)

# With a blank, pytest takes a report that is there already for a path of tests, and then does not know the option.
.PHONY: test
test: setup-test lint ## everything CI runs
	@$(RUN) -m pytest -n 3 --dist loadfile --requirements=build/requirements.json

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^##@ /{printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  STACK=dev|staging|prod|prod-eu-west-1 (default prod)   WORKLOAD=<file in workloads/> (default: the stack's own)"
	@echo "  CONFIG=groundwork:network.nat=single  lay a setting over the stack's, for preview and up alone"

.PHONY: setup setup-test
setup:
	@$(PYTHON) -m tools.setup demo
setup-test:
	@$(PYTHON) -m tools.setup test
	@$(RUN) -m offline_cloud.kubernetes.charts.fetch --brief

##@ A stack on the offline cloud
.PHONY: preview plan up refresh destroy outputs export objects repair
preview: setup ## show what `up` would change on the offline cloud, policies included
	@$(RUN) -m tools.report.preview $(SELECT)
plan: setup ## what a change means before it is made: interruption, when, what is lost (FROM=preview.json: of a real one)
	@$(RUN) -m tools.plan $(SELECT) $(if $(FROM),--from '$(FROM)')
up: setup ## create or update the stack on the offline cloud
	@$(CLOUD) up $(SELECT)
refresh: setup ## compare the state with the offline cloud
	@$(CLOUD) refresh $(SELECT)
destroy: setup ## destroy the stack on the offline cloud (production: release it first, see README)
	@$(CLOUD) destroy $(SELECT)
outputs: setup ## print the stack's outputs as a table
	@$(CLOUD) outputs $(SELECT)
repair: setup ## go back to the newest copy of a lost or damaged state (REMOVE_STRAYS=1: remove what no state has)
	@$(CLOUD) repair --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD)) $(if $(REMOVE_STRAYS),--remove-strays)
export: ## print `pulumi stack export` as JSON, and nothing else
	@$(PYTHON) -m tools.setup demo >&2
	@$(CLOUD) export $(SELECT)
objects: setup ## list the Kubernetes objects in the offline cluster
	@$(CLOUD) objects $(SELECT)

.PHONY: report
report: setup ## what a change does to each stack, as a comment and a page: make report BASE=origin/main (STACK=prod: that one alone)
	@$(RUN) -m tools.report --base '$(BASE)' $(if $(filter-out file,$(origin STACK)),--stack $(STACK)) $(if $(WORKLOAD),--workload $(WORKLOAD))

.PHONY: policy
policy: setup ## what the policies say of a stack, as a table: make policy STACK=prod [SEVERITY=high] [FRAMEWORK='CIS AWS']
	@$(RUN) -m tools.policy $(SELECT) $(if $(SEVERITY),--severity $(SEVERITY)) $(if $(FRAMEWORK),--framework '$(FRAMEWORK)')

.PHONY: operation
operation: setup ## a change in steps that can be stopped and resumed: make operation NAME=upgrade-postgresql TO=17 (no NAME: list them)
	@$(RUN) -m tools.operations $(NAME) --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD)) $(if $(OF),--of '$(OF)') $(if $(TO),--to '$(TO)') \
	  $(if $(DONE),--done '$(DONE)') $(if $(CONFIRM),--confirm '$(CONFIRM)') $(if $(STEP),--step '$(STEP)') $(if $(ABANDON),--abandon) $(if $(REAL),--real)

.PHONY: cost
cost: setup ## what the stack costs a month while it stands, from list prices and what `up` created
	@$(RUN) -m tools.cost $(SELECT)

.PHONY: capacity
capacity: setup ## what the stack has room for at its peak: nodes, connections, storage
	@$(RUN) -m tools.capacity --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD))

.PHONY: support
support: setup ## what of the stack AWS supports until when: Kubernetes, PostgreSQL, cache, certificates, runtimes
	@$(RUN) -m tools.support --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD))

.PHONY: recovery
recovery: setup ## what each store comes back by in each failure, what that costs, and which objectives are kept
	@$(RUN) -m tools.recovery --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD))

.PHONY: runbook
runbook: setup ## what to type in one failure, with the stack's own names: FAILURE=zone, instance, bad_migration, deleted_data, region, account_key
	@$(RUN) -m tools.runbook --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD)) --failure $(FAILURE)

.PHONY: drill
drill: setup-test ## break the product's stores on this machine and bring them back, measured: DRILL='--only promotion --repeat 5'
	@$(RUN) -m tools.drill --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD)) $(DRILL)

.PHONY: drift
drift: setup ## what changed beside the program, by whom, and the two ways out (FROM=refresh.events: of a real account)
	@$(RUN) -m tools.drift --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD)) $(if $(FROM),--from '$(FROM)')

.PHONY: charts
charts: setup ## fetch the upstream charts whose repositories can be reached: the offline cloud then renders and judges them
	@$(RUN) -m offline_cloud.kubernetes.charts.fetch

##@ A product
.PHONY: new-workload
new-workload: setup ## write a commented starting file for a product: make new-workload NAME=shop
	@$(RUN) -m tools.new_workload '$(NAME)'

.PHONY: import
import: setup ## write a product's file from what you have: make import FROM=docker-compose.yml (or a folder of manifests)
	@$(RUN) -m tools.importing '$(FROM)' $(if $(NAME),--name '$(NAME)') $(if $(FORCE),--force) $(if $(PROFILE),--profile '$(PROFILE)')

.PHONY: compose
compose: setup ## write a product for a developer's machine: make compose WORKLOAD=shop
	@$(RUN) -m tools.compose --workload '$(or $(WORKLOAD),openibank)'

##@ A real account
.PHONY: ready
ready: ## before the first `up` on a real account: what is missing, with a remedy each (read-only)
	@$(PYTHON) -m tools.setup ready
	@$(PY) -m tools.ready --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD))

.PHONY: deploy-policy
deploy-policy: ## print the IAM policies of the role that deploys a stack: make -s deploy-policy STACK=prod ACCOUNT=111122223333
	@$(PYTHON) -m tools.setup demo >&2
	@$(RUN) -m tools.deploy_policy --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD)) $(if $(ACCOUNT),--account $(ACCOUNT))

.PHONY: service-roles
service-roles: ## print the commands that make the account's service-linked roles: make -s service-roles STACK=prod | sh
	@$(PYTHON) -m tools.setup demo >&2
	@$(RUN) -m tools.service_roles --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD))

.PHONY: kubeconfig
kubeconfig: ## print a kubeconfig that reaches the API as `up` does: make -s kubeconfig STACK=prod > prod.kubeconfig
	@$(PYTHON) -m tools.setup demo >&2
	@$(RUN) -m tools.kubeconfig --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD))

.PHONY: dry-run
dry-run: setup ## have a real cluster check the objects of the last `up`: make dry-run CONTEXT=kind-try
	@$(RUN) -m tools.dry_run --context '$(CONTEXT)' --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD))

##@ What others say of it
.PHONY: cluster
cluster: setup-test ## run a real Kubernetes control plane for kubectl; WORKLOAD=… puts what `up` made of it there (PORT=6443)
	@$(RUN) -m tools.control_plane --stack $(STACK) $(if $(WORKLOAD),--workload $(WORKLOAD)) $(if $(PORT),--port $(PORT))

.PHONY: conform
conform: setup-test ## have Terraform's real AWS provider plan every product on every stack, without an account (or STACK=, WORKLOAD=)
	@$(RUN) -m tools.conform $(if $(filter-out file,$(origin STACK)),--stack $(STACK)) $(if $(WORKLOAD),--workload $(WORKLOAD))

.PHONY: verdicts
verdicts: setup-test ## how often the offline cluster says what a real API server says (VERDICTS=--real: ask one, over mutants too)
	@$(RUN) -m tools.verdicts $(VERDICTS)

##@ Work on Groundwork
.PHONY: test-fast lint
test-fast: setup-test ## unit tests only: no engine, no helm
	@$(RUN) -m pytest -q tests/settings tests/components tests/policies
lint: setup-test ## format, lint, types, generated files
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m basedpyright --pythonpath $(PY)
	@PATH="$(CURDIR)/.tools/bin:$$PATH" actionlint

.PHONY: coverage
coverage: setup-test ## run every proof of a requirement, and show what is proven and what is open
	@$(RUN) -m pytest -q -n 2 --dist loadfile -m requirement --requirements=build/requirements.json
	@$(RUN) -m tools.coverage

.PHONY: mutants
mutants: setup-test ## change every figure that a requirement names, one at a time: its proof must notice (MUTANTS='--product openibank')
	@$(RUN) -m tools.mutants $(MUTANTS)

.PHONY: policy-mutants
policy-mutants: setup-test ## break every policy in each simple way, one at a time: its test must notice
	@$(RUN) -m tools.policy_mutants

.PHONY: kills
kills: setup-test ## kill 200 runs of the offline cloud at random, and see each converge (KILLS='--count 20 --seed 1')
	@$(RUN) -m tools.kills $(KILLS)

.PHONY: life
life: setup-test ## live a year of changes on one product's stack, killed now and then: WORKLOAD=openibank LIFE='--changes 12 --seed 3'
	@$(RUN) -m tools.life --stack $(STACK) --workload '$(or $(WORKLOAD),openibank)' $(LIFE)

.PHONY: second-up
second-up: setup-test ## bring every product up on every stack, twice: the second time nothing changes (SECOND_UP='--stack dev')
	@$(RUN) -m tools.second_up $(SECOND_UP)

.PHONY: bench
bench: setup-test ## measure size, time and memory (FRESH=1: a fresh clone too); writes build/bench.json
	@$(RUN) -m tools.bench $(if $(FRESH),--fresh)

.PHONY: format generate tables
format: setup-test ## format the code
	@$(PY) -m ruff check --fix-only -q . && $(PY) -m ruff format .
generate: setup-test ## rebuild what is generated from code: schemas, reference, permissions (of AWS itself: make tables)
	@$(PY) -m settings.schema && $(PY) -m settings.reference && $(PY) -m components.chart_values.schema
	@$(PY) -m package.schema && $(PY) -m policies.reference
	@$(PY) -m tools.deploy_policy.generate && $(PY) -m tools.deploy_policy --stack prod --table >docs/reference/deploy-policy.md

tables: setup-test ## derive the tables of the offline AWS anew, some minutes: after a pin of their sources moved (TABLES=rds)
	@$(RUN) -m tools.aws_model $(TABLES)

.PHONY: clean
clean: ## remove the offline cloud's state, and nothing else
	@rm -rf .offline-cloud && echo "the offline cloud is gone; built tools in .tools and .venv are kept"
