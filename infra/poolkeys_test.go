package infra

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// leavesOf returns the paths to the values of a resource; a list, a call of an intrinsic
// function and all tags are one value.
func leavesOf(path string, value any) (all []string) {
	object, ok := value.(map[string]any)
	if ok {
		for name, inner := range object {
			if strings.HasPrefix(name, "Fn::") || name == "Ref" || path == "UserPoolTags." {
				return []string{strings.TrimSuffix(path, ".")}
			}
			all = append(all, leavesOf(path+name+".", inner)...)
		}
		return all
	}
	return []string{strings.TrimSuffix(path, ".")}
}

// The stage with every key has every property that the suite sets. An override of one of
// them would act without a key's checks.
func TestR71_NoOverrideChangesWhatTheSuiteSets(t *testing.T) {
	tpl, overridden := everything(t), full(t).Overrides
	pool, s := tpl.properties(t, poolType, "Pool"), quiet(t, "prod")
	pool["Schema"] = "x" // never written
	s.Overrides = map[string]map[string]any{}
	var want []string
	for resource, properties := range map[string]map[string]any{
		settings.PoolOverride: pool, "web": tpl.properties(t, clientType, "WebClient"), "machine": tpl.properties(t, clientType, "MachineClient"),
	} {
		s.Overrides[resource] = map[string]any{}
		for _, path := range leavesOf("", properties) {
			if _, free := overridden[resource][path]; !free {
				s.Overrides[resource][path] = "x"
				want = append(want, policy.Child("overrides."+resource, path)+": ")
			}
		}
	}
	if len(want) < 40 {
		t.Errorf("the template has %q", want)
	}
	refused := fmt.Sprint(s.Validate())
	for _, path := range want {
		if !strings.Contains("\n"+refused, "\n"+path) {
			t.Errorf("%s can be overridden:\n%s", path, refused)
		}
	}
}

// A map of Go has no order: the template would differ between two passes of one deployment.
func TestR71_AnOverrideInsideOfAnotherIsKept(t *testing.T) {
	stack := awscdk.NewStack(newApp(t), new("App"), nil)
	for i := range 10 {
		made := awscdk.NewCfnResource(stack, new(fmt.Sprint("Any", i)), &awscdk.CfnResourceProps{Type: new("Any::Any::Any")})
		override(made, map[string]any{"A.B.D": 2, "A": map[string]any{"B": map[string]any{"C": 1}}, "A.E": 3})
	}
	tpl := template(*assertions.Template_FromStack(stack, nil).ToJSON())
	for id, r := range tpl.resources("Any::Any::Any") {
		if got := fmt.Sprint(at(r, "Properties")); got != "map[A:map[B:map[C:1 D:2] E:3]]" {
			t.Errorf("%s has %s", id, got)
		}
	}
}

func TestR71_WithoutKeysThePoolHasNoneOfIt(t *testing.T) {
	tpl := ofQuiet(t, "dev")
	pool := tpl.properties(t, poolType, "Pool")
	for _, name := range []string{"EnabledMfas", "SmsConfiguration", "EmailConfiguration", "EmailAuthenticationMessage", "SmsAuthenticationMessage", "UserPoolAddOns", "DeviceConfiguration"} {
		if pool[name] != nil {
			t.Errorf("%s is %v", name, pool[name])
		}
	}
	if pool["MfaConfiguration"] != "OFF" || at(pool, "AdminCreateUserConfig", "InviteMessageTemplate") != nil {
		t.Errorf("the pool is %v", pool)
	}
	for _, kind := range []string{"AWS::Cognito::LogDeliveryConfiguration", "AWS::WAFv2::WebACLAssociation"} {
		if n := len(tpl.resources(kind)); n != 0 {
			t.Errorf("%d of %s", n, kind)
		}
	}
}

