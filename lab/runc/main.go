// The OCI runtime of the lab's hosts: what such a host has not got is taken out of a container's
// specification, then Debian's runc runs. A host may not set the clock or load kernel modules, and where the
// machine lacks CAP_SYS_RESOURCE it cannot raise limits; runc would refuse the container for asking.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const runc = "/usr/sbin/runc"

// In the kernel's order: linux/capability.h.
var capabilities = strings.Fields(`CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP
	LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO
	SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE
	AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON
	BPF CHECKPOINT_RESTORE`)

// In the kernel's order: asm-generic/resource.h.
var limits = strings.Fields(`CPU FSIZE DATA STACK CORE RSS NPROC NOFILE MEMLOCK AS LOCKS SIGPENDING MSGQUEUE NICE
	RTPRIO RTTIME`)

func main() {
	file, inner := specification(os.Args[1:])
	if file != "" {
		if err := rewrite(file, inner); err != nil {
			fmt.Fprintf(os.Stderr, "lab: %s: %v\n", file, err)
			os.Exit(1)
		}
	}
	err := syscall.Exec(runc, append([]string{"runc"}, os.Args[1:]...), os.Environ())
	fmt.Fprintf(os.Stderr, "lab: %s: %v\n", runc, err)
	os.Exit(1)
}

// The file that the command line's process comes from, and whether it is the `process` of a whole container.
func specification(args []string) (string, bool) {
	for i, word := range args {
		switch word {
		case "create", "run":
			return filepath.Join(option(args[i+1:], "--bundle", "-b"), "config.json"), true
		case "exec":
			return option(args[i+1:], "--process", "-p"), false
		}
	}
	return "", false
}

func option(args []string, long, short string) string {
	for i, word := range args {
		if (word == long || word == short) && i+1 < len(args) {
			return args[i+1]
		}
		if value, found := strings.CutPrefix(word, long+"="); found {
			return value
		}
	}
	return ""
}

func rewrite(file string, inner bool) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // limits have 64 bits
	document := map[string]any{}
	if err := decoder.Decode(&document); err != nil {
		return err
	}
	process := document
	if inner {
		process, _ = document["process"].(map[string]any)
	}
	have := bounding()
	dropCapabilities(process, have)
	if !has(have, "SYS_RESOURCE") {
		lowerLimits(process)
	}
	text, err = json.Marshal(document)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// What no process of this host can have, as a mask.
func bounding() uint64 {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if value, found := strings.CutPrefix(line, "CapBnd:"); found {
			mask, _ := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
			return mask
		}
	}
	return 0
}

func has(mask uint64, name string) bool {
	for number, known := range capabilities {
		if known == strings.TrimPrefix(name, "CAP_") {
			return mask>>number&1 == 1
		}
	}
	return false
}

func dropCapabilities(process map[string]any, mask uint64) {
	sets, _ := process["capabilities"].(map[string]any)
	for set, names := range sets {
		kept := []any{}
		names, _ := names.([]any)
		for _, name := range names {
			if text, _ := name.(string); has(mask, text) {
				kept = append(kept, name)
			}
		}
		sets[set] = kept
	}
}

func lowerLimits(process map[string]any) {
	asked, _ := process["rlimits"].([]any)
	for _, one := range asked {
		limit, _ := one.(map[string]any)
		kind, _ := limit["type"].(string)
		most, known := highest(kind)
		for _, which := range []string{"hard", "soft"} {
			number, _ := limit[which].(json.Number)
			value, err := strconv.ParseUint(number.String(), 10, 64)
			if known && err == nil && value > most {
				limit[which] = json.Number(strconv.FormatUint(most, 10))
			}
		}
	}
	if score, _ := process["oomScoreAdj"].(json.Number); strings.HasPrefix(score.String(), "-") {
		process["oomScoreAdj"] = 0
	}
}

func highest(kind string) (uint64, bool) {
	for number, known := range limits {
		if "RLIMIT_"+known == kind {
			var now syscall.Rlimit
			err := syscall.Getrlimit(number, &now)
			return now.Max, err == nil
		}
	}
	return 0, false
}
