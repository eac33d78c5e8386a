package userpool

import (
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/jobfile"
)

// The columns of a file that are no attributes.
const (
	usernameColumn = "cognito:username"
	mfaColumn      = "cognito:mfa_enabled"
	hashColumn     = "password_hash"
)

type csvHeaderOutput struct {
	ofPool
	CSVHeader []string
}

func (p *Pool) getCSVHeader(in ofPool) (csvHeaderOutput, error) {
	return csvHeaderOutput{in, p.importColumns()}, nil
}

// importColumns are all attributes but sub, then those of the user's own. The template
// "includes a password_hash column" (guide, "Importing users with password hashes"); the
// example of GetCSVHeader's answer is older.
func (p *Pool) importColumns() (all []string) {
	for _, a := range p.cfg().Settings["SchemaAttributes"].([]any) {
		if name, _ := a.(object)["Name"].(string); name != "sub" && !strings.HasPrefix(name, "dev:") {
			all = append(all, name)
		}
	}
	return append(all, mfaColumn, usernameColumn, hashColumn)
}

// runImport imports the users of a job's file, one after another. A job whose pool closes does
// not end: the next process says that it was interrupted.
func (p *Pool) runImport(id string) {
	defer p.service.changed()
	defer p.service.importing.Store(false)
	edit := func(f func(*importJob)) importJob {
		job, _ := p.editImport(id, func(job *importJob) error { f(job); return nil }) // no job goes
		return job
	}
	job := edit(func(job *importJob) {
		if job.Status == jobPending {
			job.Status = jobRuns
		}
	})
	needed := []string{usernameColumn}
	if job.PasswordHashingAlgorithm != "" {
		needed = append(needed, hashColumn)
	}
	rows, fault := jobfile.Parse(job.file, p.importColumns(), needed)
	for row := range rows {
		if p.alive.Err() != nil {
			return
		}
		if job.Status == jobStopping {
			break
		}
		line := p.importRow(job.PasswordHashingAlgorithm, row)
		job = edit(func(job *importJob) { job.note(line) })
	}
	edit(func(job *importJob) { job.end(fault, p.now()) })
}

// note counts a row.
func (j *importJob) note(line importLine) {
	switch line.said {
	case rowSucceeded:
		j.ImportedUsers++
	case rowSkipped:
		j.SkippedUsers++
	default:
		j.FailedUsers++
	}
	j.log = append(j.log, line)
}

// end says how a job has ended. The sentences are those of the guide's examples; that of success
// is seen in programs that read it. AWS does not say how many failed or skipped users are too
// many: in the guide's example and in cognito-user-profiles-export-reference-architecture#9 they
// are more than the imported ones.
func (j *importJob) end(fault string, now time.Time) {
	switch {
	case j.Status == jobStopping:
		j.Status, j.CompletionMessage = jobStopped, "The Import Job was stopped by the developer."
	case fault != "":
		j.Status, j.CompletionMessage = jobFailed, fault
	case j.FailedUsers+j.SkippedUsers > j.ImportedUsers:
		j.Status, j.CompletionMessage = jobFailed, "Too many users have failed or been skipped during the import."
	default:
		j.Status, j.CompletionMessage = jobSucceeded, "Import Job Completed Successfully."
	}
	j.CompletionDate, j.file = new(epoch(now)), nil
}
