# Every task of the project; `make help` lists them. Install Go 1.26 or later and
# Node 20 or later; the targets install the rest.

MAKEFLAGS += --no-print-directory
SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

STAGE     ?= dev
ARCH      ?= arm64
HOST_ARCH := $(shell go env GOARCH 2>/dev/null)
HOST_OS   := $(shell go env GOOS 2>/dev/null)
# Lambda runs Linux programs. The local cloud runs the functions as programs of its own
# machine, which have a folder of their own where that is no Linux.
TARGET_OS ?= linux
FOR_HOST  := ARCH=$(HOST_ARCH) $(if $(filter-out linux,$(HOST_OS)),TARGET_OS=$(HOST_OS) BUILDS=dist/$(HOST_OS))
# Other implementations of Cognito, DynamoDB and OpenID, and clients, for optional tests; see peer.
PEERS     := infra/cmd/local/testdata/cognito-local infra/cmd/local/testdata/js infra/cmd/local/testdata/browser internal/dynamo/testdata/dynamodb-local internal/localcloud/userpool/testdata/oidc-provider
# What only the long form runs.
FULL      := infra/cmd/local/testdata/js-full
VENV      := dist/venv
VENV_FULL := dist/venv-full
FUNCTIONS := $(patsubst triggers/%/main.go,%,$(wildcard triggers/*/main.go))
# Not triggers: CloudFormation runs register and attach, schedules may run reconcile and tripwire, and an
# HTTP API may run whoami.
OWN       := $(patsubst infra/functions/%/main.go,%,$(wildcard infra/functions/*/main.go))
BUILT     := $(FUNCTIONS) $(OWN)
# The output directory and the build tags of the functions; verify-build sets others.
BUILDS    ?= dist
TAGS      := lambda.norpc

# The output is the same bytes from any directory and commit: no paths, no VCS stamp,
# no build id. lambda.norpc leaves out the RPC mode of the retired go1.x runtime.
GO_BUILD = CGO_ENABLED=0 GOOS=$(TARGET_OS) GOFLAGS= go build -tags $(TAGS) -trimpath -buildvcs=false -ldflags='-s -w -buildid='

# Built first and then run with exec: go run would stay between Ctrl-C and the local
# cloud.
LOCAL := go build -o dist/bin/local ./infra/cmd/local && exec dist/bin/local

# The race detector needs a C compiler. It has nothing to see in rooms that start no
# goroutine (package house holds that: of their tests it runs those named AtOnce), in
# the weights of the functions, and in the CDK's packages, whose jsii races in its own
# Close (infra/app/synth.go). What draws many cases draws them without it, and fewer
# with it.
RACE := $(shell command -v $$(go env CC 2>/dev/null) >/dev/null && echo -race)
PURE := /(infra/settings|internal/(claims|cognito|legacy/(check|hash)|policy|signup))(/|$$)
UNRACED := -E '$(PURE)|/internal/history$$|/triggers(/|$$)|/dev/(house|bench/weight)$$|/infra(/app)?$$'
# go test, with the tests that were skipped and their reasons at the end, and a line
# for each package that is slow. Many tests wait, hence -parallel. A module file of its
# own pins gotestsum by its hash.
go_test = go tool -modfile=internal/dev/gotestsum.mod gotestsum --format standard-quiet -- -timeout 20m -parallel 6 $(1) | awk -F'\t' '{print; fflush()} \
  /^(ok|FAIL)/ && $$3 + 0 > 20 {slow = slow "WARNING: " $$2 " takes " $$3 ", more than 20 s\n"} END {printf "%s", slow}'

# The tests of internal/dynamo that need a table.
NEEDS_TABLE := Dynalite|AmazonsDynamoDB|R25|R30_ARetry|R31|R35_ASignIn|R35_TheFullest|^TestIndex

# The pinned CDK command line, without telemetry and without jsii's warning that a
# Node version is past its end of life.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 18,20,21,22,23
export CDK_DISABLE_CLI_TELEMETRY := true
export NODE_NO_WARNINGS := 1
CDK := npx --prefix infra cdk
# Synth needs no account, so it does not look for one.
OFFLINE := CI=true AWS_EC2_METADATA_DISABLED=true

.PHONY: help bootstrap cost demo demo-move local trust test test-go test-beside test-full mutants mutants-pool bench token-preview reconcile schema lists phone confusables check peer venv full e2e-deploy lint-template nag verify-build verify-aws verify-here sbom reproducible build build-host synth synth-host synth-shop deploy diff status rollback prune destroy clean tools

