package doctor

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

// All returns every check, in the order of their numbers.
func All() []Check {
	all := slices.Concat(Watched(), functionChecks(), clientChecks(), poolChecks(), providerChecks(), tableChecks(), stackChecks(), []Check{
		{
			20, "users can have a second factor that is no text message", "cognito-idp GetUserPoolMfaConfig: MfaConfiguration, SoftwareTokenMfaConfiguration",
			"a password is enough, or a number that somebody takes over",
			"mfa: {mode: optional, factors: [totp]} of the stage" + console + "Sign-in, Multi-factor authentication", Warning,
			guide + "user-pool-settings-mfa.html", factors,
		},
		{
			34, "calls are not throttled, and far from their limit", "cloudwatch GetMetricData: AWS/Usage CallCount, ThrottleCount; cognito-idp GetProvisionedLimit: ProvisionedLimitValue",
			"sign-ins are refused with TooManyRequestsException in the next busy minute",
			"Service Quotas console, Amazon Cognito User Pools; or aws cognito-idp update-provisioned-limit", Warning,
			guide + "quotas.html#track-quota-usage", throttled,
		},
		{
			37, "this release knows every member of the pool", "cognito-idp DescribeUserPool: the members' names",
			"ops adopt refuses the pool until you say --carry or --drop for each",
			"a newer release of the suite; until then ops adopt plan --carry NAME", Note,
			reference + "API_UserPoolType.html", unknown,
		},
	})
	slices.SortFunc(all, func(a, b Check) int { return cmp.Compare(a.Number, b.Number) })
	return all
}

// unknown is check 37.
func unknown(f *Facts) (found []Finding) {
	out, _ := ask[struct{ UserPool json.RawMessage }](f, "cognito-idp", "DescribeUserPool", in{"UserPoolId": f.Pool})
	for _, name := range pooledit.Unknown(out.UserPool) {
		found = append(found, wrong("user pool", name, "the pool has the member %s, which this release does not know", name))
	}
	return found
}
