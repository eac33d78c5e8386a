package sweep_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// hooked is a table of which a test takes some calls.
type hooked struct {
	*table
	profiles func(ctx context.Context, subs []string) error
	scan     func(subs []string) []string
	upsert   func(ctx context.Context) error
}

func (h hooked) Profiles(ctx context.Context, pool string, subs []string) (map[string]users.ProfileRow, error) {
	if h.profiles != nil {
		if err := h.profiles(ctx, subs); err != nil {
			return nil, err
		}
	}
	return h.table.Profiles(ctx, pool, subs)
}

func (h hooked) Scan(ctx context.Context, pool, from string) ([]string, string, error) {
	subs, next, err := h.table.Scan(ctx, pool, from)
	if h.scan != nil {
		subs = h.scan(subs)
	}
	return subs, next, err
}

func (h hooked) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	if h.upsert != nil {
		if err := h.upsert(ctx); err != nil {
			return users.Failed, err
		}
	}
	return h.table.Upsert(ctx, seen)
}

// TestWhoWasShownIsRememberedOverAResume in both forms of a checkpoint: nobody is
// asked for. The marks of two passes differ.
func TestWhoWasShownIsRememberedOverAResume(t *testing.T) {
	w := newWorld(t)
	for i := range 150 {
		u := user(fmt.Sprintf("u%03d", i), fmt.Sprintf("sub-%03d", i))
		w.pool.put(u)
		w.mirrored(u)
	}
	var shown []string
	for range 2 {
		var before []sweep.Checkpoint
		w.o.Save = func(c sweep.Checkpoint) error {
			again := copied(t, c)
			if text(again) != text(c) || c.Shown.Len() != min(c.Report.Listed, 150) {
				t.Errorf("written %s\nread %s", text(c), text(again))
			}
			var asJSON sweep.Checkpoint
			if err := json.Unmarshal([]byte(text(c)), &asJSON); err != nil {
				t.Error(err)
			}
			before = append(before, again, asJSON)
			return nil
		}
		w.sweep()
		for _, c := range before {
			w.o.Save = nil
			if report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, c); err != nil || report.Rows != 150 || report.Asked != 0 || report.Total() != 0 {
				t.Fatalf("from %s at %d: %v, %s", c.Phase, c.Report.Listed, err, text(report))
			}
		}
		mark, err := before[len(before)-1].Shown.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		shown = append(shown, string(mark))
	}
	if shown[0] == shown[1] {
		t.Error("two passes have the same seed: who is overlooked once is overlooked always")
	}
}

// TestWhoIsSettledIsNotAskedForAgain: the checkpoints of the last phase have those
// who are open, and each fewer.
func TestWhoIsSettledIsNotAskedForAgain(t *testing.T) {
	w := newWorld(t)
	for i := range 130 {
		w.mirrored(user(fmt.Sprintf("u%03d", i), fmt.Sprintf("sub-%03d", i)))
	}
	there := user("u005", "sub-005")
	w.pool.put(there)
	var left []int
	w.o.Save = func(c sweep.Checkpoint) error {
		if c.Phase != sweep.Scanning && c.Phase != sweep.Listing {
			left = append(left, len(c.Ask))
		}
		if c.Report.Asked > 60 && slices.Contains(c.Ask, "sub-005") {
			t.Error("who was found is still open")
		}
		return nil
	}
	if _, err := sweep.Run(t.Context(), hiding{w.pool, "u005"}, w.table, w.o, sweep.Checkpoint{}); err != nil {
		t.Fatal(err)
	}
	want := []int{130, 129, 129, 129}
	for n := 128; n >= 0; n-- {
		want = append(want, n)
	}
	if want = append(want, 0); !slices.Equal(left, want) {
		t.Errorf("left are %v", left)
	}
	if len(w.pool.gets) != 130+129 {
		t.Errorf("asked %d times", len(w.pool.gets))
	}
}

