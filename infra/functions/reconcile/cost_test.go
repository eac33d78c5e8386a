package main

import (
	"bytes"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cost"
)

func TestR77_TheSweepsMetricsAreThoseThatAreCharged(t *testing.T) {
	_, m, err := cost.Recorded()
	if got := bytes.Count(metrics("x", true), []byte(`{"Name":`)); err != nil || got != m.Functions["reconcile"].Metrics {
		t.Errorf("a run's line has %d metrics, recorded are %d (%v)", got, m.Functions["reconcile"].Metrics, err)
	}
}
