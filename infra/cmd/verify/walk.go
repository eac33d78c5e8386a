package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

// walk takes the journey. A failing step does not end it.
func walk(ctx context.Context, p *place, log io.Writer) []walked {
	var all []walked
	for i, step := range journey.New(p.target).Steps() {
		began := time.Now()
		_, err := step.Run(ctx)
		w := walked{Title: step.Title, Call: step.Call, Fires: step.Fires, Took: time.Since(began).Round(time.Millisecond).String()}
		mark := "ok"
		if err != nil {
			w.Error, mark = newRedactor(p.target).redact(err.Error()), "FAILED: "+err.Error()
		}
		fmt.Fprintf(log, "%2d. %-56s %8s  %s\n", i+1, step.Title, w.Took, mark)
		all = append(all, w)
	}
	return all
}

// sourcesOf returns the trigger sources that the journey's calls fired, in order.
func sourcesOf(all []record) []string {
	_, headers := events(all)
	var sources []string
	for _, h := range headers {
		if !h.probed() && h.folder() != "" {
			sources = append(sources, h.Source)
		}
	}
	return sources
}
