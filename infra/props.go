package infra

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Props are what the suite is made of: the settings, all of which a stage file can say
// as well, and what only the code of an app can hand over. Of the latter none is needed.
//
// A Props is read and never changed by this package.
type Props struct {
	// Settings are what a stage decides; settings.LoadStage reads them from its file,
	// and with Pool or Topic settings.LoadStageFor.
	Settings

	// Pool is a pool that the same app makes, in this stack or another, for the
	// functions to be hooked into. The suite then makes no pool, domain, clients, API
	// scopes and groups, and takes no settings of those; Plan says which plan the pool
	// has. A pool that only UserPool_FromUserPoolId knows has no hooks
	// (github.com/aws/aws-cdk#10002).
	// Default: nil, the suite makes the pool.
	// WARNING: a hook of the pool that is taken already is refused by the CDK.
	Pool awscognito.UserPool

	// Clients are app clients of Pool, by the names under which policy.tokens.clients
	// knows them. Default: none. Example: {"web": client}.
	Clients map[string]awscognito.IUserPoolClient

	// Topic is a topic that the app makes, for the alarms to notify in place of
	// Monitoring.TopicARN. Default: nil.
	Topic awssns.ITopic

	// Architecture is the processor the functions are built for: ARM64 or
	// AMD64. It is no key of the stage file: deploys use the default, the local
	// cloud the machine it runs on.
	// Default: "" means ARM64. Example: AMD64.
	Architecture Architecture

	// Bundles is the folder with <function>/bootstrap for each function, as
	// `make build` leaves it, absolute or relative to the working directory.
	// Default: "" means dist/<architecture>. Example: /build/dist/arm64.
	Bundles string
}

// Architecture is a processor, under Go's name for it.
type Architecture string

// The architectures that Lambda offers.
const (
	ARM64 Architecture = "arm64"
	AMD64 Architecture = "amd64"
)

// Validate judges the props, the policy among them, in plain Go: every fault at
// once, as policy.Faults whose paths are the keys of a stage file. It gives nil
// when nothing is wrong and does not look at the built functions; CheckBundles
// does.
func (p *Props) Validate() error {
	faults := p.Faults(p.given())
	if a := p.architecture(); a != ARM64 && a != AMD64 {
		faults.Add("architecture", fmt.Sprintf("%q is not known", string(a)), "use one of arm64, amd64")
	}
	for _, name := range slices.Sorted(maps.Keys(p.Clients)) {
		if p.Clients[name] == nil {
			faults.Add(policy.Child("Clients", name), "is nil", "give the client, or leave the name out")
		}
	}
	return faults.Err()
}

// Warnings names what is allowed and its author should know of, a Fault each
// with the path of a stage file.
func (p *Props) Warnings() policy.Faults { return p.Settings.Warnings(p.given()) }

// CheckBundles looks for the build of each function and reports every one that
// is missing or wrong, a line each.
func (p *Props) CheckBundles() error {
	var faults []error
	for _, room := range p.rooms() {
		folder := filepath.Join(p.bundles(), room)
		faults = append(faults, checkBundle(folder, p.architecture()), checkRecorder(folder, p))
	}
	return errors.Join(faults...)
}

// given says what is handed over, to whom cannot know the things themselves.
func (p *Props) given() settings.Given {
	return settings.Given{Pool: p.takesPool(), Clients: slices.Sorted(maps.Keys(p.Clients)), Topic: p.Topic != nil}
}

// filled is a copy of the props with the defaults of all settings. Whatever makes a
// construct gets it: a zero value that stands for another one never reaches the CDK.
func (p *Props) filled() *Props {
	full := *p
	full.Settings = p.WithDefaults()
	return &full
}

func (p *Props) architecture() Architecture { return cmp.Or(p.Architecture, ARM64) }
func (p *Props) bundles() string            { return cmp.Or(p.Bundles, "dist/"+string(p.architecture())) }
