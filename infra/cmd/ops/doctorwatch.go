package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
	"github.com/cognito-triggers/cognito-triggers/internal/tripwire"
)

// lookEvery is how often doctor --watch looks.
const lookEvery = time.Minute

// keepWatch looks as the tripwire's function does and writes each change of what it finds, until
// ctx ends. It heals nothing.
func (e *examination) keepWatch(ctx context.Context, subject doctor.Subject, port doctor.Port, t terminal) error {
	w := tripwire.Watch{Subject: subject, Port: port, Clock: t}
	said := ""
	var last tripwire.Report
	for {
		r, err := w.Run(ctx, tripwire.Change{})
		if err != nil {
			break
		}
		last = r
		if now := r.Outcome(); now != said {
			said = now
			if err := e.printLook(t, r); err != nil {
				return err
			}
		}
		if t.Sleep(ctx, lookEvery) != nil {
			break
		}
	}
	switch {
	case len(last.Wrong) > 0:
		return concluded(critical)
	case e.strict && len(last.Moved)+len(last.Notes)+len(last.Unasked) > 0:
		return concluded(warned)
	}
	return nil
}

// printLook writes what one look found.
func (e *examination) printLook(t terminal, r tripwire.Report) error {
	if e.json {
		text, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("writing the findings: %w", err)
		}
		_, err = fmt.Fprintf(t.out, "%s\n", text)
		return err
	}
	_, err := fmt.Fprintf(t.out, "%s  %s\n", t.Now().UTC().Format(time.TimeOnly), shown(r.Outcome()))
	return err
}
