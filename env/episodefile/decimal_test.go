package episodefile

import (
	"math"
	"strconv"
	"testing"

	"example.com/mcrl/env"
)

// Numbers are those of strconv, bit for bit, and so is what is none. P39
func TestDecimal(t *testing.T) {
	texts := []string{"", "-", ".", "-.", "+1", "1.", ".5", "-0", "0.0", "1.2.3", "1e3", "-1e-300", "inf", "NaN", "0x1p3", "1_0", "12345678901234567890",
		"999999999999999", "9999999999999999", "0.100000000000000005", "123456789.123456", "00000000000000000001", " 1", "--1", "9223372036854775807", "-5"}
	rng := env.NewRand(1, env.PurposeStatistics, 0)
	for range 20_000 {
		x := math.Float64frombits(rng.Uint64())
		texts = append(texts, strconv.FormatFloat(x, 'g', -1, 64), strconv.FormatFloat(float64(rng.Intn(1e9))/tens[rng.Intn(10)], 'f', -1, 64),
			strconv.FormatFloat(rng.Float64(), 'f', rng.Intn(18), 64), strconv.Itoa(rng.Intn(1<<62)))
	}
	for _, text := range texts {
		x, err := decimal([]byte(text))
		want, wantErr := strconv.ParseFloat(text, 64)
		if math.Float64bits(x) != math.Float64bits(want) || (err == nil) != (wantErr == nil) {
			t.Fatalf("decimal(%q) = %v, %v, want %v, %v", text, x, err, want, wantErr)
		}
		n, err := whole([]byte(text))
		wantN, wantErr := strconv.ParseInt(text, 10, 64)
		if (err == nil) != (wantErr == nil) || n != wantN {
			t.Fatalf("whole(%q) = %v, %v, want %v, %v", text, n, err, wantN, wantErr)
		}
	}
}
