package live

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// What failed for another reason than the file is tried again after a pause that doubles.
const firstPause, longestPause = time.Second, 30 * time.Second

// watchStage lets each text of the stage file act, or tells why it does not.
func (w *Watcher) watchStage(ctx context.Context) {
	var file settling
	var began, next time.Time
	var pause time.Duration
	var told string
	for tick := time.Tick(pollMillis * time.Millisecond); ctx.Err() == nil; {
		reads := file.see(look(w.opts.StageFile))
		if reads == 1 {
			began, next, pause, told = time.Now(), time.Time{}, firstPause, ""
		}
		if reads >= toAct && !time.Now().Before(next) {
			e, failed := w.edit(ctx, file.now)
			e.Millis = float64(time.Since(began).Microseconds()) / 1000
			switch {
			case failed:
				next, pause = time.Now().Add(pause), min(2*pause, longestPause)
			case e.Faults != nil && reads < toTell:
				e.Text = "" // the editor may be at work
			default:
				file.done()
			}
			if e.Text != "" && e.Text != told {
				w.tell(ctx, e)
			}
			told = e.Text
		}
		select {
		case <-tick:
		case <-ctx.Done():
		}
	}
}

const staysAsItWas = "the old policy stays"

// edit lets a text of the stage file act. It reports what became of it, with no text if
// there is nothing to say, and whether it failed for another reason than the text.
func (w *Watcher) edit(ctx context.Context, found seen) (e timeline.Edit, failed bool) {
	e = timeline.Edit{File: w.opts.StageFile, Text: staysAsItWas}
	if found.err != "" {
		e.Faults = []string{w.opts.StageFile + ": " + found.err}
		return e, false
	}
	edited, err := settings.ReadStage(w.opts.StageFile, []byte(found.text), settings.Given{})
	if err != nil {
		e.Faults = lines(err.Error())
		return e, false
	}
	before := w.stage.Load()
	first := before == nil
	if first {
		before = &edited // what else differs from the stack only a new template would show
	}
	acting, rest, err := before.Acting(edited)
	if err != nil {
		e.Faults = lines(err.Error())
		e.Text += ", for it needs what only a restart of make local applies: " + strings.Join(rest, ", ")
		return e, false
	}
	unmade, changed, err := w.apply(ctx, &acting)
	if err != nil {
		e.Text += ": " + err.Error()
		return e, true
	}
	w.stage.Store(&acting)
	acted := slices.DeleteFunc(before.Differences(&acting.Settings), func(key string) bool { return slices.Contains(unmade, key) })
	e.Acted, e.Text = described(acted, append(rest, unmade...), changed)
	if first && !changed && e.Acted {
		e.Text = ""
	}
	return e, false
}

// mostFaults is how many lines of faults are told.
const mostFaults = 20

// lines returns the first lines of a text and how many there are beyond.
func lines(text string) []string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	if beyond := len(all) - mostFaults; beyond > 0 {
		all = append(all[:mostFaults], fmt.Sprintf("and %d more", beyond))
	}
	return all
}

// described says which keys act and which do not.
func described(acted, rest []string, changed bool) (acts bool, text string) {
	var parts []string
	switch {
	case len(acted) > 0:
		parts = append(parts, strings.Join(acted, ", ")+" acts now")
	case changed:
		parts = append(parts, "the policy of the file acts now")
	case len(rest) == 0:
		parts = append(parts, "what acts is the same as before")
	}
	if len(rest) > 0 {
		parts = append(parts, "restart make local to apply "+strings.Join(rest, ", "))
	}
	return len(acted) > 0 || changed || len(rest) == 0, strings.Join(parts, "; ")
}

// apply replaces the functions whose policy differs, and writes the rows of app clients
// if those do. It returns the keys for which the stack has no resource, and whether
// anything differed.
func (w *Watcher) apply(ctx context.Context, acting *settings.Stage) (unmade []string, changed bool, err error) {
	f := w.functions
	f.mu.Lock()
	defer f.mu.Unlock()
	var changes []change
	for _, fn := range f.all {
		section, err := acting.Shipped(fn.room, settings.Given{})
		if err != nil {
			return nil, false, err
		}
		if !bytes.Equal(section, fn.section) {
			changes = append(changes, change{function: fn, section: section})
		}
	}
	profiles, rows := acting.ClientProfiles(w.ids(acting)), w.profiles
	newRows := !reflect.DeepEqual(profiles, rows) && (len(profiles) > 0 || len(rows) > 0)
	if newRows && !w.registers {
		unmade, newRows = acting.ProfileKeys(), false
	}
	if err := f.swap(changes, func() error {
		if !newRows {
			return nil
		}
		return f.cloud.UpdateCustomResources(ctx, settings.ClientProfilesType, map[string]any{"Clients": profiles})
	}); err != nil {
		return nil, false, err
	}
	if newRows {
		w.profiles = profiles
		f.forgetProfiles()
	}
	return unmade, len(changes) > 0 || newRows, nil
}

// ids returns the ids of the stack's app clients by their names.
func (w *Watcher) ids(acting *settings.Stage) map[string]string {
	ids := make(map[string]string)
	for name := range acting.Clients {
		if client, ok := w.functions.cloud.Client(settings.ClientOutput(name)); ok {
			ids[name] = client.ID
		}
	}
	return ids
}
