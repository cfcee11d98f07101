package cli

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// streams is where a command reads and writes: data to Out, everything else to Err.
type streams struct {
	In       io.Reader
	Out, Err io.Writer
	Quiet    bool // --quiet: results and errors only

	out     *steady
	tty     bool // Out is a terminal
	errTTY  bool // Err is a terminal
	color   colorMode
	running bool // arguments and flags were in order
}

func newStreams(in io.Reader, out, errs io.Writer) *streams {
	steady := &steady{w: out}
	return &streams{In: in, Out: steady, Err: errs, out: steady, tty: isTerminal(out), errTTY: isTerminal(errs)}
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// steady remembers the first error of a writer, so that none is lost, and writes nothing after it.
type steady struct {
	w   io.Writer
	err error
}

// Write implements io.Writer.
func (s *steady) Write(p []byte) (n int, err error) {
	if s.err == nil {
		n, s.err = s.w.Write(p)
	}
	return n, s.err
}

// notef tells the user something beside the results, unless --quiet.
func (s *streams) notef(format string, args ...any) {
	if !s.Quiet {
		fmt.Fprintf(s.Err, format+"\n", args...)
	}
}

// watch records for each command of the tree that it has begun to run.
func (s *streams) watch(cmd *cobra.Command) {
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			s.running = true
			return run(cmd, args)
		}
	}
	for _, c := range cmd.Commands() {
		s.watch(c)
	}
}

// colorMode is the value of --color.
type colorMode string

var colorModes = []string{"auto", "always", "never"}

// String implements pflag.Value.
func (c *colorMode) String() string { return string(*c) }

// Type implements pflag.Value.
func (c *colorMode) Type() string { return "WHEN" }

// Set implements pflag.Value.
func (c *colorMode) Set(text string) error {
	if !slices.Contains(colorModes, text) {
		return fmt.Errorf("one of %s", strings.Join(colorModes, ", "))
	}
	*c = colorMode(text)
	return nil
}

// on decides by the flag, then by the environment variables NO_COLOR, CLICOLOR_FORCE and TERM, then by the stream.
func (c colorMode) on(terminal bool) bool {
	switch force := os.Getenv("CLICOLOR_FORCE"); {
	case c == "always" || c == "never":
		return c == "always"
	case os.Getenv("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	case os.Getenv("TERM") == "dumb":
		return false
	}
	return terminal
}

// Select Graphic Rendition codes of ECMA-48.
const (
	bold     = "1"
	red      = "1;31"
	onOrange = "30;48;5;215"
	onBlue   = "30;48;5;117"
	onGrey   = "30;48;5;246"
	onDark   = "37;48;5;238"
)

// paint wraps text for Out in a colour, where colours are on.
func (s *streams) paint(code, text string) string { return paint(s.color.on(s.tty), code, text) }

func paint(on bool, code, text string) string {
	if !on || code == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
