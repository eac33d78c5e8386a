package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
)

// job is an import job as AWS describes it. The Go SDK of this release has no
// PasswordHashingAlgorithm, so all is JSON as it is (package awsraw).
type job struct {
	JobID             string `json:"JobId"`
	JobName           string
	Status            string
	CompletionMessage string `json:",omitempty"`
	CreationDate      float64
	ImportedUsers     int
	SkippedUsers      int
	FailedUsers       int
	PreSignedURL      string `json:"PreSignedUrl,omitempty"`
	// Failed are the rows of the file, from 0, that Cognito did not take: from its log.
	Failed []int `json:",omitempty"`
}

// urlLife is how long a job's URL is of use: it is valid for 15 minutes (developer guide, "Importing users into
// user pools from a CSV file"), and the upload takes some.
const urlLife = 10 * time.Minute

// whole reports whether each of so many rows has its outcome. A job fails when too many have failed or
// are in the pool, and the others are imported all the same.
func (j job) whole(rows int) bool {
	return j.Status == "Succeeded" || j.Status == "Failed" && rows > 0 && j.ImportedUsers+j.SkippedUsers+j.FailedUsers == rows
}

func (j job) active() bool {
	return slices.Contains([]string{"Pending", "InProgress", "Stopping"}, j.Status)
}

// importFile imports a file, and returns its job when that has ended. A job of the name that is there
// goes on where it is: so does a call after one that was killed.
func (c *call) importFile(ctx context.Context, name, algorithm, path string, rows int) (job, error) {
	j, err := c.find(ctx, name, algorithm, rows)
	if err == nil && j.Status == "Created" {
		if err = c.upload(ctx, j, path); err == nil {
			err = c.start(ctx, &j)
		}
	}
	last := c.now()
	for err == nil && j.active() {
		if c.now().Sub(last) >= c.every {
			last = c.now()
			fmt.Fprintf(c.err, "%s: %s, %d imported, %d skipped, %d failed\n", j.JobName, j.Status, j.ImportedUsers, j.SkippedUsers, j.FailedUsers)
		}
		if err = c.wait(ctx); err == nil {
			j, err = c.ask(ctx, "DescribeUserImportJob", map[string]any{"JobId": j.JobID})
		}
	}
	if err != nil {
		return j, fmt.Errorf("importing %s: %w", name, err)
	}
	j.PreSignedURL = "" // who has it may write the file
	return j, nil
}

// ask calls an operation on a job of the pool.
func (c *call) ask(ctx context.Context, operation string, in map[string]any) (job, error) {
	in["UserPoolId"] = c.pool
	var out struct{ UserImportJob job }
	err := c.call(ctx, operation, in, &out)
	return out.UserImportJob, err
}

// find returns the newest job of the name that is of use, or makes one.
func (c *call) find(ctx context.Context, name, algorithm string, rows int) (job, error) {
	in := map[string]any{"UserPoolId": c.pool, "MaxResults": 60}
	for {
		var page struct {
			UserImportJobs  []job
			PaginationToken string
		}
		if err := c.call(ctx, "ListUserImportJobs", in, &page); err != nil {
			return job{}, err
		}
		for _, j := range page.UserImportJobs { // from last created to first created
			fresh := c.now().Sub(time.UnixMilli(int64(1000*j.CreationDate))) < urlLife
			if j.JobName == name && (j.active() || j.whole(rows) || j.Status == "Created" && fresh) {
				return j, nil
			}
		}
		if in["PaginationToken"] = page.PaginationToken; page.PaginationToken == "" {
			break
		}
	}
	if c.logsRole == "" {
		return job{}, misused("pass --logs-role ARN: Cognito logs an import with it (README, 2.)")
	}
	return c.ask(ctx, "CreateUserImportJob", map[string]any{"JobName": name, "CloudWatchLogsRoleArn": c.logsRole, "PasswordHashingAlgorithm": algorithm})
}

// upload puts the file where the job reads it. Hashes go over TLS, except to this machine.
func (c *call) upload(ctx context.Context, j job, path string) error {
	at, err := url.Parse(j.PreSignedURL)
	if err != nil || at.Scheme != "https" && (at.Scheme != "http" || !loopback(at.Hostname())) {
		return errors.New("the job's URL is not https: nothing was sent")
	}
	text, err := os.ReadFile(path) // 100 MB at most
	if err != nil {
		return fmt.Errorf("reading the import file: %w", err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(text)); strings.HasPrefix(j.JobName, "import-") && !strings.HasSuffix(j.JobName, sum[:16]) {
		return errors.New("the import file has changed since it was prepared, and nothing was sent: does another call use this --book")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, j.PreSignedURL, bytes.NewReader(text))
	if err != nil {
		return errors.New("the job's URL is none")
	}
	request.Header.Set("X-Amz-Server-Side-Encryption", "aws:kms")
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	reply, err := client.Do(request)
	if failed, is := errors.AsType[*url.Error](err); is {
		return fmt.Errorf("uploading the import file: %w", failed.Err) // the URL is a secret
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode/100 != 2 {
		return fmt.Errorf("uploading the import file: status %d", reply.StatusCode)
	}
	return nil
}

func loopback(host string) bool {
	return slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, host)
}

// start starts the job; while another one of the account runs it waits ("Only one import job can
// be active at a time per account"; which code says so the guide does not).
func (c *call) start(ctx context.Context, j *job) error {
	for said := false; ; said = true {
		started, err := c.ask(ctx, "StartUserImportJob", map[string]any{"JobId": j.JobID})
		if err == nil {
			*j = started
			return nil
		}
		refused, is := errors.AsType[*awsraw.Error](err)
		if !is || !slices.Contains([]string{"PreconditionNotMetException", "LimitExceededException"}, refused.Code) {
			return err
		}
		// A start whose reply was lost, or another process's.
		if now, asked := c.ask(ctx, "DescribeUserImportJob", map[string]any{"JobId": j.JobID}); asked != nil || now.Status != "Created" {
			*j = now
			return asked
		}
		if !said {
			fmt.Fprintf(c.err, "%s waits: %s\n", j.JobName, refused.Message)
		}
		if err := c.wait(ctx); err != nil {
			return err
		}
	}
}

func (c *call) wait(ctx context.Context) error {
	select {
	case <-time.After(c.poll):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
