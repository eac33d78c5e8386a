package page

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/cast"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

// demo plays the journey into the local cloud, one at a time. Its users stay, so the next one
// has others.
type demo struct {
	steps func(context.Context) ([]journey.Step, string, error)
	alive context.Context // ends with the page
	end   context.CancelFunc

	mu     sync.Mutex
	newest performance
}

func newDemo(cloud *localcloud.Cloud) *demo {
	d := &demo{newest: performance{Steps: []scene{}}, steps: func(ctx context.Context) ([]journey.Step, string, error) {
		if err := cast.Whole(cloud.Stack); err != nil {
			return nil, "", err
		}
		to, err := cast.Target(cloud)
		if err != nil {
			return nil, "", err
		}
		if to, err = cast.Fresh(ctx, to); err != nil {
			return nil, "", err
		}
		return journey.New(to).Steps(), to.AdaEmail + " and " + to.GraceEmail, nil
	}}
	d.alive, d.end = context.WithCancel(context.Background())
	return d
}

// performance is a journey, as far as it has gone.
type performance struct {
	Running bool    `json:"running"`
	Users   string  `json:"users,omitempty"`
	Steps   []scene `json:"steps"`
	Failed  int     `json:"failed"`
}

// scene is a step.
type scene struct {
	Title string `json:"title"`
	Call  string `json:"call"`
	// State is to come, running, done or failed.
	State  string  `json:"state"`
	Note   string  `json:"note,omitempty"`
	Error  string  `json:"error,omitempty"`
	Millis float64 `json:"ms,omitempty"`
}

func (d *demo) views() part {
	return part{
		views: []View{{Path: "/demo", Title: "Demo", Menu: true, Template: "demo.html", Data: func(*http.Request) (any, error) { return d.now(), nil }}},
		actions: []Action{{Path: "/demo", Title: "Demo", Template: "demo.html", Do: func(r *http.Request) (any, string, error) {
			if err := d.begin(r.Context()); err != nil {
				return nil, "", Again{Problem{http.StatusConflict, err.Error()}, d.now(), nil}
			}
			return d.now(), "/demo", nil
		}}},
	}
}

func (d *demo) now() performance {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.newest
	p.Steps = slices.Clone(p.Steps)
	return p
}

// begin starts the journey, unless one is under way.
func (d *demo) begin(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.newest.Running {
		return fmt.Errorf("the demo is under way: wait until it has ended")
	}
	steps, users, err := d.steps(ctx)
	if err != nil {
		return fmt.Errorf("it cannot begin: %w", err)
	}
	d.newest = performance{Running: true, Users: users, Steps: []scene{}}
	for _, step := range steps {
		d.newest.Steps = append(d.newest.Steps, scene{Title: step.Title, Call: step.Call, State: "to come"})
	}
	go d.play(steps)
	return nil
}

// play takes every step, also those behind one that failed, as the command does.
func (d *demo) play(steps []journey.Step) {
	for i, step := range steps {
		d.change(func(p *performance) { p.Steps[i].State = "running" })
		began := time.Now()
		result, err := step.Run(d.alive)
		d.change(func(p *performance) {
			s := &p.Steps[i]
			s.State, s.Note, s.Millis = "done", result.Note, float64(time.Since(began).Microseconds())/1000
			if err != nil {
				s.State, s.Error = "failed", err.Error()
				p.Failed++
			}
		})
		if d.alive.Err() != nil {
			break
		}
	}
	d.change(func(p *performance) { p.Running = false })
}

func (d *demo) change(f func(*performance)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f(&d.newest)
}
