package userpool

import "fmt"

// APIError is a refusal as a client of the pool sees it. FederatedSignIn returns it;
// every operation sends it as AWS JSON 1.1. Only the pointer is an error.
type APIError struct {
	// Code is the exception's name, such as UserLambdaValidationException.
	Code string
	// Message is AWS's sentence if one is known, otherwise our own.
	Message string
}

// Error returns code and message.
func (e *APIError) Error() string { return e.Code + ": " + e.Message }

func refuse(code, format string, args ...any) *APIError {
	return &APIError{Code: code, Message: fmt.Sprintf(format, args...)}
}

func notAuthorized(format string, args ...any) *APIError {
	return refuse("NotAuthorizedException", format, args...)
}

func invalidParameter(format string, args ...any) *APIError {
	return refuse("InvalidParameterException", format, args...)
}

// errPlan refuses a feature that the plan LITE does not have (guide, "User pool feature plans";
// API reference, CreateUserPool).
func errPlan(feature string) *APIError {
	return refuse("FeatureUnavailableInTierException", "%s: it needs the ESSENTIALS or PLUS plan, the pool has LITE", feature)
}

// The refusals of more than one operation.
func errIncorrect() *APIError { return notAuthorized("Incorrect username or password.") }

func errDisabled() *APIError { return notAuthorized("User is disabled.") }

func errNoUser() *APIError { return refuse("UserNotFoundException", "User does not exist.") }

func errNoUserForClient() *APIError {
	return refuse("UserNotFoundException", "Username/client id combination not found.")
}

func errCodeMismatch() *APIError {
	return refuse("CodeMismatchException", "Invalid verification code provided, please try again.")
}

func errCodeExpired() *APIError {
	return refuse("ExpiredCodeException", "Invalid code provided, please request a code again.")
}

// errNameTaken refuses a name that finds another user (guide, "Managing user existence
// error responses", for aliases; the sentence about a username that is an address is seen
// in all pools that have such). The exception is UsernameExistsException for a new user;
// for a change it is the only one that the API models (API reference,
// AdminUpdateUserAttributes, UpdateUserAttributes).
func errNameTaken(attribute string, alias, isNew bool) *APIError {
	switch {
	case alias:
		return refuse("AliasExistsException", "An account with the %s already exists.", attribute)
	case isNew:
		return refuse("UsernameExistsException", "An account with the given %s already exists.", attribute)
	}
	return refuse("AliasExistsException", "An account with the given %s already exists.", attribute)
}

func errUserExists() *APIError { return refuse("UsernameExistsException", "User already exists") }
