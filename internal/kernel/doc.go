// Package kernel runs every Cognito trigger of the suite. It takes and returns bytes,
// and holds all promises that do not depend on what the function decides.
//
//	bytes ─► Parse ─► known source and version? ─► time budget ─► view ─► Decide
//	      ◄─ splice the response, or echo ◄─ failure policy ◄─ recover ◄─┘
//	                       one log line, which is also the metrics
//
// A handler answers with a [Decision], refuses with a [deny.Refusal], or fails with any
// other error. The function's failure policy says what a failure does; its zero value is
// closed. presignup and usermigration fail closed, with a fixed sentence: nothing exists yet
// and the user may try again. The others return the event as it came: the confirmation or the sign-in
// has already happened, and an error would only take it away from the user. A panic, an
// exhausted budget and an unreadable event are failures like any other, and so is an
// event of an unknown source or version; the function may still refuse that
// (Function.Unknown). After a panic the process answers the next event.
//
// The only error that leaves is a deny.Refusal with one of a few fixed sentences, since
// Cognito shows the text to the caller.
//
// # What is logged
//
// Each invocation logs one JSON line, which is also its CloudWatch metric document:
// request id, trigger, outcome, duration, the rule and the code of an objection, the hash
// of the policy, the cause of a failure, and the first 12 hex digits of the SHA-256 of
// pool and sub. It holds no personal data and no text that a caller wrote. A cause is
// logged by class (an AWS error code, "timeout", the stack of a panic) and counted as
// lasting if an operator has to mend it.
//
// A [Chain] is immutable and safe for concurrent use, which AWS_LAMBDA_MAX_CONCURRENCY
// needs.
package kernel