# Behind ## is what users need, behind ### what maintainers need.
help: ## list the targets
	@awk -F':.*##+ ' '/^[a-z0-9-]+:.*## / {line = sprintf("  make %-14s %s\n", $$1, $$2); if (/### /) ours = ours line; else yours = yours line} \
	  END {print "To see, build, deploy and operate the suite (go run ./infra/cmd/ops help has more):\n"; print yours; print "To work on it:\n"; printf "%s", ours}' $(MAKEFILE_LIST)

demo: synth-host ## run the whole suite on this machine and show what it does
	@$(LOCAL) demo $(DEMO_FLAGS)

demo-move: synth-shop infra/cmd/local/testdata/browser/node_modules/.installed ## move the users of a shop to a pool, in a browser if one is there, and show it
	@go build -o dist/bin/migrate ./infra/cmd/migrate
	@$(LOCAL) move --assembly dist/shop $(DEMO_FLAGS)

local: synth-host ## run the local cloud, its page and the sample app until Ctrl-C (LOCAL_FLAGS='--data DIR --port-base 5810 --issuer local --code 123456 --people 1000 --list-delay 5s --quotas aws --watch=false --app http://localhost:3000 --secrets FILE --tolerate UserPool.UserPoolAddOns.AdvancedSecurityMode')
	@$(LOCAL) serve $(LOCAL_FLAGS)

trust: tools ## print how this machine trusts the certificates of the local cloud; it runs nothing
	@go run ./infra/cmd/local trust

test: tools build verify-build synth-host synth-shop check peer venv ### run every check and every test
	@# What has a module, a deployment and a linter of its own runs beside the tests of
	@# this one, and says what it has to say after them.
	@$(MAKE) test-beside >dist/beside.log 2>&1 & beside=$$!; trap 'kill $$beside 2>/dev/null || true' EXIT; \
	  status=0; $(MAKE) test-go || status=1; wait $$beside || status=1; cat dist/beside.log; exit $$status
	@echo "every test passed"

test-go:
	@ASSEMBLY_REQUIRED=1 $(call go_test,$(RACE) $$(go list ./... | grep -v $(UNRACED)))
	@ASSEMBLY_REQUIRED=1 $(call go_test,$$(go list ./... | grep $(UNRACED)))
	@$(call go_test,$(RACE) -short ./triggers/...)
	@$(call go_test,$(RACE) -short -run 'AtOnce|R15|R34' ./internal/claims ./internal/signup ./internal/history)

test-beside:
	@$(MAKE) reproducible e2e-deploy nag lint-template sbom E2E_FLAGS= SBOM_ABSENT=true

# The packages whose tests link internal/dev/form, and so know the flag -full.
WITH_LONG_FORMS = go list -test -f '{{$$p := .ImportPath}}{{range .Deps}}{{if eq . "github.com/cognito-triggers/cognito-triggers/internal/dev/form"}}{{$$p}}{{end}}{{end}}' ./... | sed -n 's/\.test$$//p'

test-full: test full ### run every test, and every long form of one (CONTRIBUTING.md lists them)
	@rm -f dist/clients.txt
	@ASSEMBLY_REQUIRED=1 $(call go_test,-timeout 6h $$($(WITH_LONG_FORMS)) -full)
	@cat dist/clients.txt
	@echo "every long form passed"

# Every package that makes decisions. The generators are left out: the tests of the
# packages that read their tables compare them with the source.
MUTATED := ./internal/policy ./internal/attach ./internal/customresource ./internal/policy/strict ./infra/settings ./internal/cognito ./internal/pooledit ./internal/awsraw ./internal/kernel ./internal/claims ./internal/users ./internal/sweep ./internal/table ./internal/signup ./infra/client/directory ./infra/client/bearer ./infra/client/oldapp ./internal/migration ./internal/migration/webhook ./internal/migration/wire ./internal/legacy/hash ./internal/legacy/check ./internal/legacy/waiting ./internal/legacy/export ./internal/legacy/importfile ./internal/legacy/forecast ./internal/secret ./internal/doctor ./internal/tripwire ./internal/localcloud/template \
  $(addprefix ./internal/localcloud/,authority door identity userpool/federation userpool/jobfile userpool/passkey userpool/srp) \
  $(addprefix ./internal/signup/,challenge email idn invite lists phone sentence table username)

