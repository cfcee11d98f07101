package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"

	"example.com/mcrl/env"
)

// versionInfo says what was built. Revision is empty where the build knows none.
type versionInfo struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Dirty    bool   `json:"dirty"`
	Time     string `json:"time,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Stream   string `json:"stream_version"`
}

func readVersion() versionInfo {
	v := versionInfo{Version: "unknown", Stream: env.StreamVersion}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Version, v.Go = info.Main.Version, info.GoVersion
	system, arch := "", ""
	for _, set := range info.Settings {
		switch set.Key {
		case "vcs.revision":
			v.Revision = set.Value
		case "vcs.modified":
			v.Dirty = set.Value == "true"
		case "vcs.time":
			v.Time = set.Value
		case "GOOS":
			system = set.Value
		case "GOARCH":
			arch = set.Value
		}
	}
	v.Platform = system + "/" + arch
	return v
}

func newVersionCommand(s *streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version, the revision and the random-stream version",
		Long: `Print what this binary was built from. Records of two binaries are comparable
bit for bit only when their random-stream versions are equal.`,
		Example: `  mcrl version
  mcrl version --json`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			v := readVersion()
			if asJSON {
				return writeJSON(s.Out, v)
			}
			return v.print(s.Out)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (v versionInfo) print(w io.Writer) error {
	revision := v.Revision
	switch {
	case revision == "":
		revision = "unknown"
	case v.Dirty:
		revision += " with changes"
	}
	_, err := fmt.Fprintf(w, "mcrl      %s\nrevision  %s\ngo        %s %s\nstreams   %s\n", v.Version, revision, v.Go, v.Platform, v.Stream)
	return err
}

// writeJSON prints one document on one line.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
