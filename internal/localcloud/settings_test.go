package localcloud

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const withoutProtection = "Pool: UserPool.UserPoolAddOns.AdvancedSecurityMode (ENFORCED): sign-ins and passwords that threat protection blocks are accepted"

// A setting that the local cloud does not obey used to be dropped in silence.
func TestR51_APoolWithThreatProtectionDoesNotStart(t *testing.T) {
	changed := resources()
	property(changed, "Pool")["UserPoolAddOns"] = map[string]any{"AdvancedSecurityMode": "ENFORCED"}
	dir := assembly(t, changed)
	if cloud, err := Start(t.Context(), Options{AssemblyDir: dir}); err == nil || !strings.Contains(err.Error(), withoutProtection) ||
		!strings.Contains(err.Error(), "--tolerate UserPool.UserPoolAddOns.AdvancedSecurityMode") {
		if err == nil {
			_ = cloud.Close()
		}
		t.Errorf("it starts, or does not say why: %v", err)
	}
	cloud, err := Start(t.Context(), Options{AssemblyDir: dir, Tolerate: []string{"UserPool.UserPoolAddOns.AdvancedSecurityMode"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	if !slices.Contains(cloud.Unsupported(), withoutProtection+" (tolerated)") {
		t.Errorf("what is tolerated is not said: %q", cloud.Unsupported())
	}
}

// The table of settings says of each flow whether the pool has it.
func TestR51_AFlowThatTheBannerCallsRefusedIsRefused(t *testing.T) {
	flows := map[types.AuthFlowType]string{
		types.AuthFlowTypeUserSrpAuth: "ALLOW_USER_SRP_AUTH", types.AuthFlowTypeUserAuth: "ALLOW_USER_AUTH", types.AuthFlowTypeCustomAuth: "ALLOW_CUSTOM_AUTH",
		types.AuthFlowTypeUserPasswordAuth: "ALLOW_USER_PASSWORD_AUTH", types.AuthFlowTypeRefreshTokenAuth: "ALLOW_REFRESH_TOKEN_AUTH",
		types.AuthFlowTypeAdminUserPasswordAuth: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
	}
	changed := resources()
	property(changed, "Web")["ExplicitAuthFlows"] = slices.Collect(maps.Values(flows))
	cloud, _ := start(t, changed)
	client := cognitoOf(cloud)
	web, _ := cloud.Client("web")
	for flow, allowed := range flows {
		parameters := map[string]string{"USERNAME": "nobody@example.com", "PASSWORD": "Correct-horse-7", "REFRESH_TOKEN": "x", "SRP_A": "1"}
		var err error
		if flow == types.AuthFlowTypeAdminUserPasswordAuth {
			_, err = client.AdminInitiateAuth(t.Context(), &cognito.AdminInitiateAuthInput{
				UserPoolId: &cloud.Stack.Pool.ID, ClientId: aws.String(web.ID), AuthFlow: flow, AuthParameters: parameters,
			})
		} else {
			_, err = client.InitiateAuth(t.Context(), &cognito.InitiateAuthInput{ClientId: aws.String(web.ID), AuthFlow: flow, AuthParameters: parameters})
		}
		refused := err != nil && strings.Contains(err.Error(), "the local user pool does not simulate it")
		said := slices.ContainsFunc(cloud.Unsupported(), func(line string) bool { return strings.Contains(line, "("+allowed+")") })
		if refused != said {
			t.Errorf("%s: the pool refuses it: %v (%v), the banner says so: %v", flow, refused, err, said)
		}
	}
}

// UpdateUserPool takes what would stop the start, as AWS does: it is said, once.
func TestR51_AnUpdateSaysWhatTheLocalCloudDoesNotObey(t *testing.T) {
	var mu sync.Mutex
	var said []string
	cloud, err := Start(t.Context(), Options{AssemblyDir: assembly(t, resources()), OnUnobeyed: func(line string) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, line)
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	id, policy := cloud.Stack.Pool.ID, &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: aws.Int32(12)}}
	for _, mode := range []types.AdvancedSecurityModeType{"OFF", "ENFORCED", "ENFORCED", "AUDIT"} {
		_, err := cognitoOf(cloud).UpdateUserPool(t.Context(), &cognito.UpdateUserPoolInput{
			UserPoolId: &id, Policies: policy, UserPoolAddOns: &types.UserPoolAddOnsType{AdvancedSecurityMode: mode},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	want := id + ": UserPoolAddOns.AdvancedSecurityMode (ENFORCED): sign-ins and passwords that threat protection blocks are accepted"
	if !slices.Equal(said, []string{want}) {
		t.Errorf("got %q", said)
	}
}
