# One entry point for people and CI. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The official `pulumi` with its plugins when they are installed, else the ones of .tools (make tools).
ENV := source .tools/env
LAB_ENV := if [[ "$(STACK)" == lab* && -f .lab/env ]]; then source .lab/env; else source .tools/env; fi
OPS := $(LAB_ENV); $(BIN)/python -m
STACK ?=
# The lab's stack has the file of the profile that it was made with.
LAB_FILE := .lab/Pulumi.lab.yaml
CONFIG_FILE ?= $(if $(filter lab,$(STACK)),$(wildcard $(LAB_FILE)))
RELEASE ?=
ARGS ?=
FROM ?=
WHAT ?=
PROFILE ?= cloud
FRESH ?=
DAYS ?=
WITHIN ?=
DRY_RUN ?=
WITHOUT ?=
UNTIL ?=
HOSTS ?=
ANYWAY ?=
ON_STACK = --stack $(or $(STACK),$(error say which stack: make $@ STACK=lab)) $(if $(CONFIG_FILE),--config-file $(CONFIG_FILE))

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.ready: requirements.lock
	@echo "python environment: $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	@touch $@

.PHONY: tools
tools: $(VENV)/.ready ## pulumi and its plugins: official ones, else built from registries
	@$(BIN)/python -m toolchain

.PHONY: lab
lab: tools ## A datacentre on this machine, and the program run against it: [PROFILE=hosts|cloud-tls] [FRESH=1] [RELEASE=]
	@$(if $(FRESH),lab/lab down,:)
	@$(MAKE) lab-$(PROFILE)
	@lab/lab summary

.PHONY: lab-hosts
lab-hosts:
	@lab/lab up
	@lab/lab stack-file hosts
	@source .lab/env; $(BIN)/python -m ops.run up --stack lab --config-file $(LAB_FILE) --yes

# make lab RELEASE=2025.1: another release of OpenStack than the lab's own.
LAB_RELEASE = $(or $(RELEASE),$(shell sed -n 's/^    openstack: //p' Pulumi.lab.yaml))

# A cloud whose power was cut, as it is for a snapshot, comes back by itself; this waits until it has.
WAIT := lab/lab wait

# Starts from the newest snapshot of these images; where there is none, the cloud becomes one.
.PHONY: lab-cloud lab-cloud-tls
lab-cloud: LAB_PROFILE := cloud-observed
lab-cloud-tls: LAB_PROFILE := cloud-observed-tls
# Certificates of the cloud's own vault: it comes first. In a lab that has them all is kept.
lab-cloud-tls: LAB_LOGIN = $(LAB_RUN) ops.run up $(ON_LAB) --until vault --yes; $(LAB_RUN) ops.edge_login $(ON_LAB)
LAB_RUN = $(BIN)/python -m
ON_LAB = --stack lab --config-file $(LAB_FILE)
lab-cloud lab-cloud-tls: lab-%:
	@$(MAKE) images RELEASE=$(LAB_RELEASE)
	@lab/lab up $(if $(FRESH),,--snapshot $* --release $(LAB_RELEASE))
	@$(WAIT)
	@lab/lab mail > /dev/null
	@lab/lab stack-file $(LAB_PROFILE) --release $(LAB_RELEASE)
	@source .lab/env; $(LAB_RUN) ops.kolla_passwords $(ON_LAB)
	@source .lab/env; $(LAB_RUN) ops.vault_files $(ON_LAB)
	@$(if $(LAB_LOGIN),source .lab/env; $(LAB_LOGIN))
	@source .lab/env; $(LAB_RUN) ops.openrc $(ON_LAB)
	@source .lab/env; $(LAB_RUN) ops.run up $(ON_LAB) --yes
	@lab/lab save $* --once --release $(LAB_RELEASE)
	@$(WAIT)

.PHONY: lab-down
lab-down: ## Take the lab down; only the cache stays
	@lab/lab down

.PHONY: programs
programs: $(VENV)/.ready ## Programs for tests (Prometheus', ACME), from Debian's packages into the cache
	@$(BIN)/python -m tests.debian_programs

