package userpool

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// ImportLine is a line of the log of import jobs.
type ImportLine struct {
	At           time.Time
	Stream, Text string
}

// ImportLog returns the lines of the jobs of the pool with this log group, in their order, and
// false if there is no such pool (guide, "Viewing the user pool import results in the CloudWatch
// console"). It has the jobs of this process.
func (p *Pool) ImportLog(group string) (lines []ImportLine, known bool) {
	all := p.service.all()
	at := slices.IndexFunc(all, func(p *Pool) bool {
		cfg := p.cfg()
		return group == fmt.Sprintf("/aws/cognito/userpools/%s/%v", cfg.ID, cfg.Settings["Name"])
	})
	if at < 0 {
		return nil, false
	}
	for _, job := range all[at].imports() {
		for _, l := range job.log {
			lines = append(lines, ImportLine{l.at, job.JobID + "/" + job.JobName, fmt.Sprintf("[%s] Line Number %d - %s", l.said, l.line, l.why)})
		}
	}
	slices.SortStableFunc(lines, func(a, b ImportLine) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Stream, b.Stream)) })
	return lines, true
}
