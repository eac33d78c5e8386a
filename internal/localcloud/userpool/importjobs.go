package userpool

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
)

// The states of an import job (guide, "Importing users into user pools from a CSV file", status
// values).
const (
	jobCreated   = "Created"
	jobPending   = "Pending"
	jobRuns      = "InProgress"
	jobStopping  = "Stopping"
	jobStopped   = "Stopped"
	jobSucceeded = "Succeeded"
	jobFailed    = "Failed"
	jobExpired   = "Expired"
)

// importJobType is a job as the API shows it.
type importJobType struct {
	ofJob
	JobName, CloudWatchLogsRoleArn, Status      string
	PreSignedURL                                string `json:"PreSignedUrl"`
	CreationDate                                epoch
	StartDate, CompletionDate                   *epoch `json:",omitempty"`
	PasswordHashingAlgorithm, CompletionMessage string `json:",omitempty"`
	ImportedUsers, SkippedUsers, FailedUsers    int
}

// importJob is one import of users from a file.
type importJob struct {
	importJobType
	// file is what was uploaded, from then until the job has ended; nil otherwise. It has
	// hashes and addresses, so no other process gets it.
	file []byte
	log  []importLine
}

// importLine is what the log of a job says of a row. It has no data of a user.
type importLine struct {
	at        time.Time
	line      int
	said, why string
}

// maxJobs is the quota of jobs (guide, "Quotas in Amazon Cognito", user import jobs).
const maxJobs = 1000

// unstarted is how long a job waits for its start: "24-48 hours" (guide, status values).
const unstarted = 24 * time.Hour

func (j importJob) active() bool {
	return slices.Contains([]string{jobPending, jobRuns, jobStopping}, j.Status)
}

// settle ends a job that waited too long, and one whose process has ended.
func (j *importJob) settle(now time.Time) {
	switch {
	case j.Status == jobCreated && now.Sub(time.Time(j.CreationDate)) > unstarted:
		j.Status, j.file = jobExpired, nil
	case j.active() && j.file == nil:
		j.Status, j.CompletionMessage = jobFailed, "The local cloud ended during the import."
	}
}

// imports returns the jobs as they are now.
func (p *Pool) imports() []importJob {
	s := p.store
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]importJob, 0, len(s.imports))
	for id, job := range s.imports {
		job.settle(s.now())
		s.imports[id] = job
		all = append(all, job)
	}
	return all
}

// editImport changes a job, unless f refuses.
func (p *Pool) editImport(id string, f func(*importJob) error) (importJob, error) {
	missing := refuse("ResourceNotFoundException", "Import job %s does not exist.", id)
	return edit(p.store, p.store.imports, id, missing, func(job *importJob) error {
		job.settle(p.now())
		return f(job)
	})
}

// notImporting refuses an operation during an import: the API's model has its exception for
// three. AWS's sentence is not known.
func notImporting(next handler) handler {
	return func(p *Pool, body []byte) (any, error) {
		if slices.ContainsFunc(p.imports(), importJob.active) {
			return nil, refuse("UserImportInProgressException", "A user import job is in progress for the user pool.")
		}
		return next(p, body)
	}
}

// jobShape is that of UserImportJobIdType.
var jobShape = shape{1, 55, `import-[0-9a-zA-Z-]+`}

type ofJob struct {
	ofPool
	JobID string `json:"JobId"`
}

type importJobOutput struct{ UserImportJob importJobType }

// showImport adds what depends on this process.
func (p *Pool) showImport(j importJob) importJobType {
	j.PreSignedURL = p.uploadURL(j.JobID)
	return j.importJobType
}

type createImportInput struct {
	ofPool
	JobName, CloudWatchLogsRoleArn, PasswordHashingAlgorithm string
}

// createUserImportJob checks the role's form only: the log is the local cloud's.
func (p *Pool) createUserImportJob(in createImportInput) (importJobOutput, error) {
	if err := cmp.Or(nameShape.check("jobName", in.JobName), arnShape.check("cloudWatchLogsRoleArn", in.CloudWatchLogsRoleArn)); err != nil {
		return importJobOutput{}, err
	}
	if in.PasswordHashingAlgorithm != "" && !slices.Contains(hash.Algorithms(), in.PasswordHashingAlgorithm) {
		return importJobOutput{}, violation("", "passwordHashingAlgorithm", fmt.Sprintf("satisfy enum value set: [%s]", strings.Join(hash.Algorithms(), ", ")))
	}
	job := importJob{importJobType: importJobType{
		ofJob: ofJob{in.ofPool, "import-" + rand.Text()[:10]}, JobName: in.JobName, CloudWatchLogsRoleArn: in.CloudWatchLogsRoleArn,
		PasswordHashingAlgorithm: in.PasswordHashingAlgorithm, CreationDate: epoch(p.now()), Status: jobCreated,
	}}
	err := insert(p.store, p.store.imports, job.JobID, job, maxJobs, "user import jobs", nil) // no id is taken
	return importJobOutput{p.showImport(job)}, err
}

func (p *Pool) describeUserImportJob(in ofJob) (importJobOutput, error) {
	return p.changeImport(in, func(*importJob) error { return nil })
}

// changeImport is an operation on one job.
func (p *Pool) changeImport(in ofJob, f func(*importJob) error) (importJobOutput, error) {
	if err := jobShape.check("jobId", in.JobID); err != nil {
		return importJobOutput{}, err
	}
	job, err := p.editImport(in.JobID, f)
	return importJobOutput{p.showImport(job)}, err
}

// listUserImportJobs: "Jobs are listed in chronological order from last created to first
// created" (guide).
func (p *Pool) listUserImportJobs(in pageInput) (object, error) {
	if in.MaxResults == nil {
		return nil, violation(" null", "maxResults", "not be null")
	}
	key := func(j importJob) string {
		return fmt.Sprintf("%016x %s", math.MaxInt64-time.Time(j.CreationDate).UnixNano(), j.JobID)
	}
	return pageOf(p, importsList, in.paging, "", p.imports(), key, p.showImport)
}

// startUserImportJob: "Only one import job can be active at a time per account" (guide). The
// sentence about the file is seen in amplify-js#6416; the others are not known.
func (p *Pool) startUserImportJob(in ofJob) (importJobOutput, error) {
	if len(p.cfg().AutoVerifiedAttributes) == 0 {
		return importJobOutput{}, unmet("The user pool has no auto-verified attributes.")
	}
	out, err := p.changeImport(in, func(job *importJob) error {
		switch {
		case job.Status != jobCreated:
			return unmet("The import job %s is %s and cannot be started.", job.JobID, job.Status)
		case job.file == nil:
			return unmet("No csv file was uploaded for %s", job.JobID)
		case !p.service.importing.CompareAndSwap(false, true):
			return unmet("Only one import job can be active at a time per account.")
		}
		job.Status, job.StartDate = jobPending, new(epoch(p.now()))
		return nil
	})
	if err == nil {
		go p.runImport(in.JobID)
	}
	return out, err
}

func unmet(format string, args ...any) *APIError {
	return refuse("PreconditionNotMetException", format, args...)
}

// stopUserImportJob stops a job that runs, before its next row.
func (p *Pool) stopUserImportJob(in ofJob) (importJobOutput, error) {
	return p.changeImport(in, func(job *importJob) error {
		if !job.active() {
			return unmet("The import job %s is %s and cannot be stopped.", job.JobID, job.Status)
		}
		job.Status = jobStopping
		return nil
	})
}