mutants: tools ### change the code one mutant at a time and see that a test fails
	@go run ./internal/dev/mutate $(MUTATED)
	@# Skips the tests that need a table: they take up to a minute each.
	@go run ./internal/dev/mutate -timeout 60s -skip '$(NEEDS_TABLE)' ./internal/dynamo

# The tests that are left out draw whole histories of calls; every mutant is judged without them.
HISTORIES := NoTokenWithoutEveryFactor|EveryOperationInAnyOrder|NoScriptOfACustomSignIn

mutants-pool: tools ### the same for the local user pool (about an hour)
	@go run ./internal/dev/mutate -checks 30 -timeout 60s -skip '$(HISTORIES)' ./internal/localcloud/userpool

bench: tools ### measure the functions against an echo and the tutorial form
	@go run ./internal/dev/bench

token-preview: tools ## show the tokens that a policy makes (STAGE=dev USER=<file.json, sub or e-mail> CLIENT=<name or id>)
	@# A status from 4 on is an answer (ops help token-preview), and no error of make.
	@go build -o dist/bin/ops ./infra/cmd/ops && dist/bin/ops token-preview --stage $(STAGE) $(if $(filter command,$(origin USER)),--user '$(USER)') $(if $(CLIENT),--client '$(CLIENT)') || [ $$? -ge 4 ]

# Built first and then run with exec, so that Ctrl-C reaches only the sweep, which
# keeps its checkpoint.
cost: tools infra/node_modules/.installed ## compute what a stage costs a month (STAGE=dev SIGNINS=1000000 ARGS='--users 100000')
	@$(OFFLINE) $(CDK) synth --quiet -c stage=$(STAGE) -o dist/cost/$(STAGE)
	@go run ./infra/cmd/ops cost --assembly dist/cost/$(STAGE) --sign-ins $(or $(SIGNINS),1000000) $(ARGS)

reconcile: tools ## make the table equal to the user pool, or list the differences (STAGE=dev ARGS=--dry-run)
	@go build -o dist/bin/ops ./infra/cmd/ops && exec dist/bin/ops reconcile --stage $(STAGE) $(ARGS)

schema: tools ### write again what follows from the types of a stage file: schema, manual, names of package infra, sentences of refusals
	@go run ./infra/cmd/schema
	@go test ./infra/client/refusal -run TestTheDecodersTables -update >/dev/null

lists: tools ### refresh the list of disposable e-mail domains (npm)
	@go run ./internal/signup/lists/generate

phone: tools ### refresh the phone number plans
	@go run ./internal/signup/phone/generate

confusables: tools ### refresh the tables of look-alike letters (needs cargo)
	@go run ./internal/signup/username/generate

# What the local cloud runs, and it, on macOS; nobody has tried it there.
PORTABLE := ./internal/localcloud/... ./infra/cmd/local ./triggers/... ./infra/functions/...

check: tools ### vet, staticcheck and gofumpt
	@go vet ./...
	@CGO_ENABLED=0 GOOS=darwin GOARCH=arm64 go vet $(PORTABLE)
	@go tool staticcheck ./...
	@go vet -tags recording ./internal/kernel && go test -tags recording -run Recording ./internal/kernel >/dev/null
	@unformatted=$$(git ls-files -co --exclude-standard '*.go' | xargs go tool gofumpt -l); \
	  if [ -n "$$unformatted" ]; then echo "gofumpt would change: $$unformatted" >&2; exit 1; fi

tools:
	@command -v go >/dev/null || { echo "make: Go is missing: install Go 1.26 or later from your package manager or the Go site" >&2; exit 1; }
	@go version | awk '{split(substr($$3, 3), v, "."); if (v[1] < 1 || v[1] == 1 && v[2] + 0 < 26) {print "make: " $$3 " is too old: Go 1.26 or later is needed" > "/dev/stderr"; exit 1}}'
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "make: Node is missing: install Node 20 or later, with npm (synth and the local DynamoDB run on it)" >&2; exit 1; }
	@node -e 'if (+process.versions.node.split(".")[0] < 20) {console.error("make: Node " + process.versions.node + " is too old: Node 20 or later is needed"); process.exit(1)}'

