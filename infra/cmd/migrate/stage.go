package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// readStage reads the stage's file, where a stage is named.
func (c *call) readStage(said map[string]string) error {
	if c.stage == "" {
		return nil
	}
	stages, err := settings.DecodeStages(filepath.Join("infra", "stages"), cmp.Or(said[settings.LocalStageOutput], c.stage))
	if err != nil {
		return err
	}
	c.migration = &stages[0].Migration // whether the file is sound, synth says
	if c.migration.Pepper != (settings.Pepper{}) && !c.noImport {
		c.noImport = true // Cognito has no pepper
	}
	return nil
}

// checked asks that the stage's trigger checks each kind that waits: nobody with another one could sign in.
func (c *call) checked(kinds map[string]int) error {
	if c.migration == nil || c.asksOldApp() {
		return nil
	}
	for _, h := range c.migration.Hashes {
		delete(kinds, h.Kind)
	}
	if len(kinds) == 0 {
		return nil
	}
	people, lines := 0, ""
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		people += kinds[kind]
		lines += fmt.Sprintf("\n    - {kind: %q, people: %d}", kind, kinds[kind])
	}
	return fmt.Errorf("%d people wait with hashes which the stage's migration.hashes do not list: add these, deploy, and repeat the call%s", people, lines)
}

// asksOldApp reports whether the stage's trigger asks the old app, and looks at no row.
func (c *call) asksOldApp() bool {
	return c.migration != nil && c.migration.OldApp != (settings.OldApp{})
}
