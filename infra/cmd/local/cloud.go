package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// options reads the flags of a verb; more adds some.
func options(verb string, args []string, more ...func(*flag.FlagSet)) (localcloud.Options, error) {
	var opts localcloud.Options
	if verb == "serve" {
		opts.Ports = localcloud.PortsFrom(localcloud.DefaultPort)
	}
	flags := flag.NewFlagSet("local "+verb, flag.ContinueOnError)
	flags.StringVar(&opts.AssemblyDir, "assembly", "dist/local", "the synthesized cloud assembly")
	flags.StringVar(&opts.InfraDir, "infra", "infra", "the folder whose node_modules has dynalite")
	portFlags(flags, &opts.Ports)
	flags.Func("tolerate", "a setting that the local cloud does not obey, such as UserPool.UserPoolAddOns.AdvancedSecurityMode, is told and does not stop the start (repeatable)",
		func(name string) error {
			opts.Tolerate = append(opts.Tolerate, name)
			return nil
		})
	flags.Func("pool", "what aws cognito-idp describe-user-pool wrote of the pool that the stage is beside (default: AWS's defaults)", func(name string) (err error) {
		opts.Described, err = os.ReadFile(name)
		return err
	})
	flags.Func("secrets", "a `file` with what AWS Secrets Manager holds for the functions: a JSON object of ARNs and secrets", func(name string) error {
		text, err := os.ReadFile(name)
		if err == nil && json.Unmarshal(text, &opts.Secrets) != nil {
			err = fmt.Errorf("%s is not a JSON object of ARNs and texts", name) // an error of encoding/json would repeat parts of it
		}
		return err
	})
	flags.Func("app", "the `URL` of an app on this machine, in place of the stage's api.app", func(text string) (err error) {
		opts.App, err = url.Parse(text)
		return err
	})
	opts.DescribeVersion = policyOf
	poolFlags(flags, &opts.Pool)
	for _, add := range more {
		add(flags)
	}
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	if flags.NArg() > 0 {
		return opts, fmt.Errorf("%s: not a flag: flags begin with -, as --port-base 5810", flags.Arg(0))
	}
	return opts, nil
}

// policyOf describes a version as the stack does: by the hash of its policy; "" for a function
// without one.
func policyOf(folder string) string {
	text, err := os.ReadFile(filepath.Join(folder, policy.FileName))
	if err != nil {
		return ""
	}
	return settings.PolicyLabel + policy.Hash(text)
}
