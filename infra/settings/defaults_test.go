package settings

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// The defaults, as the fields' comments state them.
func TestTheDefaults(t *testing.T) {
	t.Parallel()
	s := Settings{
		Clients: map[string]Client{
			"web": {CallbackURLs: []string{"https://app.example/callback"}}, "machine": {Machine: true}, "batch": {Machine: true, Scopes: []string{"app/read"}},
			"desk": {Flows: []Flow{FlowPassword}, ReadAttributes: []string{"email"}, WriteAttributes: []string{"nickname"}},
		},
		ResourceServer: ResourceServer{Identifier: "app", Scopes: []Scope{{Name: "read"}, {Name: "write", Description: "Change things"}}},
		IdentityPool:   identity(IdentityRole{Name: "A"}, IdentityRole{Name: "B", Match: MatchNotEqual}),
		MemoryMiB:      512,
		Functions:      map[string]FunctionSettings{"PreSignUp": {MemoryMiB: 1024}, "PostConfirmation": {ReservedConcurrency: 3}},
	}
	before := fmt.Sprintf("%+v", s)
	want := Settings{
		Plan: PlanEssentials, TokenVersion: V3_0, PasswordMinimumLength: 12,
		FirstFactors: []Factor{FactorPassword}, Passkeys: Passkeys{UserVerification: VerificationRequired},
		MFA: MFA{Mode: MFAOff}, Recovery: []RecoveryWay{RecoverByEmail}, Logging: Logging{System: SystemWarn},
		Clients: map[string]Client{
			"web": {
				CallbackURLs: []string{"https://app.example/callback"}, Flows: []Flow{FlowSRP}, Scopes: []string{"openid", "email", "profile"}, Providers: []string{"COGNITO"}, Rotation: Rotation{"10s"},
				ReadAttributes: []string{"email", "email_verified", "name", "locale"}, WriteAttributes: []string{"email", "name", "locale"},
			},
			"machine": {Machine: true, Scopes: []string{"app/read", "app/write"}}, "batch": {Machine: true, Scopes: []string{"app/read"}},
			"desk": {Flows: []Flow{FlowPassword}, Providers: []string{"COGNITO"}, Rotation: Rotation{"10s"}, ReadAttributes: []string{"email"}, WriteAttributes: []string{"nickname"}},
		},
		ResourceServer: ResourceServer{Identifier: "app", Scopes: []Scope{{"read", "read"}, {"write", "Change things"}}},
		IdentityPool:   identity(IdentityRole{Name: "A", Match: MatchEquals}, IdentityRole{Name: "B", Match: MatchNotEqual}),
		MemoryMiB:      512, LogRetentionDays: 90,
		Functions:  map[string]FunctionSettings{},
		Monitoring: Monitoring{DurationMillis: 1500, RefusedPercent: 50},
		Reconcile:  Reconcile{ListRate: 10},
	}
	for _, trigger := range triggers.Names() {
		want.Functions[trigger] = FunctionSettings{MemoryMiB: 512}
	}
	want.Functions["PreSignUp"] = FunctionSettings{MemoryMiB: 1024}
	want.Functions["PostConfirmation"] = FunctionSettings{MemoryMiB: 512, ReservedConcurrency: 3}
	full := s.WithDefaults()
	if !reflect.DeepEqual(full, want) {
		t.Errorf("got  %+v\nwant %+v", full, want)
	}
	if after := fmt.Sprintf("%+v", s); after != before {
		t.Errorf("the settings themselves have changed:\n%s\n%s", before, after)
	}
	if again := full.WithDefaults(); !reflect.DeepEqual(again, full) {
		t.Errorf("twice is not once: %+v", again)
	}
	if memory := (&Settings{}).WithDefaults().MemoryMiB; memory != 256 {
		t.Errorf("the memory is %d", memory)
	}
}

// A value that is set is never replaced.
func TestWhatIsChosenStays(t *testing.T) {
	t.Parallel()
	s := Settings{
		Plan: PlanPlus, TokenVersion: V2_0, PasswordMinimumLength: 20, LogRetentionDays: 7,
		FirstFactors: []Factor{FactorPassword, FactorPasskey}, Passkeys: Passkeys{UserVerification: VerificationPreferred},
		MFA: MFA{Mode: MFARequired, Factors: []SecondFactor{SecondSMS}}, Recovery: []RecoveryWay{RecoverByPhone}, Logging: Logging{System: SystemInfo},
		Monitoring: Monitoring{DurationMillis: 800, RefusedPercent: 20},
		Reconcile:  Reconcile{ListRate: 5},
	}
	full := s.WithDefaults()
	full.MemoryMiB, full.Functions = s.MemoryMiB, s.Functions
	if !reflect.DeepEqual(full, s) {
		t.Errorf("got  %+v\nwant %+v", full, s)
	}
	if none := (&Settings{}); !none.Offers(FactorPassword) || none.OffersChoice() {
		t.Error("without factors there is the password, and no choice")
	}
	if !s.OffersChoice() || !s.Offers(FactorPasskey) || s.Offers(FactorEmailOTP) || (&Settings{FirstFactors: []Factor{FactorPassword}}).OffersChoice() {
		t.Error("the factors are mistaken")
	}
}

func TestTokenSettingsAreThoseOfTheStage(t *testing.T) {
	t.Parallel()
	stage := &Stage{Settings: *sound()}
	stage.TokenVersion = V1_0
	got := stage.TokenSettings()
	want := TokenSettings{
		Policy: stage.Document(Given{}).Tokens, Version: "1",
		Clients: stage.WithDefaults().Clients, Profiles: map[string]string{}, Scopes: []string{"app/read", "app/write"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestR71_ASecondFactorIsAnAuthenticatorWhereNoneIsNamed(t *testing.T) {
	t.Parallel()
	for mode, want := range map[MFAMode][]SecondFactor{MFAOff: nil, MFAOptional: {SecondTOTP}, MFARequired: {SecondTOTP}} {
		if got := (&Settings{MFA: MFA{Mode: mode}}).WithDefaults().MFA.Factors; !slices.Equal(got, want) {
			t.Errorf("%s: %q", mode, got)
		}
	}
}
