package cost

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/secret"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// Stack is what a synthesized template says of its price.
type Stack struct {
	// Functions are those that are measured, by folder.
	Functions    map[string]Function
	AlarmMetrics int // every metric of every alarm
	Composites   int
	Dashboards   int
	Secrets      int  // that providers and functions read
	Recovery     bool // of the table, to a point in time
	SES          bool
	Plan         string // of the pool; empty for a pool that the suite does not make
}

// Function is a function's size, and what Lambda logs of it.
type Function struct {
	MemoryMB float64
	ARM      bool
	// Chatty says that Lambda logs the start and the report of each call, too.
	Chatty bool
}

// resource is the part of a template's resource that costs.
type resource struct {
	Type     string
	Metadata struct {
		Path string `json:"aws:cdk:path"`
	}
	Properties struct {
		MemorySize         float64
		Architectures      []string
		LoggingConfig      struct{ SystemLogLevel string }
		Metrics            []struct{ MetricStat any }
		Environment        struct{ Variables map[string]any }
		UserPoolTier       string
		EmailConfiguration struct {
			EmailSendingAccount string
		}
		Replicas []struct {
			PointInTimeRecoverySpecification struct{ PointInTimeRecoveryEnabled bool }
		}
	}
}

// Read reads a template. An error says that it is none of this suite.
func Read(template []byte) (Stack, error) {
	var t struct{ Resources map[string]resource }
	if err := json.Unmarshal(template, &t); err != nil {
		return Stack{}, fmt.Errorf("reading the template: %w", err)
	}
	s := Stack{Functions: map[string]Function{}, Secrets: strings.Count(string(template), "{{resolve:secretsmanager:")}
	for _, r := range t.Resources {
		s.add(r)
	}
	if !slices.ContainsFunc(triggers.Rooms(), func(room string) bool { _, there := s.Functions[room]; return there }) {
		return Stack{}, errors.New("the template has no function of a trigger: it is none of a suite")
	}
	return s, nil
}

func (s *Stack) add(r resource) {
	p := r.Properties
	switch r.Type {
	case "AWS::Lambda::Function":
		for name := range p.Environment.Variables {
			if slices.Contains([]string{secret.Pepper, secret.FirebaseSigner, secret.OldApp}, name) {
				s.Secrets++
			}
		}
		if room := roomOf(r.Metadata.Path); room != "" {
			s.Functions[room] = Function{
				MemoryMB: p.MemorySize, ARM: len(p.Architectures) == 1 && p.Architectures[0] == "arm64",
				Chatty: p.LoggingConfig.SystemLogLevel == "" || p.LoggingConfig.SystemLogLevel == "INFO" || p.LoggingConfig.SystemLogLevel == "DEBUG",
			}
		}
	case "AWS::CloudWatch::Alarm":
		s.AlarmMetrics += metricsOf(r)
	case "AWS::CloudWatch::CompositeAlarm":
		s.Composites++
	case "AWS::CloudWatch::Dashboard":
		s.Dashboards++
	case "AWS::DynamoDB::GlobalTable":
		s.Recovery = s.Recovery || len(p.Replicas) > 0 && p.Replicas[0].PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled
	case "AWS::Cognito::UserPool":
		s.Plan, s.SES = p.UserPoolTier, p.EmailConfiguration.EmailSendingAccount == "DEVELOPER"
		if s.Plan == "" {
			s.Plan = "ESSENTIALS" // Cognito's default for new pools
		}
	}
}

// roomOf returns the folder of a trigger, of the sweep or of the tripwire, by the path of its construct.
func roomOf(path string) string {
	for _, t := range triggers.All() {
		if strings.HasSuffix(path, "/"+t.Name+"/Resource") {
			return t.Room
		}
	}
	if strings.HasSuffix(path, "/Reconcile/Resource") {
		return "reconcile"
	}
	if strings.HasSuffix(path, "/Tripwire/Resource") {
		return "tripwire"
	}
	return ""
}

// metricsOf returns how many metrics an alarm is charged for: each that it reads.
func metricsOf(r resource) (n int) {
	if len(r.Properties.Metrics) == 0 {
		return 1
	}
	for _, m := range r.Properties.Metrics {
		if m.MetricStat != nil {
			n++
		}
	}
	return n
}
