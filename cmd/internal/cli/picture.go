package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"gonum.org/v1/plot/vg"

	"example.com/mcrl/plots"
)

// picture is the file that a figure goes to: the flags -o (or another), --size and --force.
type picture struct {
	flag  string
	path  string
	size  paper
	force bool
}

var pictureFormats = []string{".svg", ".png", ".pdf"}

func (p *picture) addFlags(cmd *cobra.Command, size paper) {
	p.addFlagsAs(cmd, size, "output", "o")
}

func (p *picture) addFlagsAs(cmd *cobra.Command, size paper, flag, letter string) {
	p.flag, p.size = flag, size
	cmd.Flags().StringVarP(&p.path, flag, letter, "", "the `FILE` of the figure: .svg, .png or .pdf")
	cmd.Flags().Var(&p.size, "size", "width and height of the figure in inches")
	cmd.Flags().BoolVar(&p.force, "force", false, "replace an existing file")
	_ = cmd.MarkFlagFilename(flag, "svg", "png", "pdf")
}

// check finds what would make save fail, before any work is done.
func (p *picture) check() error {
	if p.path == "" {
		return nil
	}
	extension := strings.ToLower(filepath.Ext(p.path))
	if extension != ".svg" && extension != ".png" && extension != ".pdf" {
		return usageErrorf("--%s = %s: want a name that ends in %s", p.flag, p.path, strings.Join(pictureFormats, ", "))
	}
	switch info, err := os.Stat(p.path); {
	case err == nil && info.IsDir():
		return usageErrorf("--%s = %s: is a directory: want a file", p.flag, p.path)
	case err == nil && !p.force:
		return &exitError{exitRefused, fmt.Errorf("%s exists: want another name, or --force to replace it", p.path)}
	}
	probe, err := os.CreateTemp(filepath.Dir(p.path), ".mcrl-*")
	if err != nil {
		return usageErrorf("--%s = %s: cannot write to the directory: %w", p.flag, p.path, reason(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// reason is a file error without the name of the file.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

func (p *picture) save(s *streams, d plots.Drawable) error {
	if err := plots.Save(d, p.size.width, p.size.height, p.path); err != nil {
		return err
	}
	s.notef("wrote %s", p.path)
	return nil
}

// paper is a flag for the size of a figure.
type paper struct{ width, height vg.Length }

// String implements pflag.Value.
func (p *paper) String() string { return fmt.Sprintf("%gx%g", p.width/vg.Inch, p.height/vg.Inch) }

// Type implements pflag.Value.
func (p *paper) Type() string { return "WxH" }

// Set implements pflag.Value.
func (p *paper) Set(text string) error {
	width, height, _ := strings.Cut(text, "x")
	w, errW := parseNumber(width)
	h, errH := parseNumber(height)
	if errW != nil || errH != nil || !(w >= 1 && w <= 100 && h >= 1 && h <= 100) {
		return errors.New("two numbers of inches from 1 to 100, such as 6x4")
	}
	*p = paper{vg.Length(w) * vg.Inch, vg.Length(h) * vg.Inch}
	return nil
}
