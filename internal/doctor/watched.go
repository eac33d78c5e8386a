package doctor

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// The documentation that several checks cite.
const (
	guide     = "https://docs.aws.amazon.com/cognito/latest/developerguide/"
	reference = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/"
	lambdaAPI = "https://docs.aws.amazon.com/lambda/latest/api/"
)

// putBack deploys also what somebody changed or deleted by hand: CloudFormation else compares
// the template with the last one alone.
const putBack = "ops deploy --stage NAME -- --revert-drift"

// Watched returns the checks of the tripwire.
func Watched() []Check {
	return []Check{
		{
			1, "every hook calls the suite's alias", "cognito-idp DescribeUserPool: LambdaConfig",
			"sign-ups and tokens go by without the suite, or somebody else's function decides",
			putBack + "; of a pool that it attaches: ops adopt plan --owner none, and apply; of one with an owner: ops wiring prints what its code must say", Critical,
			"https://github.com/hashicorp/terraform-provider-aws/issues/49707", hooks,
		},
		{
			2, "the function behind every hook is there", "lambda GetFunctionConfiguration of the alias: State",
			"every call of the trigger fails, and with it the sign-up or the sign-in",
			putBack, Critical, "https://www.repost.aws/knowledge-center/cognito-lambda-trigger-errors", functions,
		},
		{
			3, "Cognito may call every alias, for this pool alone", "lambda GetPolicy with the alias as Qualifier: SourceArn, SourceAccount",
			"people read \"failed due to error AccessDeniedException\"; a permission without the pool's ARN is one for every pool",
			putBack + ", which writes the permission again", Critical,
			"https://www.repost.aws/knowledge-center/cognito-lambda-trigger-errors", permissions,
		},
		{
			4, "the tokens' event has the stack's version", "cognito-idp DescribeUserPool: LambdaConfig.PreTokenGenerationConfig",
			"access tokens lack what the stage adds, or two functions are named where AWS wants one",
			"deploy the stage, or tokenVersion of the stage; of a pool with an owner: ops wiring", Critical,
			reference + "API_LambdaConfigType.html", versions,
		},
		{
			6, "every alias points to the stack's version", "lambda GetAlias: FunctionVersion, RoutingConfig",
			"another policy than the deployed one decides: somebody rolled back, or published by hand",
			"ops status shows it; ops rollback --stage NAME --to newest, or " + putBack, Warning,
			lambdaAPI + "API_GetAlias.html", aliases,
		},
		concurrencyRow("", stopped),
		{
			35, "a trail writes management events", "cloudtrail DescribeTrails, GetTrailStatus: IsLogging, GetEventSelectors: ReadWriteType, IncludeManagementEvents",
			"a change of the hooks is seen by the schedule only, and nobody can say who made it",
			"CloudTrail console, Trails: a trail of the Region with management events, Write", Warning,
			"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html", trails,
		},
	}
}

// hookConfig is LambdaConfig as far as the suite has members in it.
type hookConfig map[string]json.RawMessage

// arn returns the ARN of a hook, "" if its place is empty.
func (c hookConfig) arn(hook string) (arn string) {
	var config struct{ LambdaArn string }
	if hook == TokenTrigger {
		_ = json.Unmarshal(c[TokenTrigger+"Config"], &config)
	}
	_ = json.Unmarshal(c[hook], &arn)
	return cmp.Or(config.LambdaArn, arn)
}

// NoPool is the subject of the finding that there is no such pool, or none in this Region.
const NoPool = "user pool"

// hooks is check 1.
func hooks(f *Facts) (found []Finding) {
	if f.gone("cognito-idp", "DescribeUserPool", in{"UserPoolId": f.Pool}) {
		return []Finding{wrong(NoPool, "gone", "there is no user pool %s", f.Pool)}
	}
	p, ok := f.pool()
	if !ok {
		return nil
	}
	for _, t := range f.Triggers {
		want, is := t.ARN(p.Arn), p.LambdaConfig.arn(t.Name)
		whole, _, _ := strings.Cut(want, ":"+t.Alias)
		switch {
		case is == want && want != "":
		case is == "":
			found = append(found, wrong(t.Name, "", "%s has no function", t.Name))
		case is == whole || strings.HasPrefix(is, whole+":"):
			found = append(found, wrong(t.Name, is, "%s calls %s, not the alias %s", t.Name, is, t.Alias))
		default:
			found = append(found, wrong(t.Name, is, "%s calls %s, which is not of this suite", t.Name, is))
		}
	}
	return found
}

// functions is check 2.
func functions(f *Facts) (found []Finding) {
	for _, t := range f.Triggers {
		q := in{"FunctionName": t.Function, "Qualifier": t.Alias}
		if f.gone("lambda", "GetFunctionConfiguration", q) {
			found = append(found, wrong(t.Name, "", "%s: there is no %s with the alias %s", t.Name, t.Function, t.Alias))
			continue
		}
		c, ok := ask[struct{ State, StateReasonCode string }](f, "lambda", "GetFunctionConfiguration", q)
		// A function that nobody called for a while is Inactive: one call fails and wakes it, and
		// no deployment helps (Lambda developer guide, "Lambda function states").
		if ok && (c.State == "Failed" || c.State == "Pending") {
			found = append(found, wrong(t.Name, c.State, "%s: %s cannot be called, its state is %s %s", t.Name, t.Function, c.State, c.StateReasonCode))
		}
	}
	return found
}

// statement is a permission of an alias's policy, as AddPermission writes it.
type statement struct {
	Effect    string
	Principal json.RawMessage // {"Service": "cognito-idp.amazonaws.com"}, {"AWS": …} or "*"
	Action    json.RawMessage
	Condition map[string]map[string]json.RawMessage
}

