package settings

import "github.com/cognito-triggers/cognito-triggers/internal/sweep"

// Reconcile is the scheduled sweep: the function of `ops reconcile` that makes the
// table equal to the pool. It fits pools of up to some 400,000 users; a larger one
// takes several runs, each of which goes on where the last one stopped.
type Reconcile struct {
	// EveryHours is the time between two runs, 1 to 720.
	// Default: 0, none. Example: 24.
	EveryHours int `yaml:"everyHours"`

	// ListRate is the ListUsers a second, 1 to 30. AWS allows 30 to all that run in
	// the account and Region together, and does not raise that.
	// Default: 0 means 10. Example: 5.
	ListRate int `yaml:"listRate"`
}

// reconcile judges the schedule.
func (c *checker) reconcile(s *Settings) {
	between(c, "reconcile.everyHours", s.Reconcile.EveryHours, 1, 720)
	between(c, "reconcile.listRate", s.Reconcile.ListRate, 1, sweep.MaxListRate)
	if s.Reconcile.EveryHours == 0 && s.Reconcile.ListRate != 0 {
		c.faults.Add("reconcile", "has a rate and no schedule", "write everyHours, such as 24, or remove it")
	}
}
