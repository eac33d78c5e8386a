package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

func TestThePoolIsAsSlowAndStrictAsTheFlagsSay(t *testing.T) {
	for text, want := range map[string]userpool.Quotas{
		"aws": userpool.AWSQuotas(), "UserList=30,UserUpdate=2.5": {"UserList": 30, "UserUpdate": 2.5},
	} {
		opts, err := options("serve", []string{"--quotas", text, "--list-delay", "5s"})
		if err != nil || !maps.Equal(opts.Pool.Quotas, want) || opts.Pool.ListDelay != 5*time.Second {
			t.Errorf("%s gave %v and a delay of %v: %v", text, opts.Pool.Quotas, opts.Pool.ListDelay, err)
		}
	}
	for _, text := range []string{"", "on", "UserLists=1", "UserList", "UserList=0", "UserList=x"} {
		if got, err := quotas(text); err == nil || !strings.Contains(err.Error(), "UserList") {
			t.Errorf("%q gave %v: %v", text, got, err)
		}
	}
}

func TestR51_SettingsAreToleratedByName(t *testing.T) {
	for _, verb := range []string{"demo", "serve"} {
		opts, err := options(verb, []string{"--tolerate", "UserPool.MfaConfiguration", "--tolerate", "UserPool.UserPoolAddOns.AdvancedSecurityMode"})
		if err != nil || !slices.Equal(opts.Tolerate, []string{"UserPool.MfaConfiguration", "UserPool.UserPoolAddOns.AdvancedSecurityMode"}) {
			t.Errorf("%s: %q, %v", verb, opts.Tolerate, err)
		}
	}
}

func TestImportedUsersAreThereFromTheStart(t *testing.T) {
	t.Parallel()
	cloud, _ := running(t, local(t))
	subs, err := cloud.Pool.Import(importedUsers(1000)...)
	if err != nil || len(subs) != 1000 {
		t.Errorf("%d users: %v", len(subs), err)
	}
}

func TestR58_TheRuleOfAnUpdateIsAFlag(t *testing.T) {
	for text, want := range map[string]userpool.Reset{"documented": userpool.ResetDocumented, "measured": userpool.ResetMeasured, "none": ""} {
		opts, err := options("serve", []string{"--reset", text})
		if (err == nil) != (want != "") || err == nil && opts.Pool.Reset != want {
			t.Errorf("%s: %q, %v", text, opts.Pool.Reset, err)
		}
	}
}
