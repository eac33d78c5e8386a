package main

import (
	"fmt"
	"os"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cost"
)

// record writes the times of the suite's functions for package cost. What is the same on
// every machine stays as it is: package weight records it.
func record(file string, r *Report, now time.Time) error {
	_, m, err := cost.Recorded()
	if err != nil {
		return err
	}
	m.Date, m.Machine = now.UTC().Format(time.DateOnly), fmt.Sprintf("%d processors, %s, %s", r.CPUs, r.Arch, r.Go)
	for _, note := range r.Notes {
		m.Machine += "; " + note
	}
	for _, p := range r.Programs {
		if p.Form == ours {
			f := m.Functions[p.Function]
			f.CPUMillis, f.InitMillis = p.CPU, p.Init
			m.Functions[p.Function] = f
		}
	}
	if err := os.WriteFile(file, []byte(m.String()), 0o644); err != nil {
		return fmt.Errorf("recording the figures: %w", err)
	}
	return nil
}
