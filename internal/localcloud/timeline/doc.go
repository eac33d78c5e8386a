// Package timeline keeps what happened in the local cloud: API calls, the triggers that each
// fired, the table's requests of each trigger, the mails, and edits of stage files and code.
//
//	Call ─► Invocation ─► TableCall
//	   └──► Message                     Edit
//
// Nothing is matched by time. A call's id goes with it to the functions, a function's
// request id with it to the table; who adds an entry names the one that it belongs to. A
// call's id is the x-amzn-RequestId of its answer, an invocation's id is Lambda's request id:
// what an SDK or a log line shows finds the entry.
//
// A [Timeline] is bounded twice, in lines and in bytes, and forgets the oldest line first. A
// line is an [Entry]: a call with all that belongs to it, or what belongs to no call.
//
// Secrets never enter: every body passes [Redact], and what a log line has of JSON. Codes and temporary passwords of mails
// stay in the Message, which is what the inbox is for. The package knows no HTTP.
package timeline