func TestARowThatWasBuriedMeanwhileIsNotAskedFor(t *testing.T) {
	w := newWorld(t)
	w.mirrored(user("ada", "sub-a"))
	if err := w.table.Memory.Erase(t.Context(), w.key("sub-a"), noon); err != nil {
		t.Fatal(err)
	}
	stale := hooked{table: w.table, scan: func([]string) []string { return []string{"sub-a", "sub-nobody"} }}
	report, err := sweep.Run(t.Context(), w.pool, stale, w.o, sweep.Checkpoint{})
	if err != nil || len(w.pool.gets) != 0 || w.table.writes != 0 || report.Rows != 2 || report.Unaskable != 0 {
		t.Errorf("%v, asked %d times, %d writes, %s", err, len(w.pool.gets), w.table.writes, text(report))
	}
}

// TestAnUnlistedUserWhoIsThereIsHealed by the answer, in the first question.
func TestAnUnlistedUserWhoIsThereIsHealed(t *testing.T) {
	w := newWorld(t)
	u := user("ada", "sub-a")
	w.mirrored(u)
	u.Disabled = true
	w.pool.put(u)
	down := errors.New("down")
	w.table.fail = func() error { return down }
	if _, err := sweep.Run(t.Context(), hiding{w.pool, "ada"}, w.table, w.o, sweep.Checkpoint{}); !errors.Is(err, down) || !strings.Contains(err.Error(), "sub-a") {
		t.Errorf("error %v", err)
	}
	w.table.fail = nil
	report, err := sweep.Run(t.Context(), hiding{w.pool, "ada"}, w.table, w.o, sweep.Checkpoint{})
	if err != nil || report.Drift[sweep.Disabled] != 1 || report.Written != 1 || report.Asked != 1 {
		t.Errorf("%v, %s", err, text(report))
	}
	w.converged()
	w.seen(user("ada", "sub-a"), noon.AddDate(0, 0, 1)) // from the future
	if report, err = sweep.Run(t.Context(), hiding{w.pool, "ada"}, w.table, w.o, sweep.Checkpoint{}); err != nil || report.Overtaken != 1 || report.Written != 0 {
		t.Errorf("%v, %s", err, text(report))
	}
}

// TestARecentNameThatAnotherOneHasCreatesNobody: the list is behind a re-creation.
func TestARecentNameThatAnotherOneHasCreatesNobody(t *testing.T) {
	w := newWorld(t)
	old, again := user("ada", "sub-old"), user("ada", "sub-new")
	old.ModifiedAt = noon.Add(-time.Minute)
	w.pool.put(again)
	w.pool.stale = []sweep.User{old}
	if report := w.sweep(); report.Total() != 0 || w.table.writes != 0 || report.Asked != 1 {
		t.Errorf("%s", text(report))
	}
}

func TestAReportSaysWhenThePoolWasSeenFirstAndLast(t *testing.T) {
	w := drifted(t, 20)
	w.pool.page, w.o.ListRate = 10, 1
	report := w.sweep()
	last := w.pool.gets[len(w.pool.gets)-1].Truncate(time.Second)
	if !report.StartedAt.Equal(noon) || !report.CheckedAt.Equal(last) || last.Sub(noon) < 70*time.Second {
		t.Errorf("from %v to %v, the last reply was of %v", report.StartedAt, report.CheckedAt, last)
	}
	w.o.DryRun = true
	report = w.sweep()
	first, end := w.pool.lists[len(w.pool.lists)-12], w.pool.lists[len(w.pool.lists)-1]
	if !report.StartedAt.Equal(first.Truncate(time.Second)) || !report.CheckedAt.Equal(end.Truncate(time.Second)) || report.Pool != poolID || !report.DryRun {
		t.Errorf("from %v to %v, listed from %v to %v", report.StartedAt, report.CheckedAt, first, end)
	}
}

func TestACheckpointIsSavedAsOftenAsAsked(t *testing.T) {
	w := newWorld(t)
	for i := range 100 {
		w.pool.put(user(fmt.Sprintf("u%03d", i), fmt.Sprintf("sub-%03d", i)))
	}
	w.pool.page, w.o.ListRate, w.o.SaveEvery = 10, 1, 3*time.Second
	var saved []time.Time
	w.o.Save = func(sweep.Checkpoint) error { saved = append(saved, w.clock.Now()); return nil }
	w.sweep()
	if len(saved) != 4 || saved[0].Sub(noon.Add(300*time.Millisecond)) != 3*time.Second || saved[1].Sub(saved[0]) != 3*time.Second {
		t.Errorf("saved at %v", saved)
	}
	w.o.Save = func(sweep.Checkpoint) error { return errors.New("no disk") }
	if _, err := sweep.Run(t.Context(), w.pool, w.table, w.o, sweep.Checkpoint{}); err == nil || !strings.Contains(err.Error(), "no disk") {
		t.Errorf("error %v", err)
	}
	w.pool.failList = fails(len(w.pool.lists)+3, errors.New("no network"))
	w.o.SaveEvery = time.Hour
	if report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, sweep.Checkpoint{}); err == nil || !strings.Contains(err.Error(), "no network") || !strings.Contains(err.Error(), "no disk") || report.Listed != 20 {
		t.Errorf("error %v, %s", err, text(report))
	}
}

