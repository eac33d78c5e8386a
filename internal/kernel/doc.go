// Package kernel is the kernel that every Cognito trigger of the suite runs in:
// bytes in, bytes out, and around the room's decision all that must hold
// whatever the room does.
//
//	bytes ─► Parse ─► known source and version? ─► time budget ─► view ─► Decide
//	      ◄─ splice the response, or echo ◄─ failure policy ◄─ recover ◄─┘
//	                       one log line, which is also the metrics
//
// A room answers with a [Decision], refuses with a [deny.Refusal], or fails with
// any other error. What a failure does is the function's failure policy, and its
// zero value is closed: presignup refuses with a fixed sentence, because nothing
// exists yet and the person may try again; the others return the event as it
// came, because the confirmation or the sign-in has already happened and an
// error would only take it away from its owner. A panic, an exhausted budget and
// an event that cannot be read are failures like any other; after a panic the
// process answers the next event.
//
// Nothing but a deny.Refusal ever leaves as an error, since Cognito shows the
// text to the caller: one of a handful of fixed sentences.
//
// # What is logged
//
// One JSON line per invocation, which is also its CloudWatch metric document:
// request id, trigger, outcome, duration, the rule and the code of a refusal, the
// hash of the policy, the cause of a failure, and the first 12 hex digits of the
// SHA-256 of pool and sub. It holds no personal data and no text that a caller
// wrote: causes are logged by class (an AWS error code, "timeout", the stack of a
// panic), marked lasting where a person has to mend them.
//
// A [Chain] is immutable and safe for concurrent use, which
// AWS_LAMBDA_MAX_CONCURRENCY needs.
package kernel
