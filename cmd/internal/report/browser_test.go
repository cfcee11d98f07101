package report

import (
	"context"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// oddPlan has names that no font here has, names longer than a figure, and more settings than a figure has curves.
const oddPlan = `title: "ε-greedy λ→∞ 日本"
gamma: 0.9
horizon: 20
episodes: 60
environments: [{env: zhao-2x2, name: "世界 ∇"}]
algorithms:
  - {algorithm: epsilon-greedy, name: "ε-greedy λ→∞ 日本", grid: {epsilon: [0.1, 0.2]}}
  - {algorithm: es, name: a name that is very much longer than what the legend of a figure has room for, grid: {step: [0.1, 0.2, 0.3, 0.4], improve: [step, episode]}}
`

// A page is as wide as a phone, whatever stands in it. What can be as wide as it likes has a scroll bar of its own: that is
// asserted of the text, and measured where there is a browser.
func TestNoHorizontalScrolling(t *testing.T) {
	_, page := pageOf(t, played(t, oddPlan+"seeds: 1..3\n"))
	for _, rule := range []string{"figure svg { display: block; width: 100%; height: auto;", ".wide { overflow-x: auto; max-width: 100%; }",
		"pre { background: var(--code); padding: .8rem; border-radius: .4rem; overflow-x: auto; }", `content="width=device-width, initial-scale=1"`} {
		if !strings.Contains(page, rule) {
			t.Errorf("the page lacks %q", rule)
		}
	}
	if tables, wide := strings.Count(page, "<table>"), strings.Count(page, `<div class="wide"><table>`); tables != wide || tables < 6 {
		t.Errorf("%d tables, %d of them in a box that scrolls", tables, wide)
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if browser, err := exec.LookPath(name); err == nil {
			measureWidth(t, browser, page)
			break
		}
	}
}

// measureWidth opens the page, all of it unfolded, in a frame of 380 pixels. A window can not be as narrow.
func measureWidth(t *testing.T, browser, page string) {
	const script = `<script>
const frame = document.querySelector("iframe")
frame.onload = () => {
  const page = frame.contentDocument
  page.querySelectorAll("details").forEach(d => d.open = true)
  document.title = frame.contentWindow.innerWidth + " wide, scrolls " + page.documentElement.scrollWidth + " of " + page.documentElement.clientWidth
}
</script>`
	dir := t.TempDir()
	wrapper := filepath.Join(dir, "wrapper.html")
	text := `<!DOCTYPE html><meta charset="utf-8"><title></title><iframe style="border: 0" width="380" height="800" srcdoc="` +
		html.EscapeString(page) + `"></iframe>` + script
	if err := os.WriteFile(wrapper, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--no-first-run", "--user-data-dir="+filepath.Join(dir, "profile"),
		"--virtual-time-budget=5000", "--dump-dom", "file://"+wrapper).Output()
	if err != nil {
		t.Fatalf("%s: %v", browser, err)
	}
	found := regexp.MustCompile(`<title>380 wide, scrolls (\d+) of (\d+)</title>`).FindSubmatch(out)
	if found == nil || string(found[1]) != string(found[2]) {
		t.Errorf("%s measures %q: want a page that is no wider than its frame of 380 pixels", browser, found)
	}
}