// TestTheDefaultsAreThose runs on the machine's clock: sixteen rows are written at
// the same time, and no more.
func TestTheDefaultsAreThose(t *testing.T) {
	w := newWorld(t)
	for i := range 100 {
		w.pool.put(user(fmt.Sprintf("u%03d", i), fmt.Sprintf("sub-%03d", i)))
	}
	var mu sync.Mutex
	at, most := 0, 0
	together := make(chan struct{})
	h := hooked{table: w.table, upsert: func(ctx context.Context) error {
		mu.Lock()
		at++
		if most = max(most, at); at == 16 {
			select {
			case <-together:
			default:
				close(together)
			}
		}
		mu.Unlock()
		defer func() { mu.Lock(); at--; mu.Unlock() }()
		select {
		case <-together:
			time.Sleep(time.Millisecond)
			return nil
		case <-time.After(10 * time.Second):
			return errors.New("sixteen never came together")
		}
	}}
	thrice := 0
	w.pool.failList = func(int) error {
		if thrice++; thrice == 1 {
			return sweep.ErrThrottled
		}
		return nil
	}
	began := time.Now()
	report, err := sweep.Run(t.Context(), w.pool, h, sweep.Options{Pool: poolID}, sweep.Checkpoint{})
	if took := time.Since(began); err != nil || most != 16 || report.Written != 100 || report.Throttled != 1 || took < 500*time.Millisecond || took > 5*time.Second {
		t.Errorf("%v, %d at the same time, took %v, %s", err, most, took, text(report))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	w.pool.failList = func(int) error { return sweep.ErrThrottled }
	if _, err := sweep.Run(ctx, w.pool, w.table, sweep.Options{Pool: poolID}, sweep.Checkpoint{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

func TestTheLimitGrowsWithThePool(t *testing.T) {
	w := newWorld(t)
	for i := range 110_000 {
		u := sweep.User{Sub: fmt.Sprint("s", i), Username: fmt.Sprint("n", i), Status: "UNCONFIRMED"}
		w.pool.put(u)
	}
	w.pool.page = 60_000
	for i := range 1101 {
		w.mirrored(user(fmt.Sprintf("gone%04d", i), fmt.Sprintf("gone%04d", i)))
	}
	var at sweep.Checkpoint
	w.o.Save = func(c sweep.Checkpoint) error { at = c; return nil }
	_, err := sweep.Run(t.Context(), w.pool, w.table, w.o, sweep.Checkpoint{})
	if many := (sweep.TooMany{}); !errors.As(err, &many) || many != (sweep.TooMany{Found: 1101, Limit: 1100}) || !strings.Contains(err.Error(), "1101 rows or more") {
		t.Fatalf("error %v", err)
	}
	if at.Phase != sweep.Scanning || at.Next != "" || len(at.Ask) != 0 || at.Report.Rows != 0 || at.Report.Unconfirmed != 110_000 {
		t.Errorf("the checkpoint has %d to ask and %d rows, at %q", len(at.Ask), at.Report.Rows, at.Next)
	}
	if err := w.table.Memory.Erase(t.Context(), w.key("gone0000"), noon); err != nil {
		t.Fatal(err)
	}
	if report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at); err != nil || report.Drift[sweep.Deleted] != 1100 {
		t.Errorf("%v, %s", err, text(report))
	}
	w.mirrored(user("one", "one"))
	w.mirrored(user("two", "two"))
	w.o.Limit = 1
	if _, err := sweep.Run(t.Context(), w.pool, w.table, w.o, sweep.Checkpoint{}); !errors.As(err, new(sweep.TooMany)) {
		t.Errorf("error %v", err)
	}
}

func TestWithoutARateNothingWaits(t *testing.T) {
	w := newWorld(t)
	w.pool.page, w.o.ListRate = 1, sweep.Unlimited
	for i := range 50 {
		w.pool.put(user(fmt.Sprintf("u%03d", i), fmt.Sprintf("sub-%03d", i)))
	}
	begun := w.clock.Now()
	if w.sweep(); !w.clock.Now().Equal(begun) {
		t.Errorf("%v were waited", w.clock.Now().Sub(begun))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sweep.Run(ctx, w.pool, w.table, w.o, sweep.Checkpoint{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestPausesGrowToHalfAMinute: half of each is fixed and half is chance.
func TestPausesGrowToHalfAMinute(t *testing.T) {
	w := newWorld(t)
	w.o.ListRate = sweep.Unlimited
	last := 0
	w.pool.failList = func(call int) error {
		if call < 300 {
			return sweep.ErrThrottled
		}
		return nil
	}
	w.sweep()
	pause := time.Second
	for i := 1; i < len(w.pool.lists); i++ {
		if waited := w.pool.lists[i].Sub(w.pool.lists[i-1]); waited < pause/2 || waited >= pause {
			t.Errorf("pause %d took %v, want %v to %v", i, waited, pause/2, pause)
		} else if waited > pause-pause/6 {
			last++ // of six parts; by chance, one in three
		}
		pause = min(2*pause, 30*time.Second)
	}
	if len(w.pool.lists) != 300 || last == 0 {
		t.Errorf("%d calls, %d pauses were nearly as long as they may be", len(w.pool.lists), last)
	}
}

// timeless is a pool that forgets the Date of some replies.
type timeless struct {
	*pool
	list, get bool
}

func (p timeless) List(ctx context.Context, token string) (sweep.Page, error) {
	page, err := p.pool.List(ctx, token)
	if p.list {
		page.At = time.Time{}
	}
	return page, err
}

func (p timeless) Get(ctx context.Context, name string) (sweep.Answer, error) {
	answer, err := p.pool.Get(ctx, name)
	if p.get {
		answer.At = time.Time{}
	}
	return answer, err
}

func TestNothingIsWrittenByAReplyWithoutADate(t *testing.T) {
	for want, p := range map[string]timeless{"listing the pool: the reply has no Date": {list: true}, "asking the pool for a user: the reply has no Date": {get: true}} {
		w := newWorld(t)
		w.mirrored(user("gone", "sub-gone"))
		p.pool = w.pool
		if _, err := sweep.Run(t.Context(), p, w.table, w.o, sweep.Checkpoint{}); err == nil || err.Error() != want || w.table.writes != 0 {
			t.Errorf("error %v, %d writes", err, w.table.writes)
		}
	}
}

// TestAPageThatFailsEndsThoseBesideIt, and none of them outlives the pass.
func TestAPageThatFailsEndsThoseBesideIt(t *testing.T) {
	w := drifted(t, 60)
	w.o.Workers = 16
	down := errors.New("down")
	var mu sync.Mutex
	inside := 0
	h := hooked{table: w.table, profiles: func(ctx context.Context, subs []string) error {
		mu.Lock()
		inside++
		mu.Unlock()
		defer func() { mu.Lock(); inside--; mu.Unlock() }()
		if slices.Contains(subs, "sub-disabled-000") { // the first page
			return fmt.Errorf("reading: %w", down)
		}
		<-ctx.Done()
		return ctx.Err()
	}}
	_, err := sweep.Run(t.Context(), w.pool, h, w.o, sweep.Checkpoint{})
	if !errors.Is(err, down) || !strings.Contains(err.Error(), "reading the rows of a page") || inside != 0 || w.table.writes != 0 {
		t.Errorf("%v, %d at work, %d writes", err, inside, w.table.writes)
	}
	throttled := 0
	h.profiles = func(context.Context, []string) error {
		if throttled++; throttled == 1 {
			return sweep.ErrThrottled
		}
		return nil
	}
	w.o.Workers = 1
	if report, err := sweep.Run(t.Context(), w.pool, h, w.o, sweep.Checkpoint{}); err != nil || report.Throttled != 1 {
		t.Errorf("%v, %s", err, text(report))
	}
	w.converged()
}

// TestHowCloseAnEventMayBe: an answer of the same second, or of the one before, is
// asked for again; what is further ahead is from the future.
func TestHowCloseAnEventMayBe(t *testing.T) {
	for ahead, want := range map[time.Duration]int{
		-time.Millisecond: 1, -time.Nanosecond: 1, 0: 2, time.Millisecond: 2, 1999 * time.Millisecond: 2, 2 * time.Second: 1, 3 * time.Second: 1,
	} {
		w := newWorld(t)
		u := user("ada", "sub-a")
		w.seen(u, noon.Add(ahead)) // the Date is noon
		u.Disabled = true
		w.pool.put(u)
		report := w.sweep()
		answered := w.pool.gets[len(w.pool.gets)-1].Truncate(time.Second)
		if report.Asked != want || (report.Overtaken == 1) != (ahead >= 2*time.Second) || !report.CheckedAt.Equal(answered) {
			t.Errorf("%v ahead: %s", ahead, text(report))
		}
	}
}

// TestWhoIsGoneBetweenTwoAnswersIsNotAnotherOne: the second answer finds nobody, or
// somebody else of that name, whose row is not this one.
func TestWhoIsGoneBetweenTwoAnswersIsNotAnotherOne(t *testing.T) {
	for _, again := range []bool{false, true} {
		w := newWorld(t)
		u := user("ada", "sub-a")
		w.seen(u, noon)
		u.Disabled = true
		w.pool.put(u)
		w.pool.failGet = func(call int) error {
			switch {
			case call == 2 && again:
				w.pool.put(user("ada", "sub-new"))
			case call == 2:
				delete(w.pool.users, "ada")
			}
			return nil
		}
		if report := w.sweep(); report.Overtaken != 1 || w.row("sub-a").Username != "ada" || w.found[0].Sub != "sub-a" || !w.row("sub-new").AttrsAt.IsZero() {
			t.Errorf("%s, found %+v", text(report), w.found)
		}
	}
}

// TestAResumedPassLeavesItsCheckpointAsItWas: from one checkpoint two can go on.
func TestAResumedPassLeavesItsCheckpointAsItWas(t *testing.T) {
	at := halfway(t, 5, func(*world) {})
	before := text(at)
	for range 2 {
		w := drifted(t, 20)
		w.pool.page = 10
		report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at)
		if err != nil || report.Drift[sweep.Deleted] != 20 || text(at) != before {
			t.Errorf("%v, report %s; the checkpoint was %s and is %s", err, text(report), before, text(at))
		}
	}
}

// TestAnUnlistedUserWhoIsRightIsLeftAlone, found at the first question or at the
// second.
func TestAnUnlistedUserWhoIsRightIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"ada", "bob"} {
		w.pool.put(user(name, "sub-"+name))
		w.mirrored(user(name, "sub-"+name))
	}
	report, err := sweep.Run(t.Context(), shy{w.pool, []string{"ada", "bob"}, map[string]bool{"bob": true}}, w.table, w.o, sweep.Checkpoint{})
	if err != nil || report.Asked != 3 || report.Overtaken != 0 || report.Total() != 0 || w.table.writes != 0 || len(w.found) != 0 {
		t.Errorf("%v, %d writes, found %+v, %s", err, w.table.writes, w.found, text(report))
	}
}

func TestADriftHasTheAddressForThoseWhoAskForIt(t *testing.T) {
	w := newWorld(t)
	w.pool.put(user("ada", "sub-a"))
	w.mirrored(user("gone", "sub-gone"))
	w.sweep()
	if len(w.found) != 2 || w.found[0].Address != "ada@example.com" || w.found[1].Address != "gone@example.com" {
		t.Errorf("found %+v", w.found)
	}
}

func TestAnEmptyPoolBesideAnEmptyTableIsNoDrift(t *testing.T) {
	w := newWorld(t)
	h := hooked{table: w.table, profiles: func(context.Context, []string) error { return errors.New("nobody was asked for") }}
	if report, err := sweep.Run(t.Context(), w.pool, h, w.o, sweep.Checkpoint{}); err != nil || report.Total() != 0 || !report.Complete {
		t.Errorf("%v, %s", err, text(report))
	}
}