.PHONY: test
test: export TESTS_BEGAN := $(shell date +%s)
test: tools lint programs ## Everything: checks, unit tests, lab tests (root and Linux) [WITHIN=85] minutes
	@lab/lab image
	@$(BIN)/python -m pytest --no-skips --within $(or $(WITHIN),85)

.PHONY: test-cloud
test-cloud: tools ## The cloud's own tests, on the running lab or a new one (an hour without a snapshot)
	@$(BIN)/python -m pytest -m cloud tests/lab/with_cloud

.PHONY: restarts
restarts: tools ## Options changed in the lab's cloud: does the plan say what restarts? [ROUNDS="1 2"] [ARGS="--report FILE"]
	@source .lab/env; $(BIN)/python -m lab.restarts $(if $(ROUNDS),--rounds $(ROUNDS)) $(ARGS)

.PHONY: chaos
chaos: tools ## Faults in the lab's cloud and what they cost: [ROUNDS=20] [SEED=…] [ARGS="--only FAULT --report FILE"]
	@$(BIN)/python -m lab.chaos --rounds $(or $(ROUNDS),20) $(if $(SEED),--seed $(SEED)) $(ARGS)

.PHONY: unit
unit: $(VENV)/.ready programs ## Unit tests only: no network (except `programs`, once), no root
	@$(BIN)/python -m pytest tests/unit -n 2

MUTANTS := $(CURDIR)/.tools/mutants
$(MUTANTS)/.ready: $(VENV)/.ready
	@$(BIN)/python -m pip install --quiet --upgrade --no-deps --target $(MUTANTS) cosmic-ray==8.7.0 parso==0.8.7
	@touch $@

.PHONY: mutants
mutants: $(MUTANTS)/.ready ## Which faults in plans and checks no test tells: [FILES=components/host_prep/plan.py] [ARGS="--sample 0"]
	@PYTHONPATH=$(MUTANTS) $(BIN)/python -m tests.mutants $(ARGS) $(FILES)

.PHONY: lint
lint: $(VENV)/.ready ## Formatting, lint, types, imports, schema
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy .
	@$(BIN)/yamllint --strict .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m config.schema --check

.PHONY: new
new: tools ## A stack file for a new cloud, by a few questions: STACK= [YES=1] [ARGS="--domain …"]
	@$(OPS) ops.new $(ON_STACK) $(if $(YES),--yes) $(ARGS)

.PHONY: adopt
adopt: tools ## The stack file of a cloud that Kolla-Ansible deployed: FROM=/etc/kolla STACK= [RELEASE=2025.1] [ARGS="--addresses FILE"]
	@$(OPS) ops.adopt $(ON_STACK) --from $(or $(FROM),$(error say which folder: make adopt FROM=/etc/kolla STACK=…)) $(if $(RELEASE),--release $(RELEASE)) $(ARGS)

.PHONY: preview
preview: tools ## What `up` would change:             STACK= [UNTIL=vault]
	@$(OPS) ops.run preview $(ON_STACK) $(if $(UNTIL),--until $(UNTIL)) $(ARGS)

.PHONY: preview-touched
preview-touched: tools ## The same for each stack that a merge request touches (.gitlab-ci.yml)
	@$(OPS) ops.merge_request $(ARGS)

.PHONY: up
up: tools ## Apply the stack, or a new one up to its vault: STACK= [UNTIL=vault]
	@$(OPS) ops.run up $(ON_STACK) $(if $(UNTIL),--until $(UNTIL)) $(if $(YES),--yes) $(ARGS)

.PHONY: destroy
destroy: tools ## Forget the stack's resources:      STACK=
	@$(OPS) ops.run destroy $(ON_STACK) $(if $(YES),--yes)

.PHONY: drift
drift: tools ## What changed behind our back:       STACK= [FIX=1]
	@$(OPS) ops.drift $(ON_STACK) $(if $(FIX),--fix)

.PHONY: recover
recover: tools ## Bring back what does not come back by itself: STACK= [DRY_RUN=1] [WITHOUT=ctl03]
	@$(OPS) ops.recover $(ON_STACK) $(if $(DRY_RUN),--dry-run) $(if $(WITHOUT),--without $(WITHOUT))

