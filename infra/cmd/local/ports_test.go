package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
)

// What is started last has a port like the others: it says who wanted it and what to do, and
// no file is left that points to what did not start.
func TestABusyPortOfThePageOrTheSampleAppIsNamed(t *testing.T) {
	local(t)
	for after, part := range map[int]string{4: "the page", 5: "the sample app"} {
		files := t.TempDir()
		for try := 0; ; try++ {
			taken := must(net.Listen("tcp", "127.0.0.1:0"))
			port := taken.Addr().(*net.TCPAddr).Port
			err := serve(t.Context(), []string{
				"-assembly", assembly, "-infra", "../..", "-port-base", strconv.Itoa(port - after), "-files", files, "-ca", t.TempDir(), "-watch=false",
			})
			_ = taken.Close()
			want := fmt.Sprintf("port %d, wanted for %s, is busy on localhost: stop the program that has it", port, part)
			if err != nil && strings.Contains(err.Error(), want) && strings.Contains(err.Error(), "make local LOCAL_FLAGS='--port-base 5810'") {
				break
			}
			if try == 5 || err == nil || !strings.Contains(err.Error(), "is busy on localhost") {
				t.Fatalf("got %v\nwant %s", err, want)
			}
		}
		if left := must(os.ReadDir(files)); len(left) != 1 || left[0].Name() != "local.lock" {
			t.Errorf("left are %v", left)
		}
	}
}

func TestASecondLocalCloudLeavesTheFilesOfTheFirst(t *testing.T) {
	dir := t.TempDir()
	first := must(lockFiles(dir))
	err := serve(t.Context(), []string{"-files", dir})
	if want := fmt.Sprintf("a local cloud is running already (process %d), and the files in %s are its own: stop it, or start this one with make local", os.Getpid(), dir); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := must(lockFiles(dir)).Close(); err != nil {
		t.Error(err)
	}
}
