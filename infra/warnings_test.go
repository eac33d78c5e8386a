package infra

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
)

// An app that writes its props in Go has no stage file whose warnings synth prints.
func TestR75_TheConstructSaysWhatItWarnsOf(t *testing.T) {
	stack := awscdk.NewStack(awscdk.NewApp(&awscdk.AppProps{Outdir: new(t.TempDir())}), new("Mine"), nil)
	props := &Props{Bundles: stubs(t, ARM64), Settings: Settings{
		Domain: Domain{Prefix: "trigger-suite-x"}, Clients: map[string]Client{"web": {CallbackURLs: []string{"https://acme.org/cb"}}},
	}}
	awscdk.Annotations_Of(stack).AcknowledgeWarning(new(WarningID("mfa")), nil)
	NewTriggerSuite(stack, "Suite", props)
	found := assertions.Annotations_FromStack(stack)
	for _, path := range []string{"email", "domain.prefix", "monitoring.topicArn"} {
		found.HasWarning(new("/Mine/Suite"), assertions.Match_StringLikeRegexp(new("^"+path+": ")))
	}
	found.HasNoWarning(new("/Mine/Suite"), assertions.Match_StringLikeRegexp(new("^mfa: ")))
}
