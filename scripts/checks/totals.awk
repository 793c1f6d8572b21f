# Sums the results in the logs given: a last line "N passed, N failed, N skipped",
# else cmocka's totals. A log without a result, or no log at all, is one failure.
BEGIN {
	for (i = 1; i < ARGC; i++) {
		passed = failed = skipped = found = code = 0
		last = ""
		while ((getline line < ARGV[i]) > 0) {
			if (line ~ /^exit code [0-9]+$/) {
				code = 1
				continue
			}
			if (line ~ /^\[  PASSED  \] [0-9]+ test/) { split(line, w, " "); passed += w[4]; found = 1 }
			if (line ~ /^\[  FAILED  \] [0-9]+ test/) { split(line, w, " "); failed += w[4]; found = 1 }
			if (line ~ /^\[  SKIPPED \] [0-9]+ test/) { split(line, w, " "); skipped += w[4]; found = 1 }
			if (line != "") last = line
		}
		close(ARGV[i])
		if (last ~ /^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/) {
			split(last, w, " ")
			passed = w[1] + 0; failed = w[3] + 0; skipped = w[5] + 0
			found = 1
		}
		if (!found) {
			print "no result in " ARGV[i]
			failed++
		} else if (code && failed == 0)
			failed++
		all_passed += passed; all_failed += failed; all_skipped += skipped
	}
	printf "%d passed, %d failed, %d skipped\n", all_passed, all_failed, all_skipped
	exit all_failed > 0
}
