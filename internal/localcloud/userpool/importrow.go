package userpool

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/jobfile"
)

// What the log says of a row (guide, "Viewing the user pool import results in the CloudWatch
// console").
const (
	rowSucceeded = "SUCCEEDED"
	rowSkipped   = "SKIPPED"
	rowFailed    = "FAILED"
)

// importRow imports one user. The sentences that are known are the guide's; the others say
// which rule of it the row breaks.
func (p *Pool) importRow(algorithm string, row jobfile.Row) importLine {
	u, err := p.rowUser(algorithm, row)
	if err == nil {
		err = p.store.add(u, false)
	}
	line := importLine{p.now(), row.Line, rowSucceeded, "The import succeeded."}
	var refusal *APIError
	switch {
	case errors.As(err, &refusal) && refusal.Code == errUserExists().Code:
		line.said, line.why = rowSkipped, "The user already exists."
	case err != nil:
		line.said, line.why = rowFailed, refusal.Message
	}
	return line
}

// rowUser makes the user of a row. No trigger fires and no password policy counts (guide,
// "Importing users with password hashes").
func (p *Pool) rowUser(algorithm string, row jobfile.Row) (user, error) {
	if row.Fault != "" {
		return user{}, invalidParameter("%s", row.Fault)
	}
	now, sub := p.now(), newUUID()
	u := user{sub: sub, enabled: true, status: resetRequired, attributes: rowAttributes(row.Values), created: now, modified: now}
	var err error
	u.username, err = p.name(row.Values[usernameColumn], sub, u.attributes)
	return u, cmp.Or(err, rowBirthdate(u.attributes), p.checkAttributes(u.attributes), p.checkRequired(u), p.checkVerified(u),
		p.rowMFA(&u, row.Values[mfaColumn]), p.rowPassword(&u, algorithm, row.Values[hashColumn]))
}

// rowAttributes are the values as the API has them: TRUE is true.
func rowAttributes(values map[string]string) map[string]string {
	attributes := maps.Clone(values)
	for _, column := range []string{usernameColumn, mfaColumn, hashColumn} {
		delete(attributes, column)
	}
	for name, value := range attributes {
		if isMark(name) {
			attributes[name] = strings.ToLower(value)
		}
	}
	return attributes
}

// rowBirthdate turns mm/dd/yyyy, as the file has it, into the API's yyyy-mm-dd (guide, "User
// attributes").
func rowBirthdate(attributes map[string]string) error {
	if attributes["birthdate"] == "" {
		return nil
	}
	day, err := time.Parse("01/02/2006", attributes["birthdate"])
	if err != nil {
		return invalidParameter("The birthdate is not mm/dd/yyyy.")
	}
	attributes["birthdate"] = day.Format(time.DateOnly)
	return nil
}

// checkVerified refuses a user without an address that is marked as verified.
func (p *Pool) checkVerified(u user) error {
	if !slices.ContainsFunc(p.cfg().AutoVerifiedAttributes, func(name string) bool { return u.attributes[name+"_verified"] == "true" }) {
		return invalidParameter("The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).")
	}
	for _, name := range []string{"email", "phone_number"} {
		if u.attributes[name] == "" && u.attributes[name+"_verified"] == "true" {
			return invalidParameter("The User Record sets %s_verified to true without %s.", name, name)
		}
	}
	return nil
}

// rowMFA: the value "must correspond to the MFA requirements of your user pool", and a blank one
// is the pool's (guide, "Formatting the CSV file"). AWS does not say which factor true turns on;
// here it is SMS, the only one that a file can bring.
func (p *Pool) rowMFA(u *user, given string) error {
	settings := p.mfaSettings()
	switch given = strings.ToLower(given); {
	case !slices.Contains([]string{"", "true", "false"}, given):
		return invalidParameter("cognito:mfa_enabled is neither true nor false.")
	case given == "true" && settings.mode == "OFF", given == "false" && settings.mode == "ON":
		return invalidParameter("cognito:mfa_enabled is not what the user pool requires.")
	case given == "true" && settings.allow(sms2) && u.has(sms2):
		u.mfa = []string{sms2}
	}
	return nil
}

// rowPassword: with a hash the user is CONFIRMED, without one RESET_REQUIRED. In a job without
// hashes a user who can sign in by a code is CONFIRMED too (guide, "Requiring imported users to
// reset their passwords"). A hash in such a job is refused: AWS does not say what it does.
func (p *Pool) rowPassword(u *user, algorithm, stored string) error {
	switch {
	case stored != "" && algorithm == "":
		return invalidParameter("The job has no password hashing algorithm.")
	case stored != "":
		u.status, u.imported = confirmed, stored
		return importable(algorithm, stored)
	case algorithm == "" && slices.ContainsFunc(p.cfg().FirstFactors, func(f string) bool { return u.attributes[otpAttribute(f)] != "" }):
		u.status = confirmed
	}
	return nil
}
