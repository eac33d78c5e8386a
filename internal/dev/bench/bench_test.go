package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/sandbox"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/spec"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// shared has the programs, built once for all tests that ask for them.
var shared struct {
	*bench
	once sync.Once
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.bench != nil {
		if err := shared.close(); err != nil {
			log.Fatal(err)
		}
	}
	os.Exit(code)
}

func programs(t *testing.T) *bench {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skipf("the functions are Linux programs, and this is %s", runtime.GOOS)
	}
	form.Often(t, 0, 1, 1) // to link them takes seconds
	shared.once.Do(func() { shared.bench, shared.err = newBench(context.Background(), io.Discard) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.bench
}

// A user waits for one round trip to DynamoDB, not two: a sign-in writes one row and asks
// another in parallel, a first federated sign-in writes two, a token reads two in one
// request. The first event finds its connections open.
func TestOneRoundTripPerEvent(t *testing.T) {
	b := programs(t)
	for _, test := range []struct {
		function, event string
		requests        int
		connects        int64
	}{
		{"presignup", "self-allowed", 0, 0},
		{"postconfirmation", "confirmed", 1, 0},
		{"postconfirmation", "federated-first-sign-in", 2, 1}, // rare: one connection is warm
		{"postauthentication", "signed-in", 2, 0},
		{"pretokengeneration", "v1-authentication", 1, 0},
		{"pretokengeneration", "v2-authentication", 1, 0},
		{"pretokengeneration", "v3-refresh", 1, 0},
	} {
		t.Run(test.function+" "+test.event, func(t *testing.T) {
			event, err := spec.Event(b.root, test.function, test.event)
			if err != nil {
				t.Fatal(err)
			}
			b.stub.Together(test.requests)
			defer b.stub.Together(0)
			box := startTest(t, b, test.function)
			opened := b.stub.Connections()
			for _, which := range []string{"first", "second"} {
				before := b.stub.Requests()
				if _, _, err := box.Invoke(event); err != nil {
					t.Fatal(err)
				}
				if n := b.stub.Requests() - before; n != int64(test.requests) {
					t.Errorf("the %s event made %d requests, want %d", which, n, test.requests)
				}
			}
			if n := b.stub.Connections() - opened; n != test.connects {
				t.Errorf("the events opened %d connections, want %d", n, test.connects)
			}
			if n := box.Faults(); n > 0 {
				t.Errorf("an event failed: %s", box.LastLine())
			}
		})
	}
}

func startTest(t *testing.T, b *bench, function string) *sandbox.Sandbox {
	t.Helper()
	box, err := sandbox.Start(b.find(ours, function).program, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	return box
}

// The long form is `go run ./internal/dev/bench --soak 1000000`, which also judges the
// p99; here other tests share the machine. The heap grows until the first collection,
// which is within the first quarter of 3,000.
func TestManyEventsLeaveNoTrace(t *testing.T) {
	events := form.Often(t, 0, 3000, 100_000)
	b := programs(t)
	for _, room := range triggers.Rooms() {
		s := soaked(t, b, room, events)
		if err := s.steady(); err != nil {
			t.Error(err)
		}
	}
}

func TestASoakIsMeasured(t *testing.T) {
	s := soaked(t, programs(t), "postauthentication", 100)
	if s.Faults > 0 || len(s.RSS) != 100 || s.early() <= 0 || s.late() <= 0 || s.P50 <= 0 {
		t.Errorf("not measured: %+v", s)
	}
}

func soaked(t *testing.T, b *bench, function string, events int) *Soaked {
	t.Helper()
	s, err := b.soaked(t.Context(), function, events)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: p50 %v, p99 %v, noise %v, RSS %v", function, s.P50, s.P99, s.Noise, s.RSS[len(s.RSS)-1])
	return s
}

func TestTheMeasurementRuns(t *testing.T) {
	b := programs(t)
	r, err := b.measure(t.Context(), options{runs: 1, events: 50, quick: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Programs) != len(b.subjects) {
		t.Errorf("%d programs were measured, want %d", len(r.Programs), len(b.subjects))
	}
	for _, p := range r.Programs {
		if p.Init <= 0 || p.First[full] <= 0 || p.CPU <= 0 || p.P99 < p.P50 || p.Peak < 1 || p.File < 1 {
			t.Errorf("not measured: %+v", p)
		}
	}
	if store, echo := r.find(ours, "postconfirmation"), r.find(floor, ""); store.InitCPU < echo.InitCPU {
		t.Errorf("opening TLS connections costs %v ms of CPU, nothing %v: the stopwatch is wrong", store.InitCPU, echo.InitCPU)
	}
	var out bytes.Buffer
	if err := show(&out, r, options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"suite presignup", "tutorial postauthentication", "first, full speed", "peak RSS"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table has no %q:\n%s", want, out.String())
		}
	}
}

// Every threshold fails on figures just beyond it.
func TestEveryThresholdCanBeMissed(t *testing.T) {
	r := &Report{Shares: []int{128, 256, 512, full}, Programs: []Program{{Form: floor, Init: 1, First: flat(1), CPU: 1}}}
	want := 0
	for _, f := range triggers.Usual() {
		if !f.UsesTable() {
			want += 4
			r.Programs = append(r.Programs, Program{Form: ours, Function: f.Room, Init: 3, First: flat(2.1), CPU: 1.31, Peak: 16.1, File: 7.1})
			continue
		}
		want += 8
		r.Programs = append(r.Programs,
			Program{Form: ours, Function: f.Room, Init: 10.1, First: flat(10), CPU: 0.91, Peak: 16.1, File: 9.1},
			Program{Form: tutorial, Function: f.Room, Init: 1, First: map[int]float64{128: 299, 256: 299, 512: 1, full: 119}, CPU: 1})
	}
	verdicts := judge(r)
	judged := map[string]bool{}
	for _, v := range verdicts {
		function, _, _ := strings.Cut(v.Name, ":")
		judged[function] = true
		if v.OK {
			t.Errorf("%s: %v passed the limit %v", v.Name, v.Got, v.Limit)
		}
	}
	for _, f := range triggers.Usual() {
		if !judged[f.Room] {
			t.Errorf("%s is not judged", f.Room)
		}
	}
	if err := show(io.Discard, r, options{check: true}); !errors.Is(err, errMissed) {
		t.Errorf("--check gave %v", err)
	}
}

func flat(ms float64) map[int]float64 {
	return map[int]float64{128: ms, 256: ms, 512: ms, full: ms}
}
