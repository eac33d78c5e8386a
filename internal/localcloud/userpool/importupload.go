package userpool

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/jobfile"
)

// uploadLife is how long a job takes its file (guide, "Creating a user import job").
const uploadLife = 15 * time.Minute

// uploadURL stands in the place of a URL of Amazon S3 that is signed in advance. Whoever has it
// may send the job's file.
func (p *Pool) uploadURL(job string) string {
	return p.URL() + "/" + p.cfg().ID + "/imports/" + job + "?X-Amz-Expires=900&X-Amz-Signature=" + p.uploadSignature(job)
}

func (p *Pool) uploadSignature(id string) string {
	mac := hmac.New(sha256.New, p.simulationKey)
	mac.Write([]byte("file of " + id))
	return hex.EncodeToString(mac.Sum(nil))
}

// s3Error is an answer of Amazon S3 (S3 API reference, "Error responses").
type s3Error struct {
	XMLName       xml.Name `xml:"Error"`
	Code, Message string
}

// serveUpload takes a job's file, once its URL is right. The header is part of what AWS signs,
// so that a request without it has the wrong signature (aws-sdk-js-v3#6679). A later file takes
// the place of an earlier one.
func (p *Pool) serveUpload(w http.ResponseWriter, r *http.Request) {
	status, refusal := p.upload(w, r)
	if status == http.StatusOK {
		return
	}
	text, _ := xml.Marshal(refusal)
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = w.Write(append([]byte(xml.Header), text...))
}

func (p *Pool) upload(w http.ResponseWriter, r *http.Request) (int, s3Error) {
	id := r.PathValue("job")
	job, _ := get(p.store, p.store.imports, id)
	switch {
	case !hmac.Equal([]byte(r.URL.Query().Get("X-Amz-Signature")), []byte(p.uploadSignature(id))),
		r.Header.Get("X-Amz-Server-Side-Encryption") != "aws:kms":
		return http.StatusForbidden, s3Error{Code: "SignatureDoesNotMatch", Message: "The request signature we calculated does not match the signature you provided. Check your key and signing method."}
	case p.now().Sub(time.Time(job.CreationDate)) > uploadLife:
		return http.StatusForbidden, s3Error{Code: "AccessDenied", Message: "Request has expired"}
	}
	file, err := io.ReadAll(http.MaxBytesReader(w, r.Body, jobfile.MaxBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusBadRequest, s3Error{Code: "EntityTooLarge", Message: "Your proposed upload exceeds the maximum allowed size"}
	case err != nil:
		return http.StatusBadRequest, s3Error{Code: "IncompleteBody", Message: "You did not provide the number of bytes specified by the Content-Length HTTP header"}
	}
	job, _ = p.editImport(id, func(job *importJob) error {
		if job.Status == jobCreated {
			job.file = file
		}
		return nil
	})
	if job.Status != jobCreated {
		return http.StatusForbidden, s3Error{Code: "AccessDenied", Message: "The import job has been started"}
	}
	return http.StatusOK, s3Error{}
}