# One call for all: it loads shared packages once and links on every processor. Go
# links again each time because there is no build id.
build: tools ## build the functions (ARCH=arm64 or amd64)
	@mkdir -p $(BUILDS)/$(ARCH)/.built $(BUILT:%=$(BUILDS)/$(ARCH)/%)
	@GOARCH=$(ARCH) $(GO_BUILD) -o $(BUILDS)/$(ARCH)/.built/ $(FUNCTIONS:%=./triggers/%) $(OWN:%=./infra/functions/%)
	@cd $(BUILDS)/$(ARCH) && for f in $(BUILT); do cmp -s .built/$$f $$f/bootstrap || cp -p .built/$$f $$f/bootstrap; done

build-host: tools
	@$(MAKE) --no-print-directory build $(FOR_HOST)

infra/node_modules/.installed: infra/package-lock.json | tools
	@echo "installing the CDK command line and the local DynamoDB (npm) ..."
	@npm --prefix infra ci --silent --no-fund --no-audit --no-update-notifier || { echo "make: npm could not install infra/package-lock.json: is the network there? Try 'npm --prefix infra ci' to see why" >&2; exit 1; }
	@touch $@

# cognito-local, clients of Cognito, oidc-provider and Amazon's DynamoDB Local. Where npm cannot install
# one, its tests are skipped and a line says so.
peer: $(PEERS:%=%/node_modules/.installed)
full: $(FULL:%=%/node_modules/.installed) $(VENV_FULL)/.installed
$(PEERS:%=%/node_modules/.installed) $(FULL:%=%/node_modules/.installed): %/node_modules/.installed: %/package-lock.json | tools
	@echo "installing $* for the tests (npm) ..."
	@if npm --prefix $* ci --silent --no-fund --no-audit --no-update-notifier; then touch $@; \
	  else echo "$* could not be installed: its tests are skipped"; fi

# The modules in the functions, as CycloneDX.
SBOM := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
sbom: tools build ### write the software bill of materials to dist/sbom.json, and compare it with the functions
	@if go run $(SBOM) mod -json -std -licenses=false -output dist/sbom.json . 2>dist/sbom.log; then \
	  SBOM_REQUIRED=1 go test -count=1 -run SBOM ./infra/test/e2e >/dev/null || SBOM_REQUIRED=1 go test -count=1 -run SBOM -v ./infra/test/e2e; \
	  echo "dist/sbom.json names every module in the functions"; \
	else echo "$(SBOM) could not be run (dist/sbom.log): no bill of materials"; $(SBOM_ABSENT); fi
# make test sets this to true: it may run without the bill, as it may without Python.
SBOM_ABSENT := exit 1

# The emulator of AWS, cfn-lint and clients of Cognito need Python; they are pinned with
# hashes. Without Python or PyPI they are skipped and a line says so.
venv: $(VENV)/.installed
$(VENV)/.installed: infra/test/e2e/requirements.txt
$(VENV_FULL)/.installed: infra/cmd/local/testdata/python/requirements.txt
$(VENV)/.installed $(VENV_FULL)/.installed:
	@rm -rf $(@D) && mkdir -p dist
	@if python3 -m venv $(@D) >$(@D).log 2>&1 && $(@D)/bin/pip install --quiet --disable-pip-version-check --no-input --retries 1 --timeout 15 --require-hashes --only-binary :all: -r $< >>$(@D).log 2>&1; \
	  then touch $@; else rm -rf $(@D); echo "Python 3.10 with venv, or PyPI, is not there ($(@D).log): what $< names is skipped"; fi

E2E_FLAGS ?= -v
e2e-deploy: tools build-host infra/node_modules/.installed venv ### deploy, change and roll back the stage dev, and run the pipeline, on an emulator of AWS
	@if [ -e $(VENV)/.installed ]; then E2E_REQUIRED=1 go test -count=1 -timeout 10m $(E2E_FLAGS) -run 'TestDeploy|R76' ./infra/test/e2e; fi

reproducible: tools build infra/node_modules/.installed venv ### build and pack in two clean directories and compare (R39)
	@if [ -e $(VENV)/.installed ]; then E2E_REQUIRED=1 go test -count=1 -timeout 20m $(E2E_FLAGS) -run 'TestR39_Two' ./infra/test/e2e; fi

