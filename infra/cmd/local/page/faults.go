package page

import (
	"net/http"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
)

// switchboard turns on what can go wrong; *localcloud.Cloud is one.
type switchboard interface {
	Switches() []localcloud.Switch
	Turn(name, value string) error
}

func (p *Page) faultsViews() part {
	return part{views: []View{
		{Path: "/faults", Title: "Faults", Menu: true, Template: "faults.html", Data: func(*http.Request) (any, error) {
			return p.switchboard(), nil
		}},
	}, actions: []Action{{Path: "/faults", Do: p.turn}}}
}

func (p *Page) switchboard() []localcloud.Switch {
	if p.switches == nil {
		return []localcloud.Switch{}
	}
	return p.switches.Switches()
}

// turn turns each switch that the form names, or all of them off.
func (p *Page) turn(r *http.Request) (any, string, error) {
	for _, s := range p.switchboard() {
		to, named := r.PostForm[s.Name]
		switch {
		case r.PostForm.Has("off"):
			to = []string{""}
		case !named:
			continue
		}
		if err := p.switches.Turn(s.Name, to[0]); err != nil {
			return nil, "", Problem{http.StatusUnprocessableEntity, err.Error()}
		}
	}
	return p.switchboard(), "/faults", nil
}

// activeFaults says which faults are on, for the banner of every view.
func (p *Page) activeFaults() (on []string) {
	for _, s := range p.switchboard() {
		if s.On != "" {
			on = append(on, s.Name+": "+s.On)
		}
	}
	return on
}
