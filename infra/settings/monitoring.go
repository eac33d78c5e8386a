package settings

import (
	"fmt"
	"regexp"
	"strings"
)

// Monitoring says at which values sign-ups or sign-ins raise an alarm, and who is
// notified. The metrics are Lambda's own and those in the functions' log lines (embedded
// metric format); no agent and no layer runs.
type Monitoring struct {
	// TopicARN is the SNS topic for what must wake somebody, in the stack's Region and
	// account. Its policy must let cloudwatch.amazonaws.com publish, and so must the key
	// of an encrypted topic. Default: "", these alarms show on the dashboard and notify
	// nobody. Example: arn:aws:sns:eu-west-1:111122223333:on-call.
	TopicARN string `yaml:"topicArn"`

	// TicketTopicARN is the SNS topic for what can wait until the next working day; it may
	// be the same topic. Default: "", these alarms show on the dashboard and notify nobody.
	// Example: arn:aws:sns:eu-west-1:111122223333:tickets.
	TicketTopicARN string `yaml:"ticketTopicArn"`

	// NoAlarms omits the alarms. With one app client for people they cost about 7 $ a month:
	// 10 cents for each metric that an alarm looks at, and 50 for each of the two that notify
	// a topic; another client adds 1.40 $. Default: false. Example: `true` in dev.
	NoAlarms bool `yaml:"noAlarms"`

	// NoDashboard omits the dashboard; an account has three for free. Default: false.
	// Example: true.
	NoDashboard bool `yaml:"noDashboard"`

	// DurationMillis is the time from which a call counts as slow, in milliseconds; a fifth
	// of them in an hour, or a hundredth of many, raises an alarm. The functions stop their
	// own work after 2500. Cognito stops waiting after 5000, which include the start of a
	// new instance; the count does not include it
	// (cognito-user-identity-pools-working-with-lambda-triggers). Default: 0 means 1500.
	// Example: 800.
	DurationMillis int `yaml:"durationMillis" range:"100,2400"`

	// RefusedPercent is the share of refused sign-ups, or of refused and demoted tokens,
	// within an hour that raises an alarm, if there were at least 20 in all. The reason is
	// an attack, or a rule that objects to the wrong users. Default: 0 means 50. Example: 20.
	RefusedPercent int `yaml:"refusedPercent" range:"1,100"`

	// Namespace is the namespace of the metrics in the log lines. Two suites may share
	// one: the metrics are told apart by the functions' names.
	// Default: "" means CognitoTriggers/<name of the stack>. Example: Acme/SignIn.
	// WARNING: a change starts every metric anew.
	Namespace string `yaml:"namespace"`
}

// namespaceForm is the API reference's (PutMetricData: no colon at the beginning). Names
// that begin with AWS/ are reserved.
var namespaceForm = regexp.MustCompile(`^[A-Za-z0-9_./#-][A-Za-z0-9_./#:-]{0,254}$`)

// monitoring checks the monitoring.
func (c *checker) monitoring(m Monitoring) {
	c.arn("monitoring.topicArn", m.TopicARN, "sns")
	if m.TopicARN != "" && c.given.Topic {
		c.faults.Add("monitoring.topicArn", "is given beside Topic", "give one of them")
	}
	c.arn("monitoring.ticketTopicArn", m.TicketTopicARN, "sns")
	if m.NoAlarms && (m.TopicARN != "" || m.TicketTopicARN != "" || c.given.Topic) {
		c.faults.Add("monitoring.noAlarms", "leaves no alarm for the topic", "remove one of them")
	}
	if m.Namespace != "" && (!namespaceForm.MatchString(m.Namespace) || strings.HasPrefix(m.Namespace, "AWS/")) {
		c.faults.Add("monitoring.namespace", fmt.Sprintf("%q is not a namespace", m.Namespace), "use letters, digits and . - _ / # :, such as Acme/SignIn, and neither AWS/ nor : at the beginning")
	}
}

// arnForm is the form of every ARN (IAM user guide, "Amazon Resource Names"), with service
// and Region.
var arnForm = regexp.MustCompile(`^arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]+):[0-9]{12}:\S+$`)

// key checks that a value is the ARN of a key itself. In a policy's resource, the ARN of
// an alias does not mean the key behind it (KMS developer guide, "Specifying KMS keys in
// IAM policy statements"): the stack would be deployed, and the functions could not read
// the table.
func (c *checker) key(path, value string) {
	c.arn(path, value, "kms")
	if found := arnForm.FindStringSubmatch(value); found != nil && found[1] == "kms" && strings.Contains(value, ":alias/") {
		c.faults.Add(path, fmt.Sprintf("%q is the ARN of an alias; IAM does not resolve it to the key", value), "write that of the key, …:key/… (aws kms describe-key says it)")
	}
}

// arn checks that a value is empty or the ARN of a service's resource. It accepts values
// that the CDK fills in later.
func (c *checker) arn(path, value, service string) {
	if value == "" || strings.Contains(value, "${Token[") {
		return
	}
	if found := arnForm.FindStringSubmatch(value); found == nil || found[1] != service {
		c.faults.Add(path, fmt.Sprintf("%q is not an ARN of %s", value, service), fmt.Sprintf("write it out, such as arn:aws:%s:eu-west-1:111122223333:…", service))
	}
}
