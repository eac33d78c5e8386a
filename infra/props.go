package infra

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Props is what the suite is made of: the settings, which a stage file can set, too,
// and what only the code of an app can pass, none of which is required.
//
// This package reads a Props and never changes it; nil is the zero value.
type Props struct {
	// Settings are what a stage decides. settings.LoadStage reads them from its file;
	// settings.LoadStageFor does so with Pool or Topic.
	Settings

	// Pool is a pool that the same app makes, in this stack or another. The functions are
	// hooked into it. The suite then makes no pool, domain, clients, API scopes and
	// groups, and accepts no settings of those; Plan says which plan the pool has, where the
	// pool's own construct does not. A pool from UserPool_FromUserPoolId has no hooks (github.com/aws/aws-cdk#10002).
	// Default: nil, the suite makes the pool. WARNING: the CDK refuses a hook of the pool
	// that is already in use.
	Pool awscognito.UserPool

	// Clients are app clients of Pool, by name; Settings.Clients says the token profile of a
	// name. Default: none. Example: {"web": client}.
	Clients map[string]awscognito.IUserPoolClient

	// Topic is a topic that the app makes, for the alarms to notify instead of
	// Monitoring.TopicARN. Default: nil.
	Topic awssns.ITopic

	// Architecture is the processor that the functions are built for: ARM64 or AMD64.
	// The stage file has no such key: deploys use the default, the local cloud the
	// processor of its machine. Default: "" means ARM64. Example: AMD64.
	Architecture Architecture

	// System is the operating system that the functions are built for, by Go's name, where
	// the local cloud runs them. Lambda runs Linux only: do not deploy another one.
	// Default: "" means linux. Example: darwin.
	System string

	// Unprotected leaves out the protection of stack, pool and table against deletion, which a
	// kept stage has, and nothing else: a first deployment that fails could not be taken back
	// otherwise. `ops deploy` sets it for a first deployment (-c protected=false), and protects
	// at once when that has succeeded. Default: false.
	Unprotected bool

	// Bundles is the folder with <function>/bootstrap for each function, as `make build`
	// leaves it, absolute or relative to the working directory. Default: "" means
	// dist/<architecture>, or dist/<system>/<architecture>. Example: /build/dist/arm64.
	Bundles string
}

// Architecture is a processor, by Go's name.
type Architecture string

// The architectures that Lambda offers.
const (
	ARM64 Architecture = "arm64"
	AMD64 Architecture = "amd64"
)

// Validate returns all faults of the props at once, the policy's among them, as
// policy.Faults whose paths are the keys of a stage file; nil if there are none. It does
// not look at the built functions; CheckBundles does.
func (p *Props) Validate() error {
	p = p.orZero()
	faults := p.Faults(p.given())
	if a := p.architecture(); a != ARM64 && a != AMD64 {
		faults.Add("architecture", fmt.Sprintf("%q is not known", string(a)), "use one of arm64, amd64")
	}
	return append(faults, p.clientFaults()...).Err()
}

// clientFaults finds what the settings cannot know of the clients that the app passes. One
// with two profiles would fail at the deployment only.
func (p *Props) clientFaults() (faults policy.Faults) {
	profiles, held := p.Profiles(), map[string]string{}
	maps.Copy(held, p.ForeignClients)
	for _, name := range slices.Sorted(maps.Keys(p.Clients)) {
		if p.Clients[name] == nil {
			faults.Add(policy.Child("Clients", name), "is nil", "give the client, or leave the name out")
			continue
		}
		id, profile := *p.Clients[name].UserPoolClientId(), profiles[name]
		if other := held[id]; profile != "" && other != "" && other != profile {
			faults.Add(policy.Child("Clients", name), "is a client that has the profile "+policy.Shown(other)+" already", "give it once, and leave its id out of foreignClients")
		}
		held[id] = cmp.Or(profile, held[id])
	}
	return faults
}

// Warnings returns what is allowed but should be known, as Faults with the path of a
// stage file. NewTriggerSuite annotates its construct with them, and the CDK command line
// prints them; AcknowledgeWarning of WarningID(path) silences one.
func (p *Props) Warnings() policy.Faults {
	p = p.orZero()
	return append(p.Settings.Warnings(p.given()), p.Unfilled(p.given())...)
}

// WarningID returns by which id the CDK knows the warnings of a path. Its command line takes a
// bracket for the id's end.
func WarningID(path string) string {
	return "cognito-triggers:" + strings.NewReplacer("[", ".", "]", "").Replace(path)
}

// CheckBundles looks for what is deployed beside the template, the build of each function and the
// file of Migration.Waiting, and reports all that is missing or wrong, a line each.
func (p *Props) CheckBundles() error {
	p = p.orZero()
	var faults []error
	for _, name := range p.folders() {
		folder := filepath.Join(p.bundles(), name)
		faults = append(faults, checkBundle(folder, p), checkRecorder(folder, p), p.checkWaiting(name))
	}
	return errors.Join(faults...)
}

// orZero returns the props, or those of the zero value for nil.
func (p *Props) orZero() *Props {
	if p == nil {
		return &Props{}
	}
	return p
}

// checked returns sound props, and panics with the faults of others.
func (p *Props) checked(of string) *Props {
	if err := p.Validate(); err != nil {
		panic(fmt.Sprintf("%s:\n%v", of, err))
	}
	return p.orZero()
}

// given says what the app passes, for code that cannot know the things themselves.
func (p *Props) given() settings.Given {
	given := GivenPool(p.Pool)
	given.Clients, given.Topic = slices.Sorted(maps.Keys(p.Clients)), p.Topic != nil
	return given
}

// filled returns a copy of the props with the defaults of all settings. Code that makes
// constructs gets this copy: a zero value that stands for another one never reaches the
// CDK.
func (p *Props) filled() *Props {
	full := *p
	full.Settings = p.WithDefaults()
	return &full
}

func (p *Props) architecture() Architecture { return cmp.Or(p.Architecture, ARM64) }

// foreign reports whether the functions are no Linux programs.
func (p *Props) foreign() bool { return cmp.Or(p.System, "linux") != "linux" }

func (p *Props) bundles() string {
	folder := "dist"
	if p.foreign() {
		folder = "dist/" + p.System
	}
	return cmp.Or(p.Bundles, folder+"/"+string(p.architecture()))
}
