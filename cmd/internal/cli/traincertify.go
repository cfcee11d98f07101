package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/plots"
)

// The defaults of --certify.
const (
	defaultDelta        = 0.05
	defaultCertifySteps = 200_000_000 // some seconds
)

// certificatePicture is the bound on the loss against the steps.
const certificatePicture = "certificate.svg"

// checkCertify reports every flag with which nothing can be certified.
func (o trainOptions) checkCertify() error {
	var errs []error
	for _, flag := range []string{"delta", "certify-steps"} {
		if o.given(flag) && !o.given("certify") {
			errs = append(errs, usageErrorf("--%s without --certify: nothing is certified; want both", flag))
		}
	}
	if !o.given("certify") {
		return errors.Join(errs...)
	}
	if !(o.certify > 0) {
		errs = append(errs, usageErrorf("--certify = %s: want a finite number above 0", shortest(float64(o.certify))))
	}
	if !(o.delta > 0 && o.delta < 1) {
		errs = append(errs, usageErrorf("--delta = %s: want a probability in (0, 1)", shortest(float64(o.delta))))
	}
	if o.certifySteps < 1 || o.certifySteps > 1e15 {
		errs = append(errs, usageErrorf("--certify-steps = %d: want a whole number from 1 to %d", o.certifySteps, int64(1e15)))
	}
	if o.given("gamma") {
		errs = append(errs, o.discounted(float64(o.gamma)))
	}
	return errors.Join(errs...)
}

// discounted refuses to certify without a discount.
func (o trainOptions) discounted(gamma float64) error {
	if !o.given("certify") || gamma < 1 {
		return nil
	}
	return usageErrorf("--certify with gamma = %s: without a discount nothing bounds what the horizon cuts off; want --gamma below 1", shortest(gamma))
}

// certified proves what --certify asks for; nil where it asks for nothing. The certificate is written with its picture, but for one
// that an interruption cut short: that is returned beside the error. The proof is kept in either case, to go on with.
func (t *training) certified(ctx context.Context) (*experiment.Certificate, error) {
	if !t.o.given("certify") {
		return nil, nil
	}
	proof, other, err := t.prove()
	if err != nil {
		return nil, err
	}
	if other != "" {
		t.s.notef("mcrl: %s; it is discarded, and the proof begins anew", other)
	}
	if err := t.removeCertificate(); err != nil { // an earlier one may be of other flags
		return nil, err
	}
	ended := t.playProof(ctx, proof)
	if ended != nil && !errors.Is(ended, ctx.Err()) {
		return nil, ended
	}
	c, err := proof.Certificate()
	if err == nil {
		err = t.saveProof(proof)
	}
	switch {
	case err != nil:
		return nil, err
	case ended != nil:
		return c, ended
	}
	text, err := c.Encode()
	if err == nil {
		err = t.dir.Put(experiment.CertificateFile, text)
	}
	return c, errors.Join(err, t.drawCertificate(c))
}

func (t *training) removeCertificate() error {
	return errors.Join(t.dir.Remove(experiment.CertificateFile), t.dir.Remove(certificatePicture))
}

// drawCertificate draws the bound against the steps, on logarithmic axes.
func (t *training) drawCertificate(c *experiment.Certificate) error {
	bound := plots.Curve{Label: "proven: loss at most" + choose(c.Policies > 1, ", from anew for each policy", "")}
	for _, p := range c.Points {
		bound.X, bound.Y = append(bound.X, float64(p.Steps)), append(bound.Y, p.Loss)
	}
	if !hasPositive(bound) {
		return nil
	}
	lines := []plots.Reference{{Label: "asked for", Y: c.Asked.Loss}}
	if c.ExactLoss != nil && *c.ExactLoss > 0 {
		lines = append(lines, plots.Reference{Label: "in truth" + choose(c.Policies > 1, ", of the last policy", ""), Y: *c.ExactLoss})
	}
	title := fmt.Sprintf("Loss of the policy of %s on %s", algorithmTitles[t.trial.Spec().Algorithm], t.trial.Spec().Env.Name())
	figure, err := plots.Convergence([]plots.Curve{bound}, plots.ConvergenceOptions{Title: title, XLabel: "steps of the proof",
		YLabel: "largest v*(s) - v(s)", LogX: true, LogY: true, References: lines})
	if err != nil {
		return &exitError{exitPartly, fmt.Errorf("%s is not drawn: %w", certificatePicture, err)}
	}
	return t.dir.Write(certificatePicture, func(w io.Writer) error { return plots.Write(figure, 6*vg.Inch, 4*vg.Inch, w, "svg") })
}

// printedCertificate says what is proven; interrupted, by now.
func printedCertificate(m *experiment.Model, r *experiment.Record, c *experiment.Certificate, interrupted bool) string {
	if c == nil {
		return ""
	}
	var b strings.Builder
	line := func(what, format string, args ...any) {
		fmt.Fprintf(&b, "%-34s %s\n", what, fmt.Sprintf(format, args...))
	}
	truth := ""
	if c.ExactLoss != nil {
		truth = "; exactly " + choose(*c.ExactLoss == 0, "0", fourDecimals(*c.ExactLoss))
	}
	b.WriteString("\n")
	line(choose(interrupted, "certified so far", "certified"), "%s is short of v* by at most %.4g, with probability %.6g%%%s",
		choose(c.Policy == nil, "the greedy policy", "the policy that the proof ended with"), c.Loss, 100*(1-c.Asked.Delta), truth)
	line("  worst state", "%s", placeOf(m, c.State))
	line("  steps", "%s, in %s episodes", grouped(c.Progress.Steps), grouped(c.Progress.Episodes))
	line("  due to the horizon", "%.2g of the bound", min(c.Cut, c.Loss)) // with one action there is nothing to lose
	line("  policies looked at", "%d%s", c.Policies, changedPolicy(r, c))
	switch {
	case c.Reached:
	case interrupted:
		line("  asked for", "%s: interrupted", shortest(c.Asked.Loss))
	default:
		line("  asked for", "%s: not reached in --certify-steps %s; --resume with more goes on, how far the bound will fall is not known",
			shortest(c.Asked.Loss), grouped(c.Asked.Steps))
	}
	return b.String()
}

// changedPolicy says how many actions the proof has replaced.
func changedPolicy(r *experiment.Record, c *experiment.Certificate) string {
	n := 0
	for s, a := range c.Policy {
		if a != r.Policy[s] {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; the certified one has another action in %d of %d states: %s has it", n, len(r.Policy), experiment.CertificateFile)
}

// certifyAgain are the flags that go on with the proof.
func (o trainOptions) certifyAgain() string {
	if !o.given("certify") {
		return ""
	}
	text := " --certify " + shortest(float64(o.certify))
	if o.given("delta") {
		text += " --delta " + shortest(float64(o.delta))
	}
	if o.given("certify-steps") {
		text += fmt.Sprintf(" --certify-steps %d", o.certifySteps)
	}
	return text
}
