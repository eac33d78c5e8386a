package infra

import (
	"debug/buildinfo"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
)

// recordingTag builds the functions that a verification deploys: they print events whole
// and obey their callers (internal/kernel, recording.go).
const recordingTag = "recording"

// checkRecorder refuses such a build for a stage that is not disposable. Go writes the
// tags of a build into the program; a program without that note is not such a build.
func checkRecorder(folder string, p *Props) error {
	info, err := buildinfo.ReadFile(filepath.Join(folder, bootstrapFile))
	if err != nil || p.Disposable || !records(info) {
		return nil
	}
	return fmt.Errorf("%s: records every event and obeys its callers, for a verification; only a disposable stage may have it: run `make build ARCH=%s`",
		folder, p.architecture())
}

func records(info *debug.BuildInfo) bool {
	for _, setting := range info.Settings {
		if setting.Key == "-tags" {
			return slices.Contains(strings.Split(setting.Value, ","), recordingTag)
		}
	}
	return false
}
