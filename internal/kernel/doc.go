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
// text to the caller. The log line carries no text that a caller wrote: causes
// are logged by class (an AWS error code, "timeout", the stack of a panic), the
// user as a truncated hash of pool and sub.
//
// A [Chain] is immutable and safe for concurrent use, which
// AWS_LAMBDA_MAX_CONCURRENCY needs.
package kernel