lint-template: tools build infra/node_modules/.installed venv ### cfn-lint over the templates of every stage
	@if [ -e $(VENV)/.installed ]; then for stage in dev prod; do \
	  $(OFFLINE) $(CDK) synth --quiet -c stage=$$stage -o dist/lint/$$stage && \
	  $(VENV)/bin/cfn-lint --config-file infra/cfnlintrc.yaml dist/lint/$$stage/*.template.json || exit 1; done; \
	  $(VENV)/bin/cfn-lint --config-file infra/cfnlintrc.yaml infra/testdata/{full,pool,two,owner,attach}.template.json || exit 1; echo "cfn-lint: the templates of dev, prod, of every key, of a pool of the app, of two suites and of somebody else's pool pass"; fi

# A build that prints whole events, for a stage that is deleted after the run.
verify-build:
	@$(MAKE) build BUILDS=dist/recording TAGS=lambda.norpc,recording ARCH=$(HOST_ARCH)

verify-aws: tools verify-build infra/node_modules/.installed ### check the open questions on a real user pool; costs cents (ACCOUNT=<its number> MAILBOX=)
	@go build -o dist/bin/verify ./infra/cmd/verify && exec dist/bin/verify -on aws -account '$(ACCOUNT)' -mailbox '$(MAILBOX)'

verify-here: tools verify-build infra/node_modules/.installed venv ### check the open questions without AWS, on the local cloud and on the emulator
	@go build -o dist/bin/verify ./infra/cmd/verify && dist/bin/verify -on local
	@if [ -e $(VENV)/.installed ]; then dist/bin/verify -on emulator; fi

nag: tools ### cdk-nag over every stage, against the accepted findings in infra/test/nag
	@# A separate module; -mod=mod lets it follow this module's dependencies.
	@cd infra/test/nag && GOFLAGS=-mod=mod go test ./...

synth: tools infra/node_modules/.installed ## write the CloudFormation template to cdk.out (STAGE=dev)
	@$(OFFLINE) $(CDK) synth --quiet -c stage=$(STAGE)

SYNTHESIZED ?= dist/local

# The local cloud's template: the same app, for this machine's system and processor. That of
# another stage goes; the assets stay, which a running local cloud may need.
synth-host: tools infra/node_modules/.installed
	@rm -f $(SYNTHESIZED)/*.template.json $(SYNTHESIZED)/*.assets.json
	@$(OFFLINE) $(FOR_HOST) $(CDK) synth --quiet -c stage=$(STAGE) $(STAGES) -c arch=$(HOST_ARCH) -c os=$(HOST_OS) -c pinned=false -o $(SYNTHESIZED)

synth-shop:
	@$(MAKE) synth-host STAGE=shop SYNTHESIZED=dist/shop STAGES='-c stages=infra/cmd/local/sample/shop' 2>dist/shop.log || { cat dist/shop.log >&2; exit 1; }

bootstrap: infra/node_modules/.installed ## prepare the account and Region for deployments, once
	@$(CDK) bootstrap -c stage=$(STAGE)

# Built first and then run with exec: Ctrl-C reaches the CDK command line once.
OPS := go build -o dist/bin/ops ./infra/cmd/ops && exec dist/bin/ops

deploy: tools infra/node_modules/.installed ## deploy a stage to AWS (STAGE=dev WATCH=minutes YES=what may be lost ARGS='-- --require-approval never')
	@$(OPS) deploy --stage $(STAGE) $(if $(WATCH),--watch $(WATCH)) $(if $(YES),--yes '$(YES)') $(ARGS)

diff: tools infra/node_modules/.installed ## show what a deploy would change (STAGE=dev)
	@$(CDK) diff -c stage=$(STAGE)

status: tools ## show which version and policy hash of each function is live (STAGE=dev)
	@go run ./infra/cmd/ops status --stage $(STAGE) $(if $(FUNCTION),--function '$(FUNCTION)')

rollback: tools ## undo the last deployment of the functions (STAGE=dev FUNCTION=PreSignUp TO=version)
	@go run ./infra/cmd/ops rollback --stage $(STAGE) $(if $(FUNCTION),--function '$(FUNCTION)') $(if $(TO),--to '$(TO)')

prune: tools ## delete old versions of the functions (STAGE=dev ARGS='--keep 10 --older 30d --dry-run')
	@$(OPS) prune --stage $(STAGE) $(ARGS)

destroy: tools infra/node_modules/.installed ## remove a stage from AWS; what it kept stays (STAGE=dev YES=its stack)
	@$(OPS) destroy --stage $(STAGE) $(if $(YES),--yes '$(YES)')

clean: ## remove what was built
	@rm -rf dist cdk.out