.PHONY: power-off
power-off: tools ## Switch the cloud off, in order:      STACK= [DRY_RUN=1] [HOSTS=keep] [ANYWAY=1] [YES=1]
	@$(OPS) ops.power_off $(ON_STACK) $(if $(DRY_RUN),--dry-run) $(if $(filter keep,$(HOSTS)),--keep-hosts) $(if $(ANYWAY),--anyway) $(if $(YES),--yes)

.PHONY: certificates
certificates: tools ## Every certificate, its days left, who renews it: STACK= [DAYS=30]
	@$(OPS) ops.certificates $(ON_STACK) $(if $(DAYS),--days $(DAYS)) $(ARGS)

.PHONY: host-keys
host-keys: tools ## Hosts' SSH fingerprints to compare: STACK= [WRITE=1]
	@$(OPS) ops.host_keys $(ON_STACK) $(if $(WRITE),--write)

.PHONY: vault-files
vault-files: tools ## A new vault's certificate and keys, once: STACK=
	@$(OPS) ops.vault_files $(ON_STACK)

.PHONY: vault-restore
vault-restore: tools ## The vault's snapshots; restore one: STACK= [SNAPSHOT=] [OTHER_KEYS=1] [YES=1]
	@$(OPS) ops.vault_restore $(ON_STACK) $(if $(SNAPSHOT),--snapshot $(SNAPSHOT)) $(if $(OTHER_KEYS),--other-keys) $(if $(YES),--yes)

.PHONY: edge-login
edge-login: tools ## What certificates from the vault need: its root CA, a login: STACK= [ARGS=--new|--retire]
	@$(OPS) ops.edge_login $(ON_STACK) $(ARGS)

.PHONY: deploy-key
deploy-key: tools ## A key pair for the deploy host:    STACK=
	@$(OPS) ops.deploy_key $(ON_STACK)

.PHONY: client-certificate
client-certificate: tools ## An operator's client certificate for APIs that require one: NAME=ann or REVOKE=serial STACK=
	@$(OPS) ops.client_certificate $(ON_STACK) $(if $(REVOKE),--revoke '$(REVOKE)',--name '$(or $(NAME),$(error say whose: make client-certificate NAME=ann STACK=…))')

.PHONY: kolla-passwords
kolla-passwords: tools ## Generate the services' missing passwords:   STACK= [CLEAN=1] [ARGS=--move]
	@$(OPS) ops.kolla_passwords $(ON_STACK) $(if $(CLEAN),--clean) $(ARGS)

.PHONY: rotate
rotate: tools ## Every secret and its age; replace them: WHAT=list|NAME|'PATTERN'|resume STACK= [YES=1]
	@$(OPS) ops.rotate $(ON_STACK) --what '$(or $(WHAT),$(error say what: make rotate WHAT=list STACK=…))' $(if $(YES),--yes) $(ARGS)

.PHONY: openrc
openrc: tools ## clouds.yaml, for `openstack`:      STACK=
	@$(OPS) ops.openrc $(ON_STACK)

.PHONY: firewall
firewall: $(VENV)/.ready ## The firewall's plan as a table:     STACK=
	@$(BIN)/python -m components.firewall.table $(ON_STACK)

.PHONY: images
images: $(VENV)/.ready ## Container images of Kolla in a registry's storage: [RELEASE=2025.1] [ARGS="--registry DIR IMAGE…"]
	@$(BIN)/python -m images $(if $(RELEASE),--release $(RELEASE)) $(ARGS)

.PHONY: images-lock
images-lock: $(VENV)/.ready ## Refresh the Python package pins of a release's images: [RELEASE=2025.1]
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/python -m images $(if $(RELEASE),--release $(RELEASE)) --lock

.PHONY: release-data
release-data: $(VENV)/.ready ## Kolla's options of every release, from its packages
	@$(BIN)/python -m ops.release_data $(ARGS)

.PHONY: bench
bench: tools ## Timings compared with Ansible and pyinfra (needs the lab)
	@source .lab/env; $(BIN)/python -m bench $(ARGS)

.PHONY: lock
lock: ## Refresh requirements.lock
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.txt -o requirements.lock
