package plots

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// labels is gonum's plain text handler that asks the medium first which runes it can show, so that the text which is
// aligned is the text which is drawn.
type labels struct{ text.Plain }

// Draw implements text.Handler.
func (l labels) Draw(c vg.Canvas, txt string, sty text.Style, pt vg.Point) {
	if g := guardOf(c); g != nil {
		txt = g.legible(l.Fonts.Lookup(sty.Font, sty.Font.Size), txt)
	}
	l.Plain.Draw(c, txt, sty, pt)
}

// guardOf finds the guard below the canvases that gonum nests.
func guardOf(c vg.Canvas) *guard {
	for {
		switch v := c.(type) {
		case *guard:
			return v
		case draw.Canvas:
			c = v.Canvas
		case *draw.Canvas:
			c = v.Canvas
		default:
			return nil
		}
	}
}

// Legible is text as SVG and PNG can show it: what [Write] does not refuse there. A rune that neither the font nor a spelling has
// becomes its code point, set off by spaces from letters and digits: "日本 1" is "U+65E5 U+672C 1". Text that can be shown is
// returned as it is.
func Legible(text string) string {
	p := newPlot()
	face := newLabels().Fonts.Lookup(p.Title.TextStyle.Font, titleSize)
	return spelled(text, func(r rune) (string, bool) {
		_, named := spelling[r]
		if named || hasGlyph(face, r) {
			return string(r), true
		}
		return fmt.Sprintf("%U", r), false
	})
}

// spell returns txt with every rune that can refuses spelled in runes that every font has: ε becomes epsilon, set off
// by a space from letters and digits beside it. A rune without a spelling is an error.
func spell(txt string, can func(rune) bool) (string, error) {
	var err error
	out := spelled(txt, func(r rune) (string, bool) {
		if can(r) {
			return string(r), true
		}
		s, ok := spelling[r]
		if !ok && err == nil {
			err = fmt.Errorf("plots: label %q: the font cannot draw %q (%U): want Latin, Greek or common signs", txt, r, r)
		}
		return s, false
	})
	if err != nil {
		return "", err
	}
	return out, nil
}

// spelled is txt with every rune as that is returned for it; where it is not itself, a word is set off by spaces from letters
// and digits beside it.
func spelled(txt string, as func(rune) (s string, itself bool)) string {
	var b strings.Builder
	last, word := ' ', false // the rune before, and whether it ended a spelled word
	for _, r := range txt {
		s, itself := string(r), true
		if r != '\n' {
			s, itself = as(r)
		}
		if itself {
			if word && wordRune(r) {
				b.WriteByte(' ')
			}
			b.WriteString(s)
			last, word = r, false
			continue
		}
		first, _ := utf8.DecodeRuneInString(s)
		if wordRune(last) && unicode.IsLetter(first) {
			b.WriteByte(' ')
		}
		b.WriteString(s)
		last, _ = utf8.DecodeLastRuneInString(s)
		word = unicode.IsLetter(last) || unicode.IsLetter(first) && unicode.IsDigit(last)
	}
	return b.String()
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// hasGlyph reports whether the font has a picture of r.
func hasGlyph(f font.Face, r rune) bool {
	var buf sfnt.Buffer
	i, err := f.Face.GlyphIndex(&buf, r)
	return err == nil && i != 0 && r >= ' '
}

// cp1252Upper are the runes at 0x80 to 0x9f of Windows code page 1252; U+FFFD marks the five unused places.
const cp1252Upper = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ"

// cp1252 is the byte of r in Windows code page 1252, the only encoding in which gonum writes PDF text.
func cp1252(r rune) (byte, bool) {
	switch {
	case r >= 0x20 && r < 0x7f, r >= 0xa0 && r <= 0xff:
		return byte(r), true
	case r == utf8.RuneError:
		return 0, false
	}
	code := byte(0x80)
	for _, u := range cp1252Upper {
		if u == r {
			return code, true
		}
		code++
	}
	return 0, false
}

// spelling are plain words for signs that a medium may lack.
var spelling = map[rune]string{
	'α': "alpha", 'β': "beta", 'γ': "gamma", 'δ': "delta", 'ε': "epsilon", 'ϵ': "epsilon", 'ζ': "zeta", 'η': "eta",
	'θ': "theta", 'ϑ': "theta", 'ι': "iota", 'κ': "kappa", 'λ': "lambda", 'μ': "mu", 'ν': "nu", 'ξ': "xi",
	'ο': "omicron", 'π': "pi", 'ρ': "rho", 'σ': "sigma", 'ς': "sigma", 'τ': "tau", 'υ': "upsilon", 'φ': "phi",
	'ϕ': "phi", 'χ': "chi", 'ψ': "psi", 'ω': "omega", 'Γ': "Gamma", 'Δ': "Delta", '∆': "Delta", 'Θ': "Theta",
	'Λ': "Lambda", 'Ξ': "Xi", 'Π': "Pi", 'Σ': "Sigma", 'Φ': "Phi", 'Ψ': "Psi", 'Ω': "Omega",
	'≤': "<=", '≥': ">=", '≠': "!=", '≈': "~", '→': "->", '←': "<-", '↑': "up", '↓': "down", '−': "-", '∑': "sum",
	'∏': "prod", '√': "sqrt ", '∞': "inf", '∇': "grad", '∈': "in", '∂': "d", '∫': "int", '·': ".", '✓': "yes", '✗': "no",
	'ℝ': "R", '𝔼': "E", 'ℓ': "l", '′': "'", '″': "\"", '‖': "||", '∥': "||", '⋆': "*", '∗': "*", '\u00a0': " ", '\t': " ",
	'₀': "0", '₁': "1", '₂': "2", '₃': "3", '₄': "4", '₅': "5", '₆': "6", '₇': "7", '₈': "8", '₉': "9",
	'⁰': "^0", '¹': "^1", '²': "^2", '³': "^3", '⁴': "^4", '⁵': "^5", '⁶': "^6", '⁷': "^7", '⁸': "^8", '⁹': "^9",
	'⁻': "^-", 'ₐ': "_a", 'ₖ': "_k", 'ₙ': "_n", 'ₜ': "_t", '∧': "and", '∨': "or", '\u2009': " ", '\u202f': " ",
}