// values returns those of a condition, whatever the operator: AWS writes ArnLike for the ARN
// and StringEquals for the account.
func (s statement) values(key string) (all []string) {
	for _, conditions := range s.Condition {
		for name, text := range conditions {
			if strings.EqualFold(name, key) {
				all = append(all, texts(text)...)
			}
		}
	}
	return all
}

// texts returns a text, or a list of them.
func texts(raw json.RawMessage) (list []string) {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	_ = json.Unmarshal(raw, &list)
	return list
}

const cognitoService = "cognito-idp.amazonaws.com"

// permissions is check 3.
func permissions(f *Facts) (found []Finding) {
	p, ok := f.pool()
	if !ok {
		return nil
	}
	for _, t := range f.Triggers {
		q := in{"FunctionName": t.Function, "Qualifier": t.Alias}
		if f.gone("lambda", "GetPolicy", q) {
			found = append(found, wrong(t.Name, "", "%s: Cognito may not call %s:%s, which has no policy", t.Name, t.Function, t.Alias))
			continue
		}
		answer, ok := ask[struct{ Policy string }](f, "lambda", "GetPolicy", q)
		if !ok {
			continue
		}
		var policy struct{ Statement []statement }
		if json.Unmarshal([]byte(answer.Policy), &policy) != nil {
			f.without("lambda GetPolicy: the policy of %s cannot be read", t.Function)
			continue
		}
		found = append(found, t.judge(policy.Statement, p)...)
	}
	return found
}

// judge looks for the one permission that the stack writes.
func (t Trigger) judge(policy []statement, p pool) (found []Finding) {
	allowed := false
	for _, s := range policy {
		var principal struct{ Service json.RawMessage }
		_ = json.Unmarshal(s.Principal, &principal)
		anybody := slices.Contains(texts(s.Principal), "*")
		if s.Effect != "Allow" || !anybody && !slices.Contains(texts(principal.Service), cognitoService) {
			continue
		}
		sources := s.values("AWS:SourceArn")
		switch {
		case !anybody && slices.Contains(sources, p.Arn) && slices.Contains(s.values("AWS:SourceAccount"), p.account()):
			allowed = true
		case len(sources) == 0:
			found = append(found, wrong(t.Name, "*", "%s: %s may be called for any pool: a permission has no SourceArn", t.Name, t.Function))
		case slices.ContainsFunc(sources, func(arn string) bool { return strings.ContainsAny(arn, "*?") }):
			found = append(found, wrong(t.Name, "*", "%s: %s may be called for more than this pool: the SourceArn of a permission is a pattern", t.Name, t.Function))
		}
	}
	if !allowed {
		found = append(found, wrong(t.Name, "", "%s: no permission of %s:%s is for this pool and account", t.Name, t.Function, t.Alias))
	}
	return found
}

// versions is check 4.
func versions(f *Facts) (found []Finding) {
	p, ok := f.pool()
	if !ok || !f.has(TokenTrigger) {
		return nil
	}
	if f.TokenVersion == "" {
		f.without("the version that the stack wants is not known without a stage file")
	}
	var config struct{ LambdaArn, LambdaVersion string }
	_ = json.Unmarshal(p.LambdaConfig[TokenTrigger+"Config"], &config)
	var old string
	_ = json.Unmarshal(p.LambdaConfig[TokenTrigger], &old)
	if config.LambdaArn != "" && old != "" && old != config.LambdaArn {
		found = append(found, wrong(TokenTrigger, old, "%s names %s, and %sConfig another function", TokenTrigger, old, TokenTrigger))
	}
	is := config.LambdaVersion
	if is == "" && old != "" {
		is = "V1_0" // what the older member means
	}
	if is != "" && f.TokenVersion != "" && is != f.TokenVersion {
		found = append(found, wrong(TokenTrigger, is, "%s has the event's version %s, and the stack wants %s", TokenTrigger, is, f.TokenVersion))
	}
	return found
}

// version returns the version that the stack wants, "" if nobody says.
func (f *Facts) version(t Trigger) string {
	if t.Version != "" {
		return t.Version
	}
	all, ok := f.resources("AWS::Lambda::Version")
	for _, r := range all { // arn:aws:lambda:REGION:ACCOUNT:function:NAME:VERSION
		if _, version, of := strings.Cut(r.PhysicalResourceId, ":function:"+t.Function+":"); of {
			return version
		}
	}
	if ok {
		f.without("the stack has no version of %s", t.Function)
	}
	return ""
}

// aliases is check 6.
func aliases(f *Facts) (found []Finding) {
	for _, t := range f.Triggers {
		if f.gone("lambda", "GetAlias", in{"FunctionName": t.Function, "Name": t.Alias}) {
			continue // check 2 says so
		}
		a, ok := ask[struct {
			FunctionVersion string
			RoutingConfig   struct{ AdditionalVersionWeights map[string]float64 }
		}](f, "lambda", "GetAlias", in{"FunctionName": t.Function, "Name": t.Alias})
		if !ok {
			continue
		}
		switch want := f.version(t); {
		case want == "":
		case a.FunctionVersion != want:
			found = append(found, wrong(t.Name, a.FunctionVersion, "%s: the alias %s points to version %s of %s, and the stack to %s", t.Name, t.Alias, a.FunctionVersion, t.Function, want))
		case len(a.RoutingConfig.AdditionalVersionWeights) > 0:
			found = append(found, wrong(t.Name, a.FunctionVersion, "%s: the alias %s also calls another version of %s", t.Name, t.Alias, t.Function))
		}
	}
	return found
}
