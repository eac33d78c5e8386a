// Command bench measures the four functions, cold and warm, beside two others in the same
// run: an echo, the least that the official runtime client costs, and the form of the
// published tutorials (config.LoadDefaultConfig). Read the ratios; the times are this machine's.
//
// Every program is a Linux binary built with the Makefile's flags. It runs alone in a
// process and speaks to a Runtime API (package sandbox) and a DynamoDB with TLS (package
// stub) on 127.0.0.1. A cold start is a new process: its init phase at full speed, then
// the first event under the CPU share that Lambda assigns to a memory size. A share's
// period of 20 ms quantises a single call, so the judgement is on medians of at least 11.
// The programs take turns, so that other load on the machine affects all alike.
//
//	go run ./internal/dev/bench                the table
//	go run ./internal/dev/bench --check        the same, and exit 1 if a threshold is missed
//	go run ./internal/dev/bench --soak 1000000 one process, many events
//
// # How fast
//
// One run on a 2-core machine, medians of 11 starts and 2,000 events:
//
//	                    init,          first invocation, × faster        warm CPU per event,
//	                    × echo         than the tutorial form            × tutorial form
//	                                   128 MB / 256 MB / full speed
//	postconfirmation    2.4 (6.2 ms)   299 / 140 / 18                    0.69
//	pretokengeneration  2.5 (6.4 ms)   178 /  96 / 19                    0.71
//	postauthentication  2.7 (6.9 ms)   181 /  81 / 12                    0.67
//	presignup           1.4 (3.5 ms)   (it has no store)                 0.98 × echo
//
// --check fails where a figure is worse than what is promised: 30, 30 and 12 times
// faster, 3 × echo and 10 ms, 0.9 × the tutorial form's CPU, 9 MB.
//
// The connections to DynamoDB are open and the certificates parsed before the first
// event, in the init phase that Lambda does not throttle. The tutorial form parses the
// system's root certificates twice here, as golang/go#79018 reports for
// provided.al2023; with one pass its first invocation, and so the ratio, is about half.
// HTTP/2 was measured and not taken: one connection in place of two saves 1 ms of
// postauthentication's start and costs 7 % more CPU per event, and DynamoDB speaks
// HTTP/1.1.
//
// # What it costs
//
// List prices of us-east-1 in $, without any free tier (look at AWS's pricing pages
// before you budget), for each million of
//
//	                                              sign-ins   refreshes   sign-ups
//	Lambda requests, 0.20 a million: 2, 1, 2        0.40       0.20        0.40
//	Lambda time, 0.0000133334 a GB-second,
//	  256 MB arm64: 18, 8, 10 ms                    0.06       0.03        0.03
//	DynamoDB writes, 0.625 a million: 2, 0, 2       1.25         –         1.25
//	DynamoDB reads, 0.125 a million: 2, 2, 0        0.25       0.25          –
//	CloudWatch Logs, 0.50 a GB: 2.9, 1.5, 2.7 KB    1.43       0.74        1.36
//	together                                        3.39       1.22        3.04
//
// How the figures come about:
//
//   - Time is the warm CPU of this benchmark (0.59 ms postauthentication, 0.45
//     pretokengeneration, 0.41 postconfirmation, 0.22 presignup), divided by the
//     0.145 processors that 256 MB have, plus 5 ms for DynamoDB, whose calls run side
//     by side. The 5 ms are assumed, and a cold start in a hundred adds 0.01 $.
//     Doubling the memory costs a few cents.
//   - Units: a sign-in updates SIGNIN and PROFILE, and a new PROFILE is also in the
//     index; a token reads AUTHZ and PROFILE consistently, and the client's row when
//     it is not remembered. Rows are below 1 KB.
//   - Logs: the functions' own line is 650 to 790 bytes, measured; Lambda's three
//     lines of each call are taken as 0.7 KB. They are the dearest line.
//   - Each stage and month: 22 metrics at 0.30 $ and 22 metrics in 17 alarms at
//     0.10 $, 8.80 $ in all; the dashboard is one of three free ones, then 3 $. A
//     scheduled sweep adds five metrics and an alarm, 1.60 $. monitoring in the stage
//     file turns alarms and dashboard off. A million users are about 1 GB in the
//     table: 0.45 $ with point-in-time recovery.
//   - Cognito itself is apart, and far more: Essentials is 0.015 $ for each user who
//     is active in a month, after the first 10,000. A million sign-ins of 100,000
//     users are 1,350 $. A machine's token is 0.00225 $, and a client that may ask for
//     one costs about 6 $ a month, used or not (machineClient.none leaves it out).
package main
