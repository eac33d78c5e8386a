package infra

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
)

// The defaults of Props, each read through a method so that no caller sees a
// zero value. They are described where the fields are.

func (p *Props) plan() Plan                 { return or(p.Plan, PlanEssentials) }
func (p *Props) tokenVersion() TokenVersion { return or(p.TokenVersion, V3_0) }
func (p *Props) architecture() Architecture { return or(p.Architecture, ARM64) }
func (p *Props) memory() int                { return or(p.MemoryMiB, 256) }
func (p *Props) logRetention() int          { return or(p.LogRetentionDays, 90) }
func (p *Props) bundles() string            { return or(p.Bundles, "dist/"+string(p.architecture())) }

// flows are the API flows of the web client.
func (p *Props) flows() map[Flow]bool {
	allowed := make(map[Flow]bool)
	for _, f := range p.WebClient.Flows {
		allowed[f] = true
	}
	if len(allowed) == 0 {
		allowed[FlowSRP] = true
	}
	return allowed
}

// writeAttributes are what a person may set of themselves.
func (p *Props) writeAttributes() []string {
	if p.takesPool() {
		return anyWritable() // what its clients may write is not known: the worst
	}
	if len(p.WebClient.WriteAttributes) == 0 {
		return []string{"email", "name", "locale"}
	}
	return p.WebClient.WriteAttributes
}

// readAttributes are what the web client sees of its user.
func (p *Props) readAttributes() []string {
	if len(p.WebClient.ReadAttributes) > 0 {
		return p.WebClient.ReadAttributes
	}
	read := []string{"email", "email_verified"}
	for _, name := range p.writeAttributes() {
		if !slices.Contains(read, name) {
			read = append(read, name)
		}
	}
	return read
}

// machineScopes are the full scopes of the machine client.
func (p *Props) machineScopes() []string {
	if len(p.MachineClient.Scopes) > 0 {
		return p.MachineClient.Scopes
	}
	return p.scopes()
}

// scopes are all full scopes of the resource server.
func (p *Props) scopes() []string {
	full := make([]string, len(p.ResourceServer.Scopes))
	for i, s := range p.ResourceServer.Scopes {
		full[i] = p.ResourceServer.Identifier + "/" + s.Name
	}
	return full
}

// retentions are the lengths of log retention that CloudWatch offers, up to the
// 90 days beyond which lines about sign-ins are hard to justify.
var retentions = map[int]awslogs.RetentionDays{
	1:  awslogs.RetentionDays_ONE_DAY,
	3:  awslogs.RetentionDays_THREE_DAYS,
	5:  awslogs.RetentionDays_FIVE_DAYS,
	7:  awslogs.RetentionDays_ONE_WEEK,
	14: awslogs.RetentionDays_TWO_WEEKS,
	30: awslogs.RetentionDays_ONE_MONTH,
	60: awslogs.RetentionDays_TWO_MONTHS,
	90: awslogs.RetentionDays_THREE_MONTHS,
}

// or gives the value, or the default for a zero value.
func or[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// list turns Go strings into what jsii takes. An empty list becomes nil, which
// leaves the property out.
func list(values []string) *[]*string {
	if len(values) == 0 {
		return nil
	}
	pointers := make([]*string, len(values))
	for i, value := range values {
		pointers[i] = new(value)
	}
	return &pointers
}