func TestR71_AnAuthenticatorAppNeedsNoRoleForMessages(t *testing.T) {
	tpl := ofStage(t, "prod")
	pool := tpl.properties(t, poolType, "Pool")
	if pool["MfaConfiguration"] != "OPTIONAL" || !reflect.DeepEqual(texts(pool["EnabledMfas"]), []string{"SOFTWARE_TOKEN_MFA"}) || pool["SmsConfiguration"] != nil {
		t.Errorf("the pool is %v", pool)
	}
	for id := range tpl.resources(roleType) {
		if strings.Contains(id, "sms") {
			t.Errorf("there is the role %s", id)
		}
	}
}

func TestR71_TheWaysToANewPassword(t *testing.T) {
	phone, email := RecoverByPhone, RecoverByEmail
	for want, ways := range map[awscognito.AccountRecovery][]RecoveryWay{
		awscognito.AccountRecovery_EMAIL_ONLY:                  {email},
		awscognito.AccountRecovery_PHONE_ONLY_WITHOUT_MFA:      {phone},
		awscognito.AccountRecovery_PHONE_WITHOUT_MFA_AND_EMAIL: {phone, email},
		awscognito.AccountRecovery_EMAIL_AND_PHONE_WITHOUT_MFA: {email, phone},
	} {
		if got := recovery(&Props{Settings: Settings{Recovery: ways}}); got != want {
			t.Errorf("%v is %s", ways, got)
		}
	}
}

// The identity is this account's; its Region is the pool's unless the stage names one. The
// golden template has a named one.
func TestR71_AnIdentityIsOfThePoolsRegion(t *testing.T) {
	s := quiet(t, "prod")
	s.Email = EmailSender{Identity: "login@example.org"}
	mail := synthesize(t, s).properties(t, poolType, "Pool")["EmailConfiguration"]
	arn, _ := at(mail, "SourceArn", "Fn::Join", 1).([]any)
	if at(mail, "EmailSendingAccount") != "DEVELOPER" || at(mail, "From") != nil || len(arn) != 7 || at(arn, 3, "Ref") != "AWS::Region" || arn[6] != ":identity/login@example.org" {
		t.Errorf("%v", mail)
	}
}

func TestR71_CognitosOwnLogsAreKeptAsLongAsTheStageSays(t *testing.T) {
	tpl := everything(t)
	var sources []string
	for _, r := range tpl.resources("AWS::Cognito::LogDeliveryConfiguration") {
		for _, to := range at(r, "Properties", "LogConfigurations").([]any) {
			arn := at(to, "CloudWatchLogsConfiguration", "LogGroupArn", "Fn::Join", 1).([]any)
			sources = append(sources, at(to, "EventSource").(string)+" "+at(to, "LogLevel").(string)+" "+at(arn, len(arn)-1, "Ref").(string))
		}
	}
	if want := []string{"userNotification ERROR SuitePoolNotificationsLogs0BEEF63B", "userAuthEvents INFO SuitePoolAuthEventsLogs1C5499FE"}; !slices.Equal(sources, want) {
		t.Errorf("logs %q", sources)
	}
	for id, want := range map[string]float64{"PoolNotifications": 90, "PoolAuthEvents": 30} {
		if group := tpl.properties(t, logsType, id+"Logs"); group["RetentionInDays"] != want || group["KmsKeyId"] != keyARN {
			t.Errorf("%s: %v", id, group)
		}
	}
}

func TestR71_TagsAreOnEverythingAndForEverKeepsForEver(t *testing.T) {
	s := quiet(t, "prod")
	s.Tags, s.LogRetentionDays = map[string]string{"team": "identity"}, -1
	tpl := synthesize(t, s)
	if tag := at(tpl.properties(t, poolType, "Pool"), "UserPoolTags", "team"); tag != "identity" {
		t.Errorf("the pool's tag is %v", tag)
	}
	for _, kind := range []string{functionType, logsType, roleType} {
		for id, r := range tpl.resources(kind) {
			if tags, _ := at(r, "Properties", "Tags").([]any); !slices.ContainsFunc(tags, func(tag any) bool { return at(tag, "Key") == "team" && at(tag, "Value") == "identity" }) {
				t.Errorf("%s has the tags %v", id, tags)
			}
			if days := at(r, "Properties", "RetentionInDays"); days != nil {
				t.Errorf("%s keeps lines %v days", id, days)
			}
		}
	}
}
